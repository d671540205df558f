"""Rows of a profile of a meter (load profile, billing, event log) by range of time. `meter` is
open; each function raises what dcu/meter_services.py names.
"""

from collections import namedtuple

from dcu.meter_services import CLOCK_TIME, clock_octets
from dcu.read_now import is_scaler_unit
from hal.errors import Refused
from wire import axdr, profile_rows
from wire.apdu import Attribute
from wire.cosem_time import NORMAL, date_time_like, utc_of
from wire.dialogue import by_range, restricting_attribute

ROWS_MAX = 20_000  # of one reading: some 200 days of quarters of an hour
ROWS_AT_ONCE = 960  # of one request: they are in memory twice
_PROFILE, _BUFFER, _CAPTURE_OBJECTS, _PERIOD, _ENTRIES = 7, 2, 3, 4, 8
_U32_MAX = 0xFFFFFFFF
_SCALERS = {(3, 2): 3, (4, 2): 3, (5, 2): 4, (5, 3): 4}  # (class, value): where scaler_unit is
_AHEAD_S = 86_400  # a meter's clock may be wrong by that; what is newer than now is wanted, too

# columns: of Attribute; period_s: 0 if rows do not come by the clock; entries: how many rows the
# meter keeps, 0 if it does not say; scaler_units: {Attribute: (scaler, unit)} of the columns that
# are registers
Layout = namedtuple("Layout", ("columns", "period_s", "entries", "scaler_units"))


async def layout(meter, ln):
    """The Layout of the profile with the logical name `ln`: it stays while the meter's set-up
    does, so whoever comes often keeps it."""
    wanted = [Attribute(_PROFILE, ln, each) for each in (_CAPTURE_OBJECTS, _PERIOD, _ENTRIES)]
    (dar, objects), (_, period_s), (_, entries) = await meter.get_list(wanted)
    if dar:
        objects = await meter.get(wanted[0])  # it raises what is the matter
    columns = profile_rows.columns_of(objects)
    units = await _scaler_units(meter, columns)
    return Layout(columns, _u32(period_s), _u32(entries), units)


def _u32(value):
    return value if type(value) is int and 0 <= value <= _U32_MAX else 0


async def _scaler_units(meter, columns):
    registers = [each for each in columns if (each.class_id, each.index) in _SCALERS]
    asked = [Attribute(c.class_id, c.ln, _SCALERS[c.class_id, c.index]) for c in registers]
    results = await meter.get_list(asked) if asked else []
    found = zip(registers, [value for _, value in results])
    return {column: value for column, value in found if is_scaler_unit(value)}


async def read_rows(meter, ln, shape, from_s, to_s=None, deviation=NORMAL, shown=None):
    """[(UTC in seconds, (value, ...)), ...] in the order of the meter, both ends included; None
    is all up to now. The values are those of profile_rows.value_columns(shape.columns), as the
    meter has them: not scaled. Rows without a time, or with one that no record can hold, are
    left out.

    shape   Layout
    shown   the 12 octets of the meter's clock, for who has read them; None has them read
    Refused when it may be more than ROWS_MAX rows.
    """
    like = shown or await clock_octets(meter)  # the range goes in the meter's own local time
    if to_s is None:
        to_s = max(from_s, utc_of(like, deviation) + _AHEAD_S)
    from_s, to_s = max(from_s, 0), min(to_s, _U32_MAX)
    period_s = shape.period_s
    if period_s and (to_s - from_s) // period_s >= ROWS_MAX:
        raise Refused(f"more than {ROWS_MAX} rows of {period_s} s: ask for less at once")
    step_s = period_s * ROWS_AT_ONCE if period_s else max(1, to_s - from_s + 1)
    rows = []
    for first_s in range(from_s, to_s + 1, step_s):
        last_s = min(first_s + step_s - 1, to_s)
        ends = [date_time_like(each_s, like, deviation) for each_s in (first_s, last_s)]
        access = by_range(_BY_TIME, *[axdr.octets(octets) for octets in ends])
        buffer = await meter.get(Attribute(_PROFILE, ln, _BUFFER), access)
        found = profile_rows.rows(buffer, shape.columns, period_s, deviation)
        rows += [row for row in found if row[0] is not None and first_s <= row[0] <= last_s]
        if len(rows) > ROWS_MAX:
            raise Refused(f"more than {ROWS_MAX} rows: ask for less at once")
    return rows


_BY_TIME = restricting_attribute(*CLOCK_TIME)
