"""The half of tests/virtual.py that is for CPython: an event loop with a clock of its own."""

import asyncio
import math
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
    def __init__(self):
        super().__init__(_Jump())
        self._clock_resolution = 1e-6  # or a float of many days never reaches its timer

    def time(self):
        return _now_us / 1_000_000


class _Jump(selectors.SelectSelector):
    """Waits for nothing: it sets the clock ahead by what the loop would have waited."""

    _steps = 0

    def select(self, timeout=None):
        global _now_us
        if timeout is None:
            raise Stuck("every task waits and no timer is set")
        if timeout > 0:
            ends_us = _now_us + timeout * 1_000_000
            _now_us = max(_now_us + 1, math.ceil(ends_us - 0.01))  # the time is a float
            self._steps = 0
        self._steps += 1
        if self._steps > _STEPS_MAX:
            self._steps = 0
            raise Stuck(f"{_STEPS_MAX} steps, and time stands still at {_now_us} us")
        return []
