"""Times as Q/GDW 376.1 has them: civil time in tuples, from and to UTC in seconds.

A tuple is (year, month, day, hour, minute[, second, weekday]), of wire/qgdw3761_formats.py.
"""

from dcu.civil import DAY_S
from hal.errors import Refused
from wire.cosem_time import date_of, days_of

_THURSDAY = 4  # 1970-01-01; Monday is 1
_YEARS = range(2000, 2100)


def minute_of(zone, utc_s):
    """A.15, or None where there is none: no time, or one that two digits of a year do not hold."""
    found = _civil(zone, utc_s)
    return found and found[:5]


def second_of(zone, utc_s):
    """A.1, or None."""
    return _civil(zone, utc_s)


def _civil(zone, utc_s):
    if utc_s is None:
        return None
    days, second = divmod(utc_s + zone.offset_s(utc_s), DAY_S)
    year, month, day = date_of(days)
    if year not in _YEARS:
        return None
    weekday = (days + _THURSDAY - 1) % 7 + 1
    return (year, month, day, second // 3600, second // 60 % 60, second % 60, weekday)


def utc_of(zone, civil):
    """UTC in seconds of a tuple with a date, and as much of a time as there is. Refused."""
    hour, minute, second = (tuple(civil or ())[3:6] + (0, 0, 0))[:3]
    return zone.utc_s(DAY_S * _days(civil) + 3600 * hour + 60 * minute + second)


def day_ends_s(zone, day):
    """The midnight that ends the day (year, month, day), in UTC. Refused."""
    return zone.utc_s(DAY_S * (_days(day) + 1))


def month_ends_s(zone, month):
    """The midnight that ends the month (year, month), in UTC. Refused."""
    if month is None:
        raise Refused("376.1: no date")
    year, number = month
    year, number = (year, number + 1) if number < 12 else (year + 1, 1)
    return zone.utc_s(DAY_S * days_of(year, number, 1))


def _days(date):
    if date is None or date_of(days_of(*date[:3])) != tuple(date[:3]):
        raise Refused("376.1: no such date")
    return days_of(*date[:3])
