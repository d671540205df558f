"""Stands in for a Part of dcu/app.py, for tests of what runs as one."""

from tests.virtual import VirtualClock


class Part:
    """`longest_ms` is the longest time that it was not seen alive"""

    def __init__(self, clock=None):
        self._clock = clock or VirtualClock()
        self._seen_ms = self._clock.ticks_ms()
        self.longest_ms = 0

    def alive(self):
        now_ms = self._clock.ticks_ms()
        self.longest_ms = max(self.longest_ms, now_ms - self._seen_ms)
        self._seen_ms = now_ms
