"""Data units of Q/GDW 376.1: which measuring point (Pn) and which function (Fn), and data.

Reference: Q/GDW 376.1-2009, 4.3.4.4 (data unit identification), annex A (data formats).
"""

from wire.errors import WireError

ALL_POINTS = "all"

_POINT_MAX = 255 * 8
_FUNCTION_MAX = 256 * 8


def point_octets(pn):
    """DA of one measuring point, 0 for the terminal itself, or ALL_POINTS."""
    if pn == ALL_POINTS:
        return b"\xff\x00"
    assert 0 <= pn <= _POINT_MAX
    return bytes([1 << (pn - 1) % 8, (pn - 1) // 8 + 1]) if pn else b"\x00\x00"


def points(octets):
    """The measuring points of a DA, ascending: [0], up to eight of one group, or ALL_POINTS."""
    bits, group = octets
    if group == 0:
        if bits in (0x00, 0xFF):
            return [ALL_POINTS if bits else 0]
        raise WireError("DA of no group", octets)
    return _of_bits(bits, 8 * (group - 1) + 1, octets)


def function_octets(fn):
    """DT of one function, F1 to F2048."""
    assert 1 <= fn <= _FUNCTION_MAX
    return bytes([1 << (fn - 1) % 8, (fn - 1) // 8])


def functions(octets):
    """The functions of a DT, ascending."""
    bits, group = octets
    return _of_bits(bits, 8 * group + 1, octets)


def _of_bits(bits, first, octets):
    if not bits:
        raise WireError("DA or DT that names nothing", octets)
    return [first + bit for bit in range(8) if bits & 1 << bit]


def unit(pn, fn, data=b""):
    """One data unit for one point and one function."""
    return point_octets(pn) + function_octets(fn) + bytes(data)


def point_set(points):
    """DA of points of one group of eight."""
    if points[0] in (0, ALL_POINTS):
        assert len(points) == 1
        return point_octets(points[0])
    group = (points[0] - 1) // 8
    return bytes([_bits(points, group), group + 1])


def function_set(functions):
    """DT of functions of one group of eight."""
    group = (functions[0] - 1) // 8
    return bytes([_bits(functions, group), group])


def _bits(numbers, group):
    bits = 0
    for number in numbers:
        assert (number - 1) // 8 == group
        bits |= 1 << (number - 1) % 8
    return bits


def take_unit_id(cursor):
    """(points, functions) of the data unit at the cursor."""
    return points(cursor.take(2)), functions(cursor.take(2))


def bcd(value):
    """One octet with two decimal digits."""
    assert 0 <= value <= 99
    return value // 10 << 4 | value % 10


def from_bcd(octet):
    if octet & 0x0F > 9 or octet >> 4 > 9:
        raise WireError("not BCD", bytes([octet]))
    return (octet >> 4) * 10 + (octet & 0x0F)


def clock(date_time, weekday):
    """Format A.1 (6 octets) of (year, month, day, hour, minute, second); Sunday is 7."""
    year, month, day, hour, minute, second = date_time
    assert 1 <= weekday <= 7
    octets = [bcd(value) for value in (second, minute, hour, day, month, year % 100)]
    octets[4] |= weekday << 5
    return bytes(octets)


def parse_clock(octets):
    """((year, month, day, hour, minute, second), weekday) of format A.1, years from 2000."""
    if len(octets) != 6:
        raise WireError("not a clock of 6 octets", octets)
    second, minute, hour, day = [from_bcd(octet) for octet in octets[:4]]
    month, weekday, year = from_bcd(octets[4] & 0x1F), octets[4] >> 5, 2000 + from_bcd(octets[5])
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60):
        raise WireError("no such date and time", octets)
    return (year, month, day, hour, minute, second), weekday
