"""The sending side of XMODEM with CRC: blocks of 128 octets, each acknowledged.

    01 | n | FF - n | 128 octets | CRC-16, high octet first      then 04, once all are through

Reference: C. Forsberg, XMODEM/YMODEM Protocol Reference (1988), chapters 4 and 8.
"""

from wire.crc_msb import xmodem
from wire.errors import WireError

ACK, NAK, CANCEL, WANTS_CRC, END = 0x06, 0x15, 0x18, 0x43, 0x04
TRIES_MAX = 10  # of one block

_FIRST = 0x01
_BLOCK = 128
_FILLING = b"\xff"


def block(number, data):
    """data: 1 to 128 octets; filled up with FF."""
    assert 0 < len(data) <= _BLOCK
    data = bytes(data) + _FILLING * (_BLOCK - len(data))
    head = bytes([_FIRST, number & 0xFF, 0xFF - (number & 0xFF)])
    return head + data + xmodem(data).to_bytes(2, "big")


class Sender:
    """`heard` and `silent` give what to say next, b"" for nothing; `is_done` when all is through.

    data  what is to be sent, at least an octet
    """

    def __init__(self, data):
        assert data
        self._data = data
        self._number = 0  # of the block under way; 0: the receiver has not asked yet
        self._blocks = -(-len(data) // _BLOCK)
        self._tries = 0
        self.is_done = False

    @property
    def sent(self):
        """Octets that the other side has acknowledged."""
        return min(len(self._data), max(0, self._number - 1) * _BLOCK)

    def heard(self, octet):
        """WireError when the other side cancels, or a block fails again and again."""
        if octet == CANCEL:
            raise WireError("XMODEM: cancelled by the receiver")
        if self._number == 0:
            return self._next() if octet == WANTS_CRC else b""
        if octet == ACK:
            return self._next()
        if octet == NAK:
            return self.silent()
        return b""  # a C that is late, or noise

    def silent(self):
        """Nothing was heard for a while."""
        self._tries += 1
        if self._tries >= TRIES_MAX:
            raise WireError(f"XMODEM: block {self._number} of {self._blocks} does not get through")
        return self._current() if self._number else b""

    def _next(self):
        self._number += 1
        self._tries = 0
        if self._number > self._blocks + 1:
            self.is_done = True
            return b""
        return self._current()

    def _current(self):
        if self._number > self._blocks:
            return bytes([END])
        first = (self._number - 1) * _BLOCK
        return block(self._number, self._data[first : first + _BLOCK])
