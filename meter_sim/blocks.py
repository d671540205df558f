"""Long answers cut into the blocks of their service, long requests put together from theirs.

IEC 62056-5-3: GET and ACTION responses, SET and ACTION requests with datablock.
"""

import struct

from construct import Byte, GreedyBytes, Int32ub, Prefixed, Struct, Terminated

from meter_sim.data import LENGTH, length

OCTETS_MAX = 1 << 16  # of a request put together
OVERHEAD = 12  # C4 02 invoke last number(4) 00 length(3)

BLOCK = Struct("last" / Byte, "number" / Int32ub, "raw" / Prefixed(LENGTH, GreedyBytes))
LONE_BLOCK = Struct("block" / BLOCK, Terminated)


class Outgoing:
    """The answer on its way; `octets` is what is not cut yet."""

    def __init__(self):
        self.forget()

    def forget(self):
        self._left = None
        self._number = 0

    def start(self, octets):
        self._left, self._number = octets, 0

    @property
    def is_on(self):
        return self._left is not None

    def follows(self, number):
        """Whether the client has the block sent last."""
        return number == self._number.to_bytes(4, "big")

    def next(self, room, choice):
        """last || number || choice || length || octets, in `room` with the head of 3 octets."""
        size = room - OVERHEAD
        piece, rest = self._left[:size], self._left[size:]
        self._number += 1
        self._left = rest or None
        return struct.pack(">BI", not rest, self._number) + choice + length(len(piece)) + piece


class Incoming:
    """A long request: what it is for, and what of it has come."""

    def __init__(self):
        self.forget()

    def forget(self):
        self.target = None
        self.raw = b""
        self._number = 0

    def start(self, target):
        """`target` is (kind of the request, whatever it is about)."""
        self.forget()
        self.target = target

    def take(self, block):
        """True if it is the one that follows; else the whole is forgotten."""
        self._number += 1
        self.raw += bytes(block.raw)
        if self.target and block.number == self._number and len(self.raw) <= OCTETS_MAX:
            return True
        self.forget()
        return False
