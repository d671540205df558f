"""Profile generic (class 7): the load profile, and selective access to any buffer.

Rows of the load profile are computed when asked for, never stored. A buffer is oldest first.
"""

from meter_sim import data
from meter_sim.dar import DENIED, OK, TYPE_UNMATCHED
from meter_sim.items import PROFILE, Item, fixed

PERIOD_S = 900
ENTRIES_MAX = 60 * 96  # 60 days
STATUS_POWER_DOWN = 0x80
BY_RANGE, BY_ENTRY = 1, 2
# null-data for all time stamps but the first; date-time for octet-string; compact-array
STYLES = NULL_TIME, TYPED_TIME, COMPACT = "null-time", "typed-time", "compact"
CLOCK_COLUMN = (8, bytes.fromhex("0000010000ff"), 2)


class LoadProfile:
    """One row at each multiple of the period, UTC, at which the meter had supply."""

    columns = (
        CLOCK_COLUMN,
        (1, bytes.fromhex("0000600a01ff"), 2),
        (3, bytes.fromhex("0100010800ff"), 2),
        (3, bytes.fromhex("0100020800ff"), 2),
    )
    entries_max = ENTRIES_MAX

    def __init__(self, power, energy_cells, period_s=PERIOD_S):
        """energy_cells(utc_s) -> encoded import and export, as in their registers"""
        self.period_s = period_s
        self._power = power
        self._energy_cells = energy_cells

    def keys(self, utc_s):
        """The times of all rows held, in order."""
        period_s = self.period_s
        newest_s = int(utc_s) // period_s * period_s
        slots = range(newest_s - (ENTRIES_MAX - 1) * period_s, newest_s + 1, period_s)
        if self._power.was_never_off():  # most meters, and there are thousands of slots
            return list(slots)
        return [slot_s for slot_s in slots if self._power.is_on(slot_s)]

    def time_s(self, slot_s):
        return slot_s

    def cells(self, slot_s, stamp):
        disturbed = self._power.was_off(slot_s - self.period_s, slot_s)
        status = data.u8(STATUS_POWER_DOWN if disturbed else 0)
        return [stamp, status, *self._energy_cells(slot_s)]


def read(profile, selection, utc_s, clock, styles=()):
    """(DAR, encoded buffer). `clock` makes the time stamps, `styles` are of STYLES."""
    chosen = _chosen(profile, selection, utc_s, clock)
    if isinstance(chosen, int):
        return chosen, b""
    keys, columns = chosen
    rows = []
    for key in keys:
        stamp = clock.stamp(profile.time_s(key))
        if TYPED_TIME in styles:
            stamp = bytes((data.DATE_TIME,)) + stamp[2:]
        cells = profile.cells(key, data.NULL if NULL_TIME in styles and rows else stamp)
        rows.append([cells[n] for n in columns])
    if COMPACT in styles and rows:
        return OK, data.compact_array(rows)
    return OK, data.array([data.structure(*row) for row in rows])


def _chosen(profile, selection, utc_s, clock):
    """(keys of the rows, numbers of the columns), or a DAR."""
    keys = profile.keys(utc_s)
    if selection is None:
        return keys, range(len(profile.columns))
    if selection.selector == BY_RANGE:
        return _by_range(profile, keys, selection.data, clock)
    if selection.selector == BY_ENTRY:
        return _by_entry(profile, keys, selection.data)
    return DENIED


def _by_range(profile, keys, given, clock):
    """structure{restricting object, from, to, selected columns}; both ends are included."""
    if not _is_structure(given, 4):
        return TYPE_UNMATCHED
    restricting, low, high, selected = given.value
    columns = _columns(profile, selected)
    if columns is None or _column(restricting) != CLOCK_COLUMN:
        return TYPE_UNMATCHED
    if not all(end.tag in (data.OCTETS, data.DATE_TIME) for end in (low, high)):
        return TYPE_UNMATCHED
    low_s = clock.utc_of(low.value)
    high_s = clock.utc_of(high.value)
    low_s = 0 if low_s is None else low_s  # not specified: an open end
    high_s = 1 << 40 if high_s is None else high_s
    return [key for key in keys if low_s <= profile.time_s(key) <= high_s], columns


def _by_entry(profile, keys, given):
    """structure{from entry, to entry, from column, to column}; from 1, 0 means to the end."""
    if not _is_structure(given, 4) or [item.tag for item in given.value] != [6, 6, 18, 18]:
        return TYPE_UNMATCHED
    first, last, first_column, last_column = (item.value for item in given.value)
    count = len(profile.columns)
    columns = range(count)[max(0, first_column - 1) : last_column or count]
    return keys[max(0, first - 1) : last or len(keys)], columns


def _columns(profile, selected):
    """Numbers of the columns named; all of them if none is; None if one is not captured."""
    if selected.tag != data.ARRAY:
        return None
    if not selected.value:
        return range(len(profile.columns))
    wanted = [_column(item) for item in selected.value]
    if not all(column in profile.columns for column in wanted):
        return None
    return [profile.columns.index(column) for column in wanted]


def _column(given):
    """(class, ln, attribute) of a capture object definition, or None."""
    if not _is_structure(given, 4) or [item.tag for item in given.value] != [18, 9, 15, 18]:
        return None
    class_id, ln, index, _ = (item.value for item in given.value)
    return class_id, bytes(ln), index


def _is_structure(given, count):
    return given.tag == data.STRUCTURE and len(given.value) == count


def item(buffer):
    """All attributes but the buffer itself, which takes a selection: see `read`."""
    return Item(
        PROFILE,
        {
            3: fixed(data.array([capture_object(column) for column in buffer.columns])),
            4: fixed(data.u32(buffer.period_s)),
            5: fixed(data.enum(1)),  # first in, first out
            6: fixed(capture_object((0, bytes(6), 0))),
            7: lambda t: data.u32(len(buffer.keys(t))),
            8: fixed(data.u32(buffer.entries_max)),
        },
    )


def capture_object(column):
    class_id, ln, index = column
    return data.structure(data.u16(class_id), data.octets(ln), data.i8(index), data.u16(0))
