"""The check sequence of HDLC frames: CRC-16/X-25."""

from array import array


def _table():
    values = array("H")
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ 0x8408 if value & 1 else value >> 1
        values.append(value)
    return values


_TABLE = _table()


def fcs16(data):
    """CRC-16/X-25 of `data` as an integer; on the wire the low octet goes first.

    Reference: ISO/IEC 13239 annex A. b"123456789" gives 0x906E.
    """
    table = _TABLE
    crc = 0xFFFF
    for octet in data:
        crc = (crc >> 8) ^ table[(crc ^ octet) & 0xFF]
    return crc ^ 0xFFFF
