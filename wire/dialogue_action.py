"""ACTION of the client, for wire/dialogue.py: one method or several, in blocks if it must be.

`max_pdu` as in wire/dialogue_set.py.

Reference: IEC 62056-5-3, ACTION.
"""

from wire import apdu, apdu_response, axdr
from wire.apdu import Method
from wire.apdu_fields import put_data_list
from wire.cursor import Cursor
from wire.dialogue_answer import (
    INVOKE,
    AccessRefused,
    data_of,
    fetch_parts,
    in_requests,
    send,
)
from wire.errors import WireError

_LIST_HEAD = 20  # octets before the methods of a list at most, and of a block of one octet
_METHOD = 9


def action(class_id, ln, method, data=None, invoke=1, max_pdu=0):
    """What the method returns, None if nothing. `data`: octets of one Data, None for none."""
    target = Method(class_id, ln, method)
    answer = yield from send(
        apdu.ActionRequest(INVOKE | invoke, target, data or b""),
        lambda part: apdu.ActionFirstBlock(INVOKE | invoke, target, part),
        lambda part: apdu.ActionNextBlock(INVOKE | invoke, part),
        data or b"",
        max_pdu,
        invoke,
    )
    if isinstance(answer, apdu.ActionBlockResponse):
        return axdr.decode_all((yield from _fetched(answer, invoke)))
    if not isinstance(answer, apdu.ActionResponse):
        raise WireError("not the answer to an ACTION")
    if answer.result:
        raise AccessRefused(answer.result)
    return axdr.decode_all(data_of(answer.returned)) if answer.returned else None


def action_list(items, max_pdu=0, invoke=1):
    """[(action result, value or None)], one for each of ((Method, data or None), ...).

    The result is the one of the answer when the method itself was done and its answer refused.
    AccessRefused is about the list as a whole.
    """
    results = []
    for some in in_requests(items, lambda item: _METHOD, _LIST_HEAD, max_pdu):
        results += yield from _perform_some(some, max_pdu, invoke)
    return results


def _perform_some(some, max_pdu, invoke):
    methods = [method for method, _ in some]
    data = [each or axdr.null() for _, each in some]
    answer = yield from send(
        apdu.ActionListRequest(INVOKE | invoke, methods, data),
        lambda part: apdu.ActionListFirstBlock(INVOKE | invoke, methods, part),
        lambda part: apdu.ActionNextBlock(INVOKE | invoke, part),
        put_data_list(data),
        max_pdu,
        invoke,
    )
    results = yield from _results(answer, invoke)
    if len(results) != len(some):
        raise WireError(f"{len(results)} results to {len(some)} methods")
    return [_value(each) for each in results]


def _results(answer, invoke):
    if isinstance(answer, apdu.ActionListResponse):
        return answer.results
    if isinstance(answer, apdu.ActionResponse) and answer.result:
        raise AccessRefused(answer.result)
    if not isinstance(answer, apdu.ActionBlockResponse):
        raise WireError("not the answer to an ACTION with list")
    cursor = Cursor((yield from _fetched(answer, invoke)))
    results = apdu_response.take_all_performed(cursor)
    if cursor.left():
        raise WireError(f"{cursor.left()} octets after the results of a list")
    return results


def _value(performed):
    result, returned = performed
    if result or returned is None:
        return result, None
    return returned.dar, None if returned.dar else axdr.decode_all(returned.data)


def _fetched(answer, invoke):
    return fetch_parts(answer.part, apdu.ActionNextRequest, _part_of, invoke)


def _part_of(answer):
    if isinstance(answer, apdu.ActionBlockResponse):
        return answer.part
    if isinstance(answer, apdu.ActionResponse) and answer.result:
        raise AccessRefused(answer.result)
    raise WireError("not the next block")
