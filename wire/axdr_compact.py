"""Compact array of A-XDR: the type is described once, then come the values without tags.

Reference: IEC 62056-5-3, Data, compact-array [19] and TypeDescription.
"""

from struct import unpack_from

from wire.axdr_scalars import NUMBERS, STRINGS, octets_at
from wire.cursor import cut_short, length_at
from wire.errors import WireError

VALUES_MAX = 65_536  # in one compact array: an empty type takes no octets, but it takes memory
DEPTH_MAX = 8  # of the type

_ARRAY, _STRUCTURE = 1, 2


def compact_array(data, at, depth):
    """([element], end). `depth` is not looked at: a compact array holds no tagged Data."""
    (read, values_each), at = _described(data, at, 0)
    size, at = length_at(data, at)
    contents, end = octets_at(data, at, size)
    elements = []
    at = 0
    while at < size:
        _believed(values_each * (len(elements) + 1))
        before = at
        element, at = read(contents, at, 0)
        if at == before:
            raise WireError("a compact array of nothing", contents[:16])
        elements.append(element)
    return elements, end


def _described(data, at, depth):
    """((reader, how many values it gives), end) of a TypeDescription."""
    if at >= len(data):
        raise cut_short(data, at)
    if depth >= DEPTH_MAX:
        raise WireError(f"type nested deeper than {DEPTH_MAX}")
    tag = data[at]
    if tag == _ARRAY:
        return _array_type(data, at + 1, depth)
    if tag == _STRUCTURE:
        return _structure_type(data, at + 1, depth)
    if tag in NUMBERS:
        return (_number(*NUMBERS[tag]), 1), at + 1
    if tag in STRINGS:
        return (STRINGS[tag], 1), at + 1
    raise WireError(f"no type in a compact array has the tag {tag}", data[at : at + 16])


def _array_type(data, at, depth):
    octets, at = octets_at(data, at, 2)
    count = int.from_bytes(octets, "big")
    (read, values), at = _described(data, at, depth + 1)
    total = _believed(count * values + 1)
    return (_sequence([read] * count, list), total), at


def _structure_type(data, at, depth):
    count, at = length_at(data, at)
    if count > len(data) - at:
        raise WireError(f"{count} types in {len(data) - at} octets")
    readers = []
    total = 1
    for _ in range(count):
        (read, values), at = _described(data, at, depth + 1)
        readers.append(read)
        total = _believed(total + values)
    return (_sequence(readers, tuple), total), at


def _believed(values):
    if values > VALUES_MAX:
        raise WireError(f"more than {VALUES_MAX} values in a compact array")
    return values


def _sequence(readers, kind):
    def read_all(data, at, depth):
        values = []
        for read in readers:
            value, at = read(data, at, depth)
            values.append(value)
        return kind(values), at

    return read_all


def _number(kind, size):
    def read(data, at, depth):
        octets, end = octets_at(data, at, size)
        return unpack_from(kind, octets, 0)[0], end

    return read
