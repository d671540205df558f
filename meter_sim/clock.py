"""The clock of a meter (class 8): what it takes for the time, and who may move it how far."""

from meter_sim import data
from meter_sim.dar import OK, OTHER_REASON, TYPE_UNMATCHED
from meter_sim.items import Item, fixed, obis

CLOCK = obis("0.0.1.0.0.255")
TIME = 2
QUARTER_S, MINUTE_S = 900, 60
DEVIATIONS = {  # how a meter says its deviation: of UTC minus local, in minutes
    "standard": lambda minutes: minutes,
    "reversed": lambda minutes: -minutes,
    "unspecified": lambda minutes: data.UNSPECIFIED_DEVIATION,
}
SHIFT_MAX_S = 900  # of shift_time, either way


class Clock:
    """moved(utc_s): the clock has been set.

    offset_s       how much it is ahead of the truth
    deviation_min  UTC minus local time
    says_deviation  one of DEVIATIONS: how it says that in dates
    jump_max_s     a setting that would move it further is refused; None: any is taken
    """

    def __init__(self, offset_s, deviation_min, moved):
        self.offset_s = offset_s
        self.deviation_min = deviation_min
        self.says_deviation = "standard"
        self.jump_max_s = None
        self._moved = moved

    def time_s(self, utc_s):
        """What the meter takes for the time."""
        return int(utc_s) + self.offset_s

    def stamp(self, time_s):
        """The octet-string of a second of its own time."""
        said_min = DEVIATIONS[self.says_deviation](self.deviation_min)
        return data.date_time(time_s, self.deviation_min, said_min)

    def utc_of(self, twelve):
        """The second of its own time that somebody names in its way, or None."""
        sign = -1 if self.says_deviation == "reversed" else 1
        return data.utc_of(twelve, self.deviation_min, sign)

    def item(self):
        undated = fixed(data.octets(b"\xff" * 8 + b"\x00\x80\x00\x00"))
        attributes = {
            TIME: lambda t: self.stamp(self.time_s(t)),
            3: lambda t: data.i16(self.deviation_min),
            4: fixed(data.u8(0)),
            5: undated,
            6: undated,
            7: fixed(data.i8(0)),
            8: fixed(data.boolean(False)),
            9: fixed(data.enum(1)),
        }
        methods = {1: self._to_nearest(QUARTER_S), 3: self._to_nearest(MINUTE_S), 6: self._shift}
        return Item(8, attributes, {TIME: self._set}, methods)

    def _set(self, value, utc_s):
        if value.tag not in (data.OCTETS, data.DATE_TIME):
            return TYPE_UNMATCHED
        told_s = self.utc_of(value.value)
        return TYPE_UNMATCHED if told_s is None else self._move(told_s, utc_s)

    def _move(self, told_s, utc_s):
        limit_s = self.jump_max_s
        if limit_s is not None and abs(told_s - self.time_s(utc_s)) > limit_s:
            return OTHER_REASON
        self.offset_s = told_s - int(utc_s)
        self._moved(utc_s)
        return OK

    def _to_nearest(self, step_s):
        """adjust_to_quarter, adjust_to_minute: the nearest one."""

        def adjust(value, utc_s):
            nearest_s = (self.time_s(utc_s) + step_s // 2) // step_s * step_s
            return self._move(nearest_s, utc_s)

        return adjust

    def _shift(self, value, utc_s):
        """shift_time: seconds, as a long."""
        if value is None or value.tag != 16 or abs(value.value) > SHIFT_MAX_S:
            return TYPE_UNMATCHED
        return self._move(self.time_s(utc_s) + value.value, utc_s)
