"""What the DCU itself must know of a certificate: when it is valid. All else is the TLS library's.

Reference: RFC 5280, 4.1; X.690 (DER).
"""

from wire.cosem_time import date_of, days_of
from wire.cursor import Cursor
from wire.errors import WireError

_INTEGER, _SEQUENCE, _VERSION = 0x02, 0x30, 0xA0
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_DAY_S = 86_400


def validity(certificate):
    """(first, last) second of UTC since 1970 in which it is valid. WireError for what is no
    certificate in DER."""
    whole = Cursor(certificate)
    outer = Cursor(_element(whole, _SEQUENCE))
    if whole.left():
        raise WireError("something follows the certificate")
    inner = Cursor(_element(outer, _SEQUENCE))
    if inner.data[:1] == bytes([_VERSION]):
        _element(inner, _VERSION)
    for tag in (_INTEGER, _SEQUENCE, _SEQUENCE):  # serial number, algorithm, issuer
        _element(inner, tag)
    dates = Cursor(_element(inner, _SEQUENCE))
    return _time(dates), _time(dates)


def _element(cursor, tag):
    found = cursor.u8()
    if found != tag:
        raise WireError(f"tag {found:02X} where {tag:02X} belongs")
    return cursor.take(cursor.length())


def _time(cursor):
    """YYMMDDhhmmssZ of 1950 to 2049, or with four digits of the year: RFC 5280, 4.1.2.5."""
    tag = cursor.u8()
    digits = cursor.take(cursor.length())
    size = {_UTC_TIME: 13, _GENERALIZED_TIME: 15}.get(tag)
    if size is None or len(digits) != size or digits[-1:] != b"Z":
        raise WireError("not a time", digits)
    pairs = [_pair(digits[at : at + 2]) for at in range(0, size - 1, 2)]
    if tag == _UTC_TIME:
        pairs = [19 if pairs[0] >= 50 else 20] + pairs
    year = 100 * pairs[0] + pairs[1]
    month, day, hour, minute, second = pairs[2:]
    days = days_of(year, month, day)
    if date_of(days) != (year, month, day) or hour > 23 or minute > 59 or second > 59:
        raise WireError("no such time", digits)
    return days * _DAY_S + 3600 * hour + 60 * minute + second


def _pair(digits):
    if not all([0x30 <= each <= 0x39 for each in digits]):
        raise WireError("not a time", digits)
    return int(digits.decode())
