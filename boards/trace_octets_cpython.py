"""The octets of a trace as they may be shown: frames that `dcu decode` takes, without secrets.

A password in an AARQ is zeros here, with a new FCS. Not shown at all is what may carry a password
or key and cannot be looked through: clear SET and ACTION, segments that we sent, what is damaged.
"""

from wire import association, envelope, hdlc, initiate, mode_e, wrapper
from wire.ciphering import ENCRYPTED
from wire.errors import WireError

_HIDDEN = "not shown: a password or key may be in it"
_LLC = 3  # octets before the APDU
_ASSOCIATING = (b"\x60", b"\x62")  # AARQ, RLRQ
_GET = b"\xc0"
_WITH_CHALLENGE = (association.HLS, association.HLS_MD5, association.HLS_SHA1)
_WITH_CHALLENGE += association.WITH_TITLE
_PASSWORD = b"\xac%c\x80%c"  # calling-authentication-value, before the password


class Octets:
    """Of one conversation: what comes back the way that it was sent is an echo of ours."""

    def __init__(self):
        self._ways = set()

    def shown(self, octets, is_sent):
        """A text for each frame: hexadecimal, or why it is not shown."""
        if octets[:1] in (b"/", b"\x06"):
            return _each(mode_e.Deframer(), octets, lambda line: octets.hex())
        if is_wrapped(octets):
            return _each(wrapper.Deframer(), octets, lambda each: self._wrapped(each, is_sent))
        return _each(hdlc.Deframer(), octets, lambda frame: self._frame(frame, is_sent))

    def _wrapped(self, frame, is_sent):
        """A datagram: over UDP nothing that we sent comes back."""
        if is_sent:
            try:
                apdu = _without_secrets(frame.apdu)
            except WireError:
                apdu = b""
            if not apdu:
                return _HIDDEN
            frame = frame._replace(apdu=apdu)
        return wrapper.encode(frame).hex()

    def _frame(self, frame, is_sent):
        way = (frame.destination, frame.source)
        if is_sent:
            self._ways.add(way)
        information = bytes(frame.information)
        if hdlc.kind(frame.control) in (hdlc.I_FRAME, hdlc.UI) and way in self._ways:
            if frame.segmented or information[:2] != b"\xe6\xe6":
                return _HIDDEN
            try:
                apdu = _without_secrets(information[_LLC:])
            except WireError:
                apdu = b""
            if not apdu:
                return _HIDDEN
            frame = frame._replace(information=information[:_LLC] + apdu)
        return hdlc.encode(frame).hex()


def is_wrapped(octets):
    """Whether it is one whole datagram."""
    try:
        found = wrapper.parse(octets, 0, False)
    except WireError:
        return False
    return bool(found and found[0] == len(octets))


def _each(deframer, octets, show):
    found = []
    deframer.feed(octets)
    while True:
        try:
            frame = deframer.next_frame()
        except WireError:
            found.append(_HIDDEN)
            continue
        if frame is None:
            return found
        found.append(show(frame))


def _without_secrets(apdu):
    """The APDU of a client, or b"" when it is not to be shown."""
    if apdu[:1] in _ASSOCIATING:
        return _association(apdu)
    if envelope.is_ciphered(apdu):
        return apdu if _is_encrypted(apdu) else b""
    return apdu if apdu[:1] == _GET else b""


def _association(apdu):
    value = association.decode(apdu)
    information = value.user_information
    if information and envelope.is_ciphered(information):
        if not _is_encrypted(information):
            return b""
    elif information and getattr(initiate.decode_initiate(information), "dedicated_key", b""):
        return b""
    password = getattr(value, "authentication", b"")
    if not password or value.mechanism in _WITH_CHALLENGE:
        return apdu
    head = _PASSWORD % (len(password) + 2, len(password))
    if apdu.count(head + password) != 1:
        return b""
    return apdu.replace(head + password, head + bytes(len(password)))


def _is_encrypted(octets):
    contents = envelope.decode(octets).contents
    return bool(contents and contents[0] & ENCRYPTED)
