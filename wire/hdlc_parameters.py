"""What SNRM and UA negotiate: the longest information field and the window, both directions.

Each side speaks of itself: `info_transmit` is what the sender of these parameters sends at
most. Sizes are in octets, windows in I frames. What is absent has its default.

Reference: IEC 62056-46, 6.4.4.4.3.2 (information field of SNRM and UA).
"""

from collections import namedtuple

from wire.cursor import Cursor
from wire.errors import WireError

Parameters = namedtuple(
    "Parameters", ("info_transmit", "info_receive", "window_transmit", "window_receive")
)
DEFAULTS = Parameters(128, 128, 1, 1)
INFO_MAX = 2030
INFO_MIN = 8  # below, the LLC header and a few octets of APDU do not fit
WINDOW_MAX = 7

_FORMAT = 0x81
_GROUP = 0x80
_FIRST_ID = 5  # 05 .. 08, in the order of Parameters


def encode(parameters):
    """The information field that says all four."""
    return _encode(parameters)


def encode_proposal(parameters):
    """The information field of a SNRM, which is on a slow wire each time: no windows where they
    have their defaults, and nothing if all have."""
    if parameters == DEFAULTS:
        return b""
    return _encode(parameters[:2] if parameters[2:] == DEFAULTS[2:] else parameters)


def _encode(said):
    values = b""
    for at, value in enumerate(said):
        octets = 4 if at >= 2 else 2 if value > 0xFF else 1
        values += bytes([_FIRST_ID + at, octets]) + value.to_bytes(octets, "big")
    return bytes([_FORMAT, _GROUP, len(values)]) + values


def decode(information):
    """Parameters from an information field, which may be empty. Unknown ones are skipped."""
    values = list(DEFAULTS)
    if not information:
        return DEFAULTS
    cursor = Cursor(information)
    head = (cursor.u8(), cursor.u8())
    if head != (_FORMAT, _GROUP) or cursor.u8() != cursor.left():
        raise WireError("not HDLC parameters", information[:32])
    while cursor.left():
        at = cursor.u8() - _FIRST_ID
        value = int.from_bytes(cursor.take(cursor.u8()), "big")
        if 0 <= at < 4:
            if value < (INFO_MIN if at < 2 else 1):
                raise WireError("HDLC parameter too small", information[:32])
            values[at] = value
    return Parameters(*values)


def agreed(own, theirs):
    """What we may do and expect, after the peer has said what it can."""
    return Parameters(
        min(own.info_transmit, theirs.info_receive),
        min(own.info_receive, theirs.info_transmit),
        min(own.window_transmit, theirs.window_receive),
        min(own.window_receive, theirs.window_transmit),
    )


def symmetric(info_max, window):
    """The same for both directions."""
    assert INFO_MIN <= info_max <= INFO_MAX and 1 <= window <= WINDOW_MAX
    return Parameters(info_max, info_max, window, window)
