"""COSEM values for people and for JSON: numbers with unit, times, texts; octets as hex."""

import math
from decimal import Decimal

from hes_stub.report import utc
from hes_stub.rows import printable
from wire import axdr, units

_EXPONENT_MAX = 18


def scaled(value, scaler_unit):
    """(number, symbol of its unit) of a register's value and its attribute 3."""
    if not (isinstance(scaler_unit, tuple) and len(scaler_unit) == 2 and _is_number(value)):
        return plain(value), None
    scaler, unit = scaler_unit
    if not (type(scaler) is int and abs(scaler) <= _EXPONENT_MAX and type(unit) is int):
        return plain(value), None
    number = Decimal(value).scaleb(scaler)
    exact = int(number) if number == number.to_integral_value() else float(number)
    return exact, units.symbol(unit)


def plain(value, is_time=False):
    """None, bool, number, text or list of these."""
    if value is None or isinstance(value, int) or _is_number(value):
        return value
    if isinstance(value, bytes):
        return _octets(value, is_time)
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return printable(value)


def _octets(value, is_time):
    if is_time:
        time_s = axdr.parse_date_time(value)
        return value.hex() if time_s is None else utc(time_s)
    text = value.decode("ascii", "replace")
    return text if text and text.isascii() and text.isprintable() else value.hex()


def _is_number(value):
    return type(value) in (int, float) and math.isfinite(value)
