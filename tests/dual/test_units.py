"""Registers come in the unit wanted, as exact integers."""

from wire import units


def test_the_common_units_have_their_symbols():
    for unit, symbol in ((27, "W"), (30, "Wh"), (32, "varh"), (33, "A"), (35, "V"), (44, "Hz")):
        assert units.symbol(unit) == symbol
    assert units.symbol(255) == ""
    assert units.symbol(99) == "unit 99"


def test_a_scaler_moves_the_decimal_point_exactly():
    assert units.scaled(2301, -1, -3) == 230_100
    assert units.scaled(123, 1, -3) == 1_230_000
    assert units.scaled(5, 3, 0) == 5000
    assert units.scaled(18_014_398_509_481_985, 0, 0) == 18_014_398_509_481_985


def test_what_is_smaller_than_the_unit_is_rounded_down():
    assert units.scaled(1999, -3, 0) == 1
    assert units.scaled(-1, -3, 0) == -1
    assert units.scaled(0, -3, 0) == 0
