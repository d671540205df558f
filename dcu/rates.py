"""What the ledger says of many slots at once: the holes, and how much came in in time."""

from dcu import ledger
from dcu.civil import DAY_S
from hal import coop

CUTOFFS_S = (300, 900, 3_600, 6 * 3_600, DAY_S)  # after the beginning of a slot
GAPS_MAX = 500


async def gaps(dcu, records, from_s, to_s):
    """[{"task", "mp", "from_s", "to_s", "slots", "reason"}]: holes next to one another with one
    reason are one. At most GAPS_MAX."""
    found = []
    for task in dcu.tasks.all():
        for record in [each for each in records if task.selects(each)]:
            gap = None
            for slot_s, what in _slots(dcu, task, record.mp, from_s, to_s):
                if what in ledger.GOOD:
                    gap = None
                elif gap and gap["reason"] == ledger.WORDS[what]:
                    gap["to_s"], gap["slots"] = slot_s, gap["slots"] + 1
                else:
                    gap = _gap(task, record, slot_s, what)
                    found.append(gap)
            if len(found) >= GAPS_MAX:
                return found[:GAPS_MAX]
            await coop.sleep_ms(0)
    return found


def _gap(task, record, slot_s, what):
    row = {"task": task.id, "mp": record.mp, "from_s": slot_s, "to_s": slot_s, "slots": 1}
    row["reason"] = ledger.WORDS[what]
    return row


def _slots(dcu, task, mp, from_s, to_s):
    """Yields (slot_s, what) from the first slot that the ledger knows. The slot that is being
    worked on is left out."""
    entries = {each.slot_s: each.what for each in dcu.ledger.entries(task, mp, from_s, to_s)}
    if not entries:
        return
    slot_s, end_s = min(entries), min(to_s, dcu.clock.utc_s() - task.window_s + 1)
    while slot_s < end_s or slot_s in entries:
        if task.is_valid(slot_s):
            yield slot_s, entries.get(slot_s) or dcu.ledger.without(slot_s)
        slot_s = task.period.after(slot_s)


async def rates(dcu, from_s, to_s):
    """[{"task", "channel", "mp", "day_s", "expected", "good", "by"}]: for each task, meter and day
    how many slots there were, how many were received, and how many within each of CUTOFFS_S."""
    rows = []
    for task in dcu.tasks.all():
        for record in [each for each in dcu.archive.meters() if task.selects(each)]:
            days = {}
            entries = {e.slot_s: e for e in dcu.ledger.entries(task, record.mp, from_s, to_s)}
            for slot_s, what in _slots(dcu, task, record.mp, from_s, to_s):
                day_s = slot_s // DAY_S * DAY_S
                row = days.setdefault(day_s, _empty(task, record, day_s))
                row["expected"] += 1
                if what in ledger.GOOD:
                    _count(row, entries[slot_s])
            rows += [days[day_s] for day_s in sorted(days)]
            await coop.sleep_ms(0)
    return rows


def _empty(task, record, day_s):
    row = {"task": task.id, "mp": record.mp, "channel": record.channel, "day_s": day_s}
    row.update({"expected": 0, "good": 0, "by": [0] * len(CUTOFFS_S)})
    return row


def _count(row, entry):
    row["good"] += 1
    for n, cutoff_s in enumerate(CUTOFFS_S):
        row["by"][n] += entry.at_s - entry.slot_s <= cutoff_s


def summed(rows, *keys):
    """`rows` of rates(), added up over all that have the same `keys`."""
    sums = {}
    for row in rows:
        key = tuple([row[each] for each in keys])
        into = sums.get(key)
        if into is None:
            into = sums[key] = {each: row[each] for each in keys}
            into.update({"expected": 0, "good": 0, "by": [0] * len(CUTOFFS_S)})
        into["expected"] += row["expected"]
        into["good"] += row["good"]
        into["by"] = [a + b for a, b in zip(into["by"], row["by"])]
    return [sums[key] for key in sorted(sums)]
