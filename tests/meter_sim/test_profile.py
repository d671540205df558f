"""The load profile: its truth, and ranges and entries of it."""

import struct

import pytest

from meter_sim.meter import Meter
from tests.meter_sim.reader import (
    CLIENT,
    NOW_S,
    Reader,
    by_entry,
    by_range,
    get_request,
    second,
    twelve,
)

PROFILE = (7, "1.0.99.1.0.255", 2)
QUARTER_S = NOW_S // 900 * 900


def public(meter=None):
    return Reader(meter or Meter(17)).open()


def test_the_load_profile_by_range_is_the_truth_of_each_quarter():
    meter = Meter(17)
    reader = public(meter)
    rows = reader.get(*PROFILE, by_range(twelve(QUARTER_S - 86_400), twelve(QUARTER_S)))
    assert [second(row[0]) for row in rows] == [QUARTER_S - 900 * n for n in range(96, -1, -1)]
    scaler, _ = reader.get(3, "1.0.1.8.0.255", 3)
    for stamp, status, imported, exported in rows:
        truth = meter.truth(second(stamp))
        assert imported * 10**scaler == truth["energy_import_wh"]
        assert exported * 10**scaler == truth["energy_export_wh"]
        assert status == 0


def test_a_range_takes_the_columns_asked_for_and_refuses_others():
    clock = bytes.fromhex("0204120008 0906 0000010000ff 0f02 120000")
    other = bytes.fromhex("0204120003 0906 0100200700ff 0f02 120000")
    reader = public()
    span = twelve(QUARTER_S - 900), twelve(QUARTER_S)
    rows = reader.get(*PROFILE, by_range(*span, b"\x01\x01" + clock))
    assert [len(row) for row in rows] == [1, 1]
    assert reader.get(*PROFILE, by_range(*span, b"\x01\x01" + other)) == ("DAR", 12)


def test_an_unspecified_end_of_a_range_is_open_and_an_empty_range_is_empty():
    reader = public()
    anything = bytes.fromhex("ffffffffffffffffff800000")
    assert len(reader.get(*PROFILE, by_range(twelve(QUARTER_S - 900), anything))) == 2
    assert reader.get(*PROFILE, by_range(twelve(NOW_S), anything)) == []


def test_entries_count_from_the_oldest_which_is_at_least_40_days_old():
    reader = public()
    held = reader.get(*PROFILE[:2], 7)
    assert held >= 40 * 96
    (oldest,) = reader.get(*PROFILE, by_entry(1, 1))
    newest = reader.get(*PROFILE, by_entry(held - 1, 0))
    assert second(oldest[0]) == QUARTER_S - (held - 1) * 900
    assert [second(row[0]) for row in newest] == [QUARTER_S - 900, QUARTER_S]
    assert reader.get(*PROFILE, by_entry(held, held, 3, 3)) == [(newest[1][2],)]
    assert reader.get(*PROFILE, by_entry(held + 1, 0)) == []


def test_a_long_answer_comes_in_blocks_that_are_together_the_same_value():
    span = by_range(twelve(QUARTER_S - 86_400), twelve(QUARTER_S))
    small = Reader(Meter(17)).open(max_pdu=100)
    assert small.ask(get_request(*PROFILE, span))[:9] == bytes.fromhex("c402c1000000000100")
    large = Reader(Meter(17, max_pdu=65_535)).open()
    assert large.ask(get_request(*PROFILE, span))[:4] == bytes.fromhex("c401c100")
    assert small.get(*PROFILE, span) == large.get(*PROFILE, span)


def test_the_whole_profile_can_be_read():
    assert len(public(Meter(17, max_pdu=65_535)).get(*PROFILE)) == public().get(*PROFILE[:2], 7)


def test_time_stamps_may_be_null_but_for_the_first():
    meter = Meter(17)
    meter.objects.styles.add("null-time")
    rows = public(meter).get(*PROFILE, by_range(twelve(QUARTER_S - 1800), twelve(QUARTER_S)))
    assert [row[0] is None for row in rows] == [False, True, True]


def test_time_stamps_may_be_date_times():
    meter = Meter(17, styles=("typed-time",))
    span = by_range(twelve(QUARTER_S - 1800), twelve(QUARTER_S))
    assert public(meter).get(*PROFILE, span) == public().get(*PROFILE, span)
    assert public(meter).ask(get_request(*PROFILE, span))[4:9] == b"\x01\x03\x02\x04\x19"


def test_a_buffer_may_be_a_compact_array_of_the_same_values():
    span = by_range(twelve(QUARTER_S - 900), twelve(QUARTER_S))
    meter = Meter(17, styles=("compact",))
    said = public(meter).ask(get_request(*PROFILE, span))[4:]
    rows = public().get(*PROFILE, span)
    energy, form = (21, ">13sBQQ") if meter.curve.energy_scaler < 0 else (6, ">13sBII")
    assert said[:7] == bytes((0x13, 2, 4, 9, 17, energy, energy))
    assert said[7] == 2 * struct.calcsize(form)
    unpacked = list(struct.iter_unpack(form, said[8:]))
    assert unpacked == [(b"\x0c" + row[0], *row[1:]) for row in rows]
    nothing = by_range(twelve(NOW_S + 900), twelve(NOW_S + 1800))
    assert public(Meter(17, styles=("compact",))).get(*PROFILE, nothing) == []


@pytest.mark.parametrize(
    "way, field",
    (("standard", b"\xff\xc4"), ("reversed", b"\x00\x3c"), ("unspecified", b"\x80\x00")),
)
def test_the_deviation_is_said_in_the_way_of_the_meter(way, field):
    meter = Meter(17, deviation_min=-60, says_deviation=way)
    clock = (8, "0.0.1.0.0.255", 2)
    said = public(meter).get(*clock)
    assert said[9:11] == field and said[:9] == twelve(NOW_S + 3600)[:9], "local time"
    reader = Reader(meter, CLIENT).open(password=b"12345678")
    told = said[:7] + bytes((said[7] ^ 1,)) + said[8:]
    assert reader.set(*clock, b"\x09\x0c" + told) == 0
    assert public(meter).get(*clock) == told, "it is told in the same way"
    (row,) = public(meter).get(*PROFILE, by_range(*[local_stamp(QUARTER_S, field)] * 2))
    assert row[0][9:11] == field


def local_stamp(utc_s, field):
    return twelve(utc_s + 3600)[:9] + field + b"\x00"
