"""Opening and closing an association as a client, with any mechanism, in clear or ciphered.

    associated = yield from associate_as(credentials, challenge)
    value = yield from protected(get(attribute), associated.protection)
    yield from release(associated=associated)

General block transfer, when it is wanted, goes around `protected`.

Reference: IEC 62056-5-3, the application association, HLS, protection of APDUs.
"""

from collections import namedtuple

from wire import apdu, association, axdr, envelope, hls, initiate
from wire.credentials import Credentials
from wire.dialogue_action import action
from wire.dialogue_answer import AccessRefused
from wire.errors import WireError
from wire.protection import Protection

# What the server allows: conformance bits (wire/initiate.py), its longest PDU (0: any; less what
# ciphering takes); and how requests are ciphered: for `protected`, None in clear
Associated = namedtuple("Associated", ("conformance", "max_pdu", "protection"))


class AssociationRefused(WireError):
    """`result` and `diagnostic` as in Aare. When the answer was no AARE, diagnostic is None and
    `exception` the ExceptionResponse or ServiceError: the counter that the server expects, say."""

    def __init__(self, result, diagnostic, text, exception=None):
        super().__init__("association refused: " + text)
        self.result = result
        self.diagnostic = diagnostic
        self.exception = exception


def associate_as(
    credentials,
    challenge=b"",
    max_pdu=apdu.APDU_MAX,
    dedicated_key=b"",
    conformance=initiate.CONFORMANCE,
):
    """Associated.

    credentials    wire/credentials.py
    challenge      8 to 64 octets never used before, for high level security
    max_pdu        octets of the longest PDU that we take
    dedicated_key  octets of a key that only this association uses, b"" for none; never used
                   before, and only in a ciphered association

    AssociationRefused; its diagnostic is AUTHENTICATION_FAILURE, too, when it is the server that
    does not prove to hold the key. DecipherError for an answer that is not protected as agreed.
    """
    assert credentials.is_ciphered or not dedicated_key
    protection = Protection(credentials.security) if credentials.security else None
    around = protection if credentials.is_ciphered else None
    if around:
        conformance |= initiate.GENERAL_PROTECTION
    offer = initiate.request(conformance, max_pdu, dedicated_key)
    aarq = _aarq(credentials, challenge, _sealed(initiate.encode_initiate(offer), around))
    aare = _association_answer((yield association.encode(aarq)))
    if aare.diagnostic == association.AUTHENTICATION_REQUIRED and not credentials.is_high():
        raise _refused(aare, association.REFUSED, "")
    response = _accepted(aare, protection, around)
    if dedicated_key:
        protection.use_dedicated(dedicated_key)  # some servers answer the proof with it already
    if credentials.is_high():
        title = protection.peer_title if protection else b""
        shake = hls.Handshake(credentials, title, aare.authentication, challenge)
        yield from protected(_prove(shake), around, around and around.global_way())
    return Associated(response.conformance, _room(response.max_pdu, around), around)


def associate(mechanism=association.NONE, password=b"", max_pdu=apdu.APDU_MAX):
    """Associated, in clear: with a password, or without authentication."""
    return (yield from associate_as(Credentials(mechanism, password), max_pdu=max_pdu))


def release(reason=0, associated=None):
    """Ends the association. Meters differ in what they want, and some want none at all.

    reason      None sends an RLRQ without one
    associated  in a ciphered association adds the ciphered InitiateRequest; None does not
    """
    information = b""
    protection = associated.protection if associated else None
    if protection:
        offer = initiate.encode_initiate(initiate.request(associated.conformance))
        information = protection.seal(offer, protection.global_way())
    request = association.Release(association.RLRQ, reason, information)
    answer = association.decode((yield association.encode(request)))
    if not isinstance(answer, association.Release) or answer.tag != association.RLRE:
        raise WireError("not the answer to an RLRQ")
    if protection and envelope.is_ciphered(answer.user_information):
        protection.open(answer.user_information)


def protected(talk, protection, way=None):
    """The result of the dialogue `talk`, its requests and answers ciphered. DecipherError for an
    answer that is not protected as agreed. With None for a protection the talk is as it was.

    way  of wire/protection.py: how requests are sealed, if not as usual
    """
    answer = None
    while True:
        try:
            request = talk.send(answer)
        except StopIteration as done:
            return done.value
        answer = yield _sealed(request, protection, way)
        if protection:
            answer = protection.open_answer(answer)


def _sealed(octets, protection, way=None):
    """b"" asks for the next APDU of the server, and is nothing to seal."""
    return protection.seal(octets, way) if octets and protection else octets


def _aarq(credentials, challenge, information):
    mechanism, title, shown = credentials.mechanism, b"", credentials.secret
    if credentials.is_ciphered or mechanism in association.WITH_TITLE:
        title = credentials.security.title
    if credentials.is_high():
        assert hls.CHALLENGE_MIN <= len(challenge) <= hls.CHALLENGE_MAX
        shown = challenge
    return association.Aarq(credentials.context(), mechanism, shown, information, title)


def _association_answer(answer):
    if answer[:1] == bytes([association.AARE]):
        return association.decode(answer)
    value = apdu.decode(answer)
    if isinstance(value, (apdu.ExceptionResponse, apdu.ServiceError)):
        raise _excepted(value)
    raise WireError("not the answer to an AARQ", answer[:16])


def _accepted(aare, protection, around):
    """The InitiateResponse. AssociationRefused with whatever the server says of the reason."""
    is_refused = aare.result != association.ACCEPTED
    if protection and aare.title and not is_refused:
        protection.meet(aare.title)
    try:
        information = _information(aare, around)
    except WireError:
        if is_refused:
            raise _refused(aare, aare.result, "")
        raise
    if is_refused:
        error = isinstance(information, apdu.ServiceError)
        raise _refused(aare, aare.result, initiate.error_text(information) if error else "")
    if not isinstance(information, initiate.InitiateResponse):
        raise WireError("an association accepted without an InitiateResponse")
    return information


def _information(aare, around):
    octets = aare.user_information
    if octets and around:
        octets = around.open_answer(octets)
    return initiate.decode_initiate(octets) if octets else None


def _prove(shake):
    """Passes 3 and 4, in clear."""
    try:
        hls.check_challenges(shake)
        data = axdr.octets(hls.proof(shake))
        answer = yield from action(hls.REPLY.class_id, hls.REPLY.ln, hls.REPLY.index, data)
    except AccessRefused as error:
        if error.exception:
            raise _excepted(error.exception)
        raise _failed("the server does not take our proof")
    if not isinstance(answer, bytes) or not hls.is_proof(shake, answer):
        raise _failed("the server does not prove to hold the key")


def _room(max_pdu, around):
    if not max_pdu or not around:
        return max_pdu
    return max(1, max_pdu - around.overhead(around.own_way()))


def _refused(aare, result, more):
    text = association.diagnostic_text(aare.diagnostic)
    if aare.by_provider:
        text = f"diagnostic {aare.diagnostic} of the service provider"
    return AssociationRefused(result, aare.diagnostic, f"{text}, {more}" if more else text)


def _excepted(exception):
    text = str(AccessRefused(apdu.DAR_OTHER_REASON, exception))
    return AssociationRefused(association.REFUSED, None, text, exception)


def _failed(text):
    return AssociationRefused(association.REFUSED, association.AUTHENTICATION_FAILURE, text)
