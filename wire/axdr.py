"""A-XDR Data as plain Python values, and back to octets.

    null-data, don't-care          None
    boolean                        True, False
    integers, enum, bcd            int
    octet-string, date-time, date, time   bytes
    visible-string, utf8-string    str
    bit-string                     BitString
    array, compact-array           list
    structure                      tuple
    float32, float64               float
    the delta types                Delta

Decoding never goes past the end, nests at most DEPTH_MAX deep, and believes no count that the
octets left cannot hold. Encoders (wire/axdr_write.py) are functions that give octets.

Reference: IEC 61334-6; IEC 62056-5-3, definition of Data; IEC 62056-6-2, 4.1.5.
"""

from struct import unpack_from

from wire.axdr_compact import compact_array
from wire.axdr_scalars import NUMBERS, STRINGS, BitString, Delta  # noqa: F401
from wire.axdr_write import (  # noqa: F401
    array,
    bits,
    boolean,
    enum,
    i8,
    i16,
    i32,
    i64,
    length,
    null,
    octets,
    structure,
    u8,
    u16,
    u32,
    u64,
    utf8,
    visible,
)
from wire.cosem_time import date_time, parse_date_time  # noqa: F401
from wire.cursor import cut_short, length_at
from wire.errors import WireError

DEPTH_MAX = 16  # arrays in structures in arrays; the deepest of the standard has 6

_ARRAY, _STRUCTURE, _COMPACT_ARRAY = 1, 2, 19


def decode(cursor):
    """The Data at the front of `cursor`, as a value."""
    value, cursor.at = _value_at(cursor.data, cursor.at)
    return value


def decode_all(data):
    """The value of `data`, which are one Data and nothing more."""
    value, end = _value_at(data, 0)
    if end != len(data):
        raise WireError(f"{len(data) - end} octets after the data", data[end : end + 16])
    return value


def _value_at(data, at, depth=0):
    """(value, end) of the Data that begins at `at` in the bytes `data` and ends before `end`."""
    if at >= len(data):
        raise WireError("cut short: no data")
    tag = data[at]
    number = NUMBERS.get(tag)
    if number:
        kind, size = number
        end = at + 1 + size
        if end > len(data):
            raise cut_short(data, at)
        return unpack_from(kind, data, at + 1)[0], end
    read = _OTHERS.get(tag)
    if read is None:
        raise WireError(f"no type of data has the tag {tag}", data[at : at + 16])
    return read(data, at + 1, depth)


def _elements(data, at, depth):
    count, at = length_at(data, at)
    if count > len(data) - at:
        raise WireError(f"{count} elements in {len(data) - at} octets")
    if depth >= DEPTH_MAX:
        raise WireError(f"data nested deeper than {DEPTH_MAX}")
    values = []
    for _ in range(count):
        value, at = _value_at(data, at, depth + 1)
        values.append(value)
    return values, at


def _structure(data, at, depth):
    values, at = _elements(data, at, depth)
    return tuple(values), at


_OTHERS = dict(STRINGS)
_OTHERS[_ARRAY] = _elements
_OTHERS[_STRUCTURE] = _structure
_OTHERS[_COMPACT_ARRAY] = compact_array
