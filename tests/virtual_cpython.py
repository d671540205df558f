"""The half of tests/virtual.py that is for CPython: an event loop with a clock of its own."""

import asyncio
import selectors

_STEPS_MAX = 20_000  # without time advancing: more is a task that never really waits

_now_us = 0  # goes on from loop to loop


class Stuck(BaseException):
    """No task can ever run again, or one runs for ever."""


def now_ms():
    return _now_us // 1000


def run_virtual(coroutine):
    """The result of `coroutine`; tasks that are left when it ends are cancelled and awaited."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(coroutine)


class _Loop(asyncio.SelectorEventLoop):
    """Times are whole microseconds from its start: timers of the same moment are equal floats,
    and come in the same order in each run."""

    def __init__(self):
        self.start_us = _now_us
        super().__init__(_Jump(self))
        self._clock_resolution = 1e-6  # or a float of many days never reaches its timer

    def time(self):
        return (_now_us - self.start_us) / 1_000_000

    def call_at(self, when, callback, *args, context=None):
        return super().call_at(round(when, 6), callback, *args, context=context)


class _Jump(selectors.SelectSelector):
    """Waits for nothing: it sets the clock ahead by what the loop would have waited."""

    def __init__(self, loop):
        super().__init__()
        self._loop = loop
        self._steps = 0

    def select(self, timeout=None):
        global _now_us
        if timeout is None:
            raise Stuck("every task waits and no timer is set")
        if timeout > 0:
            ends_us = self._loop.start_us + round((self._loop.time() + timeout) * 1_000_000)
            _now_us = max(_now_us + 1, ends_us)
            self._steps = 0
        self._steps += 1
        if self._steps > _STEPS_MAX:
            self._steps = 0
            raise Stuck(f"{_STEPS_MAX} steps, and time stands still at {_now_us} us")
        return []
