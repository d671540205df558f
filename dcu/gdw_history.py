"""Q/GDW 376.1, AFN 0D: days, months and curves, out of the readings that are kept.

What is frozen for a day or a month is the first reading of the hour that begins with the midnight
that ends it, with the time of the reading; what is not there is EE. Reactive energy is in no
reading, but in what tasks bring: it is the first of that hour there.

Reference: Q/GDW 376.1-2009, 5.13.
"""

from dcu import gdw_reactive, gdw_time
from dcu.gdw_values import AMPERE, POWER, REGISTER, USED, VOLT, column, exported, imported, scaled
from hal.errors import Refused
from wire.qgdw3761_data import DENSITY_S

FROZEN_S = 3_600
_NO_VALUES = (None,) * 16


def _frozen(gdw, pn, midnight_s):
    """(when it was read, values)"""
    gdw.dcu.archive.get(pn)
    for row in gdw.dcu.profile.query(pn, midnight_s, midnight_s + FROZEN_S):
        return row
    return None, _NO_VALUES


def _of_day(values_of):
    """values_of   coroutine function(gdw, pn, midnight_s) -> when it was read, and the values"""

    async def day(gdw, pn, asked):
        ends_s = gdw_time.day_ends_s(gdw.zone(), asked["day"])
        return dict(await values_of(gdw, pn, ends_s), day=asked["day"])

    return day


def _of_month(values_of):
    async def month(gdw, pn, asked):
        ends_s = gdw_time.month_ends_s(gdw.zone(), asked["month"])
        return dict(await values_of(gdw, pn, ends_s), month=asked["month"])

    return month


async def _imported(gdw, pn, midnight_s):
    time_s, values = _frozen(gdw, pn, midnight_s)
    return {"time": gdw.minute_of(time_s), "kwh": imported(values)}


async def _exported(gdw, pn, midnight_s):
    time_s, values = _frozen(gdw, pn, midnight_s)
    return {"time": gdw.minute_of(time_s), "kwh": exported(values)}


async def _with_quadrants(gdw, pn, midnight_s):
    found = await _imported(gdw, pn, midnight_s)
    await gdw_reactive.add_quadrants(gdw, pn, found, midnight_s, midnight_s + FROZEN_S)
    return found


def _total(name):
    async def total(gdw, pn, midnight_s):
        ends_s = midnight_s + FROZEN_S
        time_s, value = await gdw_reactive.total(gdw, pn, name, midnight_s, ends_s)
        return {"time": gdw.minute_of(time_s), "kvarh": [value]}

    return total


async def day_import(gdw, pn, asked):
    """What was used within the day: the difference of what is frozen for it and the day before."""
    ends_s = gdw_time.day_ends_s(gdw.zone(), asked["day"])
    began_s = gdw_time.utc_of(gdw.zone(), asked["day"])
    before, after = [imported(_frozen(gdw, pn, at)[1]) for at in (began_s, ends_s)]
    return {"day": asked["day"], "kwh": [_difference(*each) for each in zip(before, after)]}


def _difference(before, after):
    if before is None or after is None or after < before:
        return None
    return after - before


def _curve(name, scale, is_difference=False):
    """`scale`, of dcu/gdw_values.py, makes of the column `name` what the format has."""

    async def curve(gdw, pn, asked):
        gdw.dcu.archive.get(pn)
        if asked["density"] not in DENSITY_S:
            raise Refused(f"376.1: no density {asked['density']}")
        step_s, count = DENSITY_S[asked["density"]], asked["points"]
        from_s = gdw_time.utc_of(gdw.zone(), asked["from"])
        values = _points(gdw, pn, name, from_s, step_s, count + is_difference)
        if is_difference:
            values = [_difference(*each) for each in zip(values, values[1:])]
        found = dict(asked)
        found["values"] = [scaled(value, scale) for value in values]
        return found

    return curve


def _points(gdw, pn, name, from_s, step_s, count):
    """The value at each point: of the reading whose slot begins there."""
    found = [None] * count
    for time_s, values in gdw.dcu.profile.query(pn, from_s, from_s + step_s * count):
        at, late_s = divmod(time_s - from_s, step_s)
        if not late_s:
            found[at] = column(values, name)
    return found


READ = {
    1: _of_day(_with_quadrants),
    5: day_import,
    81: _curve("power_w", POWER),
    89: _curve("voltage_mv", VOLT),
    92: _curve("current_ma", AMPERE),
    97: _curve("energy_import_wh", USED, True),
    99: _curve("energy_export_wh", USED, True),
    101: _curve("energy_import_wh", REGISTER),
    103: _curve("energy_export_wh", REGISTER),
    161: _of_day(_imported),
    162: _of_day(_total(gdw_reactive.IMPORT)),
    163: _of_day(_exported),
    164: _of_day(_total(gdw_reactive.EXPORT)),
    177: _of_month(_imported),
    178: _of_month(_total(gdw_reactive.IMPORT)),
    179: _of_month(_exported),
    180: _of_month(_total(gdw_reactive.EXPORT)),
}
