"""What a DLMS client says, as generators: a request out, its answer in, a result at the end.

    talk = get(attribute)
    request = next(talk)              # an APDU
    request = talk.send(answer)       # StopIteration.value is the result

Each yields the APDU to be sent and is sent the APDU that answers it: over HDLC, the wrapper or a
gateway, waiting or not. WireError when the server breaks the protocol, AccessRefused or
AssociationRefused when it says no. `invoke` (1..15) is the number that the answer must carry; a
client whose answers may come late counts it up.

Reference: IEC 62056-5-3, GET, SET, ACTION with LN referencing; IEC 62056-6-2, selective access.
"""

from collections import namedtuple

from wire import apdu, apdu_response, association, axdr, initiate
from wire.apdu import Access, Method, Result
from wire.cursor import Cursor
from wire.errors import WireError

WHOLE_MAX = 262_144  # octets of one answer that comes in blocks
_INVOKE = 0xC0  # confirmed, high priority
_INVOKE_ID = 0x0F
_LIST_HEAD = 6  # octets of a GET with list before its items: tag, form, invoke, count
_LIST_ITEM = 10
_LIST_MAX = 127  # so that the count is one octet in the answer, too

_BY_RANGE, _BY_ENTRY = 1, 2

# What the server allows: conformance bits (wire/initiate.py), its longest PDU (0: any)
Associated = namedtuple("Associated", ("conformance", "max_pdu"))


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


class AssociationRefused(WireError):
    """`result` and `diagnostic` as in Aare; diagnostic is None when the answer was no AARE."""

    def __init__(self, result, diagnostic, text):
        super().__init__("association refused: " + text)
        self.result = result
        self.diagnostic = diagnostic


def associate(mechanism=association.NONE, password=b"", max_pdu=apdu.APDU_MAX):
    """Associated. `max_pdu`: octets of the longest PDU that we take."""
    information = initiate.encode_initiate(initiate.request(max_pdu=max_pdu))
    aarq = association.Aarq(association.LN, mechanism, password, information)
    aare = _association_answer((yield association.encode(aarq)))
    if aare.result != association.ACCEPTED:
        text = _provider_or_user(aare)
        if aare.user_information[:1] == b"\x0e":
            error = initiate.decode_initiate(aare.user_information)
            text += f", {initiate.error_text(error)}"
        raise AssociationRefused(aare.result, aare.diagnostic, text)
    if aare.diagnostic == association.AUTHENTICATION_REQUIRED:
        text = association.diagnostic_text(aare.diagnostic)
        raise AssociationRefused(association.REFUSED, aare.diagnostic, text)
    response = initiate.decode_initiate(aare.user_information)
    if not isinstance(response, initiate.InitiateResponse):
        raise WireError("an association accepted without an InitiateResponse")
    return Associated(response.conformance, response.max_pdu)


def _association_answer(answer):
    if answer[:1] == bytes([association.AARE]):
        return association.decode(answer)
    value = apdu.decode(answer)
    if isinstance(value, (apdu.ExceptionResponse, apdu.ServiceError)):
        text = str(AccessRefused(apdu.DAR_OTHER_REASON, value))
        raise AssociationRefused(association.REFUSED, None, text)
    raise WireError("not the answer to an AARQ", answer[:16])


def _provider_or_user(aare):
    if aare.by_provider:
        return f"diagnostic {aare.diagnostic} of the service provider"
    return association.diagnostic_text(aare.diagnostic)


def release(reason=0):
    """Ends the association. `reason` None sends an RLRQ without contents: meters differ."""
    answer = yield association.encode(association.Release(association.RLRQ, reason))
    if association.decode(answer).tag != association.RLRE:
        raise WireError("not the answer to an RLRQ")


def get(attribute, access=None, invoke=1):
    """Value of an attribute, or of the part of it that `access` chooses (see by_range)."""
    request = apdu.GetRequest(_INVOKE | invoke, attribute, access)
    answer = _taken((yield apdu.encode(request)), invoke)
    if isinstance(answer, apdu.GetBlockResponse):
        return axdr.decode_all((yield from _whole(answer, invoke)))
    if isinstance(answer, apdu.GetResponse):
        return axdr.decode_all(_data(answer.result))
    raise WireError("not the answer to a GET")


def get_list(attributes, max_pdu=0, invoke=1):
    """[(data access result, value or None)], one for each attribute, in few requests.

    max_pdu  of the server, which no request exceeds; 0: any
    AccessRefused is about the list as a whole: the server takes none, ask by get_each.
    """
    attributes = list(attributes)
    room = (max_pdu - _LIST_HEAD) // _LIST_ITEM if max_pdu else _LIST_MAX
    step = max(1, min(room, _LIST_MAX))
    results = []
    while len(results) < len(attributes):
        some = attributes[len(results) : len(results) + step]
        results += yield from _get_some(some, invoke)
    return results


def get_each(attributes, invoke=1):
    """As get_list, by one GET for each."""
    results = []
    for attribute in attributes:
        try:
            results.append((apdu.SUCCESS, (yield from get(attribute, None, invoke))))
        except AccessRefused as error:
            if _is_for_all(error.exception):
                raise
            results.append((error.result, None))
    return results


def _is_for_all(exception):
    """Whether the server will refuse the other attributes as well: we are not associated."""
    return isinstance(exception, apdu.ExceptionResponse) and exception.state == apdu.NOT_ALLOWED


def _get_some(attributes, invoke):
    items = [(attribute, None) for attribute in attributes]
    request = apdu.GetListRequest(_INVOKE | invoke, items)
    answer = _taken((yield apdu.encode(request)), invoke)
    if isinstance(answer, apdu.GetBlockResponse):
        cursor = Cursor((yield from _whole(answer, invoke)))
        results = apdu_response.take_results(cursor)
        if cursor.left():
            raise WireError(f"{cursor.left()} octets after the results of a list")
    elif isinstance(answer, apdu.GetListResponse):
        results = answer.results
    elif isinstance(answer, apdu.GetResponse):
        results = (Result(apdu.SUCCESS, _data(answer.result)),)
    else:
        raise WireError("not the answer to a GET with list")
    if len(results) != len(attributes):
        raise WireError(f"{len(results)} results to {len(attributes)} attributes")
    return [(dar, None if dar else axdr.decode_all(data)) for dar, data in results]


def set_(attribute, data, access=None, invoke=1):
    """`data` are the octets of one Data."""
    request = apdu.SetRequest(_INVOKE | invoke, attribute, access, data)
    answer = _taken((yield apdu.encode(request)), invoke)
    if not isinstance(answer, apdu.SetResponse):
        raise WireError("not the answer to a SET")
    if answer.dar:
        raise AccessRefused(answer.dar)


def action(class_id, ln, method, data=None, invoke=1):
    """What the method returns, None if nothing. `data`: octets of one Data, None for none."""
    request = apdu.ActionRequest(_INVOKE | invoke, Method(class_id, ln, method), data or b"")
    answer = _taken((yield apdu.encode(request)), invoke)
    if not isinstance(answer, apdu.ActionResponse):
        raise WireError("not the answer to an ACTION")
    if answer.result:
        raise AccessRefused(answer.result)
    return axdr.decode_all(_data(answer.returned)) if answer.returned else None


def by_range(restricting, from_data, to_data):
    """Access to the rows of a profile from..to, both included, by the column `restricting`
    (see restricting_attribute); from and to are octets of Data."""
    rows = [restricting, from_data, to_data, axdr.array([])]
    return Access(_BY_RANGE, axdr.structure(rows))


def by_entry(first, last=0, first_column=1, last_column=0):
    """Access to the rows first..last of a profile, from 1, both included; 0 is to the end."""
    rows = [axdr.u32(first), axdr.u32(last), axdr.u16(first_column), axdr.u16(last_column)]
    return Access(_BY_ENTRY, axdr.structure(rows))


def restricting_attribute(class_id, ln, index, data_index=0):
    """Octets of a capture object definition, for by_range."""
    definition = [axdr.u16(class_id), axdr.octets(ln), axdr.i8(index), axdr.u16(data_index)]
    return axdr.structure(definition)


def _whole(answer, invoke):
    """The octets of all blocks; `answer` is the first."""
    parts = []
    size = 0
    block = 1
    while True:
        octets = _data(answer.result)
        size += len(octets)
        if answer.block != block:
            raise WireError(f"block {answer.block} in place of {block}")
        if size > WHOLE_MAX or not (octets or answer.is_last):
            raise WireError(f"an answer of more than {WHOLE_MAX} octets, or an empty block")
        parts.append(octets)
        if answer.is_last:
            return b"".join(parts)
        request = apdu.GetNextRequest(_INVOKE | invoke, block)
        answer = _taken((yield apdu.encode(request)), invoke)
        if not isinstance(answer, apdu.GetBlockResponse):
            if isinstance(answer, apdu.GetResponse):
                _data(answer.result)
            raise WireError("not the next block")
        block += 1


def _taken(octets, invoke):
    """The answer with our number. AccessRefused for an exception, which has no number."""
    answer = apdu.decode(octets)
    if isinstance(answer, (apdu.ExceptionResponse, apdu.ServiceError)):
        raise AccessRefused(apdu.DAR_OTHER_REASON, answer)
    if isinstance(answer, apdu.Opaque) or answer.invoke & _INVOKE_ID != invoke:
        raise WireError("the answer to another request", octets[:16])
    return answer


def _data(result):
    if result.dar:
        raise AccessRefused(result.dar)
    return result.data
