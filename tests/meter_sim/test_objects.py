"""Registers, billing profiles, clock, event logs, alarms: what they say is true."""

import struct

import pytest

from meter_sim.meter import Meter
from tests.meter_sim.reader import (
    CLIENT,
    NOW_S,
    Reader,
    by_entry,
    by_range,
    ln,
    second,
    twelve,
)

DAY_S, QUARTER_S = 86_400, 900
NOVEMBER_S, OCTOBER_S = 1_761_955_200, 1_759_276_800  # 2025-11-01, 2025-10-01, 00:00 UTC
DAILY, MONTHLY = (7, "1.0.99.2.0.255", 2), (7, "1.0.98.1.0.255", 2)
STANDARD, FRAUD, SWITCHINGS = [(7, f"0.0.99.98.{n}.255", 2) for n in (0, 1, 3)]
CLOCK = (8, "0.0.1.0.0.255")
ALARM, FILTER, DESCRIPTOR = [(1, f"0.0.97.98.{n}.255", 2) for n in (0, 10, 20)]
ERRORS = (1, "0.0.97.97.0.255", 2)
READ_WRITE, READ = 3, 1
FINE = 0  # of a plant whose meter 17 does not round to 10 Wh
ENERGIES = ("energy_import_wh", "energy_import_t1_wh", "energy_import_t2_wh", "energy_export_wh")


def client(meter=None):
    return Reader(meter or Meter(17), CLIENT).open(password=b"12345678")


def public(meter=None):
    return Reader(meter or Meter(17)).open()


def u32(value):
    return struct.pack(">BI", 6, value)


def registers(reader, *names):
    return reader.get_list(*[(3, f"1.0.{name}.255", 2) for name in names])


@pytest.mark.parametrize("address", range(17, 23))
def test_energies_by_tariff_and_quadrant_add_up_and_do_not_fall(address):
    meter = Meter(address, seed=4)
    reader = Reader(meter, server=bytes((2, address << 1 | 1))).open()
    before = None
    for reader.utc_s in range(NOW_S, NOW_S + DAY_S, 7919):
        found = registers(reader, "1.8.0", "1.8.1", "1.8.2", "1.8.3", "1.8.4")
        assert found[0] == sum(found[1:])
        found += registers(reader, "2.8.0", "2.8.1", "2.8.2")
        assert found[5] == sum(found[6:])
        reactive = registers(reader, "3.8.0", "4.8.0", "5.8.0", "6.8.0", "7.8.0", "8.8.0")
        assert reactive[:2] == [reactive[2] + reactive[3], reactive[4] + reactive[5]]
        assert reactive[2] and reactive[5]
        assert before is None or all(old <= new for old, new in zip(before, found + reactive))
        before = found + reactive
    scaler, unit = reader.get(3, "1.0.5.8.0.255", 3)
    assert unit == 32 and scaler == reader.get(3, "1.0.1.8.0.255", 3)[0]
    reactive_varh = reactive[2] * 10**scaler
    assert (
        reactive_varh <= meter.truth(reader.utc_s)["energy_import_wh"] * 0.4 < reactive_varh + 11
    )


def test_reactive_energies_are_shares_of_the_active_ones_by_quadrant():
    meter = Meter(17, seed=FINE)
    truth = meter.truth(NOW_S)
    assert truth["energy_export_wh"] > 1000
    found = registers(public(meter), "5.8.0", "6.8.0", "7.8.0", "8.8.0")
    of = "energy_import_wh", "energy_export_wh", "energy_export_wh", "energy_import_wh"
    for raw, share, name in zip(found, (0.4, 0.04, 0.1, 0.05), of):
        assert 0 <= truth[name] * share - raw * 10**meter.curve.energy_scaler < 1


def quarters(meter, from_s, to_s):
    """[(mean W, end)] by the difference of energies: some watts off, for they are cut down."""
    ends = range(from_s + QUARTER_S, to_s + 1, QUARTER_S)
    return [(4 * (imported(meter, end_s) - imported(meter, end_s - 900)), end_s) for end_s in ends]


def imported(meter, utc_s):
    return meter.truth(utc_s)["energy_import_wh"]


def test_the_maximum_demand_is_that_of_the_best_quarter_of_the_month():
    meter = Meter(17, seed=FINE)
    assert meter.curve.energy_scaler < 1
    reader = public(meter)
    demand_w = reader.get(4, "1.0.1.6.0.255", 2)
    best = quarters(meter, NOVEMBER_S, NOW_S // 900 * 900)
    assert abs(demand_w - max(best)[0]) <= 8
    stamp_s = second(reader.get(4, "1.0.1.6.0.255", 5))
    assert abs(dict((end_s, watt) for watt, end_s in best)[stamp_s] - demand_w) <= 8
    reader.utc_s = NOVEMBER_S + 899
    assert reader.get(4, "1.0.1.6.0.255", 2) == 0
    reader.utc_s = NOVEMBER_S + 900
    first_w, _ = quarters(meter, NOVEMBER_S, NOVEMBER_S + 900)[0]
    assert abs(reader.get(4, "1.0.1.6.0.255", 2) - first_w) <= 8
    assert second(reader.get(4, "1.0.1.6.0.255", 5)) == NOVEMBER_S + 900


def test_the_demand_is_the_mean_of_the_running_and_of_the_last_quarter():
    meter = Meter(17, seed=FINE)
    reader = public(meter)
    reader.utc_s = NOW_S // 900 * 900 + 600
    running_w, last_w = reader.get_list((5, "1.0.1.4.0.255", 2), (5, "1.0.1.4.0.255", 3))
    start_s = second(reader.get(5, "1.0.1.4.0.255", 7))
    assert start_s == NOW_S // 900 * 900
    so_far_wh = imported(meter, reader.utc_s) - imported(meter, start_s)
    assert abs(running_w - so_far_wh * 6) <= 12
    assert abs(last_w - quarters(meter, start_s - 900, start_s)[0][0]) <= 8


@pytest.mark.parametrize("address", (17, 18, 19))
def test_a_day_is_billed_with_what_the_registers_said_at_midnight(address):
    meter = Meter(address)
    reader = Reader(meter, server=bytes((2, address << 1 | 1))).open()
    today_s = NOW_S // DAY_S * DAY_S
    rows = reader.get(*DAILY, by_range(twelve(today_s - 9 * DAY_S), twelve(today_s)))
    assert [second(row[0]) for row in rows] == [today_s - n * DAY_S for n in range(9, -1, -1)]
    assert reader.get(*DAILY[:2], 7) == 62
    scaler, _ = reader.get(3, "1.0.1.8.0.255", 3)
    for stamp, *energies in rows:
        truth = meter.truth(second(stamp))
        assert [raw * 10**scaler for raw in energies] == [truth[name] for name in ENERGIES]


def test_a_month_is_billed_with_its_own_maximum_demand():
    meter = Meter(17, seed=FINE)
    reader = public(meter)
    rows = reader.get(*MONTHLY)
    assert [second(row[0]) for row in rows[-2:]] == [OCTOBER_S, NOVEMBER_S] and len(rows) == 13
    scaler, _ = reader.get(3, "1.0.1.8.0.255", 3)
    truth = meter.truth(NOVEMBER_S)
    assert [raw * 10**scaler for raw in rows[-1][1:5]] == [truth[name] for name in ENERGIES]
    assert abs(rows[-1][5] - max(quarters(meter, OCTOBER_S, NOVEMBER_S))[0]) <= 8
    assert reader.get(*MONTHLY, by_entry(13, 13, 6, 6)) == [(rows[-1][5],)]


def test_a_midnight_without_supply_is_not_billed():
    meter = Meter(17, outages=[(NOVEMBER_S - 60, NOVEMBER_S + 1)])
    reader = public(meter)
    assert second(reader.get(*MONTHLY)[-1][0]) == OCTOBER_S
    assert NOVEMBER_S not in [second(row[0]) for row in reader.get(*DAILY)]


def test_what_a_profile_captures_is_in_the_object_list():
    reader = client()
    listed = reader.get(15, "0.0.40.0.0.255", 2)
    there = {name: class_id for class_id, _, name, _ in listed}
    for name in [name for name, class_id in there.items() if class_id == 7]:
        columns = reader.get(7, ".".join(map(str, name)), 3)
        row = reader.get(7, ".".join(map(str, name)), 2, by_entry(1, 1))
        assert all(len(columns) == len(cells) for cells in row)
        for class_id, captured, _, _ in columns:
            assert there.get(captured, 1) == class_id


def test_the_object_list_says_who_may_do_what():
    def rights(reader):
        listed = reader.get(15, "0.0.40.0.0.255", 2)
        return {name: access for _, _, name, access in listed}

    clock = ln("0.0.1.0.0.255")
    attributes, methods = rights(client())[clock]
    assert {n: mode for n, mode, _ in attributes}[2] == READ_WRITE
    assert methods == [(1, 1), (3, 1), (6, 1)]
    meter = Meter(17)
    reader = public(meter)
    for attributes, methods in rights(reader).values():
        assert all(mode == READ for _, mode, _ in attributes)
        assert all(mode == 0 for _, mode in methods)
    meter.objects.public_reads_registers = False
    assert len(rights(reader)) == 5 and ln("1.0.1.8.0.255") not in rights(reader)


def test_the_one_logical_device_is_assigned_its_sap():
    assert public().get(17, "0.0.41.0.0.255", 2) == [(1, b"SIM0000000000017")]


def test_another_serial_number_is_said_from_then_on():
    meter = Meter(17)
    reader = public(meter)
    meter.objects.serial = b"47110815"
    assert reader.get(1, "0.0.96.1.0.255", 2) == b"47110815"


@pytest.mark.parametrize("jump_s, dar", ((60, 0), (-60, 0), (61, 250), (-61, 250)))
def test_a_clock_with_a_limit_is_set_within_it_only(jump_s, dar):
    meter = Meter(17)
    meter.objects.clock.jump_max_s = 60
    reader = client(meter)
    assert reader.set(*CLOCK, 2, b"\x09\x0c" + twelve(NOW_S + jump_s)) == dar
    assert second(reader.get(*CLOCK, 2)) == NOW_S + (0 if dar else jump_s)
    assert len(reader.get(*STANDARD)) == (dar == 0)


@pytest.mark.parametrize(
    "method, value, told_s",
    (
        (1, b"\x0f\x00", NOW_S - 300),  # 22:20:40 is nearer to 22:15 than to 22:30
        (3, b"\x0f\x00", NOW_S + 60),
        (6, b"\x10\x03\x84", NOW_S + 40 + 900),
        (6, b"\x10\xfc\x7c", NOW_S + 40 - 900),
        (6, b"\x10\x03\x85", None),
        (6, b"\x10\xfc\x7b", None),
        (6, b"\x0f\x00", None),
    ),
)
def test_the_clock_is_adjusted_and_shifted(method, value, told_s):
    meter = Meter(17)
    reader = client(meter)
    reader.utc_s = NOW_S + 40
    assert (reader.act(*CLOCK, method, value) == 0) is (told_s is not None)
    assert second(reader.get(*CLOCK, 2)) == (NOW_S + 40 if told_s is None else told_s)


@pytest.mark.parametrize(
    "code, log", ((1, STANDARD), (42, FRAUD), (62, SWITCHINGS), (255, STANDARD))
)
def test_an_event_goes_into_its_log_and_no_other(code, log):
    meter = Meter(17)
    reader = public(meter)
    meter.objects.events.note(NOW_S - 5, code)
    for each in (STANDARD, FRAUD, SWITCHINGS):
        rows = [(second(stamp), said) for stamp, said in reader.get(*each)]
        assert rows == ([(NOW_S - 5, code)] if each == log else [])
    assert reader.get(1, f"0.0.96.11.{log[1].split('.')[4]}.255", 2) == code


def test_an_alarm_rises_through_the_filter_into_the_descriptor():
    meter = Meter(17)
    reader = client(meter)
    assert reader.set(*FILTER, u32(0xFFFFFF00)) == 0
    meter.objects.alarms.rise(0x101, NOW_S)
    assert reader.get_list(ALARM, FILTER, DESCRIPTOR) == [0x101, 0xFFFFFF00, 0x100]
    meter.objects.events.note(NOW_S, 42)
    assert reader.get_list(ALARM, DESCRIPTOR) == [0x2101, 0x2100]


def test_an_alarm_is_cleared_by_writing_and_can_rise_again():
    meter = Meter(17)
    reader = client(meter)
    meter.objects.alarms.rise(0x3, NOW_S)
    assert reader.set(*DESCRIPTOR, u32(0)) == 0
    meter.objects.alarms.rise(0x3, NOW_S)
    assert reader.get(*DESCRIPTOR) == 0, "it has not fallen in between"
    assert reader.set(*ALARM, u32(4)) == 13, "none is set by writing"
    assert reader.set(*ALARM, b"\x09\x00") == 12
    assert reader.set(*ALARM, u32(1)) == 0
    assert reader.get(*ALARM) == 1
    assert reader.set(*ALARM, u32(0)) == 0
    meter.objects.alarms.rise(0x1, NOW_S)
    assert reader.get(*DESCRIPTOR) == 1
    assert [row[1] for row in reader.get(*STANDARD)] == [11]
    assert public(meter).set(*ALARM, u32(0)) == 3


def test_the_error_register_keeps_its_bits_until_they_are_cleared():
    meter = Meter(17)
    reader = client(meter)
    meter.objects.alarms.fail(0x80000001)
    assert reader.get(*ERRORS) == 0x80000001
    assert reader.set(*ERRORS, u32(0)) == 0
    assert reader.get(*ERRORS) == 0
    assert [row[1] for row in reader.get(*STANDARD)] == [10]
