"""Octets of the GET, SET and ACTION requests, in both directions.

DECODERS  {(tag, choice): function(cursor after the choice) -> value}
ENCODERS  {type of value: function(value) -> octets}
"""

from wire.apdu_fields import (
    put_access,
    put_attribute,
    put_counted,
    take_access,
    take_attribute,
    take_counted,
    take_data,
    take_flag,
    take_method,
)
from wire.apdu_types import (
    ActionRequest,
    GetListRequest,
    GetNextRequest,
    GetRequest,
    SetRequest,
)


def _take_get(cursor):
    return GetRequest(cursor.u8(), take_attribute(cursor), take_access(cursor))


def _put_get(request):
    return _head(0xC0, 1, request) + put_attribute(request.attribute) + put_access(request.access)


def _take_next(cursor):
    return GetNextRequest(cursor.u8(), cursor.u32())


def _put_next(request):
    return _head(0xC0, 2, request) + request.block.to_bytes(4, "big")


def _take_list(cursor):
    return GetListRequest(cursor.u8(), take_counted(cursor, _take_item))


def _take_item(cursor):
    return take_attribute(cursor), take_access(cursor)


def _put_list(request):
    return _head(0xC0, 3, request) + put_counted(request.items, _put_item)


def _put_item(item):
    attribute, access = item
    return put_attribute(attribute) + put_access(access)


def _take_set(cursor):
    return SetRequest(cursor.u8(), take_attribute(cursor), take_access(cursor), take_data(cursor))


def _put_set(request):
    what = put_attribute(request.attribute) + put_access(request.access)
    return _head(0xC1, 1, request) + what + request.data


def _take_action(cursor):
    invoke, method = cursor.u8(), take_method(cursor)
    return ActionRequest(invoke, method, take_data(cursor) if take_flag(cursor) else b"")


def _put_action(request):
    data = b"\x01" + request.data if request.data else b"\x00"
    return _head(0xC3, 1, request) + put_attribute(request.method) + data


def _head(tag, choice, request):
    return bytes([tag, choice, request.invoke])


DECODERS = {
    (0xC0, 1): _take_get,
    (0xC0, 2): _take_next,
    (0xC0, 3): _take_list,
    (0xC1, 1): _take_set,
    (0xC3, 1): _take_action,
}

ENCODERS = {
    GetRequest: _put_get,
    GetNextRequest: _put_next,
    GetListRequest: _put_list,
    SetRequest: _put_set,
    ActionRequest: _put_action,
}
