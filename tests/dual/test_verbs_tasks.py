"""What the console says of tasks that are given to it."""

import json

from dcu.exit_codes import GOOD
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


def test_of_many_that_are_missing_the_first_are_named():
    _, _, said = added(ConsoleBench(), " ".join([str(mp) for mp in range(10, 19)]))
    assert said[0].endswith("MP 16, MP 17 and 1 more")


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
