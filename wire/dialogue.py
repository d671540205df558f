"""What a DLMS client says, as generators: a request out, its answer in, a result at the end.

    talk = get(attribute)
    request = next(talk)              # an APDU
    request = talk.send(answer)       # StopIteration.value is the result

Each yields the APDU to be sent and is sent the APDU that answers it: over HDLC, the wrapper or a
gateway, waiting or not. WireError when the server breaks the protocol, AccessRefused or
AssociationRefused when it says no. `invoke` (1..15) is the number that the answer must carry; a
client whose answers may come late counts it up.

A talk may be wrapped in another: `protected` of wire/dialogue_association.py ciphers it; around
that wire/dialogue_blocks.py (general block transfer) and wire/dialogue_unasked.py
(notifications). These may yield b"": nothing is to be sent, the next
APDU of the server is wanted. NoReply thrown into a talk is raised by it, or answered by another
request.

Reference: IEC 62056-5-3, the association and GET with LN referencing; the other services are in
files of their own and stand here, too.
"""

from wire import apdu, apdu_response, axdr
from wire.apdu import Part, Result
from wire.cursor import Cursor
from wire.dialogue_access import access_list, get_by_access  # noqa: F401
from wire.dialogue_action import action, action_list  # noqa: F401
from wire.dialogue_answer import (
    INVOKE,
    WHOLE_MAX,  # noqa: F401
    AccessRefused,
    data_of,
    fetch_parts,
    in_requests,
    taken,
)
from wire.dialogue_association import (  # noqa: F401
    Associated,
    AssociationRefused,
    associate,
    associate_as,
    protected,
    release,
)
from wire.dialogue_select import by_entry, by_range, restricting_attribute  # noqa: F401
from wire.dialogue_set import set_, set_list  # noqa: F401
from wire.errors import WireError

_LIST_HEAD = 6  # octets of a GET with list before its items: tag, form, invoke, count
_LIST_ITEM = 10


def get(attribute, access=None, invoke=1):
    """Value of an attribute, or of the part of it that `access` chooses (see by_range)."""
    request = apdu.GetRequest(INVOKE | invoke, attribute, access)
    answer = taken((yield apdu.encode(request)), invoke)
    if isinstance(answer, apdu.GetBlockResponse):
        return axdr.decode_all((yield from _fetched(answer, invoke)))
    if isinstance(answer, apdu.GetResponse):
        return axdr.decode_all(data_of(answer.result))
    raise WireError("not the answer to a GET")


def get_list(attributes, max_pdu=0, invoke=1):
    """[(data access result, value or None)], one for each attribute, in few requests.

    max_pdu  of the server, which no request exceeds; 0: any
    AccessRefused is about the list as a whole: the server takes none, ask by get_each.
    """
    results = []
    for some in in_requests(attributes, lambda item: _LIST_ITEM, _LIST_HEAD, max_pdu):
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
    request = apdu.GetListRequest(INVOKE | invoke, items)
    answer = taken((yield apdu.encode(request)), invoke)
    if isinstance(answer, apdu.GetBlockResponse):
        cursor = Cursor((yield from _fetched(answer, invoke)))
        results = apdu_response.take_results(cursor)
        if cursor.left():
            raise WireError(f"{cursor.left()} octets after the results of a list")
    elif isinstance(answer, apdu.GetListResponse):
        results = answer.results
    elif isinstance(answer, apdu.GetResponse):
        results = (Result(apdu.SUCCESS, data_of(answer.result)),)
    else:
        raise WireError("not the answer to a GET with list")
    if len(results) != len(attributes):
        raise WireError(f"{len(results)} results to {len(attributes)} attributes")
    return [(dar, None if dar else axdr.decode_all(data)) for dar, data in results]


def _fetched(answer, invoke):
    return fetch_parts(_part_of(answer), apdu.GetNextRequest, _part_of, invoke)


def _part_of(answer):
    if isinstance(answer, apdu.GetBlockResponse):
        return Part(answer.is_last, answer.block, data_of(answer.result))
    if isinstance(answer, apdu.GetResponse):
        data_of(answer.result)
    raise WireError("not the next block")
