"""The columns of a reading: which attributes of a meter, in which unit they are kept.

A reading is a tuple in the order of COLUMNS: integers in the unit that the column's name ends
with, or None for what the meter did not give.
"""

from collections import namedtuple

from wire import obis, units
from wire.apdu import Attribute
from wire.cosem_time import NORMAL, utc_of

Column = namedtuple("Column", ("name", "class_id", "obis", "index", "unit", "exponent"))

CLOCK = 8
REGISTER = 3
_VALUE = 2
_SCALER_UNIT = 3
_WH = 30  # unit codes: IEC 62056-6-2, 4.3.2
_VOLT = 35
_AMPERE = 33
_WATT = 27
_INTEGER_MAX = (1 << 63) - 1  # what a store keeps
SCALER_MAX = 18  # powers of ten

COLUMNS = (
    Column("clock_s", CLOCK, "0.0.1.0.0.255", _VALUE, None, 0),
    Column("energy_import_wh", REGISTER, "1.0.1.8.0.255", _VALUE, _WH, 0),
    Column("energy_import_t1_wh", REGISTER, "1.0.1.8.1.255", _VALUE, _WH, 0),
    Column("energy_import_t2_wh", REGISTER, "1.0.1.8.2.255", _VALUE, _WH, 0),
    Column("energy_export_wh", REGISTER, "1.0.2.8.0.255", _VALUE, _WH, 0),
    Column("voltage_mv", REGISTER, "1.0.32.7.0.255", _VALUE, _VOLT, -3),
    Column("current_ma", REGISTER, "1.0.31.7.0.255", _VALUE, _AMPERE, -3),
    Column("power_w", REGISTER, "1.0.1.7.0.255", _VALUE, _WATT, 0),
)

VALUES = tuple([Attribute(c.class_id, obis.parse(c.obis), c.index) for c in COLUMNS])

REGISTERS = tuple([n for n, c in enumerate(COLUMNS) if c.class_id == REGISTER])
SCALERS = tuple([Attribute(REGISTER, VALUES[n].ln, _SCALER_UNIT) for n in REGISTERS])
SERIAL_NUMBER = Attribute(1, obis.parse("0.0.96.1.0.255"), 2)
IDENTITY = SCALERS + (SERIAL_NUMBER,)  # what stays while the meter is the same one


def scalers(results):
    """Scaler of each column, or None for one that the meter lacks or keeps in another unit.

    results   [(data access result, value)] to SCALERS
    """
    found = [None] * len(COLUMNS)
    for n, (_, value) in zip(REGISTERS, results):
        found[n] = _scaler(value, COLUMNS[n].unit)
    return tuple(found)


def _scaler(value, unit):
    if not isinstance(value, tuple) or len(value) != 2 or value[1] != unit:
        return None
    return value[0] if type(value[0]) is int and abs(value[0]) <= SCALER_MAX else None


def row(results, scalers_, deviation=NORMAL):
    """The reading: a tuple in the order of COLUMNS.

    results     [(data access result, value)] to VALUES
    deviation   of the meter's clock: wire/cosem_time.py
    """
    return tuple(
        [
            _clock_s(value, deviation)
            if column.class_id == CLOCK
            else _scaled(value, scaler, column)
            for column, scaler, (_, value) in zip(COLUMNS, scalers_, results)
        ]
    )


def row_of_profile(time_s, attributes, scaler_units, values):
    """The reading that a row of a meter's load profile stands for; None for what it lacks.

    attributes     of the values
    scaler_units   {Attribute: (scaler, unit)}
    """
    found = dict(zip(attributes, values))
    cells = []
    for column, attribute in zip(COLUMNS, VALUES):
        scaler = _scaler(scaler_units.get(attribute), column.unit)
        cells.append(_scaled(found.get(attribute), scaler, column))
    cells[0] = time_s
    return tuple(cells)


def _clock_s(value, deviation):
    is_time = isinstance(value, bytes) and len(value) == 12
    return utc_of(value, deviation) if is_time else None


def _scaled(value, scaler, column):
    if scaler is None or type(value) is not int:
        return None
    scaled = units.scaled(value, scaler, column.exponent)
    return scaled if abs(scaled) <= _INTEGER_MAX else None
