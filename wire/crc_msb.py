"""CRC-16 with polynomial 1021, highest bit first, beginning at 0: with and without flush."""

import binascii
from array import array

_crc_hqx = getattr(binascii, "crc_hqx", None)  # CPython's


def _table():
    values = array("H")
    for value in range(256):
        value <<= 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
        values.append(value)
    return values


_TABLE = _table()


def by_octets(data):
    """xmodem wherever there is no better way."""
    table = _TABLE
    crc = 0
    for octet in data:
        crc = (crc << 8) & 0xFF00 ^ table[crc >> 8 ^ octet]
    return crc


def by_hqx(data):
    return _crc_hqx(bytes(data), 0)


def xmodem(data):
    """As XMODEM has it: b"123456789" gives 0x31C3. On the wire the high octet goes first."""
    return _fastest(data)


def remainder(data):
    """What is left of the message itself, with no 16 bits of zero behind it: b"123456789"
    gives 0xBEEF. For messages of 2 octets and more; it is weaker in the last two."""
    assert len(data) >= 2
    return _fastest(data[:-2]) ^ (data[-2] << 8 | data[-1])


_fastest = by_hqx if _crc_hqx else by_octets
