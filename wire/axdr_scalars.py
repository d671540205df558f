"""The types of A-XDR Data that contain no other: two tables by tag.

NUMBERS  {tag: (struct format, octets)}
STRINGS  {tag: function(data, at, depth) -> (value, end)} for what follows the tag

Both are for wire/axdr.py and wire/axdr_compact.py, where the same values have no tags.
"""

from struct import unpack_from

from wire.cursor import cut_short, length_at

NUMBERS = {
    5: (">i", 4),  # double-long
    6: (">I", 4),
    13: (">B", 1),  # bcd
    15: (">b", 1),  # integer
    16: (">h", 2),  # long
    17: (">B", 1),
    18: (">H", 2),
    20: (">q", 8),  # long64
    21: (">Q", 8),
    22: (">B", 1),  # enum
    23: (">f", 4),
    24: (">d", 8),
}

_DELTAS = {
    28: (">b", 1),
    29: (">h", 2),
    30: (">i", 4),
    31: (">B", 1),
    32: (">H", 2),
    33: (">I", 4),
}
_FIXED = {25: 12, 26: 5, 27: 4}  # date-time, date, time


class BitString:
    """`count` bits; bit 0 is the first on the wire, the highest of the first octet."""

    def __init__(self, count, octets):
        assert len(octets) == (count + 7) // 8
        self.count = count
        self.octets = bytes(octets)

    def bit(self, number):
        assert 0 <= number < self.count
        return self.octets[number // 8] >> (7 - number % 8) & 1

    def __eq__(self, other):
        return isinstance(other, BitString) and repr(self) == repr(other)

    def __repr__(self):
        return "".join([str(self.bit(number)) for number in range(self.count)])


class Delta:
    """What is to be added to the value in the same place of the row before."""

    def __init__(self, amount):
        self.amount = amount

    def __eq__(self, other):
        return isinstance(other, Delta) and self.amount == other.amount

    def __repr__(self):
        return f"Delta({self.amount})"


def octets_at(data, at, size):
    end = at + size
    if end > len(data):
        raise cut_short(data, at)
    return data[at:end], end


def _none(data, at, depth):
    return None, at


def _boolean(data, at, depth):
    octets, end = octets_at(data, at, 1)
    return octets != b"\x00", end


def _octets(data, at, depth):
    size, at = length_at(data, at)
    return octets_at(data, at, size)


def _text(data, at, depth):
    """Meters put Latin-1 where ASCII or UTF-8 should be; no reading is lost for that."""
    octets, end = _octets(data, at, depth)
    try:
        return octets.decode(), end
    except UnicodeError:
        return "".join([chr(octet) for octet in octets]), end


def _bits(data, at, depth):
    count, at = length_at(data, at)
    octets, end = octets_at(data, at, (count + 7) // 8)
    return BitString(count, octets), end


def _fixed(size):
    return lambda data, at, depth: octets_at(data, at, size)


def _delta(kind, size):
    def read(data, at, depth):
        octets, end = octets_at(data, at, size)
        return Delta(unpack_from(kind, octets, 0)[0]), end

    return read


STRINGS = {0: _none, 3: _boolean, 4: _bits, 9: _octets, 10: _text, 12: _text, 255: _none}
for _tag, _size in _FIXED.items():
    STRINGS[_tag] = _fixed(_size)
for _tag, _number in _DELTAS.items():
    STRINGS[_tag] = _delta(*_number)
