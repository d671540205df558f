"""What is made of the formats of Q/GDW 376.1: records, lists and values by tariff.

Each has take, give and shown, as wire/qgdw3761_formats.py has. A list is never longer than the
frame that it is in.
"""

from wire.errors import WireError
from wire.qgdw3761_formats import U8, unseen
from wire.qgdw3761_units import function_set, functions, point_set, points, unit

TARIFFS_MAX = 14


class Nothing:
    """A data unit that says all by its name. The value is None."""

    def take(self, cursor):
        return None

    def give(self, value):
        assert value is None
        return b""

    def shown(self, value):
        return None


class Record:
    """Named fields, one after the other. The value is a dict."""

    def __init__(self, *fields):
        self.fields = fields

    def take(self, cursor):
        return {name: codec.take(cursor) for name, codec in self.fields}

    def give(self, value):
        assert len(value) == len(self.fields)
        return b"".join([codec.give(value[name]) for name, codec in self.fields])

    def shown(self, value):
        return {name: codec.shown(value[name]) for name, codec in self.fields}


class Many:
    """A count, and so many of one kind. The value is a list."""

    def __init__(self, count, codec):
        self._count = count
        self._codec = codec

    def take(self, cursor):
        return [self._codec.take(cursor) for _ in range(self._count.take(cursor))]

    def give(self, values):
        return self._count.give(len(values)) + b"".join([self._codec.give(v) for v in values])

    def shown(self, values):
        return [self._codec.shown(value) for value in values]


class Fixed:
    """So many of one kind. The value is a list."""

    def __init__(self, count, codec):
        self._count = count
        self._codec = codec

    def take(self, cursor):
        return [self._codec.take(cursor) for _ in range(self._count)]

    def give(self, values):
        assert len(values) == self._count
        return b"".join([self._codec.give(value) for value in values])

    def shown(self, values):
        return [self._codec.shown(value) for value in values]


class ToTheEnd:
    """As many of one kind as there are until the frame ends. The value is a list."""

    def __init__(self, codec):
        self._codec = codec

    def take(self, cursor):
        values = []
        while cursor.left():
            values.append(self._codec.take(cursor))
        return values

    def give(self, values):
        return b"".join([self._codec.give(value) for value in values])

    def shown(self, values):
        return [self._codec.shown(value) for value in values]


class Sized:
    """A count, and so many octets, shown in hexadecimal."""

    def __init__(self, count):
        self._count = count

    def take(self, cursor):
        return cursor.take(self._count.take(cursor))

    def give(self, octets):
        return self._count.give(len(octets)) + bytes(octets)

    def shown(self, octets):
        return bytes(octets).hex()


class SecretSized(Sized):
    """Of a password: whether there is one is all that is shown."""

    def shown(self, octets):
        return unseen(octets) if octets else "none"


class ByTariff:
    """After a head the number of tariffs M, then of each field the total and M values. The value
    is the head's, with a list for each field."""

    def __init__(self, head, *fields):
        self._head = Record(*head)
        self.fields = fields

    def take(self, cursor):
        value = self._head.take(cursor)
        tariffs = U8.take(cursor)
        if tariffs > TARIFFS_MAX:
            raise WireError("more tariffs than there are", bytes([tariffs]))
        for name, codec in self.fields:
            value[name] = [codec.take(cursor) for _ in range(1 + tariffs)]
        return value

    def give(self, value):
        counts = [len(value[name]) for name, _ in self.fields]
        assert max(counts) == min(counts) and 1 <= counts[0] <= 1 + TARIFFS_MAX
        octets = self._head.give({name: value[name] for name, _ in self._head.fields})
        octets += U8.give(counts[0] - 1)
        for name, codec in self.fields:
            octets += b"".join([codec.give(each) for each in value[name]])
        return octets

    def shown(self, value):
        found = {name: codec.shown(value[name]) for name, codec in self._head.fields}
        for name, codec in self.fields:
            found[name] = [codec.shown(each) for each in value[name]]
        return found


class Curve:
    """The mark of a curve, and a value for each of its points. The value is the mark's, with the
    list `values`."""

    def __init__(self, mark, codec):
        self._mark = mark
        self.codec = codec

    def take(self, cursor):
        value = self._mark.take(cursor)
        value["values"] = [self.codec.take(cursor) for _ in range(value["points"])]
        return value

    def give(self, value):
        assert len(value["values"]) == value["points"]
        mark = {name: value[name] for name, _ in self._mark.fields}
        return self._mark.give(mark) + b"".join([self.codec.give(v) for v in value["values"]])

    def shown(self, value):
        found = self._mark.shown(value)
        found["values"] = [self.codec.shown(each) for each in value["values"]]
        return found


class UnitName:
    """DA and DT of one point and one function: (pn, fn)."""

    def take(self, cursor):
        octets = cursor.take(4)
        found = [(pn, fn) for pn in points(octets[:2]) for fn in functions(octets[2:])]
        if len(found) != 1:
            raise WireError("more than one point or function", octets)
        return found[0]

    def give(self, name):
        return unit(*name)

    def shown(self, name):
        return f"p{name[0]} F{name[1]}"


class UnitNames:
    """DA and DT of some points and functions: (points, functions), each a list."""

    def take(self, cursor):
        return points(cursor.take(2)), functions(cursor.take(2))

    def give(self, names):
        return point_set(names[0]) + function_set(names[1])

    def shown(self, names):
        return [f"p{pn} F{fn}" for pn in names[0] for fn in names[1]]


class IfThere:
    """A value that some versions have and others have not: then None."""

    def __init__(self, codec):
        self._codec = codec

    def take(self, cursor):
        return self._codec.take(cursor) if cursor.left() else None

    def give(self, value):
        return b"" if value is None else self._codec.give(value)

    def shown(self, value):
        return None if value is None else self._codec.shown(value)
