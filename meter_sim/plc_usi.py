"""USI framing as a module speaks it: octets in, payloads out, and the quirks of a real one.

Written apart from the firmware, from the public description of the interface: the check
sequence is the remainder of the message by 1021, without bits of zero behind it.
"""

FLAG, ESCAPE = 0x7E, 0x7D
PROTOCOL = 0x25
BUFFER = 1024  # octets between flags; a real module writes on beyond, this one drops the frame


def _remainder(octets):
    register = 0
    for octet in octets:
        for bit in range(7, -1, -1):
            out = register & 0x8000
            register = (register << 1 | octet >> bit & 1) & 0xFFFF
            if out:
                register ^= 0x1021
    return register


TABLE = [_remainder(bytes([value, 0, 0])) for value in range(256)]


def check(octets):
    register = 0
    for octet in octets:
        register = TABLE[register >> 8] ^ (register << 8 & 0xFFFF) ^ octet
    return register


def frame(payload):
    size = len(payload)
    first = payload[0] | (0x80 if size & 0x400 else 0)
    plain = bytes([size >> 2 & 0xFF, (size & 3) << 6 | PROTOCOL, first]) + payload[1:]
    plain += check(plain).to_bytes(2, "big")
    escaped = plain.replace(b"\x7d", b"\x7d\x5d").replace(b"\x7e", b"\x7d\x5e")
    return b"\x7e" + escaped + b"\x7e"


class Ear:
    """A closing flag does not open the next frame; `dropped` counts what was damaged."""

    def __init__(self):
        self.dropped = 0
        self._inside = None  # the octets since the opening flag, or None

    def payloads(self, octets):
        found = []
        for octet in octets:
            if octet != FLAG:
                if self._inside is not None and len(self._inside) < BUFFER:
                    self._inside.append(octet)
            elif self._inside:
                payload = self._payload(bytes(self._inside))
                self._inside = None
                self.dropped += payload is None
                found += [payload] if payload else []
            else:
                self._inside = bytearray()
        return found

    def _payload(self, raw):
        parts = raw.split(b"\x7d")
        plain = parts[0]
        for part in parts[1:]:
            if part[:1] not in (b"\x5d", b"\x5e"):
                return None
            plain += bytes([part[0] ^ 0x20]) + part[1:]
        if len(plain) < 5 or plain[1] & 0x3F != PROTOCOL:
            return None
        size = plain[0] << 2 | plain[1] >> 6 | plain[2] >> 7 << 10
        if size != len(plain) - 4 or check(plain[:-2]) != int.from_bytes(plain[-2:], "big"):
            return None
        return bytes([plain[2] & 0x7F]) + plain[3:-2]
