"""Civil time: what the clock on the wall shows, by a time zone with or without summer time.

A zone is written as POSIX writes it: "CET-1CEST,M3.5.0,M10.5.0/3" is an hour ahead of UTC, two in
summer, from the last Sunday of March to that of October.

Reference: POSIX.1-2017, Base Definitions, 8.3, TZ; of its rules the form Mm.w.d.
"""

from collections import namedtuple

from hal.errors import Refused
from wire.cosem_time import date_of, days_of

HOUR_S = 3_600
DAY_S = 86_400
_OFFSET_MAX_S = 14 * HOUR_S
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_IN_BRACKETS = _LETTERS + "0123456789+-"
_THURSDAY = 4  # 1970-01-01; Sunday is 0

_Rule = namedtuple("_Rule", ("month", "week", "weekday", "second"))


class Zone:
    """`text` as above; Refused says what is wrong with it."""

    def __init__(self, text):
        self.text = text
        parts = text.split(",")
        head, rules = parts[0], parts[1:]
        name, head = _name(head, text)
        self.standard_s, head = _offset(head, text)
        self.summer_s = self.standard_s
        self._rules = ()
        if head:
            name, head = _name(head, text)
            self.summer_s = self.standard_s + HOUR_S
            if head:
                self.summer_s, head = _offset(head, text)
            if head or len(rules) != 2:
                raise _wrong(text, "summer time needs two rules, when it begins and ends")
            self._rules = tuple([_rule(rule, text) for rule in rules])
        elif rules:
            raise _wrong(text, "rules, and no name of summer time")

    def offset_s(self, utc_s):
        """Civil time minus UTC at that moment."""
        if not self._rules:
            return self.standard_s
        year, _, _ = date_of((utc_s + self.standard_s) // DAY_S)
        begins_s, ends_s = self._changes(year)
        if begins_s < ends_s:
            is_summer = begins_s <= utc_s < ends_s
        else:  # in the south, over the turn of the year
            is_summer = not ends_s <= utc_s < begins_s
        return self.summer_s if is_summer else self.standard_s

    def civil_s(self, utc_s):
        """Seconds since 1970 of the clock on the wall."""
        return utc_s + self.offset_s(utc_s)

    def utc_s(self, civil_s):
        """The first moment at which the clock on the wall has reached `civil_s`: of an hour that
        comes twice the first time, of one that is skipped the moment of the skip."""
        offsets = sorted({self.standard_s, self.summer_s}, reverse=True)
        for offset_s in offsets:  # the largest offset gives the earliest moment
            utc_s = civil_s - offset_s
            if self.offset_s(utc_s) == offset_s:
                return utc_s
        year, _, _ = date_of(civil_s // DAY_S)
        return min(self._changes(year), key=lambda utc_s: abs(civil_s - offsets[1] - utc_s))

    def _changes(self, year):
        """When summer time begins and ends in `year`, in UTC."""
        begins, ends = self._rules
        return _moment_s(begins, year) - self.standard_s, _moment_s(ends, year) - self.summer_s


def date_text(civil_s):
    """2026-11-23 06:30 of a civil time."""
    year, month, day = date_of(civil_s // DAY_S)
    minute = civil_s // 60 % 1440
    return f"{year:04}-{month:02}-{day:02} {minute // 60:02}:{minute % 60:02}"


def _moment_s(rule, year):
    """Civil time of the change, on the clock that was right before it."""
    first = days_of(year, rule.month, 1)
    day = first + (rule.weekday - first - _THURSDAY) % 7 + 7 * (rule.week - 1)
    year, month = (year, rule.month + 1) if rule.month < 12 else (year + 1, 1)
    while day >= days_of(year, month, 1):  # week 5 is the last one there is
        day -= 7
    return day * DAY_S + rule.second


def _name(text, whole):
    if text[:1] == "<":
        name, closing, rest = text[1:].partition(">")
        good = closing and len(name) >= 3 and all([each in _IN_BRACKETS for each in name])
    else:
        size = 0
        while size < len(text) and text[size] in _LETTERS:
            size += 1
        name, rest, good = text[:size], text[size:], size >= 3
    if not good:
        raise _wrong(whole, "a name has three letters or more")
    return name, rest


def _offset(text, whole):
    """(civil time minus UTC, the rest). POSIX counts the other way: west is positive."""
    size = 0
    while size < len(text) and text[size] in "+-0123456789:":
        size += 1
    sign = -1 if text[:1] != "-" else 1
    digits = text[:size].lstrip("+-") if size else ""
    second = _clock_s(digits, whole)
    if second > _OFFSET_MAX_S:
        raise _wrong(whole, "more than 14 hours from UTC")
    return sign * second, text[size:]


def _rule(text, whole):
    day, slash, clock = text.partition("/")
    numbers = day[1:].split(".")
    if day[:1] != "M" or len(numbers) != 3 or not all([_is_digits(each) for each in numbers]):
        raise _wrong(whole, f"rule {text!r}: write Mmonth.week.weekday/time")
    month, week, weekday = [int(each) for each in numbers]
    if not (1 <= month <= 12 and 1 <= week <= 5 and 0 <= weekday <= 6):
        raise _wrong(whole, f"rule {text!r}: month 1 to 12, week 1 to 5, weekday 0 to 6")
    second = _clock_s(clock, whole) if slash else 2 * HOUR_S
    if second > DAY_S:
        raise _wrong(whole, f"rule {text!r}: a time from 0 to 24")
    return _Rule(month, week, weekday, second)


def _clock_s(text, whole):
    """Of h, h:mm or h:mm:ss."""
    parts = text.split(":")
    if len(parts) > 3 or not all([_is_digits(each) for each in parts]):
        raise _wrong(whole, f"{text!r} is no time")
    numbers = [int(each) for each in parts] + [0, 0]
    if numbers[1] > 59 or numbers[2] > 59:
        raise _wrong(whole, f"{text!r} is no time")
    return numbers[0] * HOUR_S + numbers[1] * 60 + numbers[2]


def _is_digits(text):
    return 0 < len(text) <= 3 and all([each in "0123456789" for each in text])


def _wrong(text, reason):
    return Refused(f"zone {text!r}: {reason}; as in CET-1CEST,M3.5.0,M10.5.0/3 or UTC0")
