"""The buffer of a Profile generic as rows in order: (UTC in seconds or None, (values...)).

A meter leaves out what can be told from the row before: null-data in the column of the time is
that row's time and one period more, in another column the same value again; delta types are what
has been added. In the first row, or where the period is 0, null-data stay None.

Reference: IEC 62056-6-2, class_id 7, attributes 2 to 4 and 7; IEC 62056-5-3, null-data and delta
types in arrays.
"""

from wire.apdu import Attribute
from wire.axdr import Delta
from wire.cosem_time import NORMAL, utc_of
from wire.errors import WireError
from wire.units import scaled

_CLOCK, _TIME = 8, 2


def rows(buffer, columns, period_s, deviation=NORMAL, scales=None):
    """[(utc_s or None, (value, ...)), ...] as the buffer has them; the values without the time.

    buffer     attribute 2, decoded: an array or a compact-array of structures
    columns    of Attribute: see columns_of; those that were asked for, in their order
    period_s   attribute 4; 0: rows are not captured by the clock
    deviation  what the meter means by it, as in utc_of
    scales     {Attribute: (scaler, target exponent)}: such a number becomes an integer in units
               of 10**target; what is not in it stays as it is
    WireError for what are no such rows.
    """
    if not isinstance(buffer, list):
        raise WireError("the buffer of a profile is no array")
    at = _time_column(columns)
    factors = [(scales or {}).get(column) for column in columns]
    found = []
    utc_s, values = None, (None,) * len(columns)
    for row in buffer:
        values = _filled(_as_tuple(row, len(columns)), values)
        if at is not None:
            utc_s = _time_s(row[at] if isinstance(row, tuple) else row, utc_s, period_s, deviation)
        shown = [_scaled(value, factor) for value, factor in zip(values, factors)]
        found.append((utc_s, tuple(shown if at is None else shown[:at] + shown[at + 1 :])))
    return found


def columns_of(capture_objects):
    """The Attribute of each column, of attribute 3 decoded. WireError if it is none."""
    columns = []
    for each in capture_objects if isinstance(capture_objects, list) else (None,):
        if not _is_definition(each):
            raise WireError("no definition of a captured object")
        columns.append(Attribute(each[0], each[1], each[2]))
    return columns


def _is_definition(value):
    if not isinstance(value, tuple) or [type(part) for part in value] != [int, bytes, int, int]:
        return False
    class_id, ln, index, _ = value
    return 0 <= class_id <= 0xFFFF and len(ln) == 6 and -128 <= index <= 127


def value_columns(columns):
    """The columns that the values of a row are of: all but the time's."""
    at = _time_column(columns)
    return columns if at is None else columns[:at] + columns[at + 1 :]


def _time_column(columns):
    for at, column in enumerate(columns):
        if (column.class_id, column.index) == (_CLOCK, _TIME):
            return at
    return None


def _as_tuple(row, width):
    """A compact-array of one column may have no structure in it."""
    values = row if isinstance(row, tuple) else (row,)
    if len(values) != width:
        raise WireError(f"a row of {len(values)} values in a profile of {width} columns")
    return values


def _filled(values, before):
    return tuple([_after(value, last) for value, last in zip(values, before)])


def _after(value, last):
    if value is None:
        return last
    if not isinstance(value, Delta):
        return value
    if not _is_number(last):
        raise WireError("a difference to a row before that has no number there")
    return last + value.amount


def _time_s(octets, last_s, period_s, deviation):
    if octets in (None, b""):  # in a compact-array there is no null-data
        return None if last_s is None or not period_s else last_s + period_s
    return utc_of(octets, deviation)


def _scaled(value, factor):
    return scaled(value, *factor) if factor and _is_number(value) else value


def _is_number(value):
    return isinstance(value, int) and not isinstance(value, bool)
