"""General block transfer: APDUs longer than the PDU, both ways, in windows of blocks.

E0 | last, streaming, window | number (2) | number acknowledged (2) | length | part of the APDU.
Numbers go up by one with every block or acknowledgement sent in one exchange. A window ends
with a block that is not streaming; it is acknowledged by the number of the last block that
came in order, and what is after that comes again. IEC 62056-5-3, general-block-transfer.
"""

from construct import (
    Byte,
    Const,
    ConstructError,
    GreedyBytes,
    Int16ub,
    Prefixed,
    Struct,
    Terminated,
)

from meter_sim.data import LENGTH, length

TAG = 0xE0
LAST, STREAMING, WINDOW = 0x80, 0x40, 0x3F
OVERHEAD = 7 + 3  # the head and the longest length of a block
OCTETS_MAX = 1 << 18  # of an APDU put together
NUMBER_MAX = 0xFFFF

_BLOCK = Struct(
    Const(bytes((TAG,))),
    "control" / Byte,
    "number" / Int16ub,
    "acknowledged" / Int16ub,
    "part" / Prefixed(LENGTH, GreedyBytes),
    Terminated,
)


class Transfer:
    """One side of an exchange in blocks.

    window      blocks it can take in a row
    stream_max  blocks it says in a row, if the peer takes as many
    """

    def __init__(self, window, stream_max, faults):
        self._window = window
        self._stream_max = stream_max
        self._faults = faults
        self.forget()

    def forget(self):
        self._parts = []  # of the answer
        self._first = 0  # number of the block of the first of them
        self._number = 0  # of the last block or acknowledgement sent
        self._came = 0  # number of the last block of the client that came in order
        self._peer_window = 1
        self._incoming = b""
        self.by_blocks = False  # the request came this way: the answer goes so

    def receive(self, apdu):
        """(whole APDU or None, blocks to say)."""
        try:
            block = _BLOCK.parse(apdu)
        except ConstructError:
            return None, []
        if block.number == 1 and block.part:  # a new exchange
            self.forget()
        self._peer_window = block.control & WINDOW
        if not block.part and self._parts:
            self._came = block.number
            return None, self._after(block.acknowledged)
        return self._take(block)

    def _take(self, block):
        self.by_blocks = True
        if block.number == self._came + 1:
            self._came = block.number
            self._incoming += block.part
            if len(self._incoming) > OCTETS_MAX:
                self.forget()
                return None, []
            if block.control & LAST:
                whole, self._incoming = bytes(self._incoming), b""
                return whole, []
        if block.control & STREAMING:
            return None, []
        self._number += 1
        return None, [self._head(LAST | self._window, self._number) + b"\x00"]

    def send(self, apdu, max_pdu):
        """The first blocks of an answer; the rest follows what the client acknowledges."""
        size = max_pdu - OVERHEAD
        self._parts = [apdu[at : at + size] for at in range(0, len(apdu), size)]
        self._first = self._number + 1
        return self._after(self._number)

    def _after(self, acknowledged):
        """The next window, from the block after `acknowledged`."""
        start = max(0, acknowledged + 1 - self._first)
        end = min(len(self._parts), start + min(self._stream_max, self._peer_window or WINDOW))
        if start >= len(self._parts):
            self._parts = []
            return []
        said = []
        for n in range(start, end):
            number = self._first + n
            is_last = n == len(self._parts) - 1
            control = LAST if is_last else STREAMING if n < end - 1 else 0
            head = self._head(control | self._window, number)
            said.append(head + length(len(self._parts[n])) + self._parts[n])
            self._number = max(self._number, number)
        return [block for block in said[:-1] if not self._faults.loses_block()] + said[-1:]

    def _head(self, control, number):
        assert number <= NUMBER_MAX
        numbers = number.to_bytes(2, "big") + self._came.to_bytes(2, "big")
        return bytes((TAG, control)) + numbers
