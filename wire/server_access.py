"""ACCESS of the server: GET, SET and ACTION of many objects, in their order, in one request.

SERVICES  as in wire/server_get.py. An ACCESS that need not be confirmed is done and not answered.

What is refused, or is too long for the answer, is null-data and a result. After an error with
break-on-error set, what follows is not done, and its result is "other reason" (2026-11-23: the
sources at hand do not say which it is).

Reference: IEC 62056-5-3, ACCESS.
"""

from wire import apdu, initiate
from wire.apdu import Done
from wire.server_objects import exception, get, perform, set_

_NULL = b"\x00"
_COUNTS = 4  # octets more that the two counts of an answer may take than they do in an empty one
_EACH = 3  # octets of null-data and of a result
_DONE = {apdu.GET_PART: apdu.GET, apdu.SET_PART: apdu.SET}


def _access(objects, agreed, client, request):
    agreed.forget()
    invoke, _, asked, _ = request
    repeated = asked if invoke & apdu.LONG_SELF_DESCRIPTIVE else ()
    empty = apdu.encode(apdu.AccessResponse(invoke, b"", repeated, (), ()))
    room = agreed.room() - len(empty) - _COUNTS - _EACH * len(asked)
    if room < 0:
        return exception(apdu.NOT_ALLOWED, apdu.PDU_TOO_LONG)
    data, done = _do_all(objects, agreed, client, request, room)
    if not invoke & apdu.LONG_CONFIRMED:
        return None
    return apdu.encode(apdu.AccessResponse(invoke, b"", repeated, data, done))


def _do_all(objects, agreed, client, request, room):
    """(data, done); `room`: octets that the data may take beyond the null-data."""
    data, done = [], []
    goes_on = True
    for asked, given in zip(request.asked, request.data):
        result, octets = apdu.DAR_OTHER_REASON, _NULL
        if goes_on:
            result, octets = _DO[asked.kind](objects, agreed, client, asked, given)
        if len(octets) - len(_NULL) > room:
            result, octets = apdu.DAR_OTHER_REASON, _NULL
        room -= len(octets) - len(_NULL)
        data.append(octets)
        done.append(Done(_DONE.get(asked.kind, asked.kind), result))
        goes_on = result == apdu.SUCCESS or not request.invoke & apdu.LONG_BREAK_ON_ERROR
    return data, done


def _get(objects, agreed, client, asked, given):
    dar, data = get(objects, agreed, client, asked.target, asked.access)
    return dar, data or _NULL


def _set(objects, agreed, client, asked, given):
    return set_(objects, agreed, client, (asked.target, asked.access), given), _NULL


def _action(objects, agreed, client, asked, given):
    result, returned = perform(objects, client, asked.target, b"" if given == _NULL else given)
    if returned is None:
        return result, _NULL
    return returned.dar, returned.data or _NULL


_DO = {
    apdu.GET: _get,
    apdu.SET: _set,
    apdu.ACTION: _action,
    apdu.GET_PART: _get,
    apdu.SET_PART: _set,
}

SERVICES = {apdu.AccessRequest: (initiate.ACCESS, _access)}
