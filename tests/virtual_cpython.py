"""The half of tests/virtual.py that is for CPython: an event loop with a clock of its own.

No more of a loop than tasks and timers need, for its speed: a simulated day is some hundred
thousand waits.
"""

import asyncio
import logging
from collections import deque
from contextvars import copy_context
from heapq import heappop, heappush

_STEPS_MAX = 20_000  # without time advancing: more is a task that never really waits

_now_us = 0  # goes on from loop to loop


class Stuck(BaseException):
    """No task can ever run again, or one runs for ever."""


def now_us():
    return _now_us


def now_ms():
    return _now_us // 1000


def run_virtual(coroutine):
    """The result of `coroutine`; tasks that are left when it ends are cancelled and awaited."""
    global _now_us
    with asyncio.Runner(loop_factory=_Loop) as runner:
        try:
            return runner.run(coroutine)
        finally:
            _now_us = -(-_now_us // 1000) * 1000  # or what comes next would depend on what was


class _Call:
    """What call_soon and call_at give: it can be cancelled."""

    __slots__ = ("_what", "_arguments", "_context")

    def __init__(self, what, arguments, context):
        self._what = what
        self._arguments = arguments
        self._context = context or copy_context()

    def cancel(self):
        self._what = self._arguments = None

    def cancelled(self):
        return self._what is None

    def run(self):
        if self._what:
            self._context.run(self._what, *self._arguments)


class _Loop(asyncio.AbstractEventLoop):
    """Times are whole microseconds, and timers of the same moment go in the order in which they
    were set: all is the same in each run."""

    def __init__(self):
        self._start_us = _now_us
        self._ready = deque()
        self._timers = []  # (microsecond, number, _Call)
        self._number = 0
        self._steps = 0
        self._is_closed = False

    def time(self):
        return (_now_us - self._start_us) / 1_000_000

    def call_soon(self, callback, *args, context=None):
        call = _Call(callback, args, context)
        self._ready.append(call)
        return call

    call_soon_threadsafe = call_soon

    def call_later(self, delay, callback, *args, context=None):
        return self._set_timer(_now_us + round(delay * 1_000_000), callback, args, context)

    def call_at(self, when, callback, *args, context=None):
        at_us = self._start_us + round(when * 1_000_000)
        return self._set_timer(at_us, callback, args, context)

    def _set_timer(self, at_us, *call):
        call = _Call(*call)
        self._number += 1
        heappush(self._timers, (at_us, self._number, call))
        return call

    def run_until_complete(self, future):
        task = asyncio.ensure_future(future, loop=self)
        asyncio._set_running_loop(self)  # for implementations of loops, as its docstring says
        try:
            while not task.done():
                self._step()
        finally:
            asyncio._set_running_loop(None)
        return task.result()

    def _step(self):
        """All that can run now; if nothing can, the clock is set to the next timer."""
        timers, ready = self._timers, self._ready
        while timers and timers[0][2].cancelled():
            heappop(timers)
        if not ready:
            self._jump()
        while timers and timers[0][0] <= _now_us:
            ready.append(heappop(timers)[2])
        self._steps += 1
        if self._steps > _STEPS_MAX:
            self._steps = 0
            raise Stuck(f"{_STEPS_MAX} steps, and time stands still at {_now_us} us")
        for _ in range(len(ready)):
            ready.popleft().run()

    def _jump(self):
        global _now_us
        if not self._timers:
            raise Stuck("every task waits and no timer is set")
        if self._timers[0][0] > _now_us:
            _now_us = self._timers[0][0]
            self._steps = 0

    def create_future(self):
        return asyncio.Future(loop=self)

    def create_task(self, coro, *, name=None, context=None):
        return asyncio.Task(coro, loop=self, name=name, context=context)

    def call_exception_handler(self, context):
        logging.getLogger("asyncio").error(context["message"], exc_info=context.get("exception"))

    def get_debug(self):
        return False

    def is_running(self):
        return asyncio._get_running_loop() is self

    def is_closed(self):
        return self._is_closed

    def close(self):
        self._is_closed = True

    async def shutdown_asyncgens(self):
        pass

    async def shutdown_default_executor(self, timeout=None):
        pass
