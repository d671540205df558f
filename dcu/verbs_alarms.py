"""What the console can tell of alarms and events: see dcu/verbs.py."""

from dcu.alarm_codes import TEXT
from dcu.exit_codes import GOOD
from dcu.schema import whole
from hal.errors import Refused

LAST_USUAL = 20
LAST_MAX = 1000


async def alarms(dcu, say, last=str(LAST_USUAL)):
    """The newest, oldest first."""
    count = whole(last, 1, LAST_MAX)
    if count is None:
        raise Refused(f"{last!r} is not a whole number from 1 to {LAST_MAX}")
    rows = dcu.alarms.read(max(0, dcu.alarms.last - count), count)
    return GOOD, [_row(alarm, dcu.alarms.mark) for alarm in rows]


def _row(alarm, mark):
    return {
        "seq": alarm.seq,
        "time_s": alarm.time_s,
        "severity": alarm.severity,
        "code": alarm.code,
        "name": TEXT.get(alarm.code, ""),
        "mp": alarm.mp,
        "text": alarm.text,
        "acknowledged": alarm.seq <= mark,
    }


ALARM_VERBS = (("alarms", alarms, "[COUNT]", "the newest alarms and events"),)
