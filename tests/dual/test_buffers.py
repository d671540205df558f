"""Rows of the DCU's buffers: what is in them, and how a client chooses some, at the edges."""

from dcu import buffers
from dcu.buffers import METER_ROWS_MAX, ROWS_MAX
from tests.dual.hes_client import (
    ALARMS,
    ALARMS_MARK,
    ARCHIVE,
    READINGS,
    READINGS_MARK,
    a_meter,
    connected,
    result_of,
)
from wire import axdr

OUT_OF_SCOPE = 13
U32_MAX = 0xFFFFFFFF
HUGE = axdr.u64((1 << 64) - 1)


def numbers(rows):
    return [row[0] for row in rows]


def upto(last, first=1):
    return list(range(first, last + 1))


def test_a_row_of_a_reading_has_number_meter_slot_and_the_columns():
    (row,) = connected(readings=1).get(READINGS)
    assert row[:2] == (1, 1)
    assert axdr.parse_date_time(row[2]) == 1_700_000_060
    assert row[3:] == (1, -1, None, None, (1 << 63) - 1, 230_000, 0, -(1 << 63))


def test_a_row_of_an_alarm_has_number_time_code_meter_and_text():
    bench = connected(alarms=1)
    (row,) = bench.get(ALARMS)
    assert axdr.parse_date_time(row[1]) == bench.clock.utc_s()
    assert (row[0],) + row[2:] == (1, 2, 1, "text 1", 3)


def test_a_row_of_the_archive_tells_how_a_meter_is_reached_and_is():
    rows = connected(meters=2).get(ARCHIVE)
    assert rows[0] == (1, "1", "0", "dlms", "rs485-1", 16, "lls", "online")
    assert rows[1] == (2, "2", "0", "dlms", "rs485-1", 16, "lls", "unknown")


def test_without_a_choice_the_buffer_is_what_is_not_acknowledged():
    for object_, mark, options in (
        (READINGS, READINGS_MARK, {"readings": 5}),
        (ALARMS, ALARMS_MARK, {"alarms": 5}),
    ):
        bench = connected(**options)
        assert numbers(bench.get(object_)) == upto(5)
        bench.set(mark, axdr.u32(3))
        assert numbers(bench.get(object_)) == [4, 5]
        bench.set(mark, axdr.u32(5))
        assert bench.get(object_) == []
        assert numbers(bench.range(object_, 1, 2)) == [1, 2]  # those can still be had


def test_a_range_has_both_its_ends():
    for object_, options in ((READINGS, {"readings": 5}), (ALARMS, {"alarms": 5})):
        bench = connected(**options)
        for low, high, expected in (
            (1, 5, upto(5)),
            (2, 4, [2, 3, 4]),
            (3, 3, [3]),
            (0, 1, [1]),
            (0, 0, []),
            (5, U32_MAX, [5]),
            (6, U32_MAX, []),
            (U32_MAX, U32_MAX, []),
            (4, 3, []),
        ):
            assert numbers(bench.range(object_, low, high)) == expected, (object_, low, high)


def test_numbers_that_no_record_can_have_choose_nothing_and_break_nothing():
    bench = connected(readings=5, alarms=5, meters=5)
    for object_ in (READINGS, ALARMS, ARCHIVE):
        assert bench.range(object_, HUGE, HUGE) == []
        assert numbers(bench.range(object_, 4, HUGE)) == [4, 5]
        assert numbers(bench.range(object_, axdr.i64(-(1 << 63)), 2)) == [1, 2]
        assert bench.range(object_, 1, axdr.i64(-(1 << 63))) == []
    for object_ in (READINGS, ALARMS):
        for low, high in ((HUGE, HUGE), (HUGE, axdr.u32(0)), (axdr.i8(-5), axdr.i8(-1))):
            parameters = axdr.structure([low, high, axdr.u16(1), axdr.u16(0)])
            assert bench.access(object_, 2, parameters) == []


def test_an_answer_holds_so_many_rows_and_the_client_asks_on():
    for object_, options in ((READINGS, "readings"), (ALARMS, "alarms")):
        for count in (ROWS_MAX, ROWS_MAX + 1):
            bench = connected(**{options: count})
            assert numbers(bench.get(object_)) == upto(ROWS_MAX)
            assert numbers(bench.range(object_, 1, U32_MAX)) == upto(ROWS_MAX)
            rest = bench.range(object_, ROWS_MAX + 1, U32_MAX)
            assert numbers(rest) == upto(count, ROWS_MAX + 1)


def test_entries_count_from_the_oldest_that_is_held():
    for gone in (0, 3):
        bench = connected(readings=8, gone=gone)
        held = upto(8, gone + 1)
        assert bench.get(READINGS, 7) == len(held)
        for first, last, expected in (
            (1, 0, held),
            (0, 0, held),
            (1, 1, held[:1]),
            (2, 3, held[1:3]),
            (len(held), len(held), held[-1:]),
            (len(held), len(held) + 1, held[-1:]),
            (len(held) + 1, 0, []),
            (3, 2, []),
            (U32_MAX, U32_MAX, []),
        ):
            assert numbers(bench.entries(READINGS, first, last)) == expected, (gone, first, last)


def test_a_range_begins_at_the_oldest_that_is_held():
    bench = connected(readings=8, gone=3)
    assert numbers(bench.range(READINGS, 1, U32_MAX)) == upto(8, 4)
    assert bench.range(READINGS, 1, 3) == []


def test_the_archive_is_chosen_by_range_of_measuring_points():
    bench = connected(meters=5)
    assert numbers(bench.range(ARCHIVE, 2, 4)) == [2, 3, 4]
    bench.archive.remove(3)
    bench.archive.add(a_meter(9))
    assert numbers(bench.range(ARCHIVE, 2, 9)) == [2, 4, 5, 9]
    assert bench.range(ARCHIVE, 10, U32_MAX) == []


def test_an_answer_holds_so_many_meters_and_the_client_asks_on():
    for count in (METER_ROWS_MAX, METER_ROWS_MAX + 1):
        bench = connected(meters=count)
        assert numbers(bench.get(ARCHIVE)) == upto(METER_ROWS_MAX)
        rest = bench.range(ARCHIVE, METER_ROWS_MAX + 1, U32_MAX)
        assert numbers(rest) == upto(count, METER_ROWS_MAX + 1)


def choices():
    """Selectors and parameters that are none."""
    two = [axdr.u32(1), axdr.u32(2)]
    yield 0, axdr.null()
    for selector in (1, 2):
        yield selector, axdr.null()
        yield selector, axdr.u32(1)
        yield selector, axdr.structure([])
        yield selector, axdr.structure(two)
        yield selector, axdr.structure([axdr.null()] + two)
        yield selector, axdr.structure(two + two + two)
        yield selector, axdr.array(two + two)
        for wrong in (axdr.null(), axdr.boolean(True), axdr.visible("1"), axdr.octets(b"\x01")):
            yield selector, axdr.structure([wrong, wrong, wrong, wrong])
    good = axdr.structure([axdr.null()] + two + [axdr.array([])])
    for selector in (3, 127, 255):
        yield selector, good


def test_a_choice_that_is_none_is_refused():
    bench = connected(readings=5, alarms=5, meters=5)
    for object_ in (READINGS, ALARMS, ARCHIVE):
        for selector, data in choices():
            refused = result_of(bench.access, object_, selector, data)
            assert refused == OUT_OF_SCOPE, (object_, selector, data)


def test_the_archive_has_no_choice_by_entry():
    bench = connected(meters=5)
    assert result_of(bench.entries, ARCHIVE, 1, 2) == OUT_OF_SCOPE


def test_a_text_that_is_not_ascii_reaches_the_client_as_question_marks():
    bench = connected()
    bench.alarms.raise_alarm(2, 1, "70 °C")
    assert bench.get(ALARMS)[0][4] == "70 ?C"
    assert buffers.alarm_row(bench.alarms.read(0, 1)[0])[:2] == b"\x02\x06"
