"""Octets of the answers to GET, SET and ACTION, in both directions.

DECODERS  {(tag, choice): function(cursor after the choice) -> value}
ENCODERS  {type of value: function(value) -> octets}
"""

from wire.apdu_fields import (
    put_counted,
    put_octets,
    put_part,
    put_result,
    take_counted,
    take_flag,
    take_last_result,
    take_octets,
    take_part,
    take_result,
)
from wire.apdu_types import (
    SUCCESS,
    ActionBlockResponse,
    ActionListResponse,
    ActionNextResponse,
    ActionResponse,
    GetBlockResponse,
    GetListResponse,
    GetResponse,
    Performed,
    Result,
    SetBlockResponse,
    SetLastBlockResponse,
    SetLastListBlockResponse,
    SetListResponse,
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


def _take_set_block(cursor):
    return SetBlockResponse(cursor.u8(), cursor.u32())


def _put_set_block(response):
    return _head(0xC5, 2, response) + response.block.to_bytes(4, "big")


def _take_set_last(cursor):
    return SetLastBlockResponse(cursor.u8(), cursor.u8(), cursor.u32())


def _put_set_last(response):
    return _head(0xC5, 3, response) + bytes([response.dar]) + response.block.to_bytes(4, "big")


def _take_set_last_list(cursor):
    return SetLastListBlockResponse(cursor.u8(), _take_dars(cursor), cursor.u32())


def _put_set_last_list(response):
    dars = put_octets(bytes(response.dars))
    return _head(0xC5, 4, response) + dars + response.block.to_bytes(4, "big")


def _take_set_list(cursor):
    return SetListResponse(cursor.u8(), _take_dars(cursor))


def _put_set_list(response):
    return _head(0xC5, 5, response) + put_octets(bytes(response.dars))


def _take_dars(cursor):
    """One octet each, so that they look like octets with a length."""
    return tuple(take_octets(cursor))


def _take_action(cursor):
    invoke, result = cursor.u8(), cursor.u8()
    return ActionResponse(invoke, result, take_last_result(cursor) if take_flag(cursor) else None)


def _put_action(response):
    return _head(0xC7, 1, response) + _put_performed(response)


def _take_action_block(cursor):
    return ActionBlockResponse(cursor.u8(), take_part(cursor))


def _put_action_block(response):
    return _head(0xC7, 2, response) + put_part(response.part)


def _take_action_list(cursor):
    return ActionListResponse(cursor.u8(), take_all_performed(cursor))


def _put_action_list(response):
    return _head(0xC7, 3, response) + put_all_performed(response.results)


def _take_action_next(cursor):
    return ActionNextResponse(cursor.u8(), cursor.u32())


def _put_action_next(response):
    return _head(0xC7, 4, response) + response.block.to_bytes(4, "big")


def take_all_performed(cursor):
    """The results of ACTION with list; they come in blocks, too, without a head."""
    return take_counted(cursor, _take_performed)


def put_all_performed(results):
    return put_counted(results, _put_performed)


def _take_performed(cursor):
    return Performed(cursor.u8(), take_result(cursor) if take_flag(cursor) else None)


def _put_performed(performed):
    """Of a Performed or an ActionResponse."""
    head = bytes([performed.result])
    if performed.returned is None:
        return head + b"\x00"
    return head + b"\x01" + put_result(performed.returned)


def _head(tag, choice, response):
    return bytes([tag, choice, response.invoke])


DECODERS = {
    (0xC4, 1): _take_get,
    (0xC4, 2): _take_block,
    (0xC4, 3): _take_list,
    (0xC5, 1): _take_set,
    (0xC5, 2): _take_set_block,
    (0xC5, 3): _take_set_last,
    (0xC5, 4): _take_set_last_list,
    (0xC5, 5): _take_set_list,
    (0xC7, 1): _take_action,
    (0xC7, 2): _take_action_block,
    (0xC7, 3): _take_action_list,
    (0xC7, 4): _take_action_next,
}

ENCODERS = {
    GetResponse: _put_get,
    GetBlockResponse: _put_block,
    GetListResponse: _put_list,
    SetResponse: _put_set,
    SetBlockResponse: _put_set_block,
    SetLastBlockResponse: _put_set_last,
    SetLastListBlockResponse: _put_set_last_list,
    SetListResponse: _put_set_list,
    ActionResponse: _put_action,
    ActionBlockResponse: _put_action_block,
    ActionListResponse: _put_action_list,
    ActionNextResponse: _put_action_next,
}
