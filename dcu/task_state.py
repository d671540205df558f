"""How the tasks are: when each was done last and what came of it, and when it is due next."""

from dcu.ledger import GOOD
from hal import coop


async def task_states(dcu):
    """A dict for each task: the texts of its fields, and

    last_s   beginning of the newest slot of which the ledger knows something, UTC; or None
    good     how many of its meters have brought what they were to, in that slot or for it later
    chosen   how many meters it is for
    next_s   beginning of its next slot, UTC; None when there is none any more
    """
    rows = []
    for task in dcu.tasks.all():
        row = dict(task.texts)
        row.update(await _done(dcu, task))
        row["next_s"] = next_slot_s(task, dcu.clock.utc_s())
        rows.append(row)
    return rows


async def _done(dcu, task):
    """Without a ledger, when no DCU is running, only how many meters there are."""
    chosen = [record for record in dcu.archive.meters() if task.selects(record)]
    found = []
    for record in chosen if dcu.ledger else ():
        found.append(dcu.ledger.last(task, record.mp))
        await coop.sleep_ms(0)  # files are looked through at first, some 10 ms for each meter
    slots = [entry.slot_s for entry in found if entry]
    last_s = max(slots) if slots else None
    good = [entry for entry in found if entry and entry.slot_s == last_s and entry.what in GOOD]
    return {"last_s": last_s, "good": len(good), "chosen": len(chosen)}


def next_slot_s(task, now_s):
    """The beginning of the first slot after `now_s` that is between `from` and `until`, UTC; None
    when there is none."""
    first_s = now_s + 1
    if task.from_s is not None:
        first_s = max(first_s, task.zone.utc_s(task.from_s))
    slot_s = task.period.begin(first_s)
    if slot_s < first_s:
        slot_s = task.period.after(slot_s)
    return slot_s if task.is_valid(slot_s) else None
