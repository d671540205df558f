"""What each verb of the console does. Runs on both interpreters."""

import json

from dcu.archive_row import ADDRESS_MAX, FIELDS, METERS_MAX
from dcu.exit_codes import GOOD, NO_ANSWER, PARTLY, REFUSED, WRONG_USE
from dcu.schema import SCHEMA
from dcu.verbs import READ_TARGETS_MAX
from hal.errors import NoReply
from tests.dual.console_bench import METER_PASSWORD, ConsoleBench, Found, gone
from wire.dialogue import AccessRefused

ENERGY = "1.0.1.8.0.255"
SERIAL = "0.0.96.1.0.255"
CLOCK = "0.0.1.0.0.255"
KEY = "000102030405060708090a0b0c0d0e0f"


def test_status_tells_how_the_dcu_is():
    code, status, _ = ConsoleBench().ask("status")
    assert code == GOOD
    assert status["terminal"] == "07310001" and status["board"] == "pc"
    assert status["uplink"]["state"] == "online"
    assert status["ports"] == [{"name": "rs485-1", "trouble": ""}] * 2
    assert status["meters"] == {"total": 2, "unknown": 2}
    expected = {"stored": 5, "acknowledged": 0, "waiting": 5, "unstored": 2, "lost": 1}
    assert status["readings"] == expected
    assert status["alarms"] == {name: 0 for name in expected}
    assert status["clock_set"] is False  # the bench begins in 2023


def test_status_counts_the_meters_by_state():
    bench = ConsoleBench()
    bench.dcu.states.of(bench.dcu.archive.get(1)).succeeded(1_700_000_000)
    _, status, _ = bench.ask("status")
    assert status["meters"] == {"total": 2, "unknown": 1, "online": 1}
    assert bench.dcu.state_of(1) == "online" and bench.dcu.state_of(99) == "unknown"


def test_meters_list_has_a_row_for_each_in_their_order():
    code, rows, _ = ConsoleBench().ask("meters list")
    assert code == GOOD and [(row["mp"], row["address"]) for row in rows] == [(1, 17), (2, 18)]
    assert rows[1]["state"] == "unknown" and rows[1]["auth"] == "lls"


def row_of(**fields):
    return json.dumps(fields)


def test_a_meter_is_added_and_taken_off():
    bench = ConsoleBench()
    code, text, _ = bench.ask("meters add", row_of(mp="3", address="19", channel="rs485-2"))
    assert (code, text) == (GOOD, "MP 3 added on rs485-2 address 19")
    assert bench.dcu.archive.get(3).address == 19
    code, text, _ = bench.ask("meters remove", "3")
    assert code == GOOD and "stay" in text
    assert len(bench.dcu.archive.meters()) == 2


def test_a_row_that_is_wrong_is_refused_and_nothing_stored():
    bench = ConsoleBench()
    saves = bench.kept.saves
    for row in (
        "",
        "mp",
        "[]",
        "[" * 100_000,
        '{"mp": 3}',
        row_of(mp="3"),
        row_of(mp="1", address="50"),
        row_of(mp="3", address="17"),
        row_of(mp="3", address="0"),
        row_of(mp="3", address="19", auth="lls", password="a,b"),
        row_of(a="b"),
    ):
        code, error, _ = bench.ask("meters add", row)
        assert code == WRONG_USE and error, row
    for mp in ("3", "0", "x", "", "-1", "65536", "1.0"):
        assert bench.ask("meters remove", mp)[0] == WRONG_USE, mp
    assert bench.kept.saves == saves


def test_an_archive_is_exported_and_imported_with_its_passwords_kept():
    bench = ConsoleBench()
    code, csv, _ = bench.ask("meters export")
    assert code == GOOD and csv.split("\n")[2].startswith("2,18,")
    code, text, _ = bench.ask("meters import", csv)
    assert (code, text) == (GOOD, "2 meters imported: 0 new, 0 changed; 2 on file")
    third = csv.split("\n")[1].replace("1,17,", "3,17,") + "\n"
    code, text, _ = bench.ask("meters import", csv.replace("1,17,", "1,27,") + third)
    assert (code, text) == (GOOD, "3 meters imported: 1 new, 1 changed; 3 on file")
    bench.ask("meters import", csv.replace("1,17,", "1,27,"))
    bench.ask("meters remove", "3")
    bench.ask("meters import", csv)
    assert bench.dcu.archive.get(2).password == "00000001"
    code, error, _ = bench.ask("meters import", csv + third)
    assert code == WRONG_USE and "duplicate" in error
    assert len(bench.dcu.archive.meters()) == 2


def test_what_the_disk_refuses_is_told_and_not_in_use():
    bench = ConsoleBench()
    bench.kept.full = True
    code, error, _ = bench.ask("meters remove", "1")
    assert code == NO_ANSWER and "no space" in error
    assert len(bench.dcu.archive.meters()) == 2


def test_settings_are_listed_got_and_set():
    bench = ConsoleBench()
    code, rows, _ = bench.ask("settings list")
    assert code == GOOD and [row[0] for row in rows] == [setting.key for setting in SCHEMA]
    assert ["cosem.password", "(set)"] in [row[:2] for row in rows]
    assert bench.ask("settings get", "hes.reply_s")[:2] == (GOOD, "20")
    pairs = json.dumps({"hes.reply_s": "30", "meter.attempts": "2"})
    code, lines, _ = bench.ask("settings set", pairs)
    assert code == GOOD
    assert lines == ["hes.reply_s = 30", "meter.attempts = 2; in use after a restart"]
    assert bench.dcu.settings.get("hes.reply_s") == 30
    for key, text in (("hes.reply_s", "0"), ("hes.reply_s", ""), ("no.key", "1")):
        pairs = json.dumps({"hes.heartbeat_s": "60", key: text})
        assert bench.ask("settings set", pairs)[0] == WRONG_USE
    assert bench.dcu.settings.get("hes.heartbeat_s") == 300
    assert bench.ask("settings get", "no.key")[0] == WRONG_USE
    assert bench.dcu.settings.get("hes.reply_s") == 30


def test_a_meter_is_read_before_scheduled_work():
    bench = ConsoleBench()
    bench.values = {SERIAL: "M17"}
    code, result, _ = bench.ask("read", "1", SERIAL)
    assert code == GOOD and bench.opened == [1]
    assert (result["mp"], result["channel"], result["address"]) == (1, "rs485-1", 17)
    assert [row["value"] for row in result["values"]] == ["M17"]


def test_a_trace_is_told_before_the_answer_also_when_there_is_none():
    for values, expected in (({SERIAL: "M17"}, GOOD), (NoReply("MP 1"), NO_ANSWER)):
        bench = ConsoleBench()
        bench.values = values
        code, _, told = bench.ask("read", "1", SERIAL, "trace")
        assert code == expected
        assert told[-2] == {"at_ms": 0, "sent": True, "inside": "c001"}
        assert told[-1] == {"at_ms": 0, "sent": True, "octets": "7e"}
        assert bench.dcu.buses["rs485-1"].tap is None


def test_a_reading_that_failed_in_part_or_as_a_whole_has_its_exit_code():
    no, silent = AccessRefused(3), NoReply("MP 1: no answer")
    for values, expected in (
        ({SERIAL: no}, PARTLY),
        ({SERIAL: silent}, PARTLY),
        ({SERIAL: no, CLOCK: no}, REFUSED),
        ({SERIAL: silent, CLOCK: silent}, NO_ANSWER),
        ({SERIAL: silent, CLOCK: no}, NO_ANSWER),
    ):
        bench = ConsoleBench()
        bench.values = values
        code, result, _ = bench.ask("read", "1", SERIAL + "," + CLOCK)
        assert code == expected, values
        assert [("error" in row) for row in result["values"]] == [True, CLOCK in values]


def test_a_read_of_no_meter_or_of_no_attribute_is_wrong_use():
    for words in (("3", ENERGY), ("x", ENERGY), ("1", ""), ("1", "energy"), ("1", ENERGY + ",")):
        bench = ConsoleBench()
        code, error, _ = bench.ask("read", *words)
        assert code == WRONG_USE and error, words


def test_so_many_attributes_can_be_read_at_once_and_no_more():
    bench = ConsoleBench()
    for count, expected in ((READ_TARGETS_MAX, GOOD), (READ_TARGETS_MAX + 1, WRONG_USE)):
        assert bench.ask("read", "1", ",".join([SERIAL] * count))[0] == expected


def test_a_scan_says_how_far_it_is_and_lists_what_it_found():
    bench = ConsoleBench()
    bench.found = {17: Found(17, 1, "ABC1", "0001")}
    bench.found.update({39: Found(39, 2, "", ""), 40: Found(40, 2, "", "")})
    code, rows, said = bench.ask("scan", "rs485-1", "16-40")
    assert code == GOOD and [row for row in said if isinstance(row, dict)] == rows
    said = [text for text in said if isinstance(text, str)]
    assert len(said) == 25
    assert said[0] == "rs485-1 address 16 of 40: nothing"
    assert said[1] == "rs485-1 address 17 of 40: meter ABC1 0001"
    places = [(row["mp"], row["on_file"], row["address"], row["octets"]) for row in rows]
    assert places == [(1, True, 17, 1), (3, False, 39, 2), (4, False, 40, 2)]


def test_a_scan_that_finds_nothing_has_no_answer_and_a_port_that_fails_ends_it():
    bench = ConsoleBench()
    code, error, said = bench.ask("scan", "rs485-1", "1-3")
    assert code == NO_ANSWER and "1 to 3" in error and len(said) == 3
    bench.found = {2: gone("rs485-1")}
    code, error, said = bench.ask("scan", "rs485-1", "1-3")
    assert (code, error) == (NO_ANSWER, "rs485-1: device gone") and len(said) == 1


def test_a_scan_of_no_port_or_no_range_is_wrong_use():
    bench = ConsoleBench()
    top = ADDRESS_MAX
    bench.found = {top: Found(top, 4, "", "")}
    assert bench.ask("scan", "rs485-1", str(top))[0] == GOOD
    for words in (
        ("rs485-2", "1-2"),
        ("rs485-3", "1-2"),
        ("", "1-2"),
        ("rs485-1", "0-2"),
        ("rs485-1", "2-1"),
        ("rs485-1", "x-2"),
        ("rs485-1", "1-"),
        ("rs485-1", "abc"),
        ("rs485-1", f"{top}-{top + 1}"),
        ("rs485-3", "1-2", '{"rs485.3.device": "/dev/ttyUSB1", "rs485.3.baud": "7"}'),
        ("rs485-3", "1-2", '{"no.such": "1", "rs485.3.device": "/dev/ttyUSB1"}'),
        ("rs485-3", "2-1", '{"rs485.3.device": "/dev/ttyUSB1"}'),
        ("rs485-1", "1-2", '{"rs485.1.device": ""}'),
        ("rs485-1", "1-2", "[]"),
    ):
        code, error, said = bench.ask("scan", *words)
        assert code == WRONG_USE and error and said == [], words
        if "range" in error:
            assert repr(words[1]) in error
        assert bench.dcu.settings.get("rs485.1.device") == "/dev/ttyUSB0"
        assert bench.dcu.settings.get("rs485.3.device") == ""


def test_a_scan_changes_settings_when_all_else_is_right():
    bench = ConsoleBench()
    bench.found = {1: Found(1, 2, "", "")}
    pairs = '{"rs485.3.device": "/dev/ttyUSB1"}'
    code, _, said = bench.ask("scan", "rs485-3", "1", pairs)
    assert code == GOOD
    assert said[0] == "rs485.3.device = /dev/ttyUSB1; in use after a restart"
    assert bench.dcu.settings.get("rs485.3.device") == "/dev/ttyUSB1"


def as_csv(found):
    return "\n".join([",".join([row["row"][name] for name in FIELDS]) for row in found])


def test_what_a_scan_finds_is_imported_without_changing_the_meters_on_file():
    bench = ConsoleBench()
    bench.ask(
        "meters add", row_of(mp="9", address="30", client="1", auth="hls-gmac", ek=KEY, ak=KEY)
    )
    bench.found = {n: Found(n, 2, "", "") for n in (18, 19, 30, 31)}
    code, rows, _ = bench.ask("scan", "rs485-1", "17-31")
    assert code == GOOD and [row["mp"] for row in rows] == [2, 10, 9, 11]
    csv = ",".join(FIELDS) + "\n" + as_csv(rows) + "\n"
    assert METER_PASSWORD not in csv and KEY not in csv
    before = {meter.mp: meter.row() for meter in bench.dcu.archive.meters()}
    code, text, _ = bench.ask("meters import", csv)
    assert (code, text) == (GOOD, "4 meters imported: 2 new, 0 changed; 5 on file")
    for mp in before:
        assert bench.dcu.archive.get(mp).row() == before[mp]


def test_a_scan_gives_free_numbers_while_there_are_any():
    bench = ConsoleBench()
    rows = [f"{mp},{mp + 100}" for mp in range(3, METERS_MAX + 1) if mp != 7]
    bench.ask("meters import", "mp,address\n" + "\n".join(rows))
    bench.found = {19: Found(19, 2, "", "")}
    code, found, _ = bench.ask("scan", "rs485-1", "19")
    assert code == GOOD and found[0]["mp"] == 7
    bench.ask("meters add", row_of(mp="7", address="50"))
    code, error, _ = bench.ask("scan", "rs485-1", "19")
    assert code == WRONG_USE and "no room" in error


def test_the_panel_is_shown_and_its_keys_pressed():
    bench = ConsoleBench()
    for key in ("", "up"):
        code, screen, _ = bench.ask("panel", key)
        assert code == GOOD and screen["columns"] == 20
    assert bench.ask("panel", "any")[0] == WRONG_USE


def reasons(bench):
    return [row["reason"] for row in bench.ask("meters list")[1]]


def test_what_a_read_found_is_on_the_list_until_a_task_has_asked():
    bench = ConsoleBench()
    bench.values = NoReply("rs485-1 meter 17 does not answer")
    bench.ask("read", "1", SERIAL)
    assert "does not answer" in reasons(bench)[0] and reasons(bench)[1] == "not asked yet"
    bench.values = {SERIAL: "M17"}
    bench.ask("read", "1", SERIAL)
    assert "answers" in reasons(bench)[0]
    bench.values = {SERIAL: NoReply("silent now")}
    bench.ask("read", "1", SERIAL)
    assert "silent now" in reasons(bench)[0]
    state = bench.dcu.states.of(bench.dcu.archive.get(1))
    state.succeeded(1_700_000_000)
    bench.values = NoReply("silent")
    bench.ask("read", "1", SERIAL)
    assert reasons(bench)[0] == "" and state.state == "online"
