"""Rows of the wire become records, or a WireError: nothing odd gets into the database."""

import pytest

from hes_stub import rows
from wire import axdr
from wire.errors import WireError

TIME = axdr.date_time(1_700_000_000)
READING = (1, 7, TIME, 1_700_000_003, 1, 2, 3, None, -5, 6, 1 << 62)
ALARM = (1, TIME, 2, 7, "text", 3)
METER = (7, "17", "0", "dlms", "rs485-1", 16, "none", "online")


def but(row, index, value):
    return row[:index] + (value,) + row[index + 1 :]


def test_good_rows_become_records():
    (found,) = rows.readings([READING])
    assert found == (1, 7, 1_700_000_000, READING[3:])
    assert rows.alarms([ALARM]) == [(1, 1_700_000_000, 2, 7, "text", "alarm")]
    assert rows.meters([METER]) == [METER]
    assert rows.readings([]) == []


@pytest.mark.parametrize(
    "value",
    [
        None,
        READING,
        [READING[:-1]],
        [READING + (1,)],
        [list(READING)],
        [but(READING, 0, 0)],
        [but(READING, 0, 1 << 32)],
        [but(READING, 0, True)],
        [but(READING, 1, 0)],
        [but(READING, 1, 1 << 16)],
        [but(READING, 2, TIME[:-1])],
        [but(READING, 2, b"\xff" * 12)],
        [but(READING, 4, 1 << 63)],
        [but(READING, 4, 1.5)],
        [but(READING, 4, "1")],
        [READING, READING],
        [but(READING, 0, 2), READING],
    ],
)
def test_odd_readings_are_refused(value):
    with pytest.raises(WireError):
        rows.readings(value)


def test_the_limits_of_numbers_are_allowed():
    rows.readings([but(but(READING, 0, (1 << 32) - 1), 4, (1 << 63) - 1)])
    rows.readings([but(but(READING, 1, 0xFFFF), 4, -(1 << 63))])


@pytest.mark.parametrize(
    "value",
    [
        [ALARM[:-1]],
        [but(ALARM, 4, 5)],
        [but(ALARM, 2, -1)],
        [but(ALARM, 5, 0)],
        [but(ALARM, 5, 4)],
    ],
)
def test_odd_alarms_are_refused(value):
    with pytest.raises(WireError):
        rows.alarms(value)


def test_meters_out_of_order_are_refused():
    with pytest.raises(WireError):
        rows.meters([METER], after=7)
    with pytest.raises(WireError):
        rows.meters([METER, METER])


def test_texts_of_the_wire_cannot_steer_a_terminal():
    assert rows.alarms([but(ALARM, 4, "\x1b[2Jred\n")])[0].text == "?[2Jred?"
    assert len(rows.alarms([but(ALARM, 4, "x" * 5000)])[0].text) <= rows.TEXT_MAX + 3
