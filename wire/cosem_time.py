"""The 12 octets of a COSEM date-time, from and to UTC in seconds since 1970.

    year(2) month day weekday hour minute second hundredths deviation(2) clock-status

`deviation` is UTC minus local time in minutes: +01:00 is -60, on the wire FFC4.

Reference: IEC 62056-6-2, 4.1.6.1.
"""

NORMAL, REVERSED, IGNORED = "normal", "reversed", "ignored"  # how a meter means its deviation

_DAY_S = 86_400
_ANY = 0xFF
_IS_DST = 0x80  # of the clock status
_DEVIATION_UNSPECIFIED = -0x8000
_DEVIATION_MAX = 840  # minutes; -720..840 in newer editions, both signs are in use
_LAST_S = 2_005_917_609_599  # of the year FFFE; FFFF is "any"
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def date_time(utc_s, deviation_min=0):
    """The 12 octets, without the octet-string around them; the weekday is left unspecified."""
    assert -_DEVIATION_MAX <= deviation_min <= _DEVIATION_MAX
    days, second = divmod(utc_s - 60 * deviation_min, _DAY_S)
    year, month, day = date_of(days)
    assert 1970 <= year < 0xFFFF
    head = bytes([year >> 8, year & 0xFF, month, day, _ANY])
    clock = bytes([second // 3600, second // 60 % 60, second % 60, 0])
    return head + clock + (deviation_min % 0x10000).to_bytes(2, "big") + b"\x00"


def parse_date_time(octets, unspecified_min=0):
    """UTC in seconds; None for what is no date-time or has wildcards in it.

    unspecified_min  the deviation of a meter that does not tell its own (8000)
    An unspecified second counts as 0. The clock status is the caller's to judge: octets[11].
    """
    if not isinstance(octets, (bytes, bytearray)) or len(octets) != 12:
        return None
    year, month, day = octets[0] << 8 | octets[1], octets[2], octets[3]
    hour, minute, second = octets[5], octets[6], 0 if octets[7] == _ANY else octets[7]
    if not (1 <= month <= 12 and 1970 <= year < 0xFFFF and 1 <= day <= _days_in(year, month)):
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    deviation_min = (octets[9] << 8 | octets[10]) - (octets[9] >> 7 << 16)
    if deviation_min == _DEVIATION_UNSPECIFIED:
        deviation_min = unspecified_min
    if not -_DEVIATION_MAX <= deviation_min <= _DEVIATION_MAX:
        return None
    local_s = days_of(year, month, day) * _DAY_S + hour * 3600 + minute * 60 + second
    return local_s + 60 * deviation_min


def utc_of(octets, deviation=NORMAL):
    """As parse_date_time, of a meter whose `deviation` is NORMAL (UTC minus local time), REVERSED
    (local time minus UTC) or to be IGNORED (its time is UTC, whatever it says)."""
    utc_s = parse_date_time(octets)
    if utc_s is None or deviation == NORMAL:
        return utc_s
    stated_s = utc_s - parse_date_time(octets[:9] + b"\x00\x00" + octets[11:])
    return utc_s - (2 if deviation == REVERSED else 1) * stated_s


def date_time_like(utc_s, octets, deviation=NORMAL):
    """The 12 octets that a meter shows at `utc_s` whose clock once showed `octets`: in its local
    time, with its deviation, of which `deviation` says how the meter means it. What its years
    do not reach is the first or last second that they do."""
    stated_min = (octets[9] << 8 | octets[10]) - (octets[9] >> 7 << 16)
    if stated_min == _DEVIATION_UNSPECIFIED or deviation == IGNORED:
        behind_min = 0
    else:
        behind_min = -stated_min if deviation == REVERSED else stated_min
    status = _ANY if octets[11] == _ANY else octets[11] & _IS_DST
    local_s = min(max(utc_s - 60 * behind_min, 0), _LAST_S)
    return date_time(local_s)[:9] + bytes(octets[9:11]) + bytes([status])


def _is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_in(year, month):
    return 29 if month == 2 and _is_leap(year) else _DAYS[month - 1]


def days_of(year, month, day):
    """Days since 1970-01-01. The year is taken to begin in March: the leap day is its last."""
    year -= month <= 2
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return 365 * year + year // 4 - year // 100 + year // 400 + of_year - 719_468


def date_of(days):
    """(year, month, day); the inverse of days_of, by 400-year eras of 146 097 days."""
    era, of_era = divmod(days + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return 400 * era + year + (month <= 2), month, day
