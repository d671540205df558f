"""Who is let in by the server: an AARQ judged by the credentials of the client that it names.

Reference: IEC 62056-5-3, establishment of an application association.
"""

from collections import namedtuple

from wire import apdu, association, envelope, hls, initiate
from wire.association import Aare
from wire.ciphering import CounterError, DecipherError
from wire.errors import DcuError, WireError
from wire.protection import Protection
from wire.server_objects import exception

MAX_PDU = 2048  # octets of the longest request that we take
CLIENT_PDU_MIN = 32  # octets; a client that takes less, ciphering not counted, is refused

# aare         octets that accept
# conformance  the bits that both know
# max_pdu      octets of the longest APDU that the client takes
# protection   wire/protection.py, None in a context without ciphering
# shake        Handshake of wire/hls.py, whose pass 3 is awaited, or None
Admitted = namedtuple(
    "Admitted", ("aare", "mechanism", "conformance", "max_pdu", "protection", "shake")
)

_OTHER_MECHANISM = {  # by whether there is none
    True: association.MECHANISM_REQUIRED,
    False: association.MECHANISM_NOT_RECOGNISED,
}


class NotAdmitted(WireError):
    """`octets` say so to the client. `is_failure`: it did not prove to be who it says it is."""

    def __init__(self, octets, is_failure=False):
        super().__init__("not admitted")
        self.octets = octets
        self.is_failure = is_failure


def admit(credentials, octets, challenge, conformance):
    """Admitted, or raises NotAdmitted.

    credentials  wire/credentials.py of the client, or None for one that is not known
    octets       AARQ
    challenge    octets never used before, for high level security
    conformance  the bits that we know
    """
    try:
        aarq = association.decode(octets)
    except WireError:
        raise NotAdmitted(exception(apdu.NOT_ALLOWED, apdu.OTHER_REASON))
    _check_names(credentials, aarq)
    protection = _introduced(credentials, aarq)
    around = protection if credentials.is_ciphered else None
    offer, way = _offer(around, aarq, conformance)
    shake = _handshake(credentials, protection, aarq, challenge)
    conformance &= offer.conformance
    if around is None:
        conformance &= ~initiate.GENERAL_PROTECTION
    response = initiate.encode_initiate(initiate.response(conformance, MAX_PDU))
    aare = Aare(association.ACCEPTED, 0, _sealed(response, around, way), credentials.context())
    if aarq.title and protection:
        aare.title = credentials.security.title
    if shake:
        aare.diagnostic = association.AUTHENTICATION_REQUIRED
        aare.mechanism, aare.authentication = credentials.mechanism, challenge
    max_pdu = min(offer.max_pdu or apdu.APDU_MAX, apdu.APDU_MAX)
    octets, mechanism = association.encode(aare), credentials.mechanism
    return Admitted(octets, mechanism, conformance, max_pdu, around, shake)


def _check_names(credentials, aarq):
    """Client, context, mechanism and password."""
    if credentials is None:
        raise _no(association.NO_REASON)
    if aarq.context != credentials.context():
        raise _no(association.CONTEXT_NOT_SUPPORTED)
    if credentials.mechanism != aarq.mechanism:
        has_none = aarq.mechanism == association.NONE
        raise _no(_OTHER_MECHANISM[has_none])
    if aarq.mechanism == association.LLS:
        if not hls.same(aarq.authentication, credentials.secret):
            raise _no(association.AUTHENTICATION_FAILURE, is_failure=True)


def _introduced(credentials, aarq):
    """The Protection of this association, which knows the title that the client tells."""
    if credentials.security is None:
        return None
    protection = Protection(credentials.security)
    if aarq.title:
        try:
            protection.meet(aarq.title)
        except DecipherError:
            raise _no(association.TITLE_NOT_RECOGNISED)
    return protection


def _offer(around, aarq, conformance):
    """(InitiateRequest, Way in which to answer it; None: in clear)."""
    information, way = _unsealed(around, aarq.user_information)
    try:
        offer = initiate.decode_initiate(information)
    except WireError:
        raise _no(association.NO_REASON)
    error = _initiation_error(offer, conformance, around.overhead(way) if way else 0)
    if error:
        error = initiate.encode_initiate(initiate.error(error))
        raise _no(association.NO_REASON, _sealed(error, around, way))
    if around and offer.dedicated_key:
        try:
            around.use_dedicated(offer.dedicated_key)
        except DecipherError:
            raise _no(association.NO_REASON)
    return offer, way


def _unsealed(around, information):
    if around is None:
        return information, None
    if not around.security.policy and not envelope.is_ciphered(information):
        return information, None
    try:
        return around.open(information)
    except CounterError as error:
        octets = exception(apdu.NOT_ALLOWED, apdu.COUNTER_ERROR, error.expected)
        raise NotAdmitted(octets)
    except DecipherError:
        raise _no(association.AUTHENTICATION_FAILURE, is_failure=True)


def _sealed(octets, around, way):
    try:
        return around.seal(octets, way) if way else octets
    except DcuError:  # there is no counter to be had
        raise NotAdmitted(exception(apdu.NOT_ALLOWED, apdu.OTHER_REASON))


def _handshake(credentials, protection, aarq, challenge):
    if not credentials.is_high():
        return None
    title = protection.peer_title if protection else b""
    if credentials.mechanism in association.WITH_TITLE and not title:
        raise _no(association.TITLE_NOT_RECOGNISED)
    shake = hls.Handshake(credentials, title, aarq.authentication, challenge)
    try:
        hls.check_challenges(shake)
    except WireError:
        raise _no(association.AUTHENTICATION_FAILURE, is_failure=True)
    return shake


def _initiation_error(offer, conformance, overhead):
    if not isinstance(offer, initiate.InitiateRequest) or offer.version < initiate.DLMS_VERSION:
        return initiate.VERSION_TOO_LOW
    if not offer.conformance & conformance:
        return initiate.INCOMPATIBLE_CONFORMANCE
    return initiate.PDU_TOO_SHORT if 0 < offer.max_pdu < CLIENT_PDU_MIN + overhead else 0


def _no(diagnostic, information=b"", is_failure=False):
    aare = Aare(association.REFUSED, diagnostic, information)
    return NotAdmitted(association.encode(aare), is_failure)
