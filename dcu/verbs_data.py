"""What the console can tell of the data: why it is there or not, the holes, the rates, the rows.

Times are UTC seconds, as text; an empty FROM is a day ago, an empty TO now.
"""

from dcu import rates
from dcu.civil import DAY_S
from dcu.columns import COLUMNS
from dcu.exit_codes import GOOD
from dcu.schema import whole
from dcu.verb_words import mp_of
from dcu.why import why
from hal import coop
from hal.errors import Refused

ROWS_MAX = 2000  # of one answer
ROWS_SAID = 96  # at a time, of an export
_KEYS = {
    "": (),
    "task": ("task",),
    "meter": ("mp",),
    "port": ("channel",),
    "day": ("day_s",),
}
_TIME_MAX_S = 0xFFFFFFFF


async def why_reading(dcu, say, mp, time_s=""):
    """Without a time: the slot that is at hand."""
    record = dcu.archive.get(mp_of(mp))
    at_s = _time(time_s) if time_s else dcu.clock.utc_s()
    state = dcu.states.of(record).status()
    return GOOD, {"mp": record.mp, "state": state, "stories": await why(dcu, record, at_s)}


async def data_gaps(dcu, say, from_s, to_s, mp=""):
    records = [dcu.archive.get(mp_of(mp))] if mp else dcu.archive.meters()
    return GOOD, await rates.gaps(dcu, records, *_span(dcu, from_s, to_s))


async def data_rates(dcu, say, from_s, to_s, by="task"):
    if by not in _KEYS:
        raise Refused(f"{by!r}: task, meter, port or day")
    rows = await rates.rates(dcu, *_span(dcu, from_s, to_s))
    return GOOD, {"cutoffs_s": rates.CUTOFFS_S, "rows": rates.summed(rows, *_KEYS[by])}


async def data_show(dcu, say, mp, from_s, to_s):
    """The stored readings of a meter; at most ROWS_MAX, the oldest."""
    record = dcu.archive.get(mp_of(mp))
    return GOOD, {
        "mp": record.mp,
        "columns": _names(),
        "rows": _rows(dcu, record.mp, from_s, to_s),
    }


async def data_export(dcu, say, from_s, to_s):
    """The stored readings of all meters, said piece by piece: {"rows": [[mp, time, values …]]}."""
    first_s, end_s = _span(dcu, from_s, to_s)
    count = 0
    await say({"columns": ["mp", "utc_s"] + _names()})
    for record in dcu.archive.meters():
        rows = []
        for time_s, values in dcu.profile.query(record.mp, first_s, end_s):
            rows.append([record.mp, time_s] + list(values))
            if len(rows) == ROWS_SAID:
                await say({"rows": rows})
                count, rows = count + len(rows), []
        if rows:
            await say({"rows": rows})
        count += len(rows)
        await coop.sleep_ms(0)
    return GOOD, f"{count} readings"


async def data_clear(dcu, say):
    dcu.clear_because("clearing asked for at the console")
    return GOOD, "the DCU ends, and clears what it collected when it is started again"


async def data_backfill(dcu, say, mp=""):
    """Look for holes again now, and fill them while the buses have time."""
    records = [dcu.archive.get(mp_of(mp))] if mp else dcu.archive.meters()
    for record in records:
        filler = dcu.rounds[record.channel].filler if record.channel in dcu.rounds else None
        if filler:
            filler.search(record.mp)
    count = len(records)
    return GOOD, f"holes of {count} meter{'' if count == 1 else 's'} are looked for; see data gaps"


def _names():
    return [column.name for column in COLUMNS]


def _rows(dcu, mp, from_s, to_s):
    rows = []
    for time_s, values in dcu.profile.query(mp, *_span(dcu, from_s, to_s)):
        rows.append([time_s] + list(values))
        if len(rows) == ROWS_MAX:
            break
    return rows


def _span(dcu, from_s, to_s):
    now_s = dcu.clock.utc_s()
    end_s = _time(to_s) if to_s else now_s
    first_s = _time(from_s) if from_s else max(0, end_s - DAY_S)
    if first_s >= end_s:
        raise Refused(f"{from_s} to {to_s}: no span of time")
    return first_s, end_s


def _time(text):
    time_s = whole(text, 0, _TIME_MAX_S)
    if time_s is None:
        raise Refused(f"{text!r}: no time in UTC seconds")
    return time_s


DATA_VERBS = (
    ("why", why_reading, "MP [TIME]", "why a reading is there, or is not"),
    ("data gaps", data_gaps, "FROM TO [MP]", "the holes, and why"),
    ("data rates", data_rates, "FROM TO [BY]", "how much came in in time"),
    ("data show", data_show, "MP FROM TO", "the stored readings of a meter"),
    ("data export", data_export, "FROM TO", "the stored readings of all meters"),
    ("data clear", data_clear, "", "all that was collected goes, at a restart"),
    ("data backfill", data_backfill, "[MP]", "look for holes again and fill them"),
)
