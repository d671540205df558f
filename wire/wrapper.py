"""The DLMS wrapper of TCP and UDP: an APDU with who sends it and who is to get it.

    00 01 | source wPort (2) | destination wPort (2) | length (2) | APDU

A client's wPort is its SAP, a server's its logical device. There is no check sequence: on a
stream that has been damaged, getting back in step is a good guess and no more.

Reference: IEC 62056-47, 4.3 (wrapper sublayer).
"""

from collections import namedtuple

from wire import gateway
from wire.apdu_types import APDU_MAX
from wire.deframer import PERHAPS, wrong
from wire.deframer import Deframer as _Deframer

Wrapper = namedtuple("Wrapper", ("source", "destination", "apdu"))

FIRST = 0x00  # the first octet of a message
LENGTH_MAX = APDU_MAX + gateway.HEADER_MAX  # octets after the header

_VERSION = b"\x00\x01"
_HEADER = 8  # octets
_WPORT_MAX = 0xFFFF
_SAP_MAX = 0x3FFF  # no client nor logical device is above
_TAGS = ((0x01, 0x10), (0x60, 0x63), (0xC0, 0xE7))  # first octets of APDUs: from, to
_AFTER = b"\x00\x68\xfe"  # what may follow a message


def encode(wrapper):
    size = len(wrapper.apdu)
    assert 0 < size <= LENGTH_MAX
    assert 0 <= wrapper.source <= _WPORT_MAX and 0 <= wrapper.destination <= _WPORT_MAX
    octets = _VERSION
    for value in (wrapper.source, wrapper.destination, size):
        octets += value.to_bytes(2, "big")
    return octets + bytes(wrapper.apdu)


class Deframer(_Deframer):
    """Wrappers out of a stream. Whatever stands between them is damage."""

    def __init__(self):
        super().__init__({FIRST: parse}, 2 * LENGTH_MAX, b"")


def parse(buffer, at, searching):
    """See wire/deframer.py."""
    header = bytes(buffer[at : at + _HEADER])
    if header[: len(_VERSION)] != _VERSION[: len(header)]:
        return wrong(searching, "not wrapper version 1", header[:2])
    if len(header) < _HEADER:
        return PERHAPS if searching else None
    size = int.from_bytes(header[6:], "big")
    if not 0 < size <= LENGTH_MAX:
        return wrong(searching, f"wrapper of {size} octets, 1 to {LENGTH_MAX} allowed", header)
    end = at + _HEADER + size
    if searching and not _is_likely(buffer, at, end):
        return 1, None
    if len(buffer) < end:
        return PERHAPS if searching else None
    source, destination = _u16(header[2:4]), _u16(header[4:6])
    return end - at, Wrapper(source, destination, bytes(buffer[at + _HEADER : end]))


def _u16(octets):
    return int.from_bytes(octets, "big")


def _is_likely(buffer, at, end):
    """After damage: is this a header, and not two octets 00 01 in the middle of something?"""
    for from_ in (at + 2, at + 4):
        if not 0 < _u16(buffer[from_ : from_ + 2]) <= _SAP_MAX:
            return False
    if len(buffer) > end and buffer[end] not in _AFTER:
        return False
    tag = buffer[at + _HEADER] if len(buffer) > at + _HEADER else _TAGS[0][0]
    return any([low <= tag <= high for low, high in _TAGS])
