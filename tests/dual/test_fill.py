"""Holes filled from a load profile, on a meter of cardboard: what is filled, what waits."""

from dcu import ledger
from dcu.fill import HOLES_MAX, Filler, _Wanted
from dcu.ledger import Entry
from dcu.meter_profile import Layout
from hal import coop
from hal.errors import NoReply
from tests.dual.cardboard import PERIOD_S, Plant
from tests.virtual import UTC_S, run_virtual
from wire import axdr, obis
from wire.apdu import Attribute
from wire.dialogue import AccessRefused

ENERGY = Attribute(3, obis.parse("1.0.1.8.0.255"), 2)
CLOCK = Attribute(8, obis.parse("0.0.1.0.0.255"), 2)


class Memory:
    """A meter that has rows from `first_s` to `last_s`; `fails` is raised in place of them."""

    def __init__(self, plant, first_s=0, last_s=1 << 32):
        self.clock = plant.clock
        self.first_s, self.last_s = first_s, last_s
        self.fails = None
        self.visits = 0

    async def open(self, attempts=None):
        self.visits += 1

    async def close(self, idle_ms=None):
        pass

    async def get(self, attribute, access=None):
        if self.fails:
            raise self.fails
        if attribute.class_id == 8:
            return axdr.date_time(self.clock.utc_s())
        low_s, high_s = self._range(access)
        low_s = max(low_s, self.first_s) + PERIOD_S - 1
        high_s = min(high_s, self.last_s, self.clock.utc_s())
        rows = range(low_s // PERIOD_S * PERIOD_S, high_s + 1, PERIOD_S)
        return [(axdr.date_time(s), s % 100_000) for s in rows]

    def _range(self, access):
        _, low, high, _ = axdr.decode_all(access.data)
        return axdr.parse_date_time(low), axdr.parse_date_time(high)


class Off(Memory):
    """It has no rows of a time when it had no power."""

    def __init__(self, plant, from_s, to_s):
        super().__init__(plant)
        self.off_s = range(from_s, to_s)

    async def get(self, attribute, access=None):
        rows = await super().get(attribute, access)
        if attribute.class_id == 8:
            return rows
        return [row for row in rows if axdr.parse_date_time(row[0]) not in self.off_s]


def filled(plant, memory, holes, steps=40, good=()):
    """Let the filler work on `holes` of MP 1; {slot: what} of the ledger afterwards."""
    filler = Filler(
        "rs485-1",
        plant.tasks,
        plant,
        plant.states,
        plant.book,
        plant.readings,
        plant,
        plant.clock,
    )
    rounds = plant.tasks.all()[0]
    state = plant.states.of(plant.records[0])
    state.succeeded(plant.clock.utc_s())
    layout = Layout((CLOCK, ENERGY), PERIOD_S, 1000, {ENERGY: (0, 30)})
    state.keep_layout(_Wanted("fill", "profile", (obis.parse("1.0.99.1.0.255"),)), layout)
    plant.collection.meter_of = lambda state: memory
    plant.collection.left_s = lambda: 30
    for slot_s in list(holes) + list(good):
        what = ledger.NO_ANSWER if slot_s in holes else ledger.RECEIVED
        plant.book.put(rounds, 1, Entry(slot_s, what, 1, slot_s + 5, None))
    plant.readings.commit()

    async def live():
        for _ in range(steps):
            if not await filler.step(plant.collection, plant):
                await coop.sleep_ms(5_000)

    run_virtual(live())
    return dict(plant.entries(1)), filler


def slots(first, last):
    return [UTC_S + n * PERIOD_S for n in range(first, last)]


def test_what_the_meter_has_is_filled_and_stored_once():
    plant = Plant(1)
    holes = slots(-20, 1)
    found, filler = filled(plant, Memory(plant), holes)
    assert found == {slot_s: ledger.FILLED for slot_s in holes}
    assert [row[1] for row in plant.store.rows] == holes and filler.waiting() == {}
    assert plant.store.rows[0][2][:2] == (holes[0], holes[0] % 100_000)


def test_what_is_older_than_the_memory_will_never_come_and_what_is_newer_is_waited_for():
    plant = Plant(1)
    holes = slots(-20, 1)
    memory = Memory(plant, holes[5], holes[9])
    found, filler = filled(plant, memory, holes)
    whats = [found[slot_s] for slot_s in holes]
    assert whats == [ledger.NOT_IN_MEMORY] * 5 + [ledger.FILLED] * 5 + [ledger.NO_ANSWER] * 11
    assert filler.waiting() == {1: 11}
    assert memory.visits < 8  # it is not asked all the time


def test_a_meter_without_a_load_profile_says_so_of_all_holes():
    plant = Plant(1)
    memory = Memory(plant)
    memory.fails = AccessRefused(4)
    found, _ = filled(plant, memory, slots(-5, 1))
    assert set(found.values()) == {ledger.NOT_IN_MEMORY} and memory.visits == 1


def test_a_meter_that_fails_is_asked_again_after_a_pause():
    plant = Plant(1)
    memory = Memory(plant)
    memory.fails = NoReply("silent")
    found, filler = filled(plant, memory, slots(-5, 1))
    assert set(found.values()) == {ledger.NO_ANSWER} and filler.waiting() == {1: 6}
    assert 2 <= memory.visits <= 4


def test_a_meter_that_is_not_online_is_left_alone():
    plant = Plant(1)
    memory = Memory(plant)
    plant.values["collect.silent_after"] = 1
    found, _ = filled(plant, memory, slots(-5, 1), steps=0)
    plant.states.of(plant.records[0]).has_failed("silent", "silent", 1)
    assert set(found.values()) == {ledger.NO_ANSWER} and memory.visits == 0


def test_so_many_holes_are_worked_on_at_a_time_and_the_rest_later():
    plant = Plant(1)
    holes = slots(-HOLES_MAX - 50, 1)
    _, filler = filled(plant, Memory(plant), holes, steps=1)
    assert filler.waiting() == {1: HOLES_MAX}


def test_nothing_is_filled_where_no_profile_is_named():
    plant = Plant(1)
    plant.values["collect.fill_obis"] = ""
    memory = Memory(plant)
    _, filler = filled(plant, memory, slots(-5, 1))
    fail_now(plant, filler)
    worked(plant, filler)
    assert memory.visits == 0 and not plant.states.of(plant.records[0]).reason
    plant.values["collect.fill_obis"] = "no name"  # and what is none costs the meter nothing
    worked(plant, filler, wait_s=PERIOD_S)
    assert memory.visits == 0
    plant.values["collect.fill_obis"] = "1.0.99.1.0.255"
    worked(plant, filler, wait_s=2 * PERIOD_S)
    assert memory.visits and not filler.waiting()


def fail_now(plant, filler):
    """One more hole, as a visit notes it."""
    task, now_s = plant.tasks.all()[0], plant.clock.utc_s() - 5 * PERIOD_S
    entry = Entry(now_s // PERIOD_S * PERIOD_S, ledger.NO_ANSWER, 1, now_s, None)
    filler.note(task, plant.records[0].mp, entry)


def worked(plant, filler, wait_s=0):
    async def live():
        await coop.sleep_ms(1000 * wait_s)
        for _ in range(40):
            await filler.step(plant.collection, plant)

    run_virtual(live())
    return dict(plant.entries(1))


def test_while_the_disk_takes_nothing_holes_wait_in_the_memory_of_the_meter():
    plant = Plant(1)
    memory = Memory(plant)
    _, filler = filled(plant, memory, slots(-5, 1), steps=0)
    plant.readings.is_failing = True
    assert set(worked(plant, filler).values()) == {ledger.NO_ANSWER} and memory.visits == 0
    plant.readings.is_failing = False
    assert set(worked(plant, filler).values()) == {ledger.FILLED}


def test_slots_of_which_the_disk_kept_nothing_are_holes_like_others():
    plant = Plant(1)
    memory = Memory(plant)
    _, filler = filled(plant, memory, slots(0, 1))
    assert worked(plant, filler, 10 * PERIOD_S) == {UTC_S: ledger.FILLED}
    plant.readings.dropped += 1
    memory.last_s = UTC_S + 8 * PERIOD_S
    found = worked(plant, filler)
    whats = [found[slot_s] for slot_s in slots(0, 11)]
    assert whats == [ledger.FILLED] * 9 + [ledger.NOT_STORED] * 2, whats


def test_slots_in_which_the_meter_was_off_are_in_no_memory_as_soon_as_it_has_later_rows():
    for later in (1, 40):
        plant = Plant(1)
        holes, good = slots(-60, -50), slots(-50, 1)
        off = Off(plant, holes[0] - PERIOD_S, holes[-1] + later * PERIOD_S + 1)
        found, filler = filled(plant, off, holes, 4, good)
        assert [found[slot_s] for slot_s in holes] == [ledger.NOT_IN_MEMORY] * 10, later
        assert off.visits == 1 and not filler.waiting()


def test_slots_after_which_the_meter_has_nothing_yet_wait():
    plant = Plant(1)
    holes, good = slots(-60, -50), slots(-50, 1)
    memory = Memory(plant, last_s=holes[0] - 1)
    found, filler = filled(plant, memory, holes, 4, good)
    assert [found[slot_s] for slot_s in holes] == [ledger.NO_ANSWER] * 10
    assert filler.waiting() == {1: 10}
