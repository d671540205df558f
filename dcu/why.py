"""Why a reading is there or is missing: one story from the task to the HES, in plain words."""

from dcu import alarms, ledger, newest, reading
from dcu.alarm_codes import DATA_CLEARED, STORAGE_DAMAGED, TEXT
from dcu.civil import date_text
from dcu.columns import COLUMNS
from dcu.task import FROM_MEMORY
from dcu.verb_words import counted
from hal import coop
from hal.errors import PortError

_LEDGER_LOST = (STORAGE_DAMAGED, DATA_CLEARED)


async def why(dcu, record, time_s):
    """[{"task", "slot_s", "what", "lines"}]: a story for each task that concerns the meter, of
    its slot that `time_s` is in."""
    stories = []
    for task in dcu.tasks.all():
        if task.selects(record):
            slot_s = task.period.begin(time_s)
            entry = dcu.ledger.at(task, record.mp, slot_s)
            lines = _task_lines(dcu, record, task, slot_s)
            lines += _attempt_lines(dcu, record, task, slot_s)
            lines += _entry_lines(dcu, record, task, slot_s, entry)
            if entry is None:
                lines += await _loss_lines(dcu, slot_s)
            if task.id == 0 and entry and entry.what in ledger.GOOD:
                lines += await _uplink_lines(dcu, record.mp, slot_s)
            what = ledger.WORDS[entry.what] if entry else "nothing"
            stories.append({"task": task.id, "slot_s": slot_s, "what": what, "lines": lines})
            await coop.sleep_ms(0)
    return stories


def _clock(dcu, utc_s):
    return date_text(utc_s) + f":{utc_s % 60:02}Z"


def _task_lines(dcu, record, task, slot_s):
    head = f"{task.words()}: MP {record.mp} on {record.place()}, slot {_clock(dcu, slot_s)}"
    ends = f"may be done until {_clock(dcu, slot_s + task.window_s)}"
    return [head, f"{ends}, {task.retries} retries"]


def _attempt_lines(dcu, record, task, slot_s):
    lines = []
    after_s = task.period.after(slot_s)
    found = dcu.attempts.of(record.mp, slot_s, after_s + task.window_s)
    for attempt in [each for each in found if (each.task, each.slot_s) == (task.id, slot_s)]:
        parts = attempt.text.split("\n")
        what = ledger.WORDS.get(attempt.what, "?")
        lines.append(f"{_clock(dcu, attempt.time_s)} try {attempt.number}: {what}: {parts[0]}")
        lines += ["    " + part for part in parts[1:]]
    return lines


def _entry_lines(dcu, record, task, slot_s, entry):
    if entry is None:
        return [_without_entry(dcu, record, task, slot_s)]
    tried = f", try {entry.attempt}" if entry.attempt else ""
    line = f"{_clock(dcu, entry.at_s)} ledger: {ledger.WORDS[entry.what]}{tried}"
    if entry.what in ledger.FINAL:
        return [line]
    return [line, _what_next(dcu, record, task)]


def _what_next(dcu, record, task):
    if task.kind in FROM_MEMORY:
        return "what is missing comes with the next slot that is read: the meter keeps it"
    state = dcu.states.of(record)
    if state.probe_s:
        return f"the meter is quarantined; it is asked again at {_clock(dcu, state.probe_s)}"
    if task.id:
        return "this kind of data is of the moment: it cannot be fetched later"
    if not dcu.settings.get("collect.fill_obis"):
        return "holes are not filled: collect.fill_obis is empty"
    return "it is filled from the meter's load profile, as soon as the bus has time"


def _without_entry(dcu, record, task, slot_s):
    now_s = dcu.clock.utc_s()
    if slot_s > now_s:
        return f"that is in the future; now it is {_clock(dcu, now_s)}"
    if not task.is_valid(slot_s):
        return "the task was not valid then: see its from and until"
    if now_s < slot_s + task.window_s:
        doing = dcu.rounds[record.channel].doing if record.channel in dcu.rounds else "not running"
        return f"it is not done yet; {record.channel}: {doing}; the meter: {_state(dcu, record)}"
    last = dcu.ledger.last(task, record.mp)
    if last and slot_s < last.slot_s and not _is_after_some(dcu, task, record.mp, slot_s):
        return "the ledger has nothing of that time: no such task then, or too long ago"
    what = dcu.ledger.without(slot_s)
    if what == ledger.NOT_STORED:
        waiting = counted(dcu.kept.unstored, "reading")
        return f"the disk takes nothing; kept in memory until it does: {waiting}"
    if last is None:
        return "the ledger has nothing of this meter: it was not on file, or the DCU was off"
    return f"{ledger.WORDS[what]}; the last entry is of {_clock(dcu, last.slot_s)}"


def _is_after_some(dcu, task, mp, slot_s):
    """Whether the ledger has an earlier slot: then this one was to be done, as in the gaps."""
    for _ in dcu.ledger.entries(task, mp, 0, slot_s):
        return True
    return False


async def _loss_lines(dcu, slot_s):
    """That the ledger of that time was lost since then, if it was."""
    found = await _newest(
        dcu.alarms.journal, lambda payload: alarms.unpack(0, payload)[2] in _LEDGER_LOST
    )
    alarm = found and alarms.unpack(*found)
    if not alarm or alarm.time_s < slot_s:
        return []
    what = f"{TEXT[alarm.code]}: {alarm.text}"
    return [f"perhaps it was known once: {_clock(dcu, alarm.time_s)} {what}"]


def _state(dcu, record):
    state = dcu.states.of(record)
    return f"{state.state}: {state.reason}" if state.reason else state.state


async def _uplink_lines(dcu, mp, slot_s):
    for time_s, values in dcu.profile.query(mp, slot_s, slot_s + 1):
        cells = [f"{c.name}={v}" for c, v in zip(COLUMNS, values) if v is not None and time_s]
        lines = ["stored: " + " ".join(cells)]
        break
    else:
        return ["the reading is stored no more: its place was needed for newer ones"]
    found = await _newest(
        dcu.readings, lambda payload: reading.unpack(payload)[:2] == (mp, slot_s)
    )
    if found is None:
        return lines + ["it is not among the numbered readings any more"]
    number = found[0]
    if number <= dcu.readings.mark:
        return lines + [f"reading {number}: the HES has acknowledged it"]
    behind = number - dcu.readings.mark
    state = dcu.uplink.status()["state"]
    return lines + [f"reading {number}: waits for the HES, {behind} to go; uplink: {state}"]


async def _newest(journal, fits):
    """(number, payload) of the newest record whose payload fits, or None."""
    try:
        for block in newest.blocks(journal):
            fitting = [found for found in block if fits(found[1])]
            if fitting:
                return fitting[0]
            await coop.sleep_ms(0)
    except PortError:
        pass
    return None
