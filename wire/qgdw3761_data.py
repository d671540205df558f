"""What Q/GDW 376.1 reads: the data of AFN 09, 0C, 0D and 0E.

A row is (Fn, name, format of the request, format of the answer).

Reference: Q/GDW 376.1-2009, 5.9, 5.12, 5.13, 5.14; what 1376.1-2013 adds is as devices have it.
"""

from wire.cursor import Cursor
from wire.errors import WireError
from wire.qgdw3761_formats import (
    A1,
    A5,
    A7,
    A9,
    A11,
    A13,
    A14,
    A15,
    A20,
    A21,
    A25,
    U8,
    U16,
    U32,
    Ascii,
    Octets,
    SecretOctets,
)
from wire.qgdw3761_parameters import NOTHING
from wire.qgdw3761_records import ByTariff, Curve, Fixed, Many, Record, Sized, ToTheEnd, UnitName

_AT = (("time", A15),)
_ACTIVE = (("kwh", A14),)
_REACTIVE = (("kvarh", A11),)
_QUADRANTS = (("import_kvarh", A11), ("quadrant_1_kvarh", A11), ("quadrant_4_kvarh", A11))
_EXPORT_QUADRANTS = (("export_kvarh", A11), ("quadrant_2_kvarh", A11), ("quadrant_3_kvarh", A11))

CONFIGURATION = (
    (
        1,
        "version",
        NOTHING,
        Record(
            ("vendor", Ascii(4)),
            ("device", Ascii(8)),
            ("software", Ascii(4)),
            ("software_date", A20),
            ("capacity", Ascii(11)),
            ("protocol", Ascii(4)),
            ("hardware", Ascii(4)),
            ("hardware_date", A20),
        ),
    ),
    (
        2,
        "inputs and ports",
        NOTHING,
        Record(
            ("pulses", U8),
            ("switches", U8),
            ("analogues", U8),
            ("outputs", U8),
            ("meters", U16),
            ("received_max", U16),
            ("sent_max", U16),
            ("mac", Octets(6)),
            (
                "ports",
                Many(
                    U8,
                    Record(
                        ("port", U16),
                        ("baud_max", U32),
                        ("devices", U16),
                        ("received_max", U16),
                        ("sent_max", U16),
                    ),
                ),
            ),
        ),
    ),
    (
        3,
        "other capacities",
        NOTHING,
        Record(
            ("points", U16),
            ("groups", U8),
            ("tasks", U8),
            ("differences", U8),
            ("densities", Octets(5)),
            ("days", U8),
            ("months", U8),
        ),
    ),
)

_PORT_STATE = Record(
    ("port", U8),
    ("total", U16),
    ("state", U8),  # D0 reading, D1 done
    ("good", U16),
    ("good_key", U8),
    ("began", A1),
    ("ended", A1),
)
_MOMENTARY = Record(
    ("time", A15),
    ("kw", Fixed(4, A9)),  # total, A, B, C
    ("kvar", Fixed(4, A9)),
    ("power_factor", Fixed(4, A5)),
    ("volt", Fixed(3, A7)),
    ("ampere", Fixed(4, A25)),  # A, B, C, neutral
    ("kva", Fixed(4, A9)),
)
_METER_STATE = Record(
    ("port", U8),
    ("level", U8),
    ("phase", U8),
    ("quality", U8),
    ("is_good", U8),
    ("last_good", A1),
    ("last_bad", A1),
    ("failures", U8),
)

LIVE = (
    (2, "clock", NOTHING, A1),
    (4, "way to the head-end", NOTHING, Record(("state", U8))),
    (7, "event counters", NOTHING, Record(("important", U8), ("ordinary", U8))),
    (8, "event flags", NOTHING, Octets(8)),
    (9, "switch inputs", NOTHING, Octets(2)),
    (10, "traffic", NOTHING, Record(("day_octets", U32), ("month_octets", U32))),
    (11, "state of the reading", NOTHING, Many(U8, _PORT_STATE)),
    (25, "power, voltage, current", NOTHING, _MOMENTARY),
    (33, "import energy and quadrants", NOTHING, ByTariff(_AT, *(_ACTIVE + _QUADRANTS))),
    (34, "export energy and quadrants", NOTHING, ByTariff(_AT, *(_ACTIVE + _EXPORT_QUADRANTS))),
    (129, "import energy", NOTHING, ByTariff(_AT, *_ACTIVE)),
    (130, "import reactive energy", NOTHING, ByTariff(_AT, *_REACTIVE)),
    (131, "export energy", NOTHING, ByTariff(_AT, *_ACTIVE)),
    (132, "export reactive energy", NOTHING, ByTariff(_AT, *_REACTIVE)),
    (
        161,
        "switch of the meter",
        NOTHING,
        Record(("time", A15), ("state", U8), ("closed", A1), ("opened", A1)),
    ),
    (162, "clock of the meter", NOTHING, Record(("terminal", A1), ("meter", A1))),
    (170, "reading of the meter", NOTHING, _METER_STATE),
)

# What some makers have beside; the name of a file, from its end to its beginning.
VENDORS = ((1002, "file of the terminal", Sized(U16), None),)

_DAY, _MONTH = Record(("day", A20)), Record(("month", A21))
_MARK = Record(("from", A15), ("density", U8), ("points", U8))
DENSITY_S = {1: 900, 2: 1800, 3: 3600, 254: 300, 255: 60}


def _frozen(first, mark, name):
    """F1 or F161 and the three after it: import, reactive import, export, reactive export."""
    head = mark.fields + _AT
    kinds = ((" import", _ACTIVE), (" reactive import", _REACTIVE))
    kinds += ((" export", _ACTIVE), (" reactive export", _REACTIVE))
    return tuple(
        [
            (first + at, name + kind, mark, ByTariff(head, *fields))
            for at, (kind, fields) in enumerate(kinds)
        ]
    )


def _curves(kinds):
    return tuple([(fn, name, _MARK, Curve(_MARK, codec)) for fn, name, codec in kinds])


_DAY_AT, _QUADRANTS_OF_DAY = _DAY.fields + _AT, _ACTIVE + _QUADRANTS
HISTORY = (
    (
        (1, "day, import and quadrants", _DAY, ByTariff(_DAY_AT, *_QUADRANTS_OF_DAY)),
        (5, "day, import of the day", _DAY, ByTariff(_DAY.fields, *_ACTIVE)),
    )
    + _curves(
        (
            (81, "curve of power", A9),
            (82, "curve of power A", A9),
            (83, "curve of power B", A9),
            (84, "curve of power C", A9),
            (89, "curve of voltage A", A7),
            (90, "curve of voltage B", A7),
            (91, "curve of voltage C", A7),
            (92, "curve of current A", A25),
            (93, "curve of current B", A25),
            (94, "curve of current C", A25),
            (97, "curve of import", A13),
            (99, "curve of export", A13),
            (101, "curve of the import register", A11),
            (103, "curve of the export register", A11),
        )
    )
    + _frozen(161, _DAY, "day,")
    + _frozen(177, _MONTH, "month,")
)


class Event:
    """ERC, length and body. The value is {"erc", "body"}: a dict as the row of ERCS says, or the
    octets of one that is not known or has another form."""

    def take(self, cursor):
        erc, octets = U8.take(cursor), Sized(U8).take(cursor)
        if erc in ERCS:
            inner = Cursor(octets)
            try:
                body = ERCS[erc][1].take(inner)
                if not inner.left() and ERCS[erc][1].give(body) == octets:
                    return {"erc": erc, "body": body}
            except WireError:
                pass
        return {"erc": erc, "body": octets}

    def give(self, event):
        body = event["body"]
        if isinstance(body, dict):
            body = ERCS[event["erc"]][1].give(body)
        return U8.give(event["erc"]) + Sized(U8).give(body)

    def shown(self, event):
        body, erc = event["body"], event["erc"]
        name = ERCS[erc][0] if erc in ERCS else "not explained here"
        shown = ERCS[erc][1].shown(body) if isinstance(body, dict) else body.hex()
        return {"erc": f"{erc} ({name})", "body": shown}


_FOUND = Record(("address", Octets(6)), ("quality", U8), ("protocol", U8))
ERCS = {  # event codes: (name, format of the body)
    1: (
        "cleared or another version",
        Record(("time", A15), ("what", U8), ("old", Ascii(4)), ("new", Ascii(4))),
    ),
    3: ("settings changed", Record(("time", A15), ("msa", U8), ("units", ToTheEnd(UnitName())))),
    4: ("switch inputs", Record(("time", A15), ("changed", U8), ("state", U8))),
    8: ("meter changed", Record(("time", A15), ("mp", U16), ("what", U8))),
    12: ("clock of a meter", Record(("time", A15), ("mp", U16))),
    14: ("power off and on", Record(("off", A15), ("on", A15))),
    20: (
        "authentication failure",
        Record(("time", A15), ("password", SecretOctets(16)), ("msa", U8)),
    ),
    21: ("fault of the terminal", Record(("time", A15), ("what", U8))),
    31: (
        "meter silent",
        Record(("time", A15), ("mp", U16), ("last", A15), ("kwh", A14), ("kvarh", A11)),
    ),
    32: ("traffic", Record(("time", A15), ("octets", U32), ("limit", U32))),
    35: ("unknown meter", Record(("time", A15), ("port", U8), ("meters", Many(U8, _FOUND)))),
}


class Events:
    """Counters, pointers, and the events from one pointer to before the other."""

    _marks = Record(("important", U8), ("ordinary", U8), ("from", U8), ("to", U8))
    _event = Event()

    def take(self, cursor):
        value = self._marks.take(cursor)
        count = (value["to"] - value["from"]) & 0xFF
        value["events"] = [self._event.take(cursor) for _ in range(count)]
        return value

    def give(self, value):
        assert len(value["events"]) == (value["to"] - value["from"]) & 0xFF
        octets = self._marks.give({name: value[name] for name, _ in self._marks.fields})
        return octets + b"".join([self._event.give(event) for event in value["events"]])

    def shown(self, value):
        found = self._marks.shown(value)
        found["events"] = [self._event.shown(event) for event in value["events"]]
        return found


_SPAN = Record(("from", U8), ("to", U8))
EVENTS = ((1, "important events", _SPAN, Events()), (2, "ordinary events", _SPAN, Events()))
