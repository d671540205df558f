"""How the server asks the COSEM objects, which are the caller's:

    objects.get(attribute, access, client) -> octets of Data
    objects.set(attribute, access, data, client)
    objects.action(class_id, ln, method, data, client) -> octets of Data or None

with `client` the SAP that asks; each raises Denied(data access result) to refuse. A WireError out
of them means that the client's data were not what the object takes.
"""

from wire import apdu, initiate
from wire.apdu import Performed, Result
from wire.errors import DcuError, WireError
from wire.server_blocks import ANSWER_MAX


class Denied(DcuError):
    """An object refuses. `result` is the data-access-result or action-result."""

    def __init__(self, result):
        super().__init__("denied: " + apdu.dar_text(result))
        self.result = result


TOO_LONG = Result(apdu.DAR_OTHER_REASON, b"")


def get(objects, agreed, client, attribute, access):
    """Result."""
    if _is_part_not_agreed(agreed, access):
        return Result(apdu.SCOPE_VIOLATED, b"")
    dar, data = _asked(objects.get, attribute, access, client)
    if dar == apdu.SUCCESS and len(data) > ANSWER_MAX:
        return TOO_LONG
    return Result(dar, data or b"")


def set_(objects, agreed, client, item, data):
    """The data-access-result; `item` is (attribute, access)."""
    attribute, access = item
    if _is_part_not_agreed(agreed, access):
        return apdu.SCOPE_VIOLATED
    return _asked(objects.set, attribute, access, data, client)[0]


def perform(objects, client, method, data):
    """Performed."""
    class_id, ln, index = method
    result, data = _asked(objects.action, class_id, ln, index, data, client)
    if not data:
        return Performed(result, None)
    return Performed(result, Result(apdu.SUCCESS, data) if len(data) <= ANSWER_MAX else TOO_LONG)


def exception(state, service, counter=None):
    """Octets of an ExceptionResponse."""
    return apdu.encode(apdu.ExceptionResponse(state, service, counter))


def _is_part_not_agreed(agreed, access):
    return access is not None and not agreed.allows(initiate.SELECTIVE_ACCESS)


def _asked(ask, *arguments):
    """(data access result, what the object gives)."""
    try:
        return apdu.SUCCESS, ask(*arguments)
    except Denied as denied:
        return denied.result, b""
    except WireError:
        return apdu.TYPE_UNMATCHED, b""
