"""A reading as the octets of a journal record: measuring point, slot, values with holes.

    version(1) measuring point(2) slot(8, seconds of UTC) count(1) present(2, one bit a column)
    then 8 octets, signed, for each value that is there

All integers have the most significant octet first.
"""

import struct

from hal.errors import WireError

_VERSION = 1
_HEAD = ">BHQBH"
_HEAD_SIZE = 14
COLUMNS_MAX = 16


def pack(mp, time_s, values):
    """Octets of the reading of `mp` for the slot that begins at `time_s`.

    values   integers of 64 bits or None, up to 16
    """
    assert 0 < mp < 1 << 16 and 0 <= time_s < 1 << 63 and len(values) <= COLUMNS_MAX
    present = 0
    body = b""
    for n, value in enumerate(values):
        if value is not None:
            assert -(1 << 63) <= value < 1 << 63
            present |= 1 << n
            body += struct.pack(">q", value)
    return struct.pack(_HEAD, _VERSION, mp, time_s, len(values), present) + body


def unpack(payload):
    """(mp, time_s, values) of what `pack` made. WireError for anything else."""
    if len(payload) < _HEAD_SIZE:
        raise WireError("short reading", payload)
    version, mp, time_s, count, present = struct.unpack(_HEAD, payload[:_HEAD_SIZE])
    if version != _VERSION or count > COLUMNS_MAX or present >> count:
        raise WireError("not a reading", payload)
    values = []
    at = _HEAD_SIZE
    for n in range(count):
        if present >> n & 1:
            if len(payload) < at + 8:
                raise WireError("short reading", payload)
            values.append(struct.unpack(">q", payload[at : at + 8])[0])
            at += 8
        else:
            values.append(None)
    if at != len(payload):
        raise WireError("octets after a reading", payload)
    return mp, time_s, tuple(values)
