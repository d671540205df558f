"""Octets of the GET, SET and ACTION requests, in both directions.

DECODERS  {(tag, choice): function(cursor after the choice) -> value}
ENCODERS  {type of value: function(value) -> octets}
"""

from wire.apdu_fields import (
    put_access,
    put_attribute,
    put_counted,
    put_data_list,
    put_item,
    put_part,
    take_access,
    take_attribute,
    take_counted,
    take_data,
    take_data_list,
    take_flag,
    take_item,
    take_method,
    take_part,
)
from wire.apdu_types import (
    ActionFirstBlock,
    ActionListFirstBlock,
    ActionListRequest,
    ActionNextBlock,
    ActionNextRequest,
    ActionRequest,
    GetListRequest,
    GetNextRequest,
    GetRequest,
    SetFirstBlock,
    SetListFirstBlock,
    SetListRequest,
    SetNextBlock,
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
    return GetListRequest(cursor.u8(), take_counted(cursor, take_item))


def _put_list(request):
    return _head(0xC0, 3, request) + put_counted(request.items, put_item)


def _take_set(cursor):
    return SetRequest(cursor.u8(), take_attribute(cursor), take_access(cursor), take_data(cursor))


def _put_set(request):
    what = put_attribute(request.attribute) + put_access(request.access)
    return _head(0xC1, 1, request) + what + request.data


def _take_set_first(cursor):
    invoke, attribute, access = cursor.u8(), take_attribute(cursor), take_access(cursor)
    return SetFirstBlock(invoke, attribute, access, take_part(cursor))


def _put_set_first(request):
    what = put_attribute(request.attribute) + put_access(request.access)
    return _head(0xC1, 2, request) + what + put_part(request.part)


def _take_set_next(cursor):
    return SetNextBlock(cursor.u8(), take_part(cursor))


def _put_set_next(request):
    return _head(0xC1, 3, request) + put_part(request.part)


def _take_set_list(cursor):
    invoke, items = cursor.u8(), take_counted(cursor, take_item)
    return SetListRequest(invoke, items, take_data_list(cursor, len(items)))


def _put_set_list(request):
    items = put_counted(request.items, put_item)
    return _head(0xC1, 4, request) + items + put_data_list(request.data)


def _take_set_list_first(cursor):
    return SetListFirstBlock(cursor.u8(), take_counted(cursor, take_item), take_part(cursor))


def _put_set_list_first(request):
    items = put_counted(request.items, put_item)
    return _head(0xC1, 5, request) + items + put_part(request.part)


def _take_action(cursor):
    invoke, method = cursor.u8(), take_method(cursor)
    return ActionRequest(invoke, method, take_data(cursor) if take_flag(cursor) else b"")


def _put_action(request):
    data = b"\x01" + request.data if request.data else b"\x00"
    return _head(0xC3, 1, request) + put_attribute(request.method) + data


def _take_action_next(cursor):
    return ActionNextRequest(cursor.u8(), cursor.u32())


def _put_action_next(request):
    return _head(0xC3, 2, request) + request.block.to_bytes(4, "big")


def _take_action_list(cursor):
    invoke, methods = cursor.u8(), take_counted(cursor, take_method)
    return ActionListRequest(invoke, methods, take_data_list(cursor, len(methods)))


def _put_action_list(request):
    methods = put_counted(request.methods, put_attribute)
    return _head(0xC3, 3, request) + methods + put_data_list(request.data)


def _take_action_first(cursor):
    return ActionFirstBlock(cursor.u8(), take_method(cursor), take_part(cursor))


def _put_action_first(request):
    return _head(0xC3, 4, request) + put_attribute(request.method) + put_part(request.part)


def _take_action_list_first(cursor):
    return ActionListFirstBlock(cursor.u8(), take_counted(cursor, take_method), take_part(cursor))


def _put_action_list_first(request):
    methods = put_counted(request.methods, put_attribute)
    return _head(0xC3, 5, request) + methods + put_part(request.part)


def _take_action_block(cursor):
    return ActionNextBlock(cursor.u8(), take_part(cursor))


def _put_action_block(request):
    return _head(0xC3, 6, request) + put_part(request.part)


def _head(tag, choice, request):
    return bytes([tag, choice, request.invoke])


DECODERS = {
    (0xC0, 1): _take_get,
    (0xC0, 2): _take_next,
    (0xC0, 3): _take_list,
    (0xC1, 1): _take_set,
    (0xC1, 2): _take_set_first,
    (0xC1, 3): _take_set_next,
    (0xC1, 4): _take_set_list,
    (0xC1, 5): _take_set_list_first,
    (0xC3, 1): _take_action,
    (0xC3, 2): _take_action_next,
    (0xC3, 3): _take_action_list,
    (0xC3, 4): _take_action_first,
    (0xC3, 5): _take_action_list_first,
    (0xC3, 6): _take_action_block,
}

ENCODERS = {
    GetRequest: _put_get,
    GetNextRequest: _put_next,
    GetListRequest: _put_list,
    SetRequest: _put_set,
    SetFirstBlock: _put_set_first,
    SetNextBlock: _put_set_next,
    SetListRequest: _put_set_list,
    SetListFirstBlock: _put_set_list_first,
    ActionRequest: _put_action,
    ActionNextRequest: _put_action_next,
    ActionListRequest: _put_action_list,
    ActionFirstBlock: _put_action_first,
    ActionListFirstBlock: _put_action_list_first,
    ActionNextBlock: _put_action_block,
}
