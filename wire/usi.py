"""Frames of the Universal Serial Interface of a G3 module: octets to payloads and back.

    7E | L1 | L0 and protocol | payload | CRC | 7E

L1 are bits 9 to 2 of the length of the payload, the next octet bits 1 and 0 and the protocol;
bit 10 is the highest of the first octet of the payload, the command. Within the flags 7E goes
as 7D 5E, 7D as 7D 5D. What a payload says is in wire/usi_commands.py.

Reference: USI framing of public G3-PLC modems, protocol 25 (ADP and LBP). The check sequence
is not flushed (wire/crc_msb.py): payloads have to be judged by what they say, too.
"""

from wire.crc_msb import remainder
from wire.errors import WireError

FLAG = 0x7E
PROTOCOL = 0x25  # ADP and LBP of G3: the only one that a module for us is ever sent
PAYLOAD_MAX = 2047  # octets; what a module takes is less, see drivers/
RAW_MAX = 4096  # octets between two flags, before the escapes are taken out

_ESCAPE = 0x7D
_FLAGS = bytes([FLAG])
_ESCAPED = {0x5D: _ESCAPE, 0x5E: FLAG}
_BUFFER_MAX = 2 * RAW_MAX
_SHOWN = 32  # octets of damage in an error


def encode(payload):
    """One frame around a payload: its first octet is a command, 00 to 7F."""
    size = len(payload)
    assert 0 < size <= PAYLOAD_MAX and payload[0] < 0x80
    head = bytes([size >> 2 & 0xFF, (size & 3) << 6 | PROTOCOL, size >> 10 << 7 | payload[0]])
    body = head + bytes(payload[1:])
    body += remainder(body).to_bytes(2, "big")
    body = body.replace(b"\x7d", b"\x7d\x5d").replace(_FLAGS, b"\x7d\x5e")
    return _FLAGS + body + _FLAGS


class Deframer:
    """Payloads out of a stream. Each flag may end a frame and begin one.

    damaged  how many frames were, by "escape", "length", "protocol" and "check"
    """

    def __init__(self):
        self.damaged = {"escape": 0, "length": 0, "protocol": 0, "check": 0}
        self.clear()

    def clear(self):
        """Forget what has been begun."""
        self._buffer = bytearray()
        self._looked = 0  # up to here there is no flag
        self._is_endless = False

    def feed(self, data):
        if len(self._buffer) > _BUFFER_MAX:
            self.clear()
            self._is_endless = True
        self._buffer.extend(data)

    def next_frame(self):
        """The next payload, its first octet the bare command, or None. Raises WireError once
        for each damaged frame."""
        while True:
            end = self._buffer.find(_FLAGS, self._looked)
            if end < 0:
                self._wait()
                return None
            raw = bytes(self._buffer[:end])
            self._buffer[: end + 1] = b""
            self._looked = 0
            if self._is_endless or len(raw) > RAW_MAX:
                self._is_endless = False
                self._spoilt("length", "a USI frame without an end", raw)
            if raw:
                return self._payload(raw)

    def _wait(self):
        self._looked = len(self._buffer)
        if self._looked > RAW_MAX:
            self.clear()
            self._is_endless = True

    def _payload(self, raw):
        body = _plain(raw)
        if body is None:
            self._spoilt("escape", "7D before what is never escaped", raw)
        if len(body) < 5:
            self._spoilt("length", "a USI frame too short", raw)
        if body[1] & 0x3F != PROTOCOL:
            self._spoilt("protocol", "a USI frame of another protocol", raw)
        size = body[2] >> 7 << 10 | body[0] << 2 | body[1] >> 6
        if size != len(body) - 4:
            self._spoilt("length", f"USI length {size}, {len(body) - 4} octets", raw)
        if remainder(body[:-2]) != body[-2] << 8 | body[-1]:
            self._spoilt("check", "bad CRC of a USI frame", raw)
        return bytes([body[2] & 0x7F]) + body[3:-2]

    def _spoilt(self, kind, reason, raw):
        self.damaged[kind] += 1
        raise WireError(reason, raw[:_SHOWN])


def _plain(raw):
    """`raw` without its escapes; None if one is wrong."""
    pieces = raw.split(b"\x7d")
    body = pieces[0]
    for piece in pieces[1:]:
        if not piece or piece[0] not in _ESCAPED:
            return None
        body += bytes([_ESCAPED[piece[0]]]) + piece[1:]
    return body
