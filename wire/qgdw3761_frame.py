"""Frames of Q/GDW 376.1: octets to frames and back. What they ask is in qgdw3761.py.

    68 | L | L | 68 | C | A1 A2 A3 | AFN | SEQ | data units [PW] | [EC] [Tp] | CS | 16

L is twice the same: the octets from C to before CS, shifted left by two, and the protocol.
CS is the sum of these octets. FE before a frame wakes a serial line and means nothing.

Reference: Q/GDW 376.1-2009, 4.3 (frame format).
"""

from collections import namedtuple

from wire.deframer import Damage, wrong
from wire.deframer import Deframer as _Deframer

# control, seq: the octets, with the bits below. area: 4 digits of A1, as people write it.
# number: A2, 1 to 65535. is_group, msa: A3. body: the data units, with the password in
# downward frames of WITH_PASSWORD. events: EC, 2 octets or none. time: Tp, 6 octets or none.
Frame = namedtuple(
    "Frame",
    (
        "control",
        "area",
        "number",
        "is_group",
        "msa",
        "afn",
        "seq",
        "body",
        "events",
        "time",
        "protocol",
    ),
)

FIRST = 0x68  # the first octet of a frame
NOISE = b"\xfe"
UP, PRM, ACD, FUNCTION = 0x80, 0x40, 0x20, 0x0F  # bits of C
HAS_TIME, FIR, FIN, CON, COUNT = 0x80, 0x40, 0x20, 0x10, 0x0F  # bits of SEQ
PROTOCOL_2005, PROTOCOL_376 = 1, 2
DATA_MAX = 16383  # octets from C to before CS
FRAME_MAX = DATA_MAX + 8

_DATA_MIN = 8  # C, A, AFN, SEQ
_HEADER = 6
_EVENTS = 2
_TIME = 6
PASSWORD, PASSWORD_2005 = 16, 2
WITH_PASSWORD = (0x01, 0x04, 0x05, 0x0F, 0x10)


def encode(frame):
    """The octets of one frame."""
    area = bytes.fromhex(frame.area)
    assert len(area) == 2 and 0 <= frame.number <= 0xFFFF and 0 <= frame.msa <= 0x7F
    assert (len(frame.events), len(frame.time)) == _auxiliary(frame.control, frame.seq)
    data = bytes([frame.control, area[1], area[0], frame.number & 0xFF, frame.number >> 8])
    data += bytes([frame.msa << 1 | (1 if frame.is_group else 0), frame.afn, frame.seq])
    data += bytes(frame.body) + bytes(frame.events) + bytes(frame.time)
    assert len(data) <= DATA_MAX
    size = (len(data) << 2 | frame.protocol).to_bytes(2, "little")
    head = bytes([FIRST]) + size + size + bytes([FIRST])
    return head + data + bytes([sum(data) & 0xFF, 0x16])


class Deframer(_Deframer):
    """Frames out of a stream. FE between them is skipped, anything else is damage."""

    def __init__(self):
        super().__init__({FIRST: parse}, 2 * FRAME_MAX, NOISE)


def parse(buffer, at, searching):
    """See wire/deframer.py."""
    header = bytes(buffer[at : at + _HEADER])
    size = int.from_bytes(header[1:3], "little")
    expected = header[:3] + header[1:3] + header[:1]
    if header != expected[: len(header)]:
        return wrong(searching, "not the header of a 376.1 frame", header)
    if len(header) < _HEADER:
        return None
    protocol, size = size & 3, size >> 2
    if size < _DATA_MIN or protocol not in (PROTOCOL_2005, PROTOCOL_376):
        return wrong(searching, "length or protocol of no 376.1 frame", header)
    begin, end = at + _HEADER, at + _HEADER + size
    if len(buffer) < end + 2:
        return None
    data = bytes(buffer[begin:end])
    if buffer[end] != sum(data) & 0xFF or buffer[end + 1] != 0x16:
        raise Damage("bad checksum or end of a 376.1 frame", buffer[at : end + 2])
    return end + 2 - at, _frame(data, protocol)


def _frame(data, protocol):
    control, afn, seq = data[0], data[6], data[7]
    events, time = _auxiliary(control, seq)
    if len(data) < _DATA_MIN + events + time:
        raise Damage("a 376.1 frame too short for its EC and Tp", data)
    body_end = len(data) - time - events
    return Frame(
        control,
        bytes([data[2], data[1]]).hex().upper(),
        data[3] | data[4] << 8,
        bool(data[5] & 1),
        data[5] >> 1,
        afn,
        seq,
        data[_DATA_MIN:body_end],
        data[body_end : body_end + events],
        data[body_end + events :],
        protocol,
    )


def _auxiliary(control, seq):
    """How many octets of EC and Tp these two octets announce."""
    is_up_with_events = control & (UP | ACD) == UP | ACD
    return _EVENTS if is_up_with_events else 0, _TIME if seq & HAS_TIME else 0


def password_size(frame):
    """Octets of the password of a downward frame of WITH_PASSWORD. That the edition of 2005 had
    two is from one published frame alone."""
    return PASSWORD_2005 if frame.protocol == PROTOCOL_2005 else PASSWORD
