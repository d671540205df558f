"""The half of tests/virtual.py that is for MicroPython: its loop with other ticks."""

from asyncio import core

from hal import coop_upy

_STEPS_MAX = 20_000  # tasks run without time advancing: more is one that never really waits
# The loop, written in C, stamps what may run at once with the real clock. Virtual time has to
# lie ahead of that, and does by 35,000 years.
_START_MS = core.ticks_add(core.ticks(), 1 << 50)

_now_ms = _START_MS
_real_ticks = core.ticks


class Stuck(BaseException):
    """No task can ever run again, or one runs for ever."""


def now_ms():
    return core.ticks_diff(_now_ms, _START_MS)


def run_virtual(coroutine):
    """The result of `coroutine`; tasks that are left when it ends are cancelled and awaited."""
    core.ticks = _virtual_ticks
    core.IOQueue = _Jump
    try:
        return coop_upy.run(coroutine)
    finally:
        core.ticks = _real_ticks
        core.IOQueue = coop_upy.PollQueue
        core.new_event_loop()


def _virtual_ticks():
    return _now_ms


class _Jump(coop_upy.PollQueue):
    """Waits for nothing: it sets the clock ahead to the next timer."""

    def __init__(self):
        super().__init__()
        self._steps = 0

    def wait_io_event(self, limit_ms):
        global _now_ms
        task = core._task_queue.peek()
        if task is None:
            raise Stuck("every task waits and no timer is set")
        ahead_ms = core.ticks_diff(task.ph_key, _now_ms)
        if ahead_ms > 0:
            _now_ms = core.ticks_add(_now_ms, ahead_ms)
            self._steps = 0
        self._steps += 1
        if self._steps > _STEPS_MAX:
            self._steps = 0
            raise Stuck(f"{_STEPS_MAX} steps, and time stands still at {now_ms()} ms")
