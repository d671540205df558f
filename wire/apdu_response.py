"""Octets of the answers to GET, SET and ACTION, in both directions.

DECODERS  {(tag, choice): function(cursor after the choice) -> value}
ENCODERS  {type of value: function(value) -> octets}
"""

from wire.apdu_fields import (
    put_counted,
    put_octets,
    put_result,
    take_counted,
    take_flag,
    take_last_result,
    take_octets,
    take_result,
)
from wire.apdu_types import (
    SUCCESS,
    ActionResponse,
    GetBlockResponse,
    GetListResponse,
    GetResponse,
    Result,
    SetResponse,
)


def _take_get(cursor):
    return GetResponse(cursor.u8(), take_last_result(cursor))


def _put_get(response):
    return _head(0xC4, 1, response) + put_result(response.result)


def _take_block(cursor):
    invoke, is_last, block = cursor.u8(), take_flag(cursor) == 1, cursor.u32()
    if take_flag(cursor):
        return GetBlockResponse(invoke, is_last, block, Result(cursor.u8(), b""))
    return GetBlockResponse(invoke, is_last, block, Result(SUCCESS, take_octets(cursor)))


def _put_block(response):
    dar, octets = response.result
    result = b"\x00" + put_octets(octets) if dar == SUCCESS else bytes([1, dar])
    number = response.block.to_bytes(4, "big")
    return _head(0xC4, 2, response) + bytes([1 if response.is_last else 0]) + number + result


def _take_list(cursor):
    return GetListResponse(cursor.u8(), take_results(cursor))


def _put_list(response):
    return _head(0xC4, 3, response) + put_results(response.results)


def take_results(cursor):
    """The results of GET with list; they come in blocks, too, without a head."""
    return take_counted(cursor, take_result)


def put_results(results):
    return put_counted(results, put_result)


def _take_set(cursor):
    return SetResponse(cursor.u8(), cursor.u8())


def _put_set(response):
    return _head(0xC5, 1, response) + bytes([response.dar])


def _take_action(cursor):
    invoke, result = cursor.u8(), cursor.u8()
    return ActionResponse(invoke, result, take_last_result(cursor) if take_flag(cursor) else None)


def _put_action(response):
    returned = b"\x00"
    if response.returned is not None:
        returned = b"\x01" + put_result(response.returned)
    return _head(0xC7, 1, response) + bytes([response.result]) + returned


def _head(tag, choice, response):
    return bytes([tag, choice, response.invoke])


DECODERS = {
    (0xC4, 1): _take_get,
    (0xC4, 2): _take_block,
    (0xC4, 3): _take_list,
    (0xC5, 1): _take_set,
    (0xC7, 1): _take_action,
}

ENCODERS = {
    GetResponse: _put_get,
    GetBlockResponse: _put_block,
    GetListResponse: _put_list,
    SetResponse: _put_set,
    ActionResponse: _put_action,
}
