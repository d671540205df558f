"""ACCESS of the client, for wire/dialogue.py: GET, SET and ACTION of many objects in one request.

Reference: IEC 62056-5-3, ACCESS.
"""

from wire import apdu, axdr
from wire.apdu import Asked
from wire.dialogue_answer import in_requests, long_invoke, taken
from wire.errors import WireError

_HEAD = 12  # octets of a request before what is asked for, at most: tag invoke date-time counts
_EACH = 11  # octets of a GET and of its null-data


def access_list(items, breaks=False, invoke=1):
    """[(result, value or None)], one for each of ((Asked, data or None), ...), in one request.

    breaks   the server is to stop at the first that fails
    AccessRefused is about the whole: the server does not know ACCESS, or will not.
    """
    asked = [each for each, _ in items]
    data = [each or axdr.null() for _, each in items]
    number = long_invoke(invoke) | (apdu.LONG_BREAK_ON_ERROR if breaks else 0)
    request = apdu.AccessRequest(number, b"", asked, data)
    answer = taken((yield apdu.encode(request)), invoke)
    if not isinstance(answer, apdu.AccessResponse):
        raise WireError("not the answer to an ACCESS")
    if len(answer.done) != len(asked):
        raise WireError(f"{len(answer.done)} results to {len(asked)} objects")
    return [_value(done, octets) for done, octets in zip(answer.done, answer.data)]


def _value(done, octets):
    if done.result or (octets == axdr.null() and done.kind != apdu.GET):
        return done.result, None
    return done.result, axdr.decode_all(octets)


def get_by_access(attributes, max_pdu=0, invoke=1):
    """[(data access result, value or None)], as dialogue.get_list, by ACCESS."""
    results = []
    for some in in_requests(attributes, lambda item: _EACH, _HEAD, max_pdu):
        items = [(Asked(apdu.GET, attribute, None), None) for attribute in some]
        results += yield from access_list(items, invoke=invoke)
    return results
