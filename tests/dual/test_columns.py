"""Raw values of a meter as canonical integers."""

from dcu import columns
from dcu.columns import COLUMNS, REGISTERS, SCALERS, VALUES
from wire import axdr

CLOCK = axdr.date_time(1_700_000_000)
UNITS = {"energy_import_wh": 30, "voltage_mv": 35, "current_ma": 33, "power_w": 27}


def scalers(*exponents):
    results = [(0, (e, COLUMNS[n].unit)) for e, n in zip(exponents, REGISTERS)]
    return columns.scalers(results)


def column(name):
    return [c.name for c in COLUMNS].index(name)


def one(name, raw, exponent):
    """What the column becomes when the register has `raw` and this exponent."""
    at = column(name)
    results = [(0, None)] * len(COLUMNS)
    results[at] = (0, raw)
    exponents = [None] * len(COLUMNS)
    exponents[at] = exponent
    return columns.row(results, tuple(exponents))[at]


def test_each_column_has_a_value_and_each_register_a_scaler():
    assert len(VALUES) == len(COLUMNS) == 8
    assert len(SCALERS) == len(REGISTERS) == 7
    assert [a.index for a in SCALERS] == [3] * 7
    assert VALUES[0].class_id == 8 and VALUES[0].ln == bytes([0, 0, 1, 0, 0, 255])


def test_the_name_of_a_column_ends_with_its_unit():
    for each in COLUMNS[1:]:
        assert UNITS.get(each.name, 30) == each.unit


def test_a_row_has_the_units_that_its_names_say():
    raw = [CLOCK, 123, 100, 23, 4, 2301, 512, 1178]
    row = columns.row([(0, value) for value in raw], scalers(3, 3, 3, 0, -1, -2, 0))
    assert row == (1_700_000_000, 123_000, 100_000, 23_000, 4, 230_100, 5_120, 1178)


def test_energy_of_many_digits_keeps_them_all():
    assert one("energy_import_wh", 98_765_432_109_876, 1) == 987_654_321_098_760


def test_a_column_that_the_meter_refuses_is_a_hole():
    results = [(0, CLOCK)] + [(4, None)] * 7
    assert columns.row(results, scalers(0, 0, 0, 0, 0, 0, 0)) == (1_700_000_000,) + (None,) * 7


def test_a_register_in_another_unit_is_a_hole():
    results = [(0, (0, 27))] + [(0, (0, COLUMNS[n].unit)) for n in REGISTERS[1:]]
    assert columns.scalers(results)[column("energy_import_wh")] is None
    assert one("energy_import_wh", 5, None) is None


def test_a_scaler_that_makes_no_sense_is_a_hole():
    for value in (None, 5, (0,), (0, 30, 1), ("0", 30), (True, 30), (19, 30), (-19, 30), [0, 30]):
        results = [(0, value)] + [(0, None)] * 6
        assert columns.scalers(results)[column("energy_import_wh")] is None, value
    for good in (18, -18):
        results = [(0, (good, 30))] + [(0, None)] * 6
        assert columns.scalers(results)[column("energy_import_wh")] == good


def test_a_value_that_is_no_integer_is_a_hole():
    for value in (None, b"5", "5", True, 5.0, (5,), [5]):
        assert one("power_w", value, 0) is None, value


def test_a_value_that_does_not_fit_the_store_is_a_hole():
    largest = (1 << 63) - 1
    assert one("power_w", largest, 0) == largest
    assert one("power_w", -largest, 0) == -largest
    assert one("power_w", largest + 1, 0) is None
    assert one("power_w", largest, 1) is None


def test_a_clock_that_makes_no_sense_is_a_hole():
    for value in (None, 5, b"", CLOCK[:11], CLOCK + b"\x00", b"\xff" * 12):
        assert one("clock_s", value, None) is None, value
