"""The check sequence of HDLC frames: CRC-16/X-25."""

import binascii
from array import array

_crc_hqx = getattr(binascii, "crc_hqx", None)  # these two are CPython's
_translate = getattr(bytes, "translate", None)


def _table():
    values = array("H")
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ 0x8408 if value & 1 else value >> 1
        values.append(value)
    return values


def _mirrored(octet):
    value = 0
    for bit in range(8):
        value |= (octet >> bit & 1) << (7 - bit)
    return value


_TABLE = _table()
_MIRRORED = bytes([_mirrored(octet) for octet in range(256)])


def by_octets(data):
    """fcs16 wherever there is no better way."""
    table = _TABLE
    crc = 0xFFFF
    for octet in data:
        crc = (crc >> 8) ^ table[(crc ^ octet) & 0xFF]
    return crc ^ 0xFFFF


def by_hqx(data):
    """fcs16 by a CRC in C with the same polynomial that begins each octet at its highest bit:
    mirrored octets give it the bits in our order, and it gives the check sequence mirrored."""
    crc = _crc_hqx(_translate(bytes(data), _MIRRORED), 0xFFFF)
    return (_MIRRORED[crc & 0xFF] << 8 | _MIRRORED[crc >> 8]) ^ 0xFFFF


def fcs16(data):
    """CRC-16/X-25 of `data` as an integer; on the wire the low octet goes first.

    Reference: ISO/IEC 13239 annex A. b"123456789" gives 0x906E.
    """
    return _fastest(data)


_fastest = by_hqx if _crc_hqx and _translate else by_octets
