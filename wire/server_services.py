"""GET, SET, ACTION and ACCESS of an associated client: plain APDUs, in and out. No I/O.

What the objects must have: wire/server_objects.py.

Reference: IEC 62056-5-3.
"""

from wire import apdu, server_access, server_action, server_get, server_set
from wire.errors import WireError
from wire.server_blocks import ANSWER_MAX, Agreed  # noqa: F401
from wire.server_objects import Denied, exception  # noqa: F401

_SERVICES = {}
for each in (server_get, server_set, server_action, server_access):
    _SERVICES.update(each.SERVICES)


def _nothing(client, number):
    pass


class Services:
    """What `objects` answer. Whatever comes, nothing is raised for the peer's part.

    on_confirm   function(client SAP, number): the client has the DataNotification that had this
                 long invoke-id
    """

    def __init__(self, objects, on_confirm=_nothing):
        self._objects = objects
        self._on_confirm = on_confirm

    def answer(self, agreed, client, octets):
        """The APDU that answers the plain APDU `octets` of `client`, with whom it is Agreed; None
        to what wants no answer."""
        try:
            request = apdu.decode(octets)
        except apdu.UnknownApdu:
            return exception(apdu.UNKNOWN, apdu.NOT_SUPPORTED)
        except WireError:
            return exception(apdu.NOT_ALLOWED, apdu.OTHER_REASON)
        if isinstance(request, apdu.DataConfirm):
            self._on_confirm(client, request.invoke & apdu.LONG_ID)
            return None
        needed, serve = _SERVICES.get(type(request), (0, None))
        if serve is None:
            return exception(apdu.UNKNOWN, apdu.NOT_SUPPORTED)
        if not agreed.allows(needed):
            return exception(apdu.NOT_ALLOWED, apdu.NOT_SUPPORTED)
        return serve(self._objects, agreed, client, request)
