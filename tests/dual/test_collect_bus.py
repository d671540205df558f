"""How the collection spends the time of its bus: on whom, how often, and in which order."""

from dcu.ledger import (
    NO_ANSWER,
    NO_TIME,
    NOT_STORED,
    PORT_LOST,
    QUARANTINED,
    RECEIVED,
    Entry,
)
from dcu.runs import Runs
from hal import coop
from hal.errors import NoReply, PortError
from tests.dual.cardboard import PERIOD_S, Plant
from tests.dual.test_collect import fail, rounds


def test_a_silent_meter_gets_one_try_at_growing_intervals_and_after_the_others():
    plant = Plant()
    plant.meter(1).fails = NoReply("silent")
    plant.values["collect.probe_max_s"] = 4 * PERIOD_S
    rounds(plant, 19)
    visits_ms = plant.meter(1).visits_ms
    assert plant.meter(1).attempts == [None] * 3 + [1] * 5
    assert visits_ms[3] > plant.meter(3).visits_ms[3]
    assert visits_ms[2] < plant.meter(3).visits_ms[2]
    pauses = [round((b - a) / 1000 / PERIOD_S) for a, b in zip(visits_ms[2:], visits_ms[3:])]
    assert pauses == [1, 2, 4, 4, 4]
    reasons = [what for _, what in plant.entries(1)]
    assert reasons[:7] == [NO_ANSWER] * 4 + [QUARANTINED, NO_ANSWER, QUARANTINED]


def test_a_quarantined_meter_that_others_have_heard_is_asked_at_once():
    plant = Plant(1)
    plant.meter(1).fails = NoReply("silent")

    def heard():
        plant.meter(1).fails = None
        plant.states.of(plant.records[0]).heard()

    rounds(plant, 9, *[None] * 7, heard)
    assert plant.states.word(1) == "online"
    assert plant.entries(1)[-2:] == [(slot_s, RECEIVED) for slot_s in plant.slots()]


def test_a_lost_port_ends_the_round_and_blames_no_meter():
    plant = Plant()
    lost = PortError("rs485-1: device gone")
    rounds(plant, 6, None, fail(plant, 2, lost), None, None, None, fail(plant, 2, None))
    read = [mp for mp, _, _ in plant.store.rows]
    assert read[:3] == [1, 2, 3] and sorted(read[-3:]) == [1, 2, 3]
    assert read.count(2) == 2 and plant.alarms == []
    slots = [what for _, what in plant.entries(2)]
    assert slots == [RECEIVED] + [PORT_LOST] * 4 + [RECEIVED]


def test_a_bus_too_slow_for_all_serves_each_in_turn_and_writes_down_whom_it_missed():
    plant = Plant(3)
    for mp in (1, 2, 3):
        plant.meter(mp).visit_ms = 25_000
    rounds(plant, 9)
    assert len(plant.slots()) == 8
    counts = [len([row for row in plant.store.rows if row[0] == mp]) for mp in (1, 2, 3)]
    assert max(counts) - min(counts) <= 1 and sum(counts) >= 19, counts
    for mp, count in zip((1, 2, 3), counts):
        found = [what for _, what in plant.entries(mp)]
        assert found.count(RECEIVED) == count and found.count(NO_TIME) == len(found) - count
    assert plant.collection.missed >= 8 * 3 - sum(counts)


def test_a_meter_that_keeps_us_waiting_is_left_and_let_go():
    plant = Plant(2)
    plant.values["collect.period_s"] = 300

    async def drips(attributes):
        await coop.sleep_ms(1_000_000)

    plant.meter(1).get_list = drips
    rounds(plant, 11)
    assert {mp for mp, _, _ in plant.store.rows} == {2} and len(plant.store.rows) == 2
    assert not plant.meter(1).is_open
    assert plant.states.of(plant.records[0]).reason == "no reading within 90 s"


def test_a_meter_that_takes_too_long_each_time_costs_the_bus_its_budget_and_no_more():
    plant = Plant(2)
    plant.values["collect.budget_s"] = 100
    plant.meter(1).visit_ms = 20_000
    rounds(plant, 12)
    counts = [len([row for row in plant.store.rows if row[0] == mp]) for mp in (1, 2)]
    assert counts[0] == 5 and counts[1] == 12
    assert plant.entries(1)[-1][1] == NO_TIME


def test_a_slot_that_begins_again_because_the_clock_was_set_back_is_not_read_again():
    plant = Plant(1)

    def back():
        plant.clock.set_utc(plant.clock.utc_s() - 5 * PERIOD_S)

    rounds(plant, 12, *[None] * 7, back)
    slots = [slot_s for _, slot_s, _ in plant.store.rows]
    assert len(slots) == len(set(slots)) >= 6


def test_what_the_meter_keeps_is_left_there_while_the_disk_takes_nothing():
    plant = Plant(1)
    runs = Runs("rs485-1", plant.tasks, plant, plant.states, plant.book, plant.book.put)
    plant.tasks.add({"id": "1", "kind": "profile", "period": "1h"})
    runs.begin(plant.clock.utc_s(), 0)
    can_store = []
    runs.can_store = lambda: bool(can_store)
    assert runs.next(plant.clock.utc_s(), 600) is None
    (run,) = runs.open
    assert list(run.reasons.values()) == [NOT_STORED]
    can_store.append(True)
    assert runs.next(plant.clock.utc_s(), 600)[1] == [run]


def test_of_a_task_that_is_taken_off_nothing_more_is_done_and_others_go_on():
    plant = Plant(1)
    runs = Runs("rs485-1", plant.tasks, plant, plant.states, plant.book, plant.book.put)
    for number in ("1", "2"):
        plant.tasks.add({"id": number, "kind": "profile", "period": "1h"})
    now_s = plant.clock.utc_s()
    runs.begin(now_s, 0)
    plant.tasks.import_csv(plant.tasks.export_csv())  # the same rows are the same tasks
    runs.begin(now_s + 1, 1_000)
    assert [run.task.id for run in runs.open] == [1, 2]
    plant.tasks.remove(1)
    runs.begin(now_s + 2, 2_000)
    assert [run.task.id for run in runs.open] == [2]


def test_a_task_that_has_the_number_of_another_is_begun_at_once_and_what_it_had_done_is_not():
    plant = Plant(2)
    runs = Runs("rs485-1", plant.tasks, plant, plant.states, plant.book, plant.book.put)
    profile = {"id": "1", "kind": "profile", "period": "1h"}
    now_s = plant.clock.utc_s()

    def begun(row, after_s):
        plant.tasks.add(row)
        runs.begin(now_s + after_s, 1_000 * after_s)
        return [(run.task.kind, [state.record.mp for state in run.waiting]) for run in runs.open]

    assert begun(profile, 0) == [("profile", [1, 2])]
    task = runs.open[0].task
    entry = Entry(task.period.begin(now_s), RECEIVED, 1, now_s, None)
    plant.book.put(task, 1, entry)
    plant.readings.commit()
    assert begun({"id": "1", "kind": "clock", "period": "1h"}, 1) == []  # it is of the moment
    assert begun(profile, 2) == [("profile", [2])]
    plant.tasks.remove(1)
    runs.begin(now_s + 3, 3_000)
    assert begun(profile, 4) == [("profile", [2])]
