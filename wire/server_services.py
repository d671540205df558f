"""GET, SET and ACTION of an associated client on the objects: plain APDUs, in and out. No I/O.

The COSEM objects are the caller's, asked by

    objects.get(attribute, access, client) -> octets of Data
    objects.set(attribute, access, data, client)
    objects.action(class_id, ln, method, data, client) -> octets of Data or None

with `client` the SAP that asks; each raises Denied(data access result) to refuse. A WireError out
of them means that the client's data were not what the object takes.

Reference: IEC 62056-5-3, GET (normal, next, with list), SET and ACTION (normal).
"""

from wire import apdu, apdu_response, initiate
from wire.apdu import Result
from wire.errors import DcuError, WireError

ANSWER_MAX = 262_144  # octets; a longer answer is not given

_BLOCK_HEAD = 12  # octets around the data of a block: C4 02 invoke last number(4) 00 length(3)


class Denied(DcuError):
    """An object refuses. `result` is the data-access-result or action-result."""

    def __init__(self, result):
        super().__init__("denied: " + apdu.dar_text(result))
        self.result = result


class Agreed:
    """What one client has agreed with us, and the answer that it is fetching in blocks."""

    def __init__(self, conformance, max_pdu):
        self.conformance = conformance
        self.max_pdu = max_pdu
        self.whole = b""
        self.sent = 0  # octets of the whole
        self.block = 0  # the last one sent; 0: no transfer


class Services:
    """What `objects` answer. Whatever comes, nothing is raised for the peer's part."""

    def __init__(self, objects):
        self._objects = objects

    def answer(self, agreed, client, octets):
        """The APDU that answers the plain APDU `octets` of `client`, with whom it is Agreed."""
        try:
            request = apdu.decode(octets)
        except apdu.UnknownApdu:
            return exception(apdu.UNKNOWN, apdu.NOT_SUPPORTED)
        except WireError:
            return exception(apdu.NOT_ALLOWED, apdu.OTHER_REASON)
        serve = _SERVICES.get(type(request))
        if serve is None:
            return exception(apdu.UNKNOWN, apdu.NOT_SUPPORTED)
        return serve(self, agreed, client, request)

    def _get(self, agreed, client, request):
        _forget(agreed)
        dar, data = self._result(client, request.attribute, request.access)
        whole = apdu.encode(apdu.GetResponse(request.invoke, Result(dar, data)))
        if len(whole) <= agreed.max_pdu:
            return whole
        return _in_blocks(agreed, request.invoke, data)

    def _get_list(self, agreed, client, request):
        _forget(agreed)
        results = []
        size = 0
        for attribute, access in request.items:
            result = self._result(client, attribute, access)
            size += len(result.data)
            fits = size <= ANSWER_MAX
            results.append(result if fits else Result(apdu.DAR_OTHER_REASON, b""))
        whole = apdu.encode(apdu.GetListResponse(request.invoke, results))
        if len(whole) <= agreed.max_pdu:
            return whole
        return _in_blocks(agreed, request.invoke, apdu_response.put_results(results))

    def _get_next(self, agreed, client, request):
        if agreed.block == 0:
            return _block_refused(request, apdu.NO_LONG_GET_IN_PROGRESS)
        if request.block != agreed.block:
            _forget(agreed)
            return _block_refused(request, apdu.BLOCK_NUMBER_INVALID)
        return _next_block(agreed, request.invoke)

    def _result(self, client, attribute, access):
        dar, data = _asked(self._objects.get, attribute, access, client)
        if dar == apdu.SUCCESS and len(data) > ANSWER_MAX:
            return Result(apdu.DAR_OTHER_REASON, b"")
        return Result(dar, data or b"")

    def _set(self, agreed, client, request):
        _, attribute, access, data = request
        dar, _ = _asked(self._objects.set, attribute, access, data, client)
        return apdu.encode(apdu.SetResponse(request.invoke, dar))

    def _action(self, agreed, client, request):
        class_id, ln, index = request.method
        asked = (class_id, ln, index, request.data, client)
        result, data = _asked(self._objects.action, *asked)
        returned = Result(apdu.SUCCESS, data) if data else None
        whole = apdu.encode(apdu.ActionResponse(request.invoke, result, returned))
        if len(whole) <= agreed.max_pdu:
            return whole
        refusal = Result(apdu.DAR_OTHER_REASON, b"")  # it is done, but what it gives is too long
        return apdu.encode(apdu.ActionResponse(request.invoke, result, refusal))


_SERVICES = {
    apdu.GetRequest: Services._get,
    apdu.GetListRequest: Services._get_list,
    apdu.GetNextRequest: Services._get_next,
    apdu.SetRequest: Services._set,
    apdu.ActionRequest: Services._action,
}


def _asked(ask, *arguments):
    """(data access result, what the object gives)."""
    try:
        return apdu.SUCCESS, ask(*arguments)
    except Denied as denied:
        return denied.result, b""
    except WireError:
        return apdu.TYPE_UNMATCHED, b""


def exception(state, service):
    return apdu.encode(apdu.ExceptionResponse(state, service, None))


def _in_blocks(agreed, invoke, octets):
    """The first block; the others wait for GET next."""
    if not agreed.conformance & initiate.BLOCK_GET:
        refusal = Result(apdu.DAR_OTHER_REASON, b"")
        return apdu.encode(apdu.GetResponse(invoke, refusal))
    agreed.whole, agreed.sent, agreed.block = octets, 0, 0
    return _next_block(agreed, invoke)


def _next_block(agreed, invoke):
    begin = agreed.sent
    agreed.sent += agreed.max_pdu - _BLOCK_HEAD
    agreed.block += 1
    octets = agreed.whole[begin : agreed.sent]
    is_last = agreed.sent >= len(agreed.whole)
    block = apdu.GetBlockResponse(invoke, is_last, agreed.block, Result(apdu.SUCCESS, octets))
    if is_last:
        _forget(agreed)
    return apdu.encode(block)


def _forget(agreed):
    agreed.whole, agreed.sent, agreed.block = b"", 0, 0


def _block_refused(request, dar):
    refusal = Result(dar, b"")
    return apdu.encode(apdu.GetBlockResponse(request.invoke, True, request.block, refusal))
