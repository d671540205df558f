"""SET of the server: normal, with list, and either of them in blocks.

SERVICES  as in wire/server_get.py. A SET that need not be confirmed is done and not answered.

Reference: IEC 62056-5-3, SET.
"""

from wire import apdu, initiate
from wire.apdu_fields import take_data, take_data_list
from wire.server_blocks import data_of
from wire.server_objects import exception, set_

_CONFIRMED = 0x40  # in the invoke
_FIRSTS = (apdu.SetFirstBlock, apdu.SetListFirstBlock)
_HEAD = 10  # octets of an answer with list around its results


def _set(objects, agreed, client, request):
    agreed.forget()
    dar = set_(objects, agreed, client, (request.attribute, request.access), request.data)
    if not request.invoke & _CONFIRMED:
        return None
    return apdu.encode(apdu.SetResponse(request.invoke, dar))


def _set_list(objects, agreed, client, request):
    agreed.forget()
    if len(request.items) + _HEAD > agreed.room():
        return exception(apdu.NOT_ALLOWED, apdu.PDU_TOO_LONG)
    dars = _set_all(objects, agreed, client, request.items, request.data)
    if not request.invoke & _CONFIRMED:
        return None
    return apdu.encode(apdu.SetListResponse(request.invoke, dars))


def _set_all(objects, agreed, client, items, data):
    return [set_(objects, agreed, client, item, each) for item, each in zip(items, data)]


def _set_first(objects, agreed, client, request):
    agreed.forget()
    if isinstance(request, apdu.SetListFirstBlock):
        if len(request.items) + _HEAD > agreed.room():
            return exception(apdu.NOT_ALLOWED, apdu.PDU_TOO_LONG)
    agreed.receive(request)
    return _set_next(objects, agreed, client, request)


def _set_next(objects, agreed, client, request):
    invoke, block = request.invoke, request.part.block
    dar, first, octets = agreed.receive_next(_FIRSTS, request.part)
    if dar != apdu.SUCCESS:
        return apdu.encode(apdu.SetLastBlockResponse(invoke, dar, block))
    if octets is None:
        return apdu.encode(apdu.SetBlockResponse(invoke, block))
    if isinstance(first, apdu.SetFirstBlock):
        dar = apdu.TYPE_UNMATCHED
        if data_of(take_data, octets) is not None:
            dar = set_(objects, agreed, client, (first.attribute, first.access), octets)
        return apdu.encode(apdu.SetLastBlockResponse(invoke, dar, block))
    data = data_of(take_data_list, octets, len(first.items))
    if data is None:
        return apdu.encode(apdu.SetLastBlockResponse(invoke, apdu.TYPE_UNMATCHED, block))
    dars = _set_all(objects, agreed, client, first.items, data)
    return apdu.encode(apdu.SetLastListBlockResponse(invoke, dars, block))


_WITH_BLOCKS = initiate.SET | initiate.BLOCK_SET

SERVICES = {
    apdu.SetRequest: (initiate.SET, _set),
    apdu.SetListRequest: (initiate.SET | initiate.MULTIPLE_REFERENCES, _set_list),
    apdu.SetFirstBlock: (_WITH_BLOCKS, _set_first),
    apdu.SetListFirstBlock: (_WITH_BLOCKS | initiate.MULTIPLE_REFERENCES, _set_first),
    apdu.SetNextBlock: (_WITH_BLOCKS, _set_next),
}
