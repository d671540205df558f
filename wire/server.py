"""The DLMS server side of one connection: an APDU in, the APDU that answers it out. No I/O.

Here: who may ask, and the association. What is asked of the objects: wire/server_services.py.

Reference: IEC 62056-5-3, the application association.
"""

from wire import apdu, association, initiate
from wire.errors import WireError
from wire.server_general import GeneralBlocks
from wire.server_services import Agreed, Denied, Services, exception  # noqa: F401

MAX_PDU = 2048  # octets of the longest request that we take
CLIENT_PDU_MIN = 32  # octets; a client that takes less is refused
CONFORMANCE = initiate.CONFORMANCE | initiate.GENERAL_BLOCK  # what we can do

_LOGICAL_DEVICE = 1


class ServerAssociation:
    """One for each connection. Whatever comes, `answer` does not raise for the peer's part.

    objects   see wire/server_services.py
    clients   {client SAP: (mechanism, secret)}: association.NONE or association.LLS, and octets
    window    general blocks that we take and send in a row; 1 where one APDU answers one. With
              more, `more` gives what follows an answer, and an answer may be wanting
    """

    def __init__(self, objects, clients, window=1):
        self.services = Services(objects)
        self._clients = clients
        self._window = window
        self._associations = {}

    def answer(self, client, logical, octets):
        """The answer to `octets` from SAP `client` to our logical device, or None for none."""
        tag = octets[0] if octets else 0
        if logical != _LOGICAL_DEVICE:
            return exception(apdu.NOT_ALLOWED, apdu.NOT_POSSIBLE) if tag in _REQUESTS else None
        if tag == association.AARQ:
            return self._associate(client, octets)
        if tag not in _REQUESTS:
            return None
        if client not in self._associations:
            return exception(apdu.NOT_ALLOWED, apdu.NOT_POSSIBLE)
        if tag == association.RLRQ:
            return self._release(client, octets)
        if len(octets) > MAX_PDU:
            return exception(apdu.NOT_ALLOWED, apdu.PDU_TOO_LONG)
        agreed = self._associations[client]
        return agreed.general.answer(
            octets, lambda whole: self.services.answer(agreed, client, whole)
        )

    def more(self, client):
        """The APDU to send after the one that `answer` or `more` gave, None after the last."""
        return self._associations[client].general.more() if client in self._associations else None

    def _associate(self, client, octets):
        self._associations.pop(client, None)
        try:
            aarq = association.decode(octets)
        except WireError:
            return exception(apdu.NOT_ALLOWED, apdu.OTHER_REASON)
        refusal = self._refusal(client, aarq)
        if refusal:
            return _refused(refusal, b"")
        try:
            offer = initiate.decode_initiate(aarq.user_information)
        except WireError:
            return _refused(association.NO_REASON, b"")
        error = _initiation_error(offer)
        if error:
            information = initiate.encode_initiate(initiate.error(error))
            return _refused(association.NO_REASON, information)
        conformance = offer.conformance & CONFORMANCE
        max_pdu = min(offer.max_pdu or apdu.APDU_MAX, apdu.APDU_MAX)
        agreed = Agreed(conformance, max_pdu)
        is_in_blocks = agreed.allows(initiate.GENERAL_BLOCK)
        agreed.general = GeneralBlocks(is_in_blocks, max_pdu, self._window)
        self._associations[client] = agreed
        information = initiate.encode_initiate(initiate.response(conformance, MAX_PDU))
        return association.encode(association.Aare(association.ACCEPTED, 0, information))

    def _refusal(self, client, aarq):
        """The diagnostic, 0 if there is nothing to object."""
        if client not in self._clients:
            return association.NO_REASON
        mechanism, secret = self._clients[client]
        if aarq.context != association.LN:
            return association.CONTEXT_NOT_SUPPORTED
        if mechanism != association.NONE and aarq.mechanism == association.NONE:
            return association.MECHANISM_REQUIRED
        if aarq.mechanism != mechanism:
            return association.MECHANISM_NOT_RECOGNISED
        if mechanism == association.LLS and not _same(aarq.authentication, secret):
            return association.AUTHENTICATION_FAILURE
        return 0

    def _release(self, client, octets):
        try:
            association.decode(octets)
        except WireError:
            return exception(apdu.NOT_ALLOWED, apdu.OTHER_REASON)
        self._associations.pop(client)
        return association.encode(association.Release(association.RLRE))


# GET, SET, ACTION, READ, WRITE, ACCESS, ciphered and general forms. All else is a notification,
# or an answer: answering an answer would never end.
_REQUESTS = (0x60, 0x62, 0xC0, 0xC1, 0xC3, 0x05, 0x06, 0xD9, 0xC8, 0xC9, 0xCB, 0xD0, 0xD1, 0xD3)
_REQUESTS += (0xDB, 0xDC, 0xDD, 0xDF, 0xE0)


def _same(given, secret):
    """Compares all octets whatever the first difference, so that time tells little."""
    difference = len(given) ^ len(secret)
    for at, octet in enumerate(secret):
        difference |= octet ^ (given[at] if at < len(given) else 0)
    return difference == 0


def _initiation_error(offer):
    if not isinstance(offer, initiate.InitiateRequest) or offer.version < initiate.DLMS_VERSION:
        return initiate.VERSION_TOO_LOW
    if not offer.conformance & CONFORMANCE:
        return initiate.INCOMPATIBLE_CONFORMANCE
    return initiate.PDU_TOO_SHORT if 0 < offer.max_pdu < CLIENT_PDU_MIN else 0


def _refused(diagnostic, information):
    aare = association.Aare(association.REFUSED, diagnostic, information)
    return association.encode(aare)
