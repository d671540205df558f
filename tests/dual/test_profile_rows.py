"""Rows of a Profile generic: times that are left out, values that are repeated, scaled, added."""

from tests.dual.codec_checks import refused
from wire import axdr, obis
from wire.apdu import Attribute
from wire.cosem_time import IGNORED, REVERSED
from wire.profile_rows import columns_of, rows, value_columns

CLOCK = Attribute(8, obis.parse("0.0.1.0.0.255"), 2)
STATUS = Attribute(1, obis.parse("0.0.96.10.1.255"), 2)
ENERGY = Attribute(3, obis.parse("1.0.1.8.0.255"), 2)
COLUMNS = [CLOCK, STATUS, ENERGY]
NOON_S = 1735732800  # 2025-01-01 12:00 UTC
NOON = axdr.date_time(NOON_S)


def buffer(*rows_):
    """As it comes from the wire: rows of octets of Data."""
    return axdr.decode_all(axdr.array([axdr.structure(row) for row in rows_]))


def delta(tag, octets):
    return bytes([tag]) + octets


def test_rows_come_in_order_with_the_time_apart():
    later = axdr.octets(axdr.date_time(NOON_S + 900))
    found = buffer(
        [axdr.octets(NOON), axdr.u8(8), axdr.u32(100)], [later, axdr.u8(0), axdr.u32(107)]
    )
    assert rows(found, COLUMNS, 900) == [(NOON_S, (8, 100)), (NOON_S + 900, (0, 107))]
    assert value_columns(COLUMNS) == [STATUS, ENERGY]


def test_a_date_time_is_a_time_as_the_same_octets_are():
    found = buffer([b"\x19" + NOON, axdr.u8(8), axdr.u32(100)])
    assert rows(found, COLUMNS, 900) == [(NOON_S, (8, 100))]


def test_a_time_left_out_is_one_period_after_the_row_before():
    given = [axdr.octets(NOON), axdr.u8(8), axdr.u32(1)]
    found = buffer(given, *[[axdr.null(), axdr.null(), axdr.u32(n)] for n in (2, 3)])
    assert rows(found, COLUMNS, 900) == [
        (NOON_S, (8, 1)),
        (NOON_S + 900, (8, 2)),
        (NOON_S + 1800, (8, 3)),
    ]
    assert [utc_s for utc_s, _ in rows(found, COLUMNS, 0)] == [NOON_S, None, None]


def test_a_time_that_is_given_again_is_counted_on_from():
    later = axdr.octets(axdr.date_time(NOON_S + 7200))  # rows of a power failure are missing
    found = buffer(
        *[[time, axdr.u8(0), axdr.u32(1)] for time in (axdr.octets(NOON), later, axdr.null())]
    )
    expected = [NOON_S, NOON_S + 7200, NOON_S + 8100]
    assert [utc_s for utc_s, _ in rows(found, COLUMNS, 900)] == expected


def test_nothing_before_the_first_row_is_made_up():
    found = buffer([axdr.null(), axdr.null(), axdr.u32(1)], [axdr.null(), axdr.u8(1), axdr.u32(2)])
    assert rows(found, COLUMNS, 900) == [(None, (None, 1)), (None, (1, 2))]


def test_differences_are_added_to_the_row_before():
    found = buffer(
        [axdr.octets(NOON), axdr.u8(0), axdr.u32(1000)],
        [axdr.null(), axdr.u8(0), delta(31, b"\x07")],
        [axdr.null(), axdr.u8(0), axdr.null()],
        [axdr.null(), axdr.u8(0), delta(28, b"\xfe")],
    )
    assert [values[1] for _, values in rows(found, COLUMNS, 900)] == [1000, 1007, 1007, 1005]
    for before in (axdr.null(), axdr.visible("x"), axdr.boolean(True)):
        found = buffer(
            [axdr.octets(NOON), axdr.u8(0), before],
            [axdr.null(), axdr.u8(0), delta(31, b"\x07")],
        )
        refused(rows, found, COLUMNS, 900)


def test_numbers_are_scaled_and_what_is_no_number_is_not():
    found = buffer(
        [axdr.octets(NOON), axdr.u8(8), axdr.u32(123)],
        [axdr.null(), axdr.visible("ok"), axdr.null()],
        [axdr.null(), axdr.boolean(True), delta(31, b"\x01")],
    )
    scales = {ENERGY: (1, 0), STATUS: (1, 0)}
    values = [each for _, each in rows(found, COLUMNS, 900, scales=scales)]
    assert values == [(80, 1230), ("ok", 1230), (True, 1240)]


def test_the_deviation_is_taken_as_the_meter_means_it():
    found = buffer([axdr.octets(axdr.date_time(NOON_S, -60)), axdr.u8(0), axdr.u32(1)])
    for deviation, away_s in ((REVERSED, 7200), (IGNORED, 3600)):
        assert rows(found, COLUMNS, 900, deviation)[0][0] == NOON_S + away_s
    assert rows(found, COLUMNS, 900)[0][0] == NOON_S


def test_a_time_that_is_none_is_none_and_the_next_is_not_guessed_from_it():
    unknown = axdr.octets(b"\xff" * 12)
    found = buffer([unknown, axdr.u8(0), axdr.u32(1)], [axdr.null(), axdr.u8(0), axdr.u32(2)])
    assert rows(found, COLUMNS, 900) == [(None, (0, 1)), (None, (0, 2))]


def test_a_profile_without_a_clock_has_rows_without_times():
    found = buffer([axdr.u8(1), axdr.u32(1)], [axdr.null(), axdr.u32(2)])
    assert rows(found, [STATUS, ENERGY], 900) == [(None, (1, 1)), (None, (1, 2))]


def test_the_time_may_stand_anywhere():
    found = buffer([axdr.u32(5), axdr.octets(NOON), axdr.u8(1)])
    assert rows(found, [ENERGY, CLOCK, STATUS], 900) == [(NOON_S, (5, 1))]


def test_a_compact_array_is_a_buffer_too():
    kind = bytes.fromhex("13" + "0203" + "09" + "11" + "06")
    contents = b"\x0c" + NOON + b"\x08" + (100).to_bytes(4, "big")
    contents += b"\x00" + b"\x09" + (107).to_bytes(4, "big")
    found = axdr.decode_all(kind + axdr.length(len(contents)) + contents)
    assert rows(found, COLUMNS, 900) == [(NOON_S, (8, 100)), (NOON_S + 900, (9, 107))]
    one_column = axdr.decode_all(bytes.fromhex("1306" + "08" + "0000000700000008"))
    assert rows(one_column, [ENERGY], 0) == [(None, (7,)), (None, (8,))]
    times = axdr.decode_all(b"\x13\x19\x0c" + NOON)
    assert rows(times, [CLOCK], 0) == [(NOON_S, ())]


def test_what_are_no_rows_is_refused():
    good = [axdr.octets(NOON), axdr.u8(0), axdr.u32(1)]
    for found in (
        buffer(good[:2]),
        buffer(good + [axdr.null()]),
        axdr.decode_all(axdr.array([axdr.u8(1)])),
        axdr.decode_all(axdr.structure(good)),
        axdr.decode_all(axdr.null()),
    ):
        refused(rows, found, COLUMNS, 900)
    assert rows([], COLUMNS, 900) == []


def test_columns_are_those_of_the_capture_objects():
    given = [
        axdr.structure([axdr.u16(each[0]), axdr.octets(each[1]), axdr.i8(each[2]), axdr.u16(0)])
        for each in COLUMNS
    ]
    assert columns_of(axdr.decode_all(axdr.array(given))) == COLUMNS
    for damaged in (
        axdr.null(),
        axdr.array([axdr.u8(1)]),
        axdr.array([axdr.structure([axdr.u16(8)])]),
        axdr.array([axdr.structure([axdr.u16(8), axdr.u16(1), axdr.i8(2), axdr.u16(0)])]),
    ):
        refused(columns_of, axdr.decode_all(damaged))


def test_columns_that_no_request_could_name_are_refused():
    name = obis.parse("1.0.1.8.0.255")
    for class_id, ln, index, is_good in (
        (0xFFFF, name, 127, True),
        (0, name, -128, True),  # attributes of the maker are below 0
        (0x1_0000, name, 2, False),
        (-1, name, 2, False),
        (3, name[:5], 2, False),
        (3, name + b"x", 2, False),
        (3, name, 128, False),
        (3, name, -129, False),
    ):
        definition = [(class_id, ln, index, 0)]
        if is_good:
            assert columns_of(definition) == [Attribute(class_id, ln, index)]
        else:
            assert "captured" in str(refused(columns_of, definition))
