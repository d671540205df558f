"""Octets of ACCESS, in both directions: GET, SET and ACTION of many objects in one request.

DECODERS  {tag: function(cursor after the tag) -> value}
ENCODERS  {type of value: function(value) -> octets}
"""

from wire.apdu_fields import (
    put_attribute,
    put_counted,
    put_data_list,
    put_long_head,
    take_attribute,
    take_counted,
    take_data,
    take_data_list,
    take_date_time,
    take_flag,
    take_method,
)
from wire.apdu_types import (
    ACTION,
    GET,
    GET_PART,
    SET,
    SET_PART,
    Access,
    AccessRequest,
    AccessResponse,
    Asked,
    Done,
)
from wire.errors import WireError


def _take_request(cursor):
    invoke, date_time = cursor.u32(), take_date_time(cursor)
    asked = take_counted(cursor, _take_asked)
    return AccessRequest(invoke, date_time, asked, take_data_list(cursor, len(asked)))


def _put_request(request):
    asked = put_counted(request.asked, _put_asked)
    return put_long_head(0xD9, request) + asked + put_data_list(request.data)


def _take_asked(cursor):
    kind = cursor.u8()
    if not GET <= kind <= SET_PART:
        raise WireError(f"nothing in ACCESS has the kind {kind}")
    target = take_method(cursor) if kind == ACTION else take_attribute(cursor)
    access = Access(cursor.u8(), take_data(cursor)) if kind in (GET_PART, SET_PART) else None
    return Asked(kind, target, access)


def _put_asked(asked):
    access = b""
    if asked.access:
        access = bytes([asked.access.selector]) + asked.access.data
    return bytes([asked.kind]) + put_attribute(asked.target) + access


def _take_response(cursor):
    invoke, date_time = cursor.u32(), take_date_time(cursor)
    asked = take_counted(cursor, _take_asked) if take_flag(cursor) else ()
    data = take_counted(cursor, take_data)
    done = take_counted(cursor, _take_done)
    if len(done) != len(data):
        raise WireError(f"{len(data)} data and {len(done)} results in the answer to ACCESS")
    return AccessResponse(invoke, date_time, asked, data, done)


def _put_response(response):
    asked = b"\x00"
    if response.asked:
        asked = b"\x01" + put_counted(response.asked, _put_asked)
    results = put_data_list(response.data) + put_counted(response.done, bytes)
    return put_long_head(0xDA, response) + asked + results


def _take_done(cursor):
    kind = cursor.u8()
    if kind not in (GET, SET, ACTION):
        raise WireError(f"no result in ACCESS has the kind {kind}")
    return Done(kind, cursor.u8())


DECODERS = {0xD9: _take_request, 0xDA: _take_response}
ENCODERS = {AccessRequest: _put_request, AccessResponse: _put_response}
