"""The data formats of Q/GDW 376.1: each takes its octets off a cursor, and gives them back.

A format has take(cursor) -> value, give(value) -> octets, and shown(value) -> what a person or
JSON gets. Numbers are whole, in the last decimal that the format has; all octets EE is None: no
data. The least significant octet comes first.

Reference: Q/GDW 376.1-2009, annex A.
"""

from wire.errors import WireError
from wire.qgdw3761_units import bcd, from_bcd

_NO_DATA = 0xEE
_CENTURY = 2000


class Binary:
    """An unsigned integer."""

    def __init__(self, size):
        self._size = size

    def take(self, cursor):
        return int.from_bytes(cursor.take(self._size), "little")

    def give(self, value):
        assert 0 <= value < 1 << 8 * self._size
        return value.to_bytes(self._size, "little")

    def shown(self, value):
        return value


class Decimal:
    """A BCD number; of a signed one the highest bit is the sign."""

    def __init__(self, size, decimals=0, is_signed=False):
        self._size = size
        self.decimals = decimals
        self._sign = 0x80 if is_signed else 0
        self.limit = 10 ** (2 * size) if not is_signed else 8 * 10 ** (2 * size - 1)

    def take(self, cursor):
        octets = bytearray(cursor.take(self._size))
        if _is_no_data(octets):
            return None
        is_negative = octets[-1] & self._sign
        octets[-1] &= ~self._sign & 0xFF
        value = 0
        for octet in reversed(octets):
            value = 100 * value + from_bcd(octet)
        return -value if is_negative else value

    def fits(self, value):
        return 0 <= (abs(value) if self._sign else value) < self.limit

    def give(self, value):
        if value is None:
            return bytes([_NO_DATA]) * self._size
        assert self.fits(value)
        octets = bytearray([bcd(abs(value) // 100**n % 100) for n in range(self._size)])
        if value < 0:
            octets[-1] |= self._sign
        return bytes(octets)

    def shown(self, value):
        if value is None or not self.decimals:
            return value
        digits = str(abs(value))
        digits = "0" * (self.decimals + 1 - len(digits)) + digits
        sign = "-" if value < 0 else ""
        return f"{sign}{digits[: -self.decimals]}.{digits[-self.decimals :]}"


class Digits:
    """Text of decimal digits, as an address is written."""

    def __init__(self, size):
        self._size = size

    def take(self, cursor):
        octets = cursor.take(self._size)
        for octet in octets:
            from_bcd(octet)
        return bytes(reversed(octets)).hex()

    def give(self, text):
        assert len(text) == 2 * self._size
        return bytes(reversed(bytes.fromhex(text)))

    def shown(self, text):
        return text


_PARTS = {"s": (0, 59), "m": (0, 59), "h": (0, 23), "d": (1, 31), "M": (1, 12), "y": (0, 99)}
_MONTH_AND_WEEKDAY = "W"


class Moment:
    """A time of some parts, `parts` as they come. The value is a tuple, greatest first:
    (year, month, day, hour, minute, second) as far as they are there, and, where it has one, the
    weekday at its end: 1 to 7, 7 is Sunday, 0 not known."""

    def __init__(self, parts):
        self._parts = parts
        self._has_weekday = _MONTH_AND_WEEKDAY in parts

    def take(self, cursor):
        octets = cursor.take(len(self._parts))
        if _is_no_data(octets):
            return None
        found, weekday = [], 0
        for part, octet in zip(self._parts, octets):
            if part == _MONTH_AND_WEEKDAY:
                part, weekday, octet = "M", octet >> 5, octet & 0x1F
            low, high = _PARTS[part]
            value = from_bcd(octet)
            if not low <= value <= high:
                raise WireError("no such date and time", octets)
            found.append(value + (_CENTURY if part == "y" else 0))
        found.reverse()
        return tuple(found + ([weekday] if self._has_weekday else []))

    def give(self, value):
        if value is None:
            return bytes([_NO_DATA]) * len(self._parts)
        assert len(value) == len(self._parts) + self._has_weekday
        octets = bytearray()
        for part, number in zip(self._parts, reversed(value[: len(self._parts)])):
            octet = bcd(number - _CENTURY if part == "y" else number)
            octets.append(octet | value[-1] << 5 if part == _MONTH_AND_WEEKDAY else octet)
        return bytes(octets)

    def shown(self, value):
        if value is None:
            return None
        words = {"y": "-", "M": "-", "W": "-", "d": " ", "h": ":", "m": ":", "s": ""}
        text = ""
        for part, number in zip(reversed(self._parts), value):
            text += f"{number:02}{words[part]}"
        return text.rstrip("-: ")


class Octets:
    """So many, shown in hexadecimal."""

    def __init__(self, size):
        self._size = size

    def take(self, cursor):
        return cursor.take(self._size)

    def give(self, octets):
        assert len(octets) == self._size
        return bytes(octets)

    def shown(self, octets):
        return bytes(octets).hex()


class SecretOctets(Octets):
    """Of a password: whether there is one is all that is shown."""

    def shown(self, octets):
        return unseen(octets)


def unseen(octets):
    return f"{len(octets)} octets, not shown" if any(octets) else "zeros"


class Ascii:
    """Printable text; zeros fill it up."""

    def __init__(self, size):
        self._size = size

    def take(self, cursor):
        octets = cursor.take(self._size).rstrip(b"\x00")
        if not all([32 <= octet < 127 for octet in octets]):
            raise WireError("not printable", octets)
        return octets.decode()

    def give(self, text):
        octets = text.encode()
        assert len(octets) <= self._size
        return octets + bytes(self._size - len(octets))

    def shown(self, text):
        return text


class Secret(Ascii):
    """Never shown."""

    def shown(self, text):
        return f"{len(text)} characters, not shown"


class Ip:
    """Four octets, the highest first; as text with dots."""

    def take(self, cursor):
        return ".".join([str(octet) for octet in cursor.take(4)])

    def give(self, text):
        octets = bytes([int(number) for number in text.split(".")])
        assert len(octets) == 4
        return octets

    def shown(self, text):
        return text


def _is_no_data(octets):
    return all([octet == _NO_DATA for octet in octets])


U8, U16, U32 = Binary(1), Binary(2), Binary(4)
A1, A15 = Moment("smhdWy"), Moment("mhdMy")
A16, A17, A18, A19 = Moment("smhd"), Moment("mhdM"), Moment("mhd"), Moment("mh")
A20, A21, A24 = Moment("dMy"), Moment("My"), Moment("hd")
A5, A6, A7, A8 = Decimal(2, 1, True), Decimal(2, 2, True), Decimal(2, 1), Decimal(2)
A9, A10, A11 = Decimal(3, 4, True), Decimal(3), Decimal(4, 2)
A12, A13, A14 = Digits(6), Decimal(4, 4), Decimal(5, 4)
A22, A23, A25 = Decimal(1, 1), Decimal(3, 4), Decimal(3, 3, True)
A26, A27 = Decimal(2, 3), Decimal(4)
