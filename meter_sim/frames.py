"""HDLC frames on the wire, as a meter hears and says them (IEC 62056-46, frame type 3).

Only octets: what a frame means to a connection is in link.py. Octets that are not for this
meter are dropped here, as early as possible: on a bus of 32 meters that is nearly everything.
"""

from collections import namedtuple

import crcmod.predefined

Heard = namedtuple("Heard", ("destination", "source", "control", "information", "segmented"))

FLAG = 0x7E
LENGTH_MIN = 7  # format 2, addresses 1 + 1, control 1, FCS 2
ADDRESS_LENGTHS = (1, 2, 4)
ADDRESS = 1, 16_381  # of a physical device, from, to; the rest is reserved
INTER_OCTET_MS = 500  # generous: a pty on a busy machine is no UART (IEC default: 25 ms)

check_sequence = crcmod.predefined.mkPredefinedCrcFun("x-25")


def checked(octets):
    return octets + check_sequence(octets).to_bytes(2, "little")


def seal(destination, source, control, information=b"", segmented=False):
    """The whole frame, flags included. Addresses are given as they are on the wire."""
    length = 2 + len(destination) + len(source) + 1 + 2
    if information:
        length += len(information) + 2
    form = 0xA000 | segmented << 11 | length
    head = form.to_bytes(2, "big") + destination + source + bytes((control,))
    body = checked(checked(head) + information) if information else checked(head)
    return b"\x7e" + body + b"\x7e"


def address_octets(logical, physical, length):
    """A server address of 1, 2 or 4 octets, or None if it does not fit.

    One octet has room for one number only; on a bus that must be the physical device.
    """
    if length == 1:
        return bytes((physical << 1 | 1,)) if physical < 0x80 else None
    if length == 2:
        return bytes((logical << 1, physical << 1 | 1)) if physical < 0x80 else None
    upper = (logical >> 6 & 0xFE, logical << 1 & 0xFE)
    lower = (physical >> 6 & 0xFE, physical << 1 & 0xFE | 1)
    return bytes(upper + lower)


class Ear:
    """Gives the good frames that are for one of `addresses`; forgets half a frame in time."""

    def __init__(self, addresses, inter_octet_ms=INTER_OCTET_MS):
        self._addresses = tuple(addresses)
        self._inter_octet_ms = inter_octet_ms
        self._octets = bytearray()
        self._heard_ms = 0

    def frames(self, octets, now_ms):
        if len(self._octets) < 2 and self._for_another(octets):
            return ()
        if now_ms - self._heard_ms > self._inter_octet_ms:
            self._octets.clear()
        self._heard_ms = now_ms
        self._octets += octets
        found = []
        while (body := self._next_body()) is not None:
            heard = self._parse(body)
            if heard:
                found.append(heard)
        return found

    def _for_another(self, octets):
        """True if this is one whole frame with somebody else's destination."""
        return (
            len(octets) > LENGTH_MIN
            and octets[0] == FLAG
            and (octets[1] & 7) << 8 | octets[2] == len(octets) - 2
            and not octets.startswith(self._addresses, 3)
        )

    def _next_body(self):
        """What is between the flags of the next good frame, or None. Skips what is damaged."""
        octets = self._octets
        while True:
            start = octets.find(FLAG)
            del octets[: len(octets) if start < 0 else start]
            while len(octets) > 1 and octets[1] == FLAG:
                del octets[0]
            if len(octets) < 3:
                return None
            length = (octets[1] & 7) << 8 | octets[2]
            if octets[1] & 0xF0 != 0xA0 or length < LENGTH_MIN:
                del octets[0]
                continue
            if len(octets) < length + 2:
                return None
            body = bytes(octets[1 : length + 1])
            if octets[length + 1] == FLAG and checked(body[:-2]) == body:
                del octets[: length + 1]  # the closing flag may open the next frame
                return body
            del octets[0]

    def _parse(self, body):
        destination = next((a for a in self._addresses if body.startswith(a, 2)), None)
        if destination is None:
            return None
        start = 2 + len(destination)
        head, rest = body[: start + 2], body[start + 2 : -2]  # rest: empty, or HCS, information
        if len(body) < start + 4:
            return None
        if rest and (len(rest) < 3 or checked(head) != head + rest[:2]):
            return None
        source, control = head[start:-1], head[-1]  # a client has one octet
        return Heard(destination, source, control, rest[2:], bool(body[0] & 8))
