"""What a task brought, as the octets of a journal record: a row of a profile, a list of values,
the state of a switch, the outcome of a change.

    version(1) task(1) measuring point(2) slot(4) time(4) then the data, A-XDR

All integers have the most significant octet first; times are seconds of UTC.
"""

import struct
from collections import namedtuple

from hal.errors import WireError

_VERSION = 1
_HEAD = ">BBHII"
_HEAD_SIZE = 12
DATA_MAX = 1000  # octets

# time_s: of the row in the meter, or of the visit; data: octets of one Data
Record = namedtuple("Record", ("task", "mp", "slot_s", "time_s", "data"))


def pack(record):
    assert len(record.data) <= DATA_MAX
    task, mp, slot_s, time_s, data = record
    return struct.pack(_HEAD, _VERSION, task, mp, slot_s, time_s) + data


def unpack(payload):
    """The Record of what `pack` made. WireError for anything else."""
    if len(payload) < _HEAD_SIZE or payload[0] != _VERSION:
        raise WireError("not a record of a task", payload)
    _, task, mp, slot_s, time_s = struct.unpack(_HEAD, payload[:_HEAD_SIZE])
    return Record(task, mp, slot_s, time_s, bytes(payload[_HEAD_SIZE:]))
