"""What the console says of tasks that are given to it."""

import json

from dcu.civil import Zone, date_text
from dcu.exit_codes import GOOD
from dcu.ledger import FILLED, NO_ANSWER, RECEIVED, Entry
from dcu.task import Task
from dcu.task_state import next_slot_s
from tests.dual.console_bench import ConsoleBench

ROW = {"id": "3", "kind": "profile", "period": "1h"}


def added(bench, meters):
    return bench.ask("tasks add", json.dumps(dict(ROW, meters=meters)))


def test_a_task_for_nobody_is_taken_and_who_is_missing_is_named():
    bench = ConsoleBench()  # with the meters 1 and 2, on rs485-1
    cases = (
        ("all", "2 meters", ""),
        ("2", "1 meter,", ""),
        ("2 7-9", "1 meter,", "not on file: MP 7-9"),
        ("group:north", "0 meters", "not on file: a meter of group:north"),
        ("plc", "0 meters", "not on file: a meter on plc"),
    )
    for meters, count, missing in cases:
        code, text, said = added(bench, meters)
        assert code == GOOD and count in text, meters
        assert said == ([f"warning: task 3 (profile): {missing}"] if missing else []), said


def test_a_task_that_is_taken_says_when_it_begins_and_what_it_takes_the_place_of():
    bench = ConsoleBench()
    now_s = bench.dcu.clock.utc_s()
    next_text = date_text(now_s // 3600 * 3600 + 3600) + ":00Z"
    row = dict(ROW, window="2s")  # which is over
    kept = "begun at once, with what the meters have kept"
    first = f"first at {next_text}"
    for fields, begins, instead in (
        (ROW, kept, ""),
        (row, first, " in place of task 3 (profile)"),
        (dict(ROW, **{"from": "2100-01-01"}), "first at 2100-01-01 00:00:00Z", "profile"),
        (dict(ROW, kind="clock"), first, " in place of task 3 (profile)"),
        (dict(ROW, until="2020-01-01"), "never due", " in place of task 3 (clock)"),
    ):
        _, text, _ = bench.ask("tasks add", json.dumps(dict(fields, meters="all")))
        assert text.endswith(": 2 meters, " + begins) and instead in text, text
        assert ("in place of" in text) == bool(instead)


def test_of_many_that_are_missing_the_first_are_named():
    for last, end in ((17, "MP 16, MP 17"), (18, "MP 16, MP 17 and 1 more")):
        _, _, said = added(ConsoleBench(), " ".join([str(mp) for mp in range(10, last + 1)]))
        assert said[0].endswith(end)


def test_a_list_of_tasks_and_its_plan_say_who_is_missing():
    bench = ConsoleBench()
    csv = "id,kind,period,meters\n1,clock,1d,all\n2,clock,1d,5\n3,switch,1h,rs485-3\n"
    lines = [
        "task 2 (clock): not on file: MP 5",
        "task 3 (switch): not on file: a meter on rs485-3",
    ]
    _, plan, said = bench.ask("tasks plan", csv)
    assert plan["warnings"] == lines and not said and len(bench.dcu.tasks.all()) == 1
    _, text, said = bench.ask("tasks import", csv)
    assert said == [f"warning: {line}" for line in lines] and "3 tasks" in text
    assert bench.ask("tasks plan")[1]["warnings"] == lines


def test_a_plan_can_be_made_without_a_running_dcu():
    bench = ConsoleBench()
    added(bench, "all")
    assert bench.dcu.ledger is None
    code, plan, _ = bench.ask("tasks plan")
    assert code == GOOD and plan["ports"]["rs485-1"]["tasks"][-1]["task"] == 3


def test_a_task_that_nobody_has_done_yet_says_when_it_is_due():
    bench = ConsoleBench()
    added(bench, "2 7")
    rounds, profile = bench.ask("tasks list")[1]
    now_s = bench.dcu.clock.utc_s()
    assert (rounds["id"], rounds["chosen"], profile["chosen"]) == ("0", 2, 1)
    assert rounds["next_s"] == now_s // 900 * 900 + 900
    assert profile["next_s"] == now_s // 3600 * 3600 + 3600
    assert (profile["last_s"], profile["good"]) == (None, 0)


def test_what_came_of_a_task_last_is_told_of_its_newest_slot():
    bench, ledger = ConsoleBench(), Ledger()
    bench.dcu.ledger = ledger
    cases = (
        ({}, (None, 0)),
        ({1: (900, RECEIVED)}, (900, 1)),
        ({1: (900, RECEIVED), 2: (900, FILLED)}, (900, 2)),
        ({1: (1800, NO_ANSWER), 2: (900, RECEIVED)}, (1800, 0)),
        ({1: (1800, RECEIVED), 2: (900, RECEIVED)}, (1800, 1)),
    )
    for entries, told in cases:
        ledger.entries = entries
        row = bench.ask("tasks list")[1][0]
        assert (row["last_s"], row["good"]) == told, entries


class Ledger:
    """`entries` are {mp: (slot_s, what)}."""

    def last(self, task, mp):
        if mp not in self.entries:
            return None
        return Entry(self.entries[mp][0], self.entries[mp][1], 1, 0, None)


def test_the_next_slot_is_between_the_first_and_the_last_day():
    zone, day_s = Zone("UTC0"), 86_400
    noon_s = 1_767_355_200  # 2026-01-02 12:00
    for fields, expected_s in (
        ({"from": "2026-01-03"}, noon_s + day_s // 2),
        ({"from": "2026-01-03", "offset": "6h"}, noon_s + day_s * 3 // 4),
        ({"from": "2026-01-01", "until": "2026-01-03"}, noon_s + day_s // 2),
        ({"until": "2026-01-02"}, None),
        ({"until": "2026-01-02", "offset": "18h"}, noon_s + day_s // 4),
        ({"until": "2026-01-02", "period": "1h"}, noon_s + 3600),
    ):
        texts = dict({"id": "1", "kind": "clock", "period": "1d"}, **fields)
        assert next_slot_s(Task(texts, zone), noon_s) == expected_s, fields
