"""The ledger on a real store: what it says of a task, and not of another that had its number."""

from dcu.alarms import Alarms
from dcu.civil import Zone
from dcu.ledger import NO_ANSWER, RECEIVED, Entry, Ledger
from dcu.readings import Readings
from dcu.task import Rounds, Task
from storage.files import FileStore
from tests.disk import Disk
from tests.virtual import UTC_S, VirtualClock

UTC = Zone("UTC0")
PROFILE = {"id": "1", "kind": "profile", "period": "1h"}
SLOT_S = UTC_S // 86_400 * 86_400
YEAR_S = 365 * 86_400


def task(**changes):
    return Task(dict(PROFILE, **changes), UTC)


class Bench:
    def __init__(self):
        self.disk = Disk()
        self.start()

    def start(self):
        """As after a restart, with what is on the disk."""
        store = FileStore(self.disk)
        profile = store.profile("registers", 900, 100, ["a"])
        journal, records = store.journal("readings", 100), store.journal("records", 100)
        alarms = Alarms(store.journal("alarms", 100), store, VirtualClock(), self.say)
        self.kept = Readings(store, profile, journal, records, alarms.raise_alarm, self.say)
        self.book = Ledger(store.profile, self.kept, 100)

    def say(self, part, text):
        raise AssertionError(text)

    def put(self, of, slot_s, what=RECEIVED, delay_s=3, cursor_s=None):
        self.book.put(of, 5, Entry(slot_s, what, 1, slot_s + delay_s, cursor_s))
        assert self.kept.commit()

    def slots(self, of):
        return [entry.slot_s for entry in self.book.entries(of, 5, 0, SLOT_S + YEAR_S)]


def test_an_entry_comes_back_as_it_was_put():
    bench = Bench()
    for of in (task(), Rounds(900, UTC)):
        for delay_s in (0, 3600, YEAR_S):
            bench.put(of, SLOT_S, NO_ANSWER, delay_s, SLOT_S - 900)
            entry = Entry(SLOT_S, NO_ANSWER, 1, SLOT_S + delay_s, SLOT_S - 900)
            assert bench.book.at(of, 5, SLOT_S) == bench.book.last(of, 5) == entry


def test_what_another_task_with_the_number_has_done_is_not_of_this_one():
    bench = Bench()
    first, other = task(), task(items="1.0.99.2.0.255")
    bench.put(first, SLOT_S, cursor_s=SLOT_S)
    for of in (other, task(kind="clock"), task(kind="billing", items="1.0.99.1.0.255")):
        assert bench.book.last(of, 5) is None and bench.book.at(of, 5, SLOT_S) is None
        assert bench.slots(of) == []
    for of in (task(meters="5"), task(retries="0"), task(items="1.0.99.1.0.255")):
        assert bench.book.last(of, 5).cursor_s == SLOT_S, "it is the same but for whom or how"
    bench.put(other, SLOT_S + 3600)
    assert bench.slots(first) == [SLOT_S] and bench.slots(other) == [SLOT_S + 3600]
    bench.start()
    assert bench.slots(first) == [SLOT_S] and bench.slots(other) == [SLOT_S + 3600]


def test_what_was_written_before_there_were_tags_is_of_whoever_has_the_number():
    bench = Bench()
    old = task()
    old.tag = 0
    bench.put(old, SLOT_S)
    assert bench.slots(task()) == bench.slots(task(kind="clock")) == [SLOT_S]


def test_a_period_that_is_changed_and_changed_back_loses_nothing():
    bench, slots_s = Bench(), []
    for hours, period in enumerate(("1h", "15m", "1h", "15m", "1h")):
        slots_s.append(SLOT_S + 3600 * hours)
        bench.put(task(period=period), slots_s[-1])
        assert bench.slots(task(period=period)) == slots_s, period
    bench.start()
    assert bench.slots(task()) == slots_s


def test_with_a_shorter_period_each_slot_has_its_place():
    bench = Bench()
    bench.put(task(), SLOT_S)
    quarters_s = [SLOT_S + 3600 + 900 * n for n in range(4)]
    for slot_s in quarters_s:
        bench.put(task(period="15m"), slot_s)
    assert bench.slots(task(period="15m")) == [SLOT_S] + quarters_s
