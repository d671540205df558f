"""One row of a profile as a slot of fixed size.

    slot := time_s (4) | present (1 bit a column, 1 to 4 octets) | values (8 each, signed)
            | CRC-32 of all before (4)

Most significant octet first. Four columns make 41 octets.
"""

import binascii
import struct

_TIME_SIZE = 4
_CRC_SIZE = 4


class RowFormat:
    def __init__(self, columns):
        """`columns` is their count."""
        self._columns = columns
        self._present_size = (columns + 7) // 8
        self.size = _TIME_SIZE + self._present_size + 8 * columns + _CRC_SIZE

    def pack(self, time_s, values):
        present = 0
        for n, value in enumerate(values):
            if value is not None:
                present |= 1 << n
        body = struct.pack(">I", time_s) + present.to_bytes(self._present_size, "big")
        for value in values:
            body += struct.pack(">q", value or 0)
        return body + struct.pack(">I", binascii.crc32(body))

    def unpack(self, slot):
        """(time_s, values), or None for a slot that is empty, torn or damaged."""
        if len(slot) != self.size or time_of(slot) == 0:
            return None
        body = slot[:-_CRC_SIZE]
        if binascii.crc32(body) != int.from_bytes(slot[-_CRC_SIZE:], "big"):
            return None
        at = _TIME_SIZE + self._present_size
        present = int.from_bytes(body[_TIME_SIZE:at], "big")
        values = [
            struct.unpack(">q", body[at + 8 * n : at + 8 * n + 8])[0] if present >> n & 1 else None
            for n in range(self._columns)
        ]
        return time_of(slot), tuple(values)


def time_of(slot):
    """Seconds of UTC, 0 for a slot never written. Not checked by the CRC."""
    return int.from_bytes(slot[:_TIME_SIZE], "big")
