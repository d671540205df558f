"""The plan of the tasks: what they cost, and that what cannot be done is refused."""

from dcu.meter_state import MeterState
from dcu.plan import OPEN, Plan
from dcu.task import Rounds, Task
from dcu.task_list import TaskList
from tests.dual.test_task_list import GOOD, UTC, Values, changed, record
from tests.kept import Kept, refusal
from tests.virtual import UTC_S


def tasks_of(*tasks):
    return [Task(dict(texts), UTC) for texts in tasks]


def plan_of(tasks, states, baud=9600):
    tasks = tasks_of(*tasks)
    return Plan(tasks, lambda channel: states, {"rs485-1": baud}, UTC_S)


def measured(count, task, spent_ms, opening_ms=0):
    states = [MeterState(record(mp)) for mp in range(1, count + 1)]
    for state in states:
        state.took(task.id, spent_ms, task.weight)
        state.took(OPEN, opening_ms)
    return states


def test_a_plan_adds_up_what_visits_have_taken():
    states = measured(32, *tasks_of(GOOD), 900, 100)
    plan = plan_of([GOOD], states)
    (row,) = plan.ports["rs485-1"]["tasks"]
    assert (row["run_s"], row["meters"], row["measured"]) == (32.0, 32, 32)
    assert plan.ports["rs485-1"]["busy_s_a_day"] == 24 * 32
    assert plan.refusals == []


def test_meters_never_visited_are_reckoned_with_the_speed_of_the_line():
    states = [MeterState(record(mp)) for mp in range(1, 33)]
    slow, fast = [plan_of([GOOD], states, baud).ports["rs485-1"] for baud in (2400, 9600)]
    assert slow["tasks"][0]["measured"] == 0
    assert 1 < slow["busy_s_a_day"] / fast["busy_s_a_day"] < 4


def test_what_meters_have_kept_so_far_is_counted_once_and_refuses_nothing():
    profile = Task({"id": "4", "kind": "profile", "period": "1h"}, UTC)
    states = measured(10, profile, 900, 100)
    for baud, at_once in ((9600, 1), (2400, 1), (9600, 4)):

        def first_s(task, mp):
            return 1000 * 900 if mp > 2 else 0

        plan = Plan(
            [profile], lambda c: states, {"rs485-1": baud}, UTC_S, {"rs485-1": at_once}, first_s
        )
        port = plan.ports["rs485-1"]
        rows, visits = 8 * 1000, 8 * 11  # of 96 rows
        expected_s = (rows * 30 + visits * 180) * 10 / baud + visits * 0.3
        assert abs(port["first_s"] * at_once - expected_s) < 2
        assert port["first_s"] == port["tasks"][0]["first_s"]
        assert port["busy_s_a_day"] == round(24 * 10 / at_once) and not plan.refusals
    others = [Task({"id": "4", "kind": "clock", "period": "1h"}, UTC)]
    others = Plan(others, lambda c: states, {"rs485-1": 9600}, UTC_S, None, first_s)
    assert others.ports["rs485-1"]["first_s"] == 0  # it reads nothing of the memory


def test_a_task_that_does_not_fit_into_its_window_is_refused_with_what_would():
    window = changed({"window": "1m"})
    states = measured(30, *tasks_of(window), 1900, 100)
    assert refusal(plan_of([window], states).check) == ""
    said = refusal(plan_of([changed({"window": "59s"})], states).check)
    assert "task 3" in said and "rs485-1" in said and "at most 29 meters" in said


def test_rounds_that_do_not_fit_are_answered_with_the_setting_that_makes_them_longer():
    rounds = [Rounds(59, UTC)]
    states = measured(30, rounds[0], 2000)
    said = refusal(Plan(rounds, lambda channel: states, {"rs485-1": 9600}, UTC_S).check)
    assert "rounds on rs485-1" in said and "collect.period_s=61 or more" in said
    assert "set collect.period_s to more" in said  # it is too much for a day, too
    rounds = [Rounds(60, UTC)]
    assert refusal(Plan(rounds, lambda channel: states, {"rs485-1": 9600}, UTC_S).check) == ""


def test_a_day_with_more_work_than_hours_is_refused():
    tasks = [{"id": str(n), "kind": "clock", "period": "1m"} for n in range(1, 5)]
    states = measured(1, Rounds(60, UTC), 0)
    for task in tasks_of(*tasks):
        states[0].took(task.id, 15_001, task.weight)
    said = refusal(plan_of(tasks, states).check)
    assert "work in a day" in said and "give it a longer period, 61 s at least" in said
    tasks[0]["period"] = "61s"
    states[0].took(1, 15_001, tasks_of(tasks[0])[0].weight)
    assert refusal(plan_of(tasks, states).check) == ""
    for task in tasks_of(*tasks[1:]):
        states[0].took(task.id, 900_000, task.weight)  # nothing is left beside two of these
    assert "give it a longer period, or fewer meters" in refusal(plan_of(tasks, states).check)


def test_what_another_task_of_that_number_took_says_nothing_of_the_new_one():
    states = measured(30, *tasks_of(GOOD), 9_000)
    for other in ({"kind": "clock"}, {"period": "30m"}):
        (row,) = plan_of([changed(other)], states).ports["rs485-1"]["tasks"]
        assert row["measured"] == 0 and row["run_s"] < 270
    (other,) = tasks_of(changed({"kind": "clock"}))
    states[0].took(other.id, 1_000, other.weight)
    assert states[0].cost(other.id, other.weight) == 1_000  # and what it takes is not mixed
    assert plan_of([GOOD], states).ports["rs485-1"]["tasks"][0]["measured"] == 29


def test_the_busiest_minute_is_that_in_which_most_work_waits():
    tasks = [
        {"id": "1", "kind": "clock", "period": "1h"},
        {"id": "2", "kind": "switch", "period": "1d", "offset": "6h"},
    ]
    hourly, daily = tasks_of(*tasks)
    states = measured(10, hourly, 1000)
    for state in states:
        state.took(daily.id, 2000, daily.weight)
    port = plan_of(tasks, states).ports["rs485-1"]
    assert (port["busiest_minute"], port["busiest_s"]) == ("06:00", 30.0)


def test_a_list_that_cannot_be_done_is_not_taken():
    tasks = TaskList(Kept(), Values())
    states = measured(40, *tasks_of(GOOD), 2000)
    tasks.check = lambda given: Plan(given, lambda c: states, {"rs485-1": 9600}, UTC_S).check()
    assert "task 3" in refusal(tasks.add, changed({"window": "1m"}))
    assert [task.id for task in tasks.all()] == [0]
    tasks.add(GOOD)
