"""ACTION of the server: normal, with list, and in blocks both ways.

SERVICES  as in wire/server_get.py. An ACTION that need not be confirmed is done and not answered.

In blocks come the parameters (one Data, or the list of them), and what is returned: one Data, or
the list of results. A long answer to a single method implies its success.

Reference: IEC 62056-5-3, ACTION.
"""

from wire import apdu, apdu_response, initiate
from wire.apdu import Performed
from wire.apdu_fields import take_data, take_data_list
from wire.server_blocks import ANSWER_MAX, data_of
from wire.server_objects import TOO_LONG, exception, perform

_KIND = "action"
_CONFIRMED = 0x40  # in the invoke
_FIRSTS = (apdu.ActionFirstBlock, apdu.ActionListFirstBlock)
_HEAD = 6  # octets of an answer with list around its results
_REFUSED_EACH = 4  # octets of a result without data: result, flag, flag, reason
# the action-result that says what the data-access-result says to SET
_RESULTS = {apdu.BLOCK_NUMBER_INVALID: 15, apdu.LONG_SET_ABORTED: 15, 18: 16}


def _action(objects, agreed, client, request):
    agreed.forget()
    performed = perform(objects, client, request.method, request.data)
    if not request.invoke & _CONFIRMED:
        return None
    return _performed(agreed, request.invoke, performed)


def _performed(agreed, invoke, performed):
    whole = _answer(invoke, performed)
    if agreed.fits(whole):
        return whole
    if agreed.allows(initiate.BLOCK_ACTION):
        part = agreed.send(_KIND, performed.returned.data)
        return apdu.encode(apdu.ActionBlockResponse(invoke, part))
    # it is done, but what it gives is too long
    return _answer(invoke, Performed(performed.result, TOO_LONG))


def _answer(invoke, performed):
    return apdu.encode(apdu.ActionResponse(invoke, performed.result, performed.returned))


def _action_list(objects, agreed, client, request):
    agreed.forget()
    if not _has_room(agreed, request.methods):
        return exception(apdu.NOT_ALLOWED, apdu.PDU_TOO_LONG)
    results = _perform_all(objects, client, request.methods, request.data)
    if not request.invoke & _CONFIRMED:
        return None
    return _all_performed(agreed, request.invoke, results)


def _has_room(agreed, methods):
    """For the results at least, if not for what the methods return."""
    return _HEAD + _REFUSED_EACH * len(methods) <= agreed.room()


def _perform_all(objects, client, methods, data):
    results = []
    size = 0
    for method, each in zip(methods, data):
        performed = perform(objects, client, method, b"" if each == b"\x00" else each)
        size += len(performed.returned.data) if performed.returned else 0
        fits = size <= ANSWER_MAX
        results.append(performed if fits else Performed(performed.result, TOO_LONG))
    return results


def _all_performed(agreed, invoke, results):
    whole = apdu.encode(apdu.ActionListResponse(invoke, results))
    if agreed.fits(whole):
        return whole
    if agreed.allows(initiate.BLOCK_ACTION):
        part = agreed.send(_KIND, apdu_response.put_all_performed(results))
        return apdu.encode(apdu.ActionBlockResponse(invoke, part))
    shortened = [Performed(each.result, each.returned and TOO_LONG) for each in results]
    return apdu.encode(apdu.ActionListResponse(invoke, shortened))


def _answer_next(objects, agreed, client, request):
    dar, part = agreed.send_next(_KIND, request.block)
    if part is None:
        return _answer(request.invoke, Performed(_RESULTS.get(dar, dar), None))
    return apdu.encode(apdu.ActionBlockResponse(request.invoke, part))


def _request_first(objects, agreed, client, request):
    agreed.forget()
    if isinstance(request, apdu.ActionListFirstBlock):
        if not _has_room(agreed, request.methods):
            return exception(apdu.NOT_ALLOWED, apdu.PDU_TOO_LONG)
    agreed.receive(request)
    return _request_next(objects, agreed, client, request)


def _request_next(objects, agreed, client, request):
    invoke = request.invoke
    dar, first, octets = agreed.receive_next(_FIRSTS, request.part)
    if dar != apdu.SUCCESS:
        return _answer(invoke, Performed(_RESULTS.get(dar, dar), None))
    if octets is None:
        return apdu.encode(apdu.ActionNextResponse(invoke, request.part.block))
    if isinstance(first, apdu.ActionFirstBlock):
        if data_of(take_data, octets) is None:
            return _answer(invoke, Performed(apdu.TYPE_UNMATCHED, None))
        return _performed(agreed, invoke, perform(objects, client, first.method, octets))
    data = data_of(take_data_list, octets, len(first.methods))
    if data is None:
        return _answer(invoke, Performed(apdu.TYPE_UNMATCHED, None))
    results = _perform_all(objects, client, first.methods, data)
    return _all_performed(agreed, invoke, results)


_WITH_BLOCKS = initiate.ACTION | initiate.BLOCK_ACTION

SERVICES = {
    apdu.ActionRequest: (initiate.ACTION, _action),
    apdu.ActionListRequest: (initiate.ACTION | initiate.MULTIPLE_REFERENCES, _action_list),
    apdu.ActionNextRequest: (_WITH_BLOCKS, _answer_next),
    apdu.ActionFirstBlock: (_WITH_BLOCKS, _request_first),
    apdu.ActionListFirstBlock: (_WITH_BLOCKS | initiate.MULTIPLE_REFERENCES, _request_first),
    apdu.ActionNextBlock: (_WITH_BLOCKS, _request_next),
}
