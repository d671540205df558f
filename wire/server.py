"""The DLMS server side of one connection: an APDU in, the APDU that answers it out. No I/O.

Here: where an APDU goes. Who is let in: wire/server_admission.py; one who is in:
wire/server_session.py; what is asked of the objects: wire/server_services.py.

Reference: IEC 62056-5-3, the application association.
"""

from wire import apdu, association, initiate
from wire.errors import WireError
from wire.server_admission import CLIENT_PDU_MIN, MAX_PDU, NotAdmitted, admit  # noqa: F401
from wire.server_services import Agreed, Denied, Services, exception  # noqa: F401
from wire.server_session import Session

CONFORMANCE = initiate.CONFORMANCE | initiate.GENERAL_BLOCK | initiate.GENERAL_PROTECTION

_LOGICAL_DEVICE = 1
_CONFIRM = 0x10  # data-notification-confirm


def _nothing(client, about):
    pass


class ServerAssociation:
    """One for each connection. Whatever comes, `answer` does not raise for the peer's part.

    objects         see wire/server_services.py
    clients         {client SAP: Credentials of wire/credentials.py}
    window          general blocks that we take and send in a row; 1 where one APDU answers one.
                    With more, `more` gives what follows an answer, and an answer may be wanting
    draw_challenge  function() -> octets at random, 16 to 64, never given before; None if no
                    client has high level security
    on_confirm      function(client SAP, number): an associated client confirms a notification
    on_failure      function(client SAP, mechanism): somebody did not prove to be this client.
                    Who repeats what the client once sent is not told: the counter stops it
    """

    def __init__(
        self,
        objects,
        clients,
        window=1,
        draw_challenge=None,
        on_failure=_nothing,
        on_confirm=_nothing,
    ):
        self.services = Services(objects, on_confirm)
        self._clients = clients
        self._window = window
        self._draw_challenge = draw_challenge
        self._on_failure = on_failure
        self._sessions = {}

    def answer(self, client, logical, octets):
        """The answer to `octets` from SAP `client` to our logical device, or None for none."""
        tag = octets[0] if octets else 0
        if logical != _LOGICAL_DEVICE:
            return exception(apdu.NOT_ALLOWED, apdu.NOT_POSSIBLE) if tag in _REQUESTS else None
        if tag == association.AARQ:
            return self._associate(client, octets)
        if tag == _CONFIRM and client in self._sessions:
            self._served(client, octets)  # what is wrong with it is told to nobody
        if tag not in _REQUESTS:
            return None
        if client not in self._sessions:
            return exception(apdu.NOT_ALLOWED, apdu.NOT_POSSIBLE)
        if tag == association.RLRQ:
            return self._release(client, octets)
        if len(octets) > MAX_PDU:
            return exception(apdu.NOT_ALLOWED, apdu.PDU_TOO_LONG)
        return self._served(client, octets)

    def more(self, client):
        """The APDU to send after the one that `answer` or `more` gave, None after the last."""
        return self._sessions[client].more() if client in self._sessions else None

    def _associate(self, client, octets):
        self._sessions.pop(client, None)
        credentials = self._clients.get(client)
        challenge = b""
        if credentials and credentials.is_high():
            challenge = self._draw_challenge()
        try:
            admitted = admit(credentials, octets, challenge, CONFORMANCE)
        except NotAdmitted as refusal:
            if refusal.is_failure:
                self._on_failure(client, credentials.mechanism)
            return refusal.octets
        self._sessions[client] = Session(self.services, client, admitted, self._window)
        return admitted.aare

    def _served(self, client, octets):
        session = self._sessions[client]
        answer = session.answer(octets)
        if session.is_failed:
            self._sessions.pop(client)
            self._on_failure(client, session.mechanism)
        return answer

    def _release(self, client, octets):
        try:
            release = association.decode(octets)
            self._sessions[client].check_release(release.user_information)
        except WireError:
            return exception(apdu.NOT_ALLOWED, apdu.OTHER_REASON)
        self._sessions.pop(client)
        return association.encode(association.Release(association.RLRE))


# GET, SET, ACTION, READ, WRITE, ACCESS, ciphered and general forms. All else is a notification,
# or an answer: answering an answer would never end.
_REQUESTS = (0x60, 0x62, 0xC0, 0xC1, 0xC3, 0x05, 0x06, 0xD9, 0xC8, 0xC9, 0xCB, 0xD0, 0xD1, 0xD3)
_REQUESTS += (0xDB, 0xDC, 0xDD, 0xDF, 0xE0)
