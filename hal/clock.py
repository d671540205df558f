"""Time. The only module that may import time."""

import time

_ticks_ms = getattr(time, "ticks_ms", None)  # MicroPython's
_difference = getattr(time, "ticks_diff", lambda later, earlier: later - earlier)
_SET_FROM_S = 1_704_067_200  # 2024-01-01: an earlier clock has lost its battery
_SET_TO_S = 0xFFFFFFFF  # 2106-02-07: no record holds a later time, and storage asserts it


class Clock:
    """Monotonic milliseconds since it was made, and UTC in seconds since 1970.

    MicroPython's ticks wrap (after 12.4 days where small ints have 31 bits), so they are
    accumulated; `ticks_ms` must be called at least once in half a wrap.

    Setting the clock shifts the machine's UTC for this process; the machine's own clock is
    the system's to set, and after a restart it holds again.
    """

    def __init__(self):
        self._last = _raw()
        self._elapsed_ms = 0
        self._shift_s = 0

    def ticks_ms(self):
        raw = _raw()
        self._elapsed_ms += _difference(raw, self._last)
        self._last = raw
        return self._elapsed_ms

    def utc_s(self):
        return int(time.time()) + self._shift_s

    def set_utc(self, utc_s):
        self._shift_s = utc_s - int(time.time())

    @property
    def is_set(self):
        """False while the time is so old that nobody can have set it, or later than a record
        can say: no reading is then taken."""
        return _SET_FROM_S <= self.utc_s() <= _SET_TO_S


def _raw():
    return _ticks_ms() if _ticks_ms else time.monotonic_ns() // 1_000_000  # dual: CPython's
