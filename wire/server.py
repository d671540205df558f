"""The DLMS server side of one connection: an APDU in, the APDU that answers it out. No I/O.

The COSEM objects are the caller's, asked by

    objects.get(attribute, access, client) -> octets of Data
    objects.set(attribute, access, data, client)
    objects.action(class_id, ln, method, data, client) -> octets of Data or None

with `client` the SAP that asks; each raises Denied(data access result) to refuse. A WireError out
of them means that the client's data were not what the object takes.

Reference: IEC 62056-5-3, GET (normal, next, with list), SET and ACTION (normal).
"""

from wire import apdu, apdu_response, association, initiate
from wire.apdu import Result
from wire.errors import DcuError, WireError

MAX_PDU = 2048  # octets of the longest request that we take
CLIENT_PDU_MIN = 32  # octets; a client that takes less is refused
ANSWER_MAX = 262_144  # octets; a longer answer is not given

_LOGICAL_DEVICE = 1
_BLOCK_HEAD = 12  # octets around the data of a block: C4 02 invoke last number(4) 00 length(3)


class Denied(DcuError):
    """An object refuses. `result` is the data-access-result or action-result."""

    def __init__(self, result):
        super().__init__("denied: " + apdu.dar_text(result))
        self.result = result


class _Association:
    """What one client has agreed with us, and the answer that it is fetching in blocks."""

    def __init__(self, conformance, max_pdu):
        self.conformance = conformance
        self.max_pdu = max_pdu
        self.whole = b""
        self.sent = 0  # octets of the whole
        self.block = 0  # the last one sent; 0: no transfer


class ServerAssociation:
    """One for each connection. Whatever comes, `answer` does not raise for the peer's part.

    clients   {client SAP: (mechanism, secret)}: association.NONE or association.LLS, and octets
    """

    def __init__(self, objects, clients):
        self._objects = objects
        self._clients = clients
        self._associations = {}

    def answer(self, client, logical, octets):
        """The answer to `octets` from SAP `client` to our logical device, or None for none."""
        tag = octets[0] if octets else 0
        if logical != _LOGICAL_DEVICE:
            return _exception(apdu.NOT_ALLOWED, apdu.NOT_POSSIBLE) if tag in _REQUESTS else None
        if tag == association.AARQ:
            return self._associate(client, octets)
        if tag not in _REQUESTS:
            return None
        if client not in self._associations:
            return _exception(apdu.NOT_ALLOWED, apdu.NOT_POSSIBLE)
        if tag == association.RLRQ:
            return self._release(client, octets)
        if len(octets) > MAX_PDU:
            return _exception(apdu.NOT_ALLOWED, apdu.PDU_TOO_LONG)
        try:
            request = apdu.decode(octets)
        except apdu.UnknownApdu:
            return _exception(apdu.UNKNOWN, apdu.NOT_SUPPORTED)
        except WireError:
            return _exception(apdu.NOT_ALLOWED, apdu.OTHER_REASON)
        serve = _SERVICES.get(type(request))
        if serve is None:
            return _exception(apdu.UNKNOWN, apdu.NOT_SUPPORTED)
        return serve(self, self._associations[client], client, request)

    def _associate(self, client, octets):
        self._associations.pop(client, None)
        try:
            aarq = association.decode(octets)
        except WireError:
            return _exception(apdu.NOT_ALLOWED, apdu.OTHER_REASON)
        refusal = self._refusal(client, aarq)
        if refusal:
            return _refused(refusal, b"")
        try:
            offer = initiate.decode_initiate(aarq.user_information)
        except WireError:
            return _refused(association.NO_REASON, b"")
        error = _initiation_error(offer)
        if error:
            information = initiate.encode_initiate(initiate.error(error))
            return _refused(association.NO_REASON, information)
        conformance = offer.conformance & initiate.CONFORMANCE
        max_pdu = min(offer.max_pdu or apdu.APDU_MAX, apdu.APDU_MAX)
        self._associations[client] = _Association(conformance, max_pdu)
        information = initiate.encode_initiate(initiate.response(conformance, MAX_PDU))
        return association.encode(association.Aare(association.ACCEPTED, 0, information))

    def _refusal(self, client, aarq):
        """The diagnostic, 0 if there is nothing to object."""
        if client not in self._clients:
            return association.NO_REASON
        mechanism, secret = self._clients[client]
        if aarq.context != association.LN:
            return association.CONTEXT_NOT_SUPPORTED
        if mechanism != association.NONE and aarq.mechanism == association.NONE:
            return association.MECHANISM_REQUIRED
        if aarq.mechanism != mechanism:
            return association.MECHANISM_NOT_RECOGNISED
        if mechanism == association.LLS and not _same(aarq.authentication, secret):
            return association.AUTHENTICATION_FAILURE
        return 0

    def _release(self, client, octets):
        try:
            association.decode(octets)
        except WireError:
            return _exception(apdu.NOT_ALLOWED, apdu.OTHER_REASON)
        self._associations.pop(client)
        return association.encode(association.Release(association.RLRE))

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
    apdu.GetRequest: ServerAssociation._get,
    apdu.GetListRequest: ServerAssociation._get_list,
    apdu.GetNextRequest: ServerAssociation._get_next,
    apdu.SetRequest: ServerAssociation._set,
    apdu.ActionRequest: ServerAssociation._action,
}
# GET, SET, ACTION, READ, WRITE, ACCESS, ciphered and general forms. All else is a notification,
# or an answer: answering an answer would never end.
_REQUESTS = (0x60, 0x62, 0xC0, 0xC1, 0xC3, 0x05, 0x06, 0xD9, 0xC8, 0xC9, 0xCB, 0xD0, 0xD1, 0xD3)
_REQUESTS += (0xDB, 0xDC, 0xDD, 0xDF, 0xE0)


def _asked(ask, *arguments):
    """(data access result, what the object gives)."""
    try:
        return apdu.SUCCESS, ask(*arguments)
    except Denied as denied:
        return denied.result, b""
    except WireError:
        return apdu.TYPE_UNMATCHED, b""


def _same(given, secret):
    """Compares all octets whatever the first difference, so that time tells little."""
    difference = len(given) ^ len(secret)
    for at, octet in enumerate(secret):
        difference |= octet ^ (given[at] if at < len(given) else 0)
    return difference == 0


def _initiation_error(offer):
    if not isinstance(offer, initiate.InitiateRequest) or offer.version < initiate.DLMS_VERSION:
        return initiate.VERSION_TOO_LOW
    if not offer.conformance & initiate.CONFORMANCE:
        return initiate.INCOMPATIBLE_CONFORMANCE
    return initiate.PDU_TOO_SHORT if 0 < offer.max_pdu < CLIENT_PDU_MIN else 0


def _refused(diagnostic, information):
    aare = association.Aare(association.REFUSED, diagnostic, information)
    return association.encode(aare)


def _exception(state, service):
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
