"""Stands in for a Part of dcu/app.py, for tests of what runs as one."""

from hal import coop
from tests.virtual import VirtualClock, run_virtual


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


def run_through(running, steps):
    """Lets the coroutine of a part run, in virtual time, while so many seconds pass, or what is a
    function is called; it must not end by itself."""

    async def live():
        task = coop.spawn(running)
        for step in steps:
            if callable(step):
                step()
            else:
                await coop.sleep_ms(1000 * step)
        assert not task.done()
        await coop.stop(task)

    run_virtual(live())
