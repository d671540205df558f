"""Frames of DL/T 645, which meters of the Q/GDW family speak: octets to frames and back.

    68 | A, 6 octets | 68 | C | L | data | CS | 16

The address comes with its last digits first; AA in it stands for any two. Each octet of the data
has 33 added on the line. CS is the sum of all from the first 68. FE before a frame wakes a meter.

Reference: DL/T 645-2007, 5; the 1997 edition has the same frame.
"""

from collections import namedtuple

from wire.deframer import Damage, wrong
from wire.deframer import Deframer as _Deframer
from wire.errors import WireError

# address: 12 digits as people write them, A for any; control: the octet C; data: without the 33s
Frame = namedtuple("Frame", ("address", "control", "data"))

FIRST = 0x68
UP, FAILED, MORE, FUNCTION = 0x80, 0x40, 0x20, 0x1F  # bits of C
DATA_MAX = 255
FRAME_MAX = DATA_MAX + 12
_HEADER = 10
_ADDED = 0x33
_DIGITS = "0123456789A"


def encode(frame):
    address = bytes(reversed(bytes.fromhex(frame.address)))
    assert len(address) == 6 and len(frame.data) <= DATA_MAX
    octets = b"\x68" + address + bytes([FIRST, frame.control, len(frame.data)])
    octets += bytes([(octet + _ADDED) & 0xFF for octet in frame.data])
    return octets + bytes([sum(octets) & 0xFF, 0x16])


class Deframer(_Deframer):
    """Frames out of a stream. FE between them is skipped, anything else is damage."""

    def __init__(self):
        super().__init__({FIRST: parse}, 2 * FRAME_MAX, b"\xfe")


def parse(buffer, at, searching):
    """See wire/deframer.py."""
    header = bytes(buffer[at : at + _HEADER])
    if len(header) > 7 and header[7] != FIRST:
        return wrong(searching, "not the header of a 645 frame", header)
    if len(header) < _HEADER:
        return None
    end = at + _HEADER + header[9]
    if len(buffer) < end + 2:
        return None
    if buffer[end] != sum(buffer[at:end]) & 0xFF or buffer[end + 1] != 0x16:
        raise Damage("bad checksum or end of a 645 frame", buffer[at : end + 2])
    address = bytes(reversed(header[1:7])).hex().upper()
    if not all([digit in _DIGITS for digit in address]):
        raise Damage("the address of a 645 frame is not decimal", buffer[at : end + 2])
    data = bytes([(octet - _ADDED) & 0xFF for octet in buffer[at + _HEADER : end]])
    return end + 2 - at, Frame(address, header[8], data)


def identifier(frame):
    """(what is read or told of, the rest of the data) by the four octets of 2007 or the two of
    1997; "" for a function that names none."""
    function = frame.control & FUNCTION
    size = {0x11: 4, 0x12: 4, 0x14: 4, 0x01: 2, 0x02: 2, 0x04: 2}.get(function, 0)
    if not size or frame.control & FAILED:
        return "", frame.data
    if len(frame.data) < size:
        raise WireError("a 645 frame too short for what it names", frame.data)
    return bytes(reversed(frame.data[:size])).hex().upper(), frame.data[size:]
