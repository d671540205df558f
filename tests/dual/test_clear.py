"""All that was collected goes, and nothing else."""

from boards import pc, wiring
from dcu import clear, ledger
from dcu.alarm_codes import DATA_CLEARED, RESTART
from dcu.columns import COLUMNS
from dcu.ledger import Entry
from hal.clock import Clock
from hal.errors import PortError
from storage.files import FileStore
from tests.disk import Disk

SLOT_S = 1_750_000_500
REASON = "clearing asked for at the console"


def started(disk):
    dcu = wiring.unit_of(pc, disk, Clock(), lambda part, text: None)
    return wiring.complete(dcu, FileStore(disk))


def with_data(disk):
    dcu = started(disk)
    dcu.settings.put_all([("terminal.number", "0042")])
    for n in range(3):
        slot_s = SLOT_S + 900 * n
        dcu.kept.put(1, slot_s, (slot_s,) + (None,) * (len(COLUMNS) - 1))
        dcu.ledger.put(dcu.tasks.all()[0], 1, Entry(slot_s, ledger.RECEIVED, 1, slot_s + 3, None))
    dcu.kept.commit()
    return dcu


def collected(dcu):
    rows = list(dcu.profile.query(1, 0, 1 << 32))
    entries = list(dcu.ledger.entries(dcu.tasks.all()[0], 1, SLOT_S, SLOT_S + 9000))
    return len(rows), len(dcu.readings.read(0, 99)), len(entries)


def told(dcu):
    return [alarm.text for alarm in dcu.alarms.read(0, 99) if alarm.code == DATA_CLEARED]


def test_what_was_collected_goes_at_the_next_start_and_only_once():
    disk = Disk()
    dcu = with_data(disk)
    assert collected(dcu) == (3, 3, 3)
    dcu.clear_because(REASON)
    assert collected(dcu) == (3, 3, 3) and REASON in dcu.ending
    dcu = started(disk)
    assert collected(dcu) == (0, 0, 0) and told(dcu) == [REASON]
    assert [alarm.code for alarm in dcu.alarms.read(0, 9)].count(RESTART) == 1  # alarms stay
    assert dcu.settings.get("terminal.number") == "0042"
    assert (dcu.readings.last, dcu.readings.evicted) == (3, 3)  # the HES is told of a gap
    with_data(disk)
    dcu = started(disk)
    assert collected(dcu) == (3, 3, 3) and told(dcu) == [REASON]


def test_a_power_cut_while_it_is_cleared_leaves_nothing_half_cleared():
    disk = Disk()
    with_data(disk).clear_because(REASON)
    before = disk.after_cut(disk.steps)
    started(before)
    for step in range(before.steps):
        for octets in (0, before.octets_of(step) // 2):
            dcu = started(before.after_cut(step, octets, lambda: False))
            assert collected(dcu) == (0, 0, 0), step
            assert told(dcu) and set(told(dcu)) == {REASON}, step


def test_a_disk_that_does_not_clear_is_told_and_tried_again():
    disk = Disk()
    with_data(disk).clear_because(REASON)
    dcu = started(disk.after_cut(disk.steps))
    dcu.files.replace(clear.ASKED, REASON.encode())
    dcu.store = Stuck()
    clear.do_if_asked(dcu, [])
    assert "not all cleared" in dcu.damage[-1]
    assert clear.ASKED in dcu.files.names(clear.ASKED)


class Stuck:
    def clear(self, journals):
        raise PortError("no space")
