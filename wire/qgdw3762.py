"""Frames of Q/GDW 376.2, between a concentrator and its communication module.

    68 | L | C | R (6) | [A: source, relays, destination] | AFN | DT | data | CS | 16

L counts the whole frame. CS is the sum of the octets from C on. A is there when the frame is
for, or from, the module of a meter. The Southern Grid's frames look alike and are others.

Reference: Q/GDW 376.2-2009, 4 (frame format); 1376.2-2013.
"""

from collections import namedtuple

from wire.deframer import PERHAPS, Damage, wrong
from wire.deframer import Deframer as _Deframer
from wire.errors import WireError
from wire.qgdw3761_units import function_octets, functions

# control: C, with the bits below. information: the 6 octets R. source, destination: 12 digits
# as people write them, or None for what is between concentrator and module. relays: as these.
Frame = namedtuple(
    "Frame", ("control", "information", "source", "relays", "destination", "afn", "fn", "data")
)

FIRST = 0x68
UP, PRM, MODE = 0x80, 0x40, 0x3F  # bits of C
TO_METER = 0x04  # in the first octet of R: A is there
MODE_PLC, MODE_DISTRIBUTED, MODE_BROADBAND, MODE_RADIO = 1, 2, 3, 10
FRAME_MAX = 2048  # octets; modules that we know of say 1024

_FIXED = 15  # octets of a frame without A and data
_INFORMATION = 6
_ADDRESS = 6
_HEADER = 4


def information(sequence, is_to_meter=False, relays=0, answer_size=0):
    """R of a frame from the concentrator; the answer has the same sequence number.

    answer_size  octets that are expected, 0 if it is not known
    """
    flags = (TO_METER if is_to_meter else 0) | relays << 4
    return bytes([flags, 0, answer_size, 0, 0, sequence])


def sequence(frame):
    return frame.information[5]


def encode(frame):
    has_address = frame.source is not None
    level = frame.information[0] >> 4
    assert bool(frame.information[0] & TO_METER) == has_address
    assert len(frame.information) == _INFORMATION and len(frame.relays) == level * has_address
    body = bytes([frame.control]) + bytes(frame.information)
    if has_address:
        for digits in (frame.source,) + tuple(frame.relays) + (frame.destination,):
            body += address_octets(digits)
    body += bytes([frame.afn]) + function_octets(frame.fn) + bytes(frame.data)
    size = len(body) + 5
    assert size <= FRAME_MAX
    head = bytes([FIRST]) + size.to_bytes(2, "little")
    return head + body + bytes([sum(body) & 0xFF, 0x16])


class Deframer(_Deframer):
    """Frames out of a stream. FE between them is skipped, anything else is damage."""

    def __init__(self):
        super().__init__({FIRST: parse}, 2 * FRAME_MAX, b"\xfe")


def parse(buffer, at, searching):
    """See wire/deframer.py."""
    header = bytes(buffer[at : at + _HEADER])
    if len(header) < _HEADER:
        return PERHAPS if searching else None
    size = header[1] | header[2] << 8
    if not _FIXED <= size <= FRAME_MAX:
        return wrong(searching, "length of no 376.2 frame", header)
    if len(buffer) < at + size:
        return PERHAPS if searching else None
    octets = bytes(buffer[at : at + size])
    if octets[-2] != sum(octets[3:-2]) & 0xFF or octets[-1] != 0x16:
        return wrong(searching, "bad checksum or end of a 376.2 frame", octets)
    try:
        return size, _frame(octets)
    except Damage as damage:
        return wrong(searching, damage.reason, octets)


def _frame(octets):
    level, has_address = octets[4] >> 4, bool(octets[4] & TO_METER)
    at = 10 + (level + 2) * _ADDRESS * has_address
    if at + 5 > len(octets):
        raise Damage("a 376.2 frame too short for its addresses", octets)
    addresses = [digits_of(octets[each : each + _ADDRESS]) for each in range(10, at, _ADDRESS)]
    source, destination = (addresses[0], addresses[-1]) if has_address else (None, None)
    fn = _function(octets[at + 1 : at + 3], octets)
    data = octets[at + 3 : -2]
    relays = tuple(addresses[1:-1])
    return Frame(octets[3], octets[4:10], source, relays, destination, octets[at], fn, data)


def _function(pair, octets):
    """The one Fn of a frame, 1 to 2040."""
    try:
        found = functions(pair)
    except WireError:
        found = []
    if len(found) != 1:
        raise Damage("not one function in a 376.2 frame", octets)
    return found[0]


def address_octets(digits):
    octets = bytes.fromhex(digits)
    assert len(octets) == _ADDRESS
    return bytes(reversed(octets))


def digits_of(octets):
    return bytes(reversed(octets)).hex().upper()
