"""How grave an alarm is: a setting, stored with each alarm when it is raised."""

from dcu import alarms as dcu_alarms
from dcu.alarm_codes import ALARM, CODES, INFO, LOGIN, METER_SILENT, POWER_UP, WARNING
from dcu.buffers import alarm_row
from dcu.exit_codes import GOOD, WRONG_USE
from dcu.schema import find, parse
from dcu.settings import Settings
from dcu.severity import KEY, TEXT_MAX, overrides, severity_of, usual, with_importance
from dcu.verbs_alarms import LAST_MAX
from tests.dual.console_bench import ConsoleBench
from tests.dual.northbound import AlarmBench
from tests.kept import Kept, refusal
from wire import axdr

WRONG = (  # a setting, and what its refusal names
    ("77=alarm", "'77'"),
    ("0=alarm", "'0'"),
    ("01=alarm", "'01'"),
    ("x=alarm", "'x'"),
    ("2=grave", "'grave' is not one of info, warning, alarm"),
    ("2", "'' is not one of"),
    ("2=info,", "no alarm has the code ''"),
    ("2=info,2=alarm", "code 2 is given twice"),
    ("2 =info", "'2 '"),
)


def test_what_is_wrong_in_the_setting_is_named_and_nothing_changed():
    settings = Settings(Kept())
    for text, told in WRONG:
        said = refusal(settings.put, KEY, text)
        assert told in said and said.startswith(KEY), text
        assert settings.get(KEY) == ""


def test_every_code_can_have_another_severity_at_once():
    text = ",".join([f"{code.number}=warning" for code in CODES])
    assert len(text) <= TEXT_MAX and parse(find(KEY), text) == text
    assert overrides(text) == {code.number: WARNING for code in CODES}


def test_a_changed_severity_holds_for_what_is_raised_after_it():
    bench, settings = AlarmBench(), Settings(Kept())
    bench.alarms.severity_of = severity_of(settings)
    for text in ("", f"{METER_SILENT}=info,{POWER_UP}=warning", ""):
        settings.put(KEY, text)
        bench.alarms.raise_alarm(METER_SILENT, 5, text)
        bench.alarms.raise_alarm(POWER_UP, 0, text)
    found = [(alarm.code, alarm.severity) for alarm in bench.alarms.read(0, 9)]
    before = [(METER_SILENT, ALARM), (POWER_UP, INFO)]
    assert found == before + [(METER_SILENT, INFO), (POWER_UP, WARNING)] + before
    levels = [axdr.decode_all(alarm_row(row))[5] for row in bench.alarms.read(0, 9)]
    assert levels == [3, 1, 1, 2, 3, 1]


def test_an_alarm_of_before_there_were_severities_has_the_usual_one():
    for code, severity in ((METER_SILENT, ALARM), (LOGIN, INFO), (999, WARNING)):
        payload = bytes(4) + bytes([code >> 8, code & 0xFF]) + b"\x00\x07old"
        alarm = dcu_alarms.unpack(3, payload)
        assert (alarm.code, alarm.mp, alarm.text, alarm.severity) == (code, 7, "old", severity)


def test_importance_changes_no_more_than_it_must():
    for before, wanted, after in (
        ("", {METER_SILENT: True, POWER_UP: False}, ""),
        ("", {METER_SILENT: False, POWER_UP: True}, "1=alarm,2=warning"),
        ("1=alarm,2=warning", {METER_SILENT: True, POWER_UP: False}, ""),
        ("2=info", {METER_SILENT: False}, "2=info"),
        ("1=warning,30=warning", {POWER_UP: True}, "1=alarm,30=warning"),
    ):
        assert with_importance(before, wanted) == after, before


def test_the_console_shows_the_newest_with_their_severity():
    bench = ConsoleBench()
    bench.dcu.settings.put(KEY, f"{LOGIN}=alarm")
    bench.dcu.alarms.severity_of = severity_of(bench.dcu.settings)
    for number in range(3):
        bench.dcu.alarms.raise_alarm(LOGIN, 0, f"number {number}")
    bench.dcu.alarms.acknowledge(2)
    code, rows, _ = bench.ask("alarms", "2")
    assert code == GOOD and [row["text"] for row in rows] == ["number 1", "number 2"]
    assert (rows[0]["severity"], rows[0]["name"], rows[0]["acknowledged"]) == (
        ALARM,
        "login",
        True,
    )
    assert rows[1]["acknowledged"] is False and usual(LOGIN) == INFO
    for count in ("1", str(LAST_MAX)):
        assert len(bench.ask("alarms", count)[1]) == min(int(count), 3)
    assert len(bench.ask("alarms")[1]) == 3
    for count in ("0", str(LAST_MAX + 1), "many"):
        assert bench.ask("alarms", count)[0] == WRONG_USE, count
