"""What the DCU tells of its meters and does to them by 376.1: readings, days, months, curves."""

from tests.dual.gdw_bench import MIDNIGHT_S, NOON_S, READING, GdwBench
from wire.qgdw3761 import ALL_CONFIRMED, ALL_DENIED
from wire.qgdw3761_units import ALL_POINTS

QUARTER_S = 900
NOON = (2026, 11, 22, 12, 0)


def test_the_last_reading_of_a_meter_is_told_with_its_time():
    bench = GdwBench()
    bench.keep(1, NOON_S, READING)
    kwh = [1_234_560, 1_000_000, 234_560]
    assert bench.ask(0x0C, (1, 129)) == [(1, 129, {"time": NOON, "kwh": kwh})]
    assert bench.ask(0x0C, (1, 131)) == [(1, 131, {"time": NOON, "kwh": [7_890]})]
    (_, _, now) = bench.ask(0x0C, (1, 25))[0]
    assert (now["kw"][0], now["volt"], now["ampere"][0]) == (12_070, [2301, None, None], 5_250)
    assert bench.ask(0x0C, (1, 33))[0][2]["import_kvarh"] == [None] * 3
    assert bench.ask(0x0C, (ALL_POINTS, 129))[0][:2] == (1, 129)
    for mp in (2, 9):  # not read yet, not on file
        assert bench.ask_fn(0x0C, (mp, 129)) == ALL_DENIED


def test_reactive_energy_is_asked_of_the_meter_itself():
    bench = GdwBench()
    for name, raw, scaler, unit in (
        ("1.0.3.8.0.255", 123_456, 0, 32),
        ("1.0.4.8.0.255", 99_999_999_999, 0, 32),  # more than the format holds
        ("1.0.2.8.0.255", 7_891, -1, 30),
        ("1.0.6.8.0.255", 55, 3, 32),
        ("1.0.7.8.0.255", 55, 3, 30),  # no reactive energy
    ):
        bench.meter.registers[name, 2] = (0, raw)
        bench.meter.registers[name, 3] = (0, (scaler, unit))
    assert bench.ask(0x0C, (1, 130)) == [(1, 130, {"time": NOON, "kvarh": [12_345]})]
    assert bench.ask(0x0C, (1, 132)) == [(1, 132, {"time": NOON, "kvarh": [None]})]
    found = bench.ask(0x0C, (1, 34))[0][2]
    assert (found["kwh"], found["export_kvarh"]) == ([7_891], [None])
    assert (found["quadrant_2_kvarh"], found["quadrant_3_kvarh"]) == ([5_500], [None])
    assert bench.meter.opened == bench.meter.closed == 3
    bench.meter.registers.clear()
    assert bench.ask(0x0C, (1, 130))[0][2]["kvarh"] == [None]  # it has no such register
    bench.meter.fails = True
    assert bench.ask_fn(0x0C, (1, 130)) == ALL_DENIED


def test_a_value_that_the_format_does_not_hold_is_no_data():
    bench = GdwBench()
    for energy_wh, shown in ((999_999_999, 9_999_999_990), (1_000_000_000, None), (None, None)):
        bench.read(1, bench.clock.utc_s(), energy_wh)
        assert bench.ask(0x0C, (1, 129))[0][2]["kwh"][0] == shown
    bench.read(1, bench.clock.utc_s(), power_w=-1_207, voltage_mv=-1)
    now = bench.ask(0x0C, (1, 25))[0][2]
    assert now["kw"][0] == -12_070


def test_how_the_terminal_is():
    bench = GdwBench()
    found = {fn: value for _, fn, value in bench.ask(0x0C, (0, 4), (0, 10), (0, 11))}
    assert found[4] == {"state": 0x0A}  # it does not talk, and reports nothing
    assert found[10] == {"day_octets": 1000, "month_octets": 70_000} and found[11] == []
    found = {fn: value for _, fn, value in bench.ask(0x09, (0, 1), (0, 2), (0, 3))}
    assert found[1]["device"] == "07310001" and found[1]["vendor"] == "ODCU"
    assert [port["port"] for port in found[2]["ports"]] == [2, 3, 4]
    assert found[3]["points"] == 1120
    state = bench.ask(0x0C, (1, 170))[0][2]
    assert (state["port"], state["is_good"], state["last_good"]) == (2, 0, None)


def test_switch_and_clock_are_asked_of_the_meter_itself():
    bench = GdwBench()
    assert bench.ask(0x0C, (1, 161))[0][2]["state"] == 0x11
    assert bench.order(0x05, (1, 1, {"alarm": 0})) == ALL_CONFIRMED and not bench.meter.is_on
    assert bench.ask(0x0C, (1, 161))[0][2]["state"] == 0x22
    assert bench.order(0x05, (1, 2)) == ALL_CONFIRMED and bench.meter.is_on
    clocks = bench.ask(0x0C, (1, 162))[0][2]
    assert clocks["terminal"] == NOON + (0, 7) and clocks["meter"] == NOON + (7, 7)
    bench.meter.fails = True
    assert bench.ask_fn(0x0C, (1, 162)) == ALL_DENIED
    assert bench.order(0x05, (1, 1, {"alarm": 0})) == ALL_DENIED
    assert bench.order(0x05, (9, 2)) == ALL_DENIED
    bench.meter.fails = False
    assert bench.order(0x05, (ALL_POINTS, 1, {"alarm": 0})) == ALL_DENIED  # not everybody at once
    assert bench.meter.is_on


def test_the_clock_is_set_meters_are_removed_and_the_dcu_restarts():
    bench = GdwBench([("clock.zone", "CET-1CEST,M3.5.0,M10.5.0/3")])
    assert bench.order(0x05, (0, 31, (2026, 7, 1, 14, 0, 5, 3))) == ALL_CONFIRMED
    assert bench.clock.utc_s() == 1_782_907_205
    for wrong in (None, (2026, 2, 29, 0, 0, 0, 0), (2026, 11, 31, 0, 0, 0, 0)):
        assert bench.order(0x05, (0, 31, wrong)) == ALL_DENIED
    assert bench.clock.utc_s() == 1_782_907_205
    assert bench.order(0x05, (0, 53, {"port": 3})) == ALL_CONFIRMED
    assert len(bench.dcu.archive.meters()) == 2
    assert bench.order(0x05, (0, 53, {"port": 2})) == ALL_CONFIRMED
    assert bench.order(0x05, (0, 53, {"port": 7})) == ALL_DENIED
    assert bench.dcu.archive.meters() == []
    assert bench.order(0x01, (0, 3)) == ALL_DENIED and bench.dcu.ending == ""
    assert bench.order(0x01, (0, 1)) == ALL_CONFIRMED and "376.1" in bench.dcu.ending
    assert bench.order(0x01, (0, 2)) == ALL_CONFIRMED
    assert bench.disk.names("clear.asked")


def test_the_reading_of_a_port_is_paused_and_resumed():
    bench = GdwBench()
    get = bench.dcu.settings.get
    for fn, port, paused in (
        (49, 3, "rs485-2"),
        (49, 31, "rs485-2,plc"),
        (49, 3, "plc,rs485-2"),
        (50, 31, "rs485-2"),
        (50, 31, "rs485-2"),
        (50, 3, ""),
    ):
        assert bench.order(0x05, (0, fn, {"port": port})) == ALL_CONFIRMED
        assert get("collect.paused") == paused
    assert bench.order(0x05, (0, 49, {"port": 9})) == ALL_DENIED


def test_a_day_ends_with_the_reading_after_its_midnight():
    bench = GdwBench()
    day = {"day": (2026, 11, 21)}
    bench.keep(1, MIDNIGHT_S - QUARTER_S, READING)
    nothing = bench.ask(0x0D, (1, 161, day))[0][2]
    assert nothing == {"day": (2026, 11, 21), "time": None, "kwh": [None] * 3}
    bench.keep(1, MIDNIGHT_S + QUARTER_S, READING)
    found = bench.ask(0x0D, (1, 161, day))[0][2]
    assert found["time"] == (2026, 11, 22, 0, 15) and found["kwh"][0] == 1_234_560
    bench.keep(1, MIDNIGHT_S, (MIDNIGHT_S, 100_000) + READING[2:])
    found = bench.ask(0x0D, (1, 161, day), (1, 163, day), (1, 1, day))
    assert found[0][2]["time"] == (2026, 11, 22, 0, 0) and found[0][2]["kwh"][0] == 1_000_000
    assert found[1][2]["kwh"] == [7_890] and found[2][2]["quadrant_1_kvarh"] == [None] * 3
    for fn, mark in ((161, {"day": None}), (161, {"day": (2026, 2, 29)}), (177, {"month": None})):
        assert bench.ask_fn(0x0D, (1, fn, mark)) == ALL_DENIED
    bench.keep(1, MIDNIGHT_S - 86_400, (0, 90_000) + READING[2:])
    assert bench.ask(0x0D, (1, 5, day))[0][2]["kwh"] == [100_000, 0, 0]
    bench.keep(1, MIDNIGHT_S - 86_400, (0, 100_001) + READING[2:])  # another meter
    assert bench.ask(0x0D, (1, 5, day))[0][2]["kwh"] == [None, 0, 0]


def test_a_reading_later_than_an_hour_after_midnight_is_none_of_the_day():
    for late_s, is_there in ((3_599, True), (3_600, False)):
        bench = GdwBench([("clock.zone", "CET-1")])
        bench.keep(1, MIDNIGHT_S - 3_600 + late_s, READING)
        found = bench.ask(0x0D, (1, 161, {"day": (2026, 11, 21)}))[0][2]
        assert (found["time"] is not None) == is_there


def test_a_month_ends_at_the_first_midnight_of_the_next():
    bench = GdwBench()
    new_year_s = 1_798_761_600
    bench.keep(1, new_year_s, READING)
    found = bench.ask(0x0D, (1, 177, {"month": (2026, 12)}), (1, 179, {"month": (2026, 11)}))
    assert found[0][2]["time"] == (2027, 1, 1, 0, 0) and found[0][2]["kwh"][1] == 1_000_000
    assert found[1][2]["kwh"] == [None]


def test_a_curve_has_the_readings_of_its_points_and_holes():
    bench = GdwBench()
    for at in (0, 1, 3, 4):
        values = (NOON_S, 1_000 * at, None, None, None, 230_000 + 100 * at, None, -at)
        bench.keep(1, MIDNIGHT_S + QUARTER_S * at, values)
    mark = {"from": (2026, 11, 22, 0, 0), "density": 1, "points": 4}

    def values_of(fn, **changes):
        asked = dict(mark)
        asked.update(changes)
        return bench.ask(0x0D, (1, fn, asked))[0][2]["values"]

    assert values_of(81) == [0, -10, None, -30]
    assert values_of(89) == [2300, 2301, None, 2303]
    assert values_of(97) == [10_000, None, None, 10_000]
    assert values_of(101) == [0, 100, None, 300]
    bench.read(1, MIDNIGHT_S + QUARTER_S * 5, 3_999)  # another meter: no energy has come back
    assert values_of(97, points=5) == [10_000, None, None, 10_000, None]
    assert values_of(101, density=2, points=2) == [0, None]
    assert values_of(101, density=3, points=2) == [0, 400]
    assert values_of(101, points=0) == []
    assert len(values_of(101, points=255)) == 255
    for changes in ({"density": 0}, {"density": 4}, {"from": None}):
        asked = dict(mark)
        asked.update(changes)
        assert bench.ask_fn(0x0D, (1, 101, asked)) == ALL_DENIED
