"""Rows of the DCU's COSEM buffers as records of ours. Everything in them came from the wire.

The shapes are those of docs/cosem-objects.md: 0.0.99.128.1.255 (readings), 0.0.99.98.0.255
(alarms), 0.0.99.128.2.255 (meter archive).
"""

from collections import namedtuple

from hes_stub.schema import COLUMNS
from wire import axdr
from wire.errors import WireError

Reading = namedtuple("Reading", ("seq", "mp", "time_s", "values"))
Alarm = namedtuple("Alarm", ("seq", "time_s", "code", "mp", "text", "severity"))
Meter = namedtuple(
    "Meter", ("mp", "address", "gather", "protocol", "channel", "client", "auth", "state")
)

# of a task: data is the octets of one Data; time_s 0 says what the columns of those after it are
Record = namedtuple("Record", ("seq", "mp", "time_s", "task", "slot_s", "data"))

U8_MAX = 0xFF
U16_MAX = 0xFFFF
U32_MAX = 0xFFFFFFFF
I64_MAX = (1 << 63) - 1
TEXT_MAX = 160  # characters of one text of the DCU

SEVERITIES = ("info", "warning", "alarm")  # 1, 2, 3
ALARM_NAMES = {
    1: "power up",
    2: "meter silent",
    3: "meter back",
    4: "meter answers wrongly",
    5: "port lost",
    6: "port back",
    7: "storage failed",
    8: "stored data damaged",
    9: "clock not set",
    10: "stored setting invalid",
    11: "authentication failure",
    12: "event of a meter",
    13: "clock of a meter",
    14: "another meter answers",
    15: "notification of a meter",
    16: "clock of the DCU set",
    17: "settings changed",
    18: "storage nearly full",
    19: "alarms held back",
    20: "restart",
    21: "task list changed",
    22: "unknown meter",
    23: "volume of the uplink",
    24: "meter did not join",
    25: "meter out of the network",
    26: "two networks with one name",
    27: "group key changed",
    28: "collected data cleared",
    29: "records evicted",
    30: "login",
    31: "cover opened",
    32: "cover closed",
    33: "firmware changed",
    34: "certificate ends soon",
}


def readings(value):
    """[Reading] with rising numbers from the value of attribute 2, or WireError."""
    return _numbered([_reading(row) for row in _rows(value)])


def alarms(value):
    """[Alarm] with rising numbers from attribute 2 or from the body of a push, or WireError."""
    return _numbered([_alarm(row) for row in _rows(value)])


def records(value):
    """[Record] with rising numbers from the value of attribute 2, or WireError."""
    return _numbered([_record(row) for row in _rows(value)])


def live(value):
    """(logical name of a buffer, value of its attribute 2 as far as it is new) from the body of a
    push, or WireError."""
    buffer, new = _fields(value, 2, "a push")
    if not isinstance(buffer, bytes) or len(buffer) != 6:
        raise WireError("a push of no buffer")
    return buffer, new


def meters(value, after=0):
    """[Meter] with rising MP numbers, all above `after`, or WireError."""
    found = [_meter(row) for row in _rows(value)]
    mps = [after] + [meter.mp for meter in found]
    if any([high <= low for low, high in zip(mps, mps[1:])]):
        raise WireError("the meters are not in the order of their MP numbers")
    return found


def alarm_name(code):
    return ALARM_NAMES.get(code, f"alarm {code}")


def printable(value, limit=TEXT_MAX):
    """Text from the wire, made fit for a terminal and a log: no control characters, bounded."""
    text = "".join([char if char.isprintable() else "?" for char in str(value)[:limit]])
    return text + "..." if len(str(value)) > limit else text


def _rows(value):
    if not isinstance(value, list):
        raise WireError("the buffer is no array")
    return value


def _fields(row, count, what):
    if not isinstance(row, tuple) or len(row) != count:
        raise WireError(f"{what} is no structure of {count}")
    return row


def _reading(row):
    seq, mp, slot, *values = _fields(row, 3 + len(COLUMNS), "a row of readings")
    cells = tuple(
        [None if cell is None else whole(cell, -I64_MAX - 1, I64_MAX) for cell in values]
    )
    return Reading(whole(seq, 1, U32_MAX), whole(mp, 1, U16_MAX), _time_s(slot), cells)


def _record(row):
    seq, task, mp, slot, time, data = _fields(row, 6, "a record of a task")
    if not isinstance(data, bytes):
        raise WireError("a record without data")
    numbers = whole(seq, 1, U32_MAX), whole(mp, 1, U16_MAX)
    return Record(*numbers, _time_s(time), whole(task, 0, U8_MAX), _time_s(slot), data)


def _alarm(row):
    seq, time, code, mp, words, level = _fields(row, 6, "a row of alarms")
    numbers = whole(code, 0, U16_MAX), whole(mp, 0, U16_MAX)
    severity = SEVERITIES[whole(level, 1, len(SEVERITIES)) - 1]
    return Alarm(whole(seq, 1, U32_MAX), _time_s(time), *numbers, text(words), severity)


def _meter(row):
    mp, address, gather, protocol, channel, client, auth, state = _fields(row, 8, "a meter")
    texts = [text(word) for word in (address, gather, protocol, channel)]
    client = whole(client, 0, U16_MAX)
    return Meter(whole(mp, 1, U16_MAX), *texts, client, text(auth), text(state))


def _numbered(found):
    for before, after in zip(found, found[1:]):
        if after.seq <= before.seq:
            raise WireError(f"row {after.seq} comes after row {before.seq}")
    return found


def whole(value, low, high):
    """`value` if it is an integer in this range, else WireError."""
    if type(value) is not int or not low <= value <= high:
        raise WireError(f"{printable(value, 40)} is not a whole number from {low} to {high}")
    return value


def text(value):
    """A text of the wire, printable and bounded."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        raise WireError("a text is missing")
    return printable(value)


def _time_s(value):
    time_s = axdr.parse_date_time(value)
    if time_s is None:
        raise WireError("a row without a time")
    return time_s
