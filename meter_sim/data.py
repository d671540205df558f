"""COSEM data in A-XDR: what a meter says (functions) and what it is told (a construct).

Values to be said are given as ready octets, so that a row is put together by joining.
"""

import calendar
import struct
import time
from functools import lru_cache

from construct import (
    Array,
    Byte,
    Bytes,
    Construct,
    GreedyBytes,
    Int8sb,
    Int16sb,
    Int16ub,
    Int32sb,
    Int32ub,
    Int64sb,
    Int64ub,
    LazyBound,
    Pass,
    Prefixed,
    PrefixedArray,
    Struct,
    Switch,
)

NULL = b"\x00"
ARRAY, STRUCTURE, OCTETS, ENUM, DATE_TIME = 1, 2, 9, 22, 25
UNSPECIFIED_DEVIATION = -0x8000


class _Length(Construct):
    """A-XDR length: one octet below 0x80, else 0x80 + count of octets, then the length."""

    def _parse(self, stream, context, path):
        first = Byte._parsereport(stream, context, path)
        if first < 0x80:
            return first
        return int.from_bytes(Bytes(first & 0x7F)._parsereport(stream, context, path), "big")


LENGTH = _Length()
DATA = Struct(
    "tag" / Byte,
    "value"
    / Switch(
        lambda this: this.tag,
        {
            0: Pass,
            ARRAY: PrefixedArray(LENGTH, LazyBound(lambda: DATA)),
            STRUCTURE: PrefixedArray(LENGTH, LazyBound(lambda: DATA)),
            3: Byte,
            5: Int32sb,
            6: Int32ub,
            OCTETS: Prefixed(LENGTH, GreedyBytes),
            10: Prefixed(LENGTH, GreedyBytes),
            12: Prefixed(LENGTH, GreedyBytes),
            15: Int8sb,
            16: Int16sb,
            17: Byte,
            18: Int16ub,
            20: Int64sb,
            21: Int64ub,
            22: Byte,
            DATE_TIME: Bytes(12),
            26: Bytes(5),
            27: Bytes(4),
        },
        default=Array(1 << 30, Byte),  # never that long: an unknown type is refused
    ),
)


def length(count):
    if count < 0x80:
        return bytes((count,))
    octets = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets


def boolean(value):
    return b"\x03\x01" if value else b"\x03\x00"


def i8(value):
    return struct.pack(">Bb", 15, value)


def u8(value):
    return struct.pack(">BB", 17, value)


def i16(value):
    return struct.pack(">Bh", 16, value)


def u16(value):
    return struct.pack(">BH", 18, value)


def u32(value):
    return struct.pack(">BI", 6, value)


def bits(values):
    """A bit-string; the first value is the highest bit of the first octet."""
    padded = [*values, *[False] * (-len(values) % 8)]
    groups = [padded[at : at + 8] for at in range(0, len(padded), 8)]
    packed = bytes([sum(bool(b) << 7 - n for n, b in enumerate(group)) for group in groups])
    return b"\x04" + length(len(values)) + packed


def u64(value):
    return struct.pack(">BQ", 21, value)


def enum(value):
    return struct.pack(">BB", 22, value)


def octets(value):
    return b"\x09" + length(len(value)) + value


def array(items):
    return b"\x01" + length(len(items)) + b"".join(items)


def structure(*items):
    return b"\x02" + length(len(items)) + b"".join(items)


def compact_array(rows):
    """Rows of encoded cells, of types that are the same in all of them; at least one."""
    types = bytes([cell[0] for cell in rows[0]])
    assert all(bytes([cell[0] for cell in row]) == types for row in rows)
    described = b"\x02" + length(len(types)) + types
    contents = b"".join([cell[1:] for row in rows for cell in row])
    return b"\x13" + described + length(len(contents)) + contents


_PACKED = {3: "B", 5: "i", 6: "I", 15: "b", 16: "h", 17: "B", 18: "H", 20: "q", 21: "Q", 22: "B"}


def encoded(given):
    """The octets of what was read as DATA: how a meter says what it was told."""
    tag, value = given.tag, given.value
    if tag in (ARRAY, STRUCTURE):
        return bytes((tag,)) + length(len(value)) + b"".join(map(encoded, value))
    if tag in _PACKED:
        return struct.pack(">B" + _PACKED[tag], tag, value)
    if tag == 0:
        return NULL
    counted = b"" if tag in (DATE_TIME, 26, 27) else length(len(value))
    return bytes((tag,)) + counted + bytes(value)


@lru_cache(maxsize=256)
def date_time(utc_s, deviation_min=0, said_min=0):
    """The octet-string(12) of a second.

    deviation_min  UTC minus local; said_min  what it says that this is
    """
    local = time.gmtime(utc_s - deviation_min * 60)
    return b"\x09\x0c" + struct.pack(
        ">HBBBBBBBhB",
        local.tm_year,
        local.tm_mon,
        local.tm_mday,
        local.tm_wday + 1,
        local.tm_hour,
        local.tm_min,
        local.tm_sec,
        0,
        said_min,
        0,
    )


def utc_of(twelve, deviation_min=0, sign=1):
    """The second that date-time octets name, or None if a part of it is not specified.

    deviation_min  what to take if the octets do not specify the deviation themselves
    sign           -1: what they specify is local minus UTC
    """
    if len(twelve) != 12:
        return None
    year, month, day, _, hour, minute, second, _, deviation, _ = struct.unpack(
        ">HBBBBBBBhB", twelve
    )
    if deviation == UNSPECIFIED_DEVIATION:
        deviation = sign * deviation_min
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    if hour > 23 or minute > 59 or second > 59 or abs(deviation) > 840:
        return None
    return calendar.timegm((year, month, day, hour, minute, second)) + sign * deviation * 60
