"""Virtual time: `run_virtual(coroutine)` runs it, and whenever no task can run, the clock jumps to
the next timer. A day takes seconds; the order of things is the same each time.

Waits on sockets and terminals have no place in it. When every task waits and no timer is set, or
when tasks run on and time stands still, it raises Stuck: a real DCU would hang there.
"""

import sys

if sys.implementation.name == "micropython":
    from tests import virtual_upy as _own
else:
    from tests import virtual_cpython as _own

run_virtual = _own.run_virtual
Stuck = _own.Stuck
UTC_S = 1_735_689_600  # 2025-01-01, a Wednesday


class VirtualClock:
    """Stands in for hal.clock.Clock. It goes on from one `run_virtual` to the next."""

    def __init__(self, utc_s=UTC_S):
        self._start_ms = _own.now_ms()
        self._epoch_s = utc_s

    def ticks_ms(self):
        return _own.now_ms() - self._start_ms

    def utc_s(self):
        return self._epoch_s + self.ticks_ms() // 1000

    def set_utc(self, utc_s):
        self._epoch_s = utc_s - self.ticks_ms() // 1000

    @property
    def is_set(self):
        return 1_704_067_200 <= self.utc_s() < 1 << 32
