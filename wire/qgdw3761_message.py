"""The data units of a Q/GDW 376.1 frame with what they say, by the tables of each AFN.

Reference: Q/GDW 376.1-2009, 4.3.4.4, 5.
"""

from collections import namedtuple

from wire.cursor import Cursor
from wire.errors import WireError
from wire.qgdw3761_data import CONFIGURATION, EVENTS, HISTORY, LIVE, VENDORS
from wire.qgdw3761_formats import A1, U8
from wire.qgdw3761_frame import PASSWORD, WITH_PASSWORD
from wire.qgdw3761_parameters import (
    CONTROLS,
    FILE,
    FILE_ACCEPTED,
    FORWARD,
    FORWARDED,
    NOTHING,
    PARAMETERS,
    QUERIES,
    RESETS,
    SPAN_OF_TASK,
)
from wire.qgdw3761_records import IfThere, Record, ToTheEnd, UnitName
from wire.qgdw3761_units import function_set, point_set, take_unit_id

RESET, LINK, SET, CONTROL, CONFIGURED, QUERY = 0x01, 0x02, 0x04, 0x05, 0x09, 0x0A
TASK_DATA = 0x0B
CLASS_1, CLASS_2, CLASS_3, FILES, TRANSPARENT = 0x0C, 0x0D, 0x0E, 0x0F, 0x10

# points: [pn] or [ALL_POINTS], functions: [fn]; data: for each point in turn each function's value
Unit = namedtuple("Unit", ("points", "functions", "data"))

VALUES_MAX = 4096  # points times functions in one frame: an octet can ask for a hundred
_BY_UNIT = Record(("afn", U8), ("units", ToTheEnd(Record(("unit", UnitName()), ("error", U8)))))
_BOTH_WAYS = (
    (0x00, 1, "all confirmed", NOTHING),
    (0x00, 2, "all denied", NOTHING),
    (0x00, 3, "confirmed or denied by unit", _BY_UNIT),
    (LINK, 1, "login", NOTHING),
    (LINK, 2, "logout", NOTHING),
    (LINK, 3, "heartbeat", IfThere(A1)),
)
_ASK_BY_NAME = (CONFIGURED, QUERY, CLASS_1)  # functions not known here have no data either
AFNS = {
    0x00: "confirm or deny",
    RESET: "reset",
    LINK: "link interface check",
    SET: "set parameters",
    CONTROL: "control",
    CONFIGURED: "configuration",
    QUERY: "query parameters",
    TASK_DATA: "task data",
    CLASS_1: "class 1 data",
    CLASS_2: "class 2 data",
    CLASS_3: "class 3 data",
    FILES: "file transfer",
    TRANSPARENT: "data forwarding",
}


def _tables():
    names, down, up = {}, {}, {}
    for afn, fn, name, codec in _BOTH_WAYS:
        names[afn, fn] = name
        down[afn, fn] = up[afn, fn] = codec
    for afn, rows in ((RESET, RESETS), (SET, PARAMETERS), (CONTROL, CONTROLS)):
        for fn, name, codec in rows:
            names[afn, fn] = name
            down[afn, fn] = codec
    for fn, name, codec in PARAMETERS:
        names[QUERY, fn] = name
        down[QUERY, fn], up[QUERY, fn] = QUERIES.get(fn, NOTHING), codec
    classes = ((CONFIGURED, CONFIGURATION), (CLASS_1, LIVE), (CLASS_2, HISTORY), (CLASS_3, EVENTS))
    classes += ((CLASS_1, VENDORS),)
    for afn, rows in classes:
        for fn, name, asked, answered in rows:
            names[afn, fn] = name
            down[afn, fn], up[afn, fn] = asked, answered
    for fn in (1, 2):
        names[TASK_DATA, fn] = f"reports of a task of class {fn}"
        down[TASK_DATA, fn] = SPAN_OF_TASK  # what answers is of AFN 0C, 0D
    names[FILES, 1], down[FILES, 1], up[FILES, 1] = "file", FILE, FILE_ACCEPTED
    names[TRANSPARENT, 1] = "transparent forwarding"
    down[TRANSPARENT, 1], up[TRANSPARENT, 1] = FORWARD, FORWARDED
    return names, down, up


NAMES, _DOWN, _UP = _tables()


def codec_of(afn, fn, is_up):
    """The format of the data of a unit, or None when it is not known here."""
    found = (_UP if is_up else _DOWN).get((afn, fn))
    if found is None and not is_up and afn in _ASK_BY_NAME:
        return NOTHING
    return found


def take_units(afn, is_up, body, password=PASSWORD):
    """([Unit], rest) of the octets between SEQ and EC, Tp: the rest begins with the first unit
    whose form is not known here, or is the password, or empty. Of an AFN that is not known all
    is rest. WireError.

    password   octets of it, in downward frames of WITH_PASSWORD: qgdw3761_frame.password_size()
    """
    if afn not in AFNS:
        return [], body
    end = len(body)
    if not is_up and afn in WITH_PASSWORD and afn != TRANSPARENT:
        if end < password:
            raise WireError("a 376.1 frame without its password")
        end -= password
    cursor = Cursor(body[:end])
    units, asked = [], 0
    while cursor.left() and not _is_password(afn, is_up, cursor):
        begin = cursor.at
        points, functions = take_unit_id(cursor)
        codecs = [codec_of(afn, fn, is_up) for fn in functions]
        if None in codecs:
            return units, body[begin:]
        asked += len(points) * len(functions)
        if asked > VALUES_MAX:
            raise WireError("more points and functions than are served at once")
        data = [[codec.take(cursor) for codec in codecs] for _ in points]
        units.append(Unit(points, functions, data))
    return units, body[cursor.at :]


def _is_password(afn, is_up, cursor):
    """Some head-ends send one with AFN 10, some do not."""
    return afn == TRANSPARENT and not is_up and cursor.at and cursor.left() == PASSWORD


def give_units(afn, is_up, units):
    """The octets of the units."""
    octets = b""
    for unit in units:
        octets += point_set(unit.points) + function_set(unit.functions)
        for values in unit.data:
            for fn, value in zip(unit.functions, values):
                octets += codec_of(afn, fn, is_up).give(value)
    return octets


def shown(afn, is_up, units):
    """[{"pn", "fn", "name", "data"}] in values that JSON has."""
    found = []
    for unit in units:
        for pn, values in zip(unit.points, unit.data):
            for fn, value in zip(unit.functions, values):
                row = {"pn": pn, "fn": fn, "name": NAMES.get((afn, fn), "not explained here")}
                if value is not None:
                    row["data"] = codec_of(afn, fn, is_up).shown(value)
                found.append(row)
    return found
