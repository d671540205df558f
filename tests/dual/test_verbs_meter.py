"""The console's verbs for one meter: its clock and its switch. Runs on both interpreters."""

from dcu import meter_profile, meter_services
from dcu.exit_codes import GOOD, NO_ANSWER, REFUSED, WRONG_USE
from hal.errors import NoReply
from tests.dual.console_bench import Bus, ConsoleBench, Meter
from tests.virtual import run_virtual
from wire import axdr, obis
from wire.apdu import Attribute
from wire.cosem_time import date_time_like
from wire.dialogue import AccessRefused

TIME, OUTPUT, CONTROL = "0.0.1.0.0.255/2", "0.0.96.3.10.255/2", "0.0.96.3.10.255/3"


def bench_at(off_s=0, deviation_min=0):
    bench = ConsoleBench()
    bench.dcu.clock.set_utc(1_800_000_000)
    shown_s = bench.dcu.clock.utc_s() + off_s
    bench.values = {TIME: axdr.date_time(shown_s, deviation_min), OUTPUT: True, CONTROL: 1}
    return bench


def test_the_clock_of_a_meter_is_told_with_its_difference():
    bench = bench_at(7)
    code, result, said = bench.ask("clock", "1")
    assert (code, result["off_s"], said) == (GOOD, 7, ["asking MP 1, rs485-1 address 17"])
    assert result["utc_s"] == bench.dcu.clock.utc_s() + 7


def test_a_clock_is_set_in_the_meters_own_local_time():
    for deviation_min in (0, -60, 120, -720):
        bench = bench_at(-90, deviation_min)
        code, result, _ = bench.ask("clock", "1", "set")
        assert (code, result["off_s"]) == (GOOD, 0)
        assert bench.values[TIME] == _stamped(bench, deviation_min)


def _stamped(bench, deviation_min):
    return axdr.date_time(bench.dcu.clock.utc_s(), deviation_min)


def test_a_clock_is_set_as_the_meter_means_its_deviation():
    for meaning, stated in (("reversed", 60), ("ignored", 0)):
        bench = bench_at(0, -60)
        record = bench.dcu.archive.get(1)
        record.deviation = meaning
        off_s = 7200 if meaning == "reversed" else 3600
        assert bench.ask("clock", "1")[1]["off_s"] == off_s
        assert bench.ask("clock", "1", "set")[1]["off_s"] == 0
        shown = bench.values[TIME]
        assert shown[:9] == _stamped(bench, stated)[:9] and shown[9:11] == b"\xff\xc4"


def test_a_clock_that_shows_no_time_is_not_set():
    for value in (b"\xff" * 12, 5, b"", None):
        bench = bench_at()
        bench.values[TIME] = value
        for words in (("1",), ("1", "set")):
            code, error, _ = bench.ask("clock", *words)
            assert code == NO_ANSWER and "no time" in error
        assert bench.values[TIME] == value


def test_no_clock_is_set_by_a_dcu_that_has_no_time_itself():
    bench = bench_at(-90)
    before = bench.values[TIME]
    bench.dcu.clock.set_utc(1_000_000_000)
    assert bench.ask("clock", "1", "set")[0] == WRONG_USE and bench.values[TIME] == before


def test_the_switch_of_a_meter_is_told():
    for output, control, expected in (
        (True, 1, (True, "connected")),
        (False, 0, (False, "disconnected")),
        (False, 2, (False, "ready for reconnection")),
        (None, 1, (None, "connected")),
        (True, 3, (True, "unknown")),
    ):
        bench = bench_at()
        bench.values[OUTPUT], bench.values[CONTROL] = output, control
        code, result, _ = bench.ask("switch", "1", "state")
        assert (code, result["is_on"], result["control"]) == (GOOD,) + expected


def test_a_consumer_is_switched_only_by_who_says_yes():
    for what, method in (("off", 1), ("on", 2)):
        key = f"0.0.96.3.10.255 method {method}"
        bench = bench_at()
        for sure in ((), ("no",)):
            code, error, _ = bench.ask("switch", "1", what, *sure)
            assert code == WRONG_USE and "--yes" in error and key not in bench.values
        assert bench.ask("switch", "1", what, "yes")[0] == GOOD
        assert bench.values[key] == 0
        assert len([key for key in bench.values if "method" in key]) == 1


PROFILE = "1.0.99.1.0.255"
NOON_S = 1735732800


def profile_bench():
    bench = bench_at()
    clock, energy = (8, obis.parse("0.0.1.0.0.255"), 2, 0), (3, obis.parse("1.0.1.8.0.255"), 2, 0)
    bench.values[PROFILE + "/3"] = [clock, energy]
    bench.values[PROFILE + "/4"] = 900
    bench.values["1.0.1.8.0.255/3"] = (-1, 30)
    bench.values[PROFILE + "/2"] = [(axdr.date_time(NOON_S + 900 * n), 1234 + n) for n in range(3)]
    return bench


def test_a_profile_is_told_with_its_columns_and_scaled():
    code, result, said = profile_bench().ask("profile", "1", PROFILE, str(NOON_S), "1735733700")
    assert code == GOOD and said == ["asking MP 1, rs485-1 address 17"]
    assert result["columns"] == [
        {"obis": "1.0.1.8.0.255", "class": 3, "attribute": 2, "unit": "Wh"}
    ]
    assert result["rows"] == [[NOON_S, "123.4"], [NOON_S + 900, "123.5"]]


def test_rows_that_a_meter_gives_beyond_the_range_are_left_out():
    bench = profile_bench()
    first, last = str(NOON_S + 1), str(NOON_S + 1799)
    _, result, _ = bench.ask("profile", "1", PROFILE, first, last)
    assert [row[0] for row in result["rows"]] == [NOON_S + 900]
    assert len(bench.accesses) == 1
    for text in ("5 4", "x 4", "0 4294967296", "-1 4"):
        assert bench.ask("profile", "1", PROFILE, *text.split())[0] == WRONG_USE
    assert bench.ask("profile", "1", "1.0.99", "0", "1")[0] == WRONG_USE


def test_a_profile_without_a_period_or_with_other_columns_is_told_as_it_is():
    bench = profile_bench()
    bench.values[PROFILE + "/4"] = None
    bench.values["1.0.1.8.0.255/3"] = None
    _, result, _ = bench.ask("profile", "1", PROFILE, str(NOON_S), str(NOON_S + 1800))
    assert [row[1] for row in result["rows"]] == [1234, 1235, 1236]
    assert "unit" not in result["columns"][0]
    bench.values[PROFILE + "/3"] = "nonsense"
    code, error, _ = bench.ask("profile", "1", PROFILE, str(NOON_S), str(NOON_S + 1800))
    assert code == NO_ANSWER and "captured" in error


def test_wrong_words_are_refused_before_the_meter_is_asked():
    bench = bench_at()
    for words in (
        ("clock", "1", "sett"),
        ("clock", "9"),
        ("clock", "x"),
        ("switch", "1", "of", "yes"),
        ("switch", "1"),
        ("switch", "9", "state"),
    ):
        assert bench.ask(*words)[0] == WRONG_USE, words
    assert bench.opened == []


def test_what_the_meter_refuses_or_does_not_answer_is_an_exit_code():
    bench = bench_at()
    bench.values[TIME] = AccessRefused(3)
    code, error, _ = bench.ask("clock", "1")
    assert code == REFUSED and "its row says: client, auth, password" in error
    bench.values[TIME] = AccessRefused(4)
    assert bench.ask("clock", "1")[:2] == (REFUSED, str(AccessRefused(4)))
    bench.values = NoReply("rs485-1 meter 17 does not answer")
    assert bench.ask("switch", "1", "state")[0] == NO_ANSWER


def test_a_range_may_begin_before_the_years_of_the_meter_and_end_after_them():
    last = b"\xff\xfe\x0c\x1f\xff\x17\x3b\x3b\x00"
    for clock, begin, end in (
        (axdr.date_time(NOON_S, 300), "07b20101ff00000000", None),  # west: 1969 at that time
        (last + b"\x00\x00\x00", None, "083a0207ff061c0f00"),  # 2106: records end there
    ):
        meter = Meter({TIME: clock, PROFILE: []}, [], Bus())
        shape = meter_profile.Layout([meter_services.CLOCK_TIME], 0, 0, {})
        run_virtual(meter_profile.read_rows(meter, obis.parse(PROFILE), shape, 0))
        _, first, until, _ = axdr.decode_all(meter.accesses[0].data)
        assert begin is None or first[:9].hex() == begin
        assert end is None or until[:9].hex() == end
    assert date_time_like(1 << 41, last + b"\x00\x00\x00")[:9] == last


def test_a_clock_that_has_been_read_is_not_asked_for_again():
    shown = axdr.date_time(NOON_S, -60)
    meter = Meter({TIME: AccessRefused(3), PROFILE: []}, [], Bus())
    shape = meter_profile.Layout([meter_services.CLOCK_TIME], 0, 0, {})
    ln = obis.parse(PROFILE)
    run_virtual(meter_profile.read_rows(meter, ln, shape, 0, NOON_S, "normal", shown))
    _, _, until, _ = axdr.decode_all(meter.accesses[0].data)
    assert until == shown
    run_virtual(meter_services.set_clock(meter, lambda: NOON_S + 5, "normal", shown))
    assert meter.values[TIME] == axdr.date_time(NOON_S + 5, -60)


def test_rows_of_times_that_no_record_can_hold_are_left_out():
    before, after = "07b20101ff00000000ffc400", "083a0207ff061c1000000000"  # 1969, 2106
    first, last = "07b20101ff00000000000000", "083a0207ff061c0f00000000"
    rows = [(bytes.fromhex(text), 1) for text in (before, first, last, after)]
    meter = Meter({TIME: rows[3][0], PROFILE: rows}, [], Bus())
    columns = [meter_services.CLOCK_TIME, Attribute(3, obis.parse("1.0.1.8.0.255"), 2)]
    shape = meter_profile.Layout(columns, 0, 0, {})
    read = meter_profile.read_rows(meter, obis.parse(PROFILE), shape, -7200)
    assert [utc_s for utc_s, _ in run_virtual(read)] == [0, 0xFFFFFFFF]
    late = meter_profile.read_rows(meter, obis.parse(PROFILE), shape, 1 << 32)
    assert run_virtual(late) == []
