"""Tasks: what their fields may be, and how the list is kept."""

from dcu.archive_row import Meter
from dcu.civil import Zone
from dcu.schema import SCHEMA, parse
from dcu.task import ITEMS_MAX, NAMES, RETRIES_MAX, TASK_MAX, Task
from dcu.task_list import CSV_MAX, TaskList
from dcu.task_meters import MPS_MAX
from hal.errors import PortError
from tests.kept import Kept, refusal
from tests.virtual import UTC_S

UTC = Zone("UTC0")
GOOD = {"id": "3", "kind": "profile", "period": "1h"}
DAY_S = 86_400
WRONG = (  # what is changed in GOOD, and what the refusal names
    ({"id": "0"}, "id"),
    ({"id": str(TASK_MAX + 1)}, "id"),
    ({"id": ""}, "id"),
    ({"kind": "guess"}, "kind"),
    ({"period": "7h"}, "period"),
    ({"period": ""}, "period"),
    ({"offset": "1h"}, "offset"),
    ({"offset": "soon"}, "offset"),
    ({"window": "61m"}, "window"),
    ({"window": "1s"}, "window"),
    ({"retries": str(RETRIES_MAX + 1)}, "retries"),
    ({"priority": "10"}, "priority"),
    ({"meters": "rs485-9"}, "meters"),
    ({"meters": "9-5"}, "meters"),
    ({"meters": "0"}, "meters"),
    ({"meters": "group:"}, "meters"),
    ({"meters": "group:a,b"}, "group"),
    ({"meters": "group:a b"}, "group"),
    ({"meters": "group:a\n9,switch,all,,1h,0,,2,5,,,yes"}, "group"),
    ({"items": "1.0.99.1.0.255,"}, "items"),
    ({"items": "1.0.99.1.0"}, "items"),
    ({"items": "1.0.99.1.0.255 1.0.99.2.0.255"}, "items"),
    ({"from": "2026-13-01"}, "from"),
    ({"from": "2026-02-29"}, "from"),
    ({"until": "tomorrow"}, "until"),
    ({"from": "2026-02-02", "until": "2026-02-01"}, "until"),
    ({"push": "perhaps"}, "push"),
    ({"kind": "registers", "push": "no"}, "push"),
    ({"kind": "list"}, "items"),
    ({"kind": "list", "items": "1.0.1.8.0.255 " * (ITEMS_MAX + 1)}, "items"),
    ({"kind": "write", "items": "1/0.0.96.1.1.255/2"}, "items"),
    ({"kind": "write", "items": "1/0.0.96.1.1.255/2=0G"}, "items"),
    ({"kind": "write", "items": "1.0.1.8.0.255=11"}, "items"),
    ({"kind": "clock", "items": "1.0.1.8.0.255"}, "items"),
    ({"kind": "billing", "period": "1h"}, "items"),
    ({"colour": "red"}, "column"),
)
RIGHT = (
    {},
    {"id": "1"},
    {"id": str(TASK_MAX)},
    {"offset": "59m"},
    {"window": "2s"},
    {"window": "1h"},
    {"retries": "0"},
    {"retries": str(RETRIES_MAX)},
    {"from": "2024-02-29", "until": "2024-02-29"},
    {"kind": "list", "items": "1.0.1.8.0.255 " * ITEMS_MAX},
    {"kind": "write", "items": "1/0.0.96.1.1.255/2=0901FF"},
    {"kind": "action", "items": "70/0.0.96.3.10.255/1=0F00 9/0.0.10.0.0.255/1"},
    {"kind": "billing", "period": "1d"},
    {"kind": "billing", "period": "1mo"},
    {"kind": "events"},
)


def changed(change):
    return dict(GOOD, **change)


def test_each_wrong_field_is_refused_by_its_name():
    for change, name in WRONG:
        assert name in refusal(Task, changed(change), UTC), change


def test_a_wrong_period_is_answered_with_all_that_are_allowed():
    for text in ("7h", "61m", "90m", "2d", "1s", "90", "soon"):
        said = refusal(Task, changed({"period": text}), UTC)
        is_right = text == "90"  # seconds, as everywhere
        assert is_right or "2s to 1h" in said and "2h, 3h, 4h, 6h, 8h, 12h, 1d, 1mo" in said, text
    assert refusal(Task, changed({"period": "61s"}), UTC) == ""


def test_each_limit_is_taken():
    for change in RIGHT:
        assert refusal(Task, changed(change), UTC) == "", change


def record(mp, channel="rs485-1", group=""):
    return Meter({"mp": str(mp), "address": str(16 + mp), "channel": channel, "group": group})


def test_meters_are_chosen_by_channel_by_group_and_by_number():
    rows = [record(1), record(2, "rs485-2"), record(5, group="north"), record(9)]
    cases = {
        "all": [1, 2, 5, 9],
        "rs485-2": [2],
        "group:north": [5],
        "group:south": [],
        "1 5-8": [1, 5],
        "9": [9],
    }
    for text, mps in cases.items():
        task = Task(changed({"meters": text}), UTC)
        assert [row.mp for row in rows if task.selects(row)] == mps, text


def test_what_a_task_is_for_that_is_not_on_file_is_said():
    rows = [record(1), record(5, group="north")]
    cases = {
        "all": [],
        "rs485-1": [],
        "rs485-2": ["a meter on rs485-2"],
        "group:north": [],
        "group:south": ["a meter of group:south"],
        "1 5": [],
        "1 2 4-6 7-9": ["MP 2", "MP 7-9"],
    }
    for text, missing in cases.items():
        assert Task(changed({"meters": text}), UTC).for_nobody(rows) == missing, text
    assert Task(changed({}), UTC).for_nobody([]) == ["any meter"]


def test_a_task_is_valid_from_its_first_day_to_the_end_of_its_last_by_civil_time():
    zone = Zone("CET-1")
    task = Task(changed({"from": "2025-01-02", "until": "2025-01-03"}), zone)
    first_s = UTC_S + DAY_S - 3600
    cases = ((first_s - 1, False), (first_s, True), (first_s + 2 * DAY_S - 1, True))
    for at_s, is_valid in cases + ((first_s + 2 * DAY_S, False),):
        assert task.is_valid(at_s) == is_valid, at_s


class Values:
    def __init__(self):
        self.values = {setting.key: parse(setting, setting.default) for setting in SCHEMA}

    def get(self, key):
        return self.values[key]


def test_a_list_is_kept_over_a_restart_and_exported_as_it_was_imported():
    kept, settings = Kept(), Values()
    tasks = TaskList(kept, settings)
    tasks.add(GOOD)
    tasks.add({"id": "2", "kind": "clock", "period": "1d", "offset": "3h"})
    again = TaskList(kept, settings)
    assert [task.id for task in again.all()] == [0, 2, 3] and again.refused == []
    assert again.export_csv() == tasks.export_csv()
    third = TaskList(Kept(), settings)
    assert third.import_csv(tasks.export_csv()) == 2
    assert third.export_csv() == tasks.export_csv()


def test_what_is_taken_is_there_after_a_restart_however_it_was_typed():
    kept = Kept()
    tasks = TaskList(kept, Values())
    obis = ["1.0.1.8.0.255", "1.0.2.8.0.255"]
    tasks.add({"id": " 1 ", "kind": "list", "period": "1h\n", "items": "\n".join(obis)})
    tasks.add({"id": "2", "kind": "clock", "period": "1d", "meters": " 1\t2\r\n5-9"})
    again = TaskList(kept, Values())
    assert again.refused == [] and [task.texts for task in again.all()[1:]] == [
        task.texts for task in tasks.all()[1:]
    ]
    assert again.get(1).texts["items"] == " ".join(obis)
    assert again.get(2).texts["meters"] == "1 2 5-9" and len(again.get(1).items) == 2


def test_what_the_disk_does_not_take_is_not_in_use():
    kept = Kept()
    tasks = TaskList(kept, Values())
    kept.full = True
    try:
        tasks.add(GOOD)
        raise AssertionError("taken")
    except PortError:
        assert [task.id for task in tasks.all()] == [0]


def test_an_import_takes_all_rows_or_none_and_names_the_lines():
    tasks = TaskList(Kept(), Values())
    tasks.add(GOOD)
    text = "id,kind,period\n1,clock,1d\n2,clock,7h\n1,switch,1h\n"
    said = refusal(tasks.import_csv, text)
    assert "line 3" in said and "line 4" in said and "line 2, too" in said
    assert [task.id for task in tasks.all()] == [0, 3]
    for text in ("", "id;kind\n", "id,kind,id\n", "kind,period\nclock,1d\n"):
        assert ",".join(NAMES) in refusal(tasks.import_csv, text), text


def test_a_task_is_for_so_many_numbers_and_spans_and_no_more():
    for count, is_taken in ((MPS_MAX, True), (MPS_MAX + 1, False)):
        meters = " ".join([str(mp) for mp in range(1, count + 1)])
        said = refusal(lambda meters=meters: Task(changed({"meters": meters}), UTC))
        assert said == ("" if is_taken else f"meters: at most {MPS_MAX} numbers or spans")


def test_a_list_has_an_end():
    tasks = TaskList(Kept(), Values())
    meters = " ".join([str(mp) for mp in range(1, 250)])
    rows = [f"{n},clock,{meters},1d" for n in range(1, TASK_MAX + 1)]
    text = "id,kind,meters,period\n" + "\n".join(rows) + "\n"
    assert len(text) > CSV_MAX and f"at most {CSV_MAX}" in refusal(tasks.import_csv, text)


def test_the_rounds_cannot_be_removed_and_an_unknown_task_is_told():
    tasks = TaskList(Kept(), Values())
    assert "collect.period_s" in refusal(tasks.remove, 0)
    assert "no task 7" in refusal(tasks.remove, 7)
    tasks.add(GOOD)
    tasks.remove(3)
    assert [task.id for task in tasks.all()] == [0]


def test_another_list_is_told_with_who_wanted_it_and_the_same_one_is_not():
    tasks, told = TaskList(Kept(), Values()), []
    tasks.told = lambda count, by: told.append((count, by))
    tasks.add(GOOD, "the console")
    tasks.add(GOOD, "the console")
    tasks.import_csv(tasks.export_csv())
    assert told == [(1, "the console")]
    tasks.import_csv("id,kind,period\n1,clock,1d\n2,clock,1d\n")
    tasks.remove(2, "the console")
    assert told[1:] == [(2, "the HES"), (1, "the console")]


def test_rounds_and_zone_follow_their_settings():
    settings = Values()
    tasks = TaskList(Kept(), settings)
    tasks.add({"id": "1", "kind": "clock", "period": "1d"})
    assert tasks.get(1).period.begin(UTC_S) == UTC_S
    settings.values["clock.zone"] = "CET-1"
    settings.values["collect.period_s"] = 60
    assert tasks.all()[0].period.length_s == 60
    assert tasks.get(1).period.begin(UTC_S) == UTC_S - 3600
