"""What every dialogue of wire/dialogue.py makes of an answer, and how it sends what is long."""

from wire import apdu
from wire.apdu import Part
from wire.apdu_fields import filling
from wire.errors import WireError

INVOKE = 0xC0  # confirmed, high priority
WHOLE_MAX = 262_144  # octets of one answer that comes in blocks
LIST_MAX = 127  # so that the count is one octet in the answer, too

_INVOKE_ID = 0x0F


class AccessRefused(WireError):
    """The server says no. `result` is its data-access-result or action-result; for an exception
    response, which has none, that is "other reason", and `exception` is the ExceptionResponse or
    the ServiceError."""

    def __init__(self, result, exception=None):
        text = apdu.dar_text(result)
        if isinstance(exception, apdu.ExceptionResponse):
            text = apdu.exception_text(exception)
        elif exception is not None:
            text = f"service error {exception.kind}/{exception.code}"
        super().__init__("refused: " + text)
        self.result = result
        self.exception = exception


def taken(octets, invoke):
    """The answer with our number. AccessRefused for an exception, which has no number."""
    answer = apdu.decode(octets)
    if isinstance(answer, (apdu.ExceptionResponse, apdu.ServiceError)):
        raise AccessRefused(apdu.DAR_OTHER_REASON, answer)
    if not hasattr(answer, "invoke") or answer.invoke & _INVOKE_ID != invoke:
        raise WireError("the answer to another request", octets[:16])
    return answer


def data_of(result):
    if result.dar:
        raise AccessRefused(result.dar)
    return result.data


def long_invoke(invoke):
    return apdu.LONG_CONFIRMED | apdu.LONG_PRIORITY | invoke


def in_requests(items, size, head, max_pdu):
    """`items` in as few lists as can be, each of which fits a request: size(item) octets for
    each and `head` for the request."""
    some, used = [], head
    for item in items:
        if some and (len(some) == LIST_MAX or max_pdu and used + size(item) > max_pdu):
            yield some
            some, used = [], head
        some.append(item)
        used += size(item)
    if some:
        yield some


def send(request, first, following, octets, max_pdu, invoke):
    """The answer to `request`; or, when it is longer than max_pdu (0: any), to the last of the
    requests first(part), following(part), following(part)… that have `octets` in blocks.
    AccessRefused when the server stops it.
    """
    whole = apdu.encode(request)
    if max_pdu and len(whole) > max_pdu:
        return (yield from _send_parts(first, following, octets, max_pdu, invoke))
    return taken((yield whole), invoke)


def _send_parts(first, following, octets, max_pdu, invoke):
    make, block, at = first, 1, 0
    while True:
        room = max_pdu - len(apdu.encode(make(Part(False, block, b""))))
        if room < 1:
            raise WireError(f"no block of a request fits {max_pdu} octets")
        size = filling(room)
        is_last = at + size >= len(octets)
        part = Part(is_last, block, octets[at : at + size])
        answer = taken((yield apdu.encode(make(part))), invoke)
        if is_last:
            return answer
        if not isinstance(answer, _GO_ON) or answer.block != block:
            dar = _REFUSALS.get(type(answer), _no_refusal)(answer)
            raise AccessRefused(dar) if dar else WireError(f"block {block} not acknowledged")
        make, block, at = following, block + 1, at + size


def fetch_parts(part, next_request, part_of, invoke):
    """The octets of all blocks of an answer, of which `part` is the first.

    next_request  the type of the request for the next block
    part_of       gives the Part in the answer to it, or raises what is wrong with it
    """
    whole, block = bytearray(), 1
    while True:
        if part.block != block:
            raise WireError(f"block {part.block} in place of {block}")
        whole.extend(part.octets)
        if len(whole) > WHOLE_MAX or not (part.octets or part.is_last):
            raise WireError(f"an answer of more than {WHOLE_MAX} octets, or an empty block")
        if part.is_last:
            return bytes(whole)
        request = next_request(INVOKE | invoke, block)
        part = part_of(taken((yield apdu.encode(request)), invoke))
        block += 1


_GO_ON = (apdu.SetBlockResponse, apdu.ActionNextResponse)
_REFUSALS = {
    apdu.SetResponse: lambda answer: answer.dar,
    apdu.SetLastBlockResponse: lambda answer: answer.dar,
    apdu.ActionResponse: lambda answer: answer.result,
}


def _no_refusal(answer):
    return apdu.SUCCESS
