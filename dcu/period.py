"""When a task is due: the beginnings of its slots, one after the other.

Up to an hour, slots are of equal length and lie as civil time without its summer time says, so
that none is lost or doubled when the clocks change. Longer ones begin by the clock on the wall:
what would begin in the hour that is skipped begins at the skip, and what would begin twice
begins the first time.
"""

from dcu.civil import DAY_S, HOUR_S
from hal.errors import Refused
from wire.cosem_time import date_of, days_of

_UNITS = {"s": 1, "m": 60, "h": HOUR_S, "d": DAY_S}
_MONTH = "1mo"
MONTH_S = 28 * DAY_S  # two beginnings of months are never nearer
_SHORTEST_S = 2
_FORMS = "allowed are 2s to 1h (as 90s or 15m), and 2h, 3h, 4h, 6h, 8h, 12h, 1d, 1mo"


class Period:
    """`text` as in _FORMS, `offset_s` from the beginning of each, `zone` of dcu/civil.py.

    length_s   the usual length; a day may be an hour shorter or longer
    spacing_s  no two beginnings are nearer: what storage may count with
    is_even    slots of any length, multiples of UTC whatever the zone: the rounds of all meters
    Refused for a text that is none, or an offset as long as the period.
    """

    def __init__(self, text, offset_s, zone, is_even=False):
        self.text = text
        self._offset_s = offset_s
        self._zone = zone
        self._shift_s = offset_s if is_even else offset_s - zone.standard_s
        self._is_month = text == _MONTH
        self.length_s = MONTH_S if self._is_month else _seconds(text, is_even)
        self._is_civil = self.length_s > HOUR_S and not is_even
        self.spacing_s = self.length_s
        if self._is_civil and not self._is_month:
            self.spacing_s = self.length_s - HOUR_S
        if not 0 <= offset_s < self.length_s:
            raise Refused(f"offset {offset_s} s is not within the period {text}")

    def begin(self, utc_s):
        """The beginning of the slot that `utc_s` is in, in UTC."""
        if not self._is_civil:
            return self._even(utc_s)
        civil_s = self._zone.civil_s(utc_s)
        slot = self._slot_of(civil_s - self._offset_s)
        after_s = self._utc_s(slot + 1)  # in an hour that comes twice it may have begun before
        return after_s if after_s <= utc_s else self._utc_s(slot)

    def after(self, begin_s):
        """The beginning of the slot that follows the one which begins at `begin_s`."""
        if not self._is_civil:
            return begin_s + self.length_s
        slot = self._slot_of(self._zone.civil_s(begin_s) - self._offset_s)
        while self._utc_s(slot) <= begin_s:
            slot += 1
        return self._utc_s(slot)

    def before(self, begin_s):
        """The beginning of the slot before."""
        return self.begin(begin_s - 1)

    def civil_s(self, utc_s):
        """What the clock on the wall shows then."""
        return self._zone.civil_s(utc_s)

    def _even(self, utc_s):
        return utc_s - (utc_s - self._shift_s) % self.length_s

    def _slot_of(self, civil_s):
        if not self._is_month:
            return civil_s // self.length_s
        year, month, _ = date_of(civil_s // DAY_S)
        return 12 * year + month - 1

    def _utc_s(self, slot):
        if self._is_month:
            civil_s = days_of(slot // 12, slot % 12 + 1, 1) * DAY_S
        else:
            civil_s = slot * self.length_s
        return self._zone.utc_s(civil_s + self._offset_s)


def seconds(text):
    """Of 90, 90s, 5m, 1h or 1d; None for anything else."""
    unit = _UNITS.get(text[-1:])
    digits = text if unit is None else text[:-1]
    if not (0 < len(digits) < 8 and all([each in "0123456789" for each in digits])):
        return None
    return int(digits) * (unit or 1)


def _seconds(text, is_even):
    length_s = seconds(text)
    good = length_s is not None and _SHORTEST_S <= length_s <= DAY_S
    if good and not is_even and length_s > HOUR_S:
        good = length_s % HOUR_S == 0 and DAY_S % length_s == 0
    if not good:
        raise Refused(f"period {text!r}: {_FORMS}")
    return length_s
