"""SET of the client, for wire/dialogue.py: one attribute or several, in blocks if it must be.

`max_pdu` is the server's (0: any); what is longer goes in blocks. Leave it 0 with a server that
takes no blocks, or when general block transfer does the cutting.

Reference: IEC 62056-5-3, SET.
"""

from wire import apdu
from wire.apdu_fields import put_data_list, put_item
from wire.dialogue_answer import INVOKE, AccessRefused, in_requests, send
from wire.errors import WireError

_LIST_HEAD = 20  # octets before the items of a list at most, and of a block of one octet


def set_(attribute, data, access=None, invoke=1, max_pdu=0):
    """`data` are the octets of one Data."""
    answer = yield from send(
        apdu.SetRequest(INVOKE | invoke, attribute, access, data),
        lambda part: apdu.SetFirstBlock(INVOKE | invoke, attribute, access, part),
        lambda part: apdu.SetNextBlock(INVOKE | invoke, part),
        data,
        max_pdu,
        invoke,
    )
    if not isinstance(answer, (apdu.SetResponse, apdu.SetLastBlockResponse)):
        raise WireError("not the answer to a SET")
    if answer.dar:
        raise AccessRefused(answer.dar)


def set_list(items, max_pdu=0, invoke=1):
    """[data access result], one for each of ((Attribute, access or None, data), ...).

    AccessRefused is about the list as a whole.
    """
    results = []
    for some in in_requests(items, _size, _LIST_HEAD, max_pdu):
        results += yield from _set_some(some, max_pdu, invoke)
    return results


def _size(item):
    attribute, access, _ = item
    return len(put_item((attribute, access)))


def _set_some(some, max_pdu, invoke):
    items = [(attribute, access) for attribute, access, _ in some]
    data = [each for _, _, each in some]
    answer = yield from send(
        apdu.SetListRequest(INVOKE | invoke, items, data),
        lambda part: apdu.SetListFirstBlock(INVOKE | invoke, items, part),
        lambda part: apdu.SetNextBlock(INVOKE | invoke, part),
        put_data_list(data),
        max_pdu,
        invoke,
    )
    if isinstance(answer, (apdu.SetResponse, apdu.SetLastBlockResponse)) and answer.dar:
        raise AccessRefused(answer.dar)
    if not isinstance(answer, (apdu.SetListResponse, apdu.SetLastListBlockResponse)):
        raise WireError("not the answer to a SET with list")
    if len(answer.dars) != len(some):
        raise WireError(f"{len(answer.dars)} results to {len(some)} attributes")
    return answer.dars
