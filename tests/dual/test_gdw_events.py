"""The events of the DCU by 376.1."""

from dcu import gdw_events
from dcu.alarm_codes import (
    AUTHENTICATION_FAILURE,
    CODES,
    FIRMWARE_CHANGED,
    METER_REPLACED,
    METER_SILENT,
    METER_UNKNOWN,
)
from hal import coop
from tests.dual.gdw_bench import NOON_S, READING, GdwBench
from tests.virtual import run_virtual
from wire.qgdw3761 import ALL_DENIED
from wire.qgdw3761_data import ERCS
from wire.qgdw3761_message import codec_of

NOON = (2026, 11, 22, 12, 0)


def test_alarms_are_events_that_are_counted_and_read():
    bench = GdwBench([("alarms.severity", f"{METER_UNKNOWN}=alarm")])
    bench.keep(1, NOON_S, READING)
    important, ordinary = bench.gdw.events.counters()
    for code, mp, text in (
        (METER_SILENT, 1, "no answer"),
        (METER_REPLACED, 1, "another"),
        (METER_UNKNOWN, 0, "rs485-2 address 77"),
    ):
        bench.dcu.alarms.raise_alarm(code, mp, text)
    counters = bench.ask(0x0C, (0, 7))[0][2]
    assert counters == {"important": important + 2, "ordinary": ordinary + 1}
    asked = {"from": important, "to": important + 2}
    of_others = {"from": ordinary, "to": ordinary + 1}
    found = bench.ask(0x0E, (0, 1, asked), (0, 2, of_others))
    silent, unknown = found[0][2]["events"]
    assert (silent["erc"], silent["body"]["mp"], silent["body"]["kwh"]) == (31, 1, 1_234_560)
    assert silent["body"]["last"] == NOON and silent["body"]["time"] == NOON
    assert unknown["erc"] == 35 and unknown["body"]["port"] == 3
    assert unknown["body"]["meters"][0]["address"] == b"\x77" + bytes(5)
    (replaced,) = found[1][2]["events"]
    assert (replaced["erc"], replaced["body"]["mp"]) == (8, 1)
    assert found[0][2]["from"] == important and found[0][2]["to"] == important + 2
    nothing = {"from": important + 2, "to": important + 2}
    assert bench.ask(0x0E, (0, 1, nothing))[0][2]["events"] == []
    assert bench.ask(0x0C, (0, 8))[0][2][3] & 0x40


def test_events_that_are_not_to_be_told_are_not():
    bench = GdwBench([("gdw.events", "8")])
    for code in (METER_SILENT, METER_REPLACED):
        bench.dcu.alarms.raise_alarm(code, 1, "text")
    asked = {"from": 0, "to": 255}
    found = bench.ask(0x0E, (0, 1, asked), (0, 2, asked))
    assert found[0][2]["events"] == []
    assert [event["erc"] for event in found[1][2]["events"]] == [8]


def test_another_severity_holds_for_what_comes_and_not_for_what_has_been():
    bench = GdwBench()
    bench.dcu.alarms.raise_alarm(METER_REPLACED, 1, "ordinary")
    first = bench.gdw.events.counters()
    bench.dcu.settings.put("alarms.severity", f"{METER_REPLACED}=alarm")
    bench.dcu.alarms.raise_alarm(METER_REPLACED, 1, "important")
    assert bench.gdw.events.counters()[0] == first[0] + 1
    assert bench.gdw.events.between(False, first[1] - 2, first[1])["events"][-1]["erc"] == 8
    assert bench.new_gdw().events.counters() == bench.gdw.events.counters()


def test_frames_say_that_important_events_wait_until_they_are_read_or_acknowledged():
    bench = GdwBench()
    alarms = bench.dcu.alarms
    alarms.acknowledge(alarms.last)

    def says():
        (frame,) = bench.frames(bench.frame(0x0C, [(0, 2)]))
        assert bool(frame.control & 0x20) == bool(frame.events)
        return frame.events

    assert says() == b""
    alarms.raise_alarm(METER_REPLACED, 1, "no important one")
    assert says() == b""
    alarms.raise_alarm(METER_SILENT, 1, "no answer")
    assert says() == bytes(bench.gdw.events.counters())
    alarms.acknowledge(alarms.last)
    assert says() == b""
    alarms.raise_alarm(METER_SILENT, 2, "no answer")
    assert says()
    bench.ask(0x0E, (0, 1, {"from": 0, "to": 255}))
    assert says() == b""


def test_only_the_last_events_are_kept_in_mind_and_their_numbers_survive_a_restart():
    bench = GdwBench()
    first = bench.gdw.events.counters()
    for count in range(1, 301):
        bench.dcu.alarms._raise(METER_REPLACED if count % 3 else METER_SILENT, 1, "")
        if count % 50 == 0:
            bench.gdw.events.counters()
    assert bench.gdw.events.counters() == (first[0] + 100, first[1] + 200)
    recent = bench.gdw.events._recent
    assert len(recent) == gdw_events.RING and recent[-1].alarm.seq == bench.dcu.alarms.last
    assert bench.kept.load()
    assert bench.new_gdw().events.counters() == bench.gdw.events.counters()
    all_of_them = bench.gdw.events.between(False, first[1], first[1] + 200)
    assert len(all_of_them["events"]) < 200  # the oldest have gone
    assert (all_of_them["to"] - all_of_them["from"]) % 256 == len(all_of_them["events"])
    assert all_of_them["to"] == first[1] + 200


def test_another_firmware_is_an_event_with_both_versions():
    bench = GdwBench()
    ordinary = bench.gdw.events.counters()[1]
    bench.dcu.alarms.raise_alarm(FIRMWARE_CHANGED, 0, "0.1.0 to 0.2.0")
    asked = {"from": ordinary, "to": ordinary + 1}
    (event,) = bench.ask(0x0E, (0, 2, asked))[0][2]["events"]
    body = event["body"]
    assert (event["erc"], body["what"], body["old"], body["new"]) == (1, 2, "010", "020")


def test_the_cover_is_a_switch_input_and_its_opening_an_event():
    bench = GdwBench()
    assert bench.ask_fn(0x0C, (0, 9)) == ALL_DENIED
    assert bench.ask(0x09, (0, 2))[0][2]["switches"] == 0
    important, ordinary = bench.gdw.events.counters()
    for is_open in (False, True, False):
        for _ in range(2):
            bench.dcu.cover.look(is_open)
            run_virtual(coop.sleep_ms(1_000))
        assert bench.ask(0x0C, (0, 9)) == [(0, 9, bytes([is_open, 0]))]
    assert bench.ask(0x09, (0, 2))[0][2]["switches"] == 1
    spans = [{"from": start, "to": start + 1} for start in (important, ordinary)]
    opened, closed = bench.ask(0x0E, (0, 1, spans[0]), (0, 2, spans[1]))
    (event,) = opened[2]["events"]
    assert (event["erc"], event["body"]["changed"], event["body"]["state"]) == (4, 1, 1)
    (event,) = closed[2]["events"]
    assert (event["erc"], event["body"]["changed"], event["body"]["state"]) == (4, 1, 0)


def test_counters_that_were_stored_damaged_begin_anew():
    bench = GdwBench()
    bench.gdw.events.counters()
    for text in (b"", b"x", b"1 2 3", b"1 2 3 x", b"999 1 1 999"):
        bench.kept.save(text)
        assert len(bench.new_gdw().events.counters()) == 2


def test_every_alarm_that_is_an_event_makes_a_body_that_can_be_sent():
    bench = GdwBench()
    for code in CODES:
        if code.number in gdw_events._EVENTS:
            bench.dcu.alarms._raise(code.number, 1, "nothing of use")
    asked = {"from": 0, "to": 255}
    for fn in (1, 2):
        value = bench.gdw.events.between(fn == 1, 0, 255)
        assert codec_of(0x0E, fn, True).give(value) and value["events"]
    assert set(gdw_events.KNOWN) <= set(ERCS)
    bench.dcu.alarms.raise_alarm(AUTHENTICATION_FAILURE, 0, "")
    events = bench.ask(0x0E, (0, 1, asked))[0][2]["events"]
    assert events[-1]["body"]["password"] == bytes(16)
