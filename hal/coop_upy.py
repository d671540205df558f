"""The half of hal/coop.py that is for MicroPython: its asyncio, with the defects mended.

What is mended (extmod/asyncio of MicroPython 1.28, unchanged in its sources of 2026):
- A task that gives up waiting for a stream forgot the one that waits for the other direction of
  the same stream, which then hung for ever: PollQueue replaces IOQueue.
- A wait with a limit took two more tasks: PollQueue waits for stream and timer at once.
- wait_for() that was cancelled cancelled its caller once more, in the middle of his `finally`:
  `within_ms` wakes him otherwise.
- Tasks that are left when `run` ends were still there in the next run: `run` cancels them.
- sleep() gives a singleton that must be awaited at once, and no coroutine: `sleep_ms` is one.
- gather() refuses a task that is awaited elsewhere: each gets a task of its own.
"""

import asyncio
import select
from asyncio import core

_ROUNDS = 50  # turns of the loop given to cancelled tasks, and then up to 100 times 20 ms
_PAUSE_MS = 20
_PAUSES = 100
_tasks = []  # what `spawn` started, less what had ended at the last call


class PollQueue:
    """Which task waits for which stream. The loop asks it whenever no task can run.

    `map` is {id of the stream: [task waiting to read, task waiting to write, stream]}; a task in
    it may be in the loop's timer queue as well, and then whichever is first wakes it.
    """

    def __init__(self):
        self.poller = select.poll()
        self.map = {}

    def queue_read(self, stream):
        self._enter(stream, 0)
        core.cur_task.data = self  # cancelling calls remove()

    def queue_write(self, stream):
        self._enter(stream, 1)
        core.cur_task.data = self

    def queue_limited(self, stream, way, limit_ms):
        """Way 0 is reading, 1 writing. The task wakes when it is ready, or after the limit."""
        self._enter(stream, way)
        core._task_queue.push(core.cur_task, core.ticks_add(core.ticks(), max(0, limit_ms)))

    def waits(self, stream, way, task):
        """Whether `task` is still waiting: not so after the stream has become ready."""
        row = self.map.get(id(stream))
        return row is not None and row[way] is task

    def remove(self, task):
        for row in list(self.map.values()):
            for way in (0, 1):
                if row[way] is task:
                    row[way] = None
                    self._watch(row)

    def release(self, stream):
        row = self.map.get(id(stream))
        if row:
            self._wake(row, 0)
            self._wake(row, 1)
            self._watch(row)

    def wait_io_event(self, limit_ms):
        for stream, events in self.poller.ipoll(limit_ms):
            row = self.map[id(stream)]
            if events & ~select.POLLOUT:  # an error or a hang-up too: reading then tells
                self._wake(row, 0)
            if events & ~select.POLLIN:
                self._wake(row, 1)
            self._watch(row)

    def _enter(self, stream, way):
        row = self.map.get(id(stream))
        if row is None:
            row = self.map[id(stream)] = [None, None, stream]
            self.poller.register(stream, 0)
        assert row[way] is None, "one task at a time reads, and one writes"
        row[way] = core.cur_task
        self._watch(row)

    def _watch(self, row):
        reader, writer, stream = row
        if reader is None and writer is None:
            del self.map[id(stream)]
            self.poller.unregister(stream)
        else:
            wanted = (select.POLLIN if reader else 0) | (select.POLLOUT if writer else 0)
            self.poller.modify(stream, wanted)

    def _wake(self, row, way):
        task = row[way]
        row[way] = None
        if task is None or task.data not in (None, self):
            return  # it is being cancelled, and in the queue for that already
        if task.data is None:
            core._task_queue.remove(task)  # its timer
        core._task_queue.push(task)


core.IOQueue = PollQueue
core.new_event_loop()


def run(coroutine):
    """The result of `coroutine`. Tasks that are left when it ends are cancelled and awaited."""
    core.new_event_loop()
    try:
        return asyncio.run(_main(coroutine))
    finally:
        asyncio.run(_end_all(core.cur_task))
        core.new_event_loop()


async def _main(coroutine):
    return await spawn(coroutine)  # a task of `spawn` too, to be found after an interrupt


async def _end_all(last):
    """`last` was running; if an interrupt came out of it, it never will be done."""
    for task in list(_tasks):
        task.cancel()
    for _ in range(_ROUNDS):  # also for those that asyncio started by itself, in wait_for
        await sleep_ms(0)
    for _ in range(_PAUSES):
        if all([task.done() or task is last for task in _tasks]):
            break
        await sleep_ms(_PAUSE_MS)
    _tasks.clear()


def spawn(coroutine):
    """A task that runs from now on: `cancel()` and `done()`, and it can be awaited."""
    _tasks[:] = [task for task in _tasks if not task.done()]
    task = core.create_task(coroutine)
    _tasks.append(task)
    return task


async def gather(*awaitables, return_exceptions=False):
    tasks = [spawn(_result_of(awaitable)) for awaitable in awaitables]
    return await asyncio.gather(*tasks, return_exceptions=return_exceptions)


async def _result_of(awaitable):
    return await awaitable


async def sleep_ms(duration_ms):
    await core.sleep_ms(duration_ms)


async def within_ms(limit_ms, coroutine):
    """Result of `coroutine`, or Expired after `limit_ms`; the coroutine is then cancelled."""
    limited = _Limited(coroutine)
    try:
        await core.sleep_ms(max(0, limit_ms))
    finally:
        await limited.end()
    error, result = limited.outcome
    if error:
        raise asyncio.TimeoutError() if type(error) is core.CancelledError else error
    return result


class _Limited:
    """A coroutine in a task of its own, and a task that sleeps meanwhile, to be woken by it."""

    def __init__(self, coroutine):
        self.outcome = None  # (error or None, result)
        self._has_begun = False
        self._sleeper = core.cur_task
        self._task = core.create_task(self._run(coroutine))

    async def _run(self, coroutine):
        self._has_begun = True
        try:
            self.outcome = (None, await coroutine)
        except core.CancelledError as error:
            self.outcome = (error, None)
        except Exception as error:
            self.outcome = (error, None)
        if self._sleeper:
            core._task_queue.remove(self._sleeper)
            core._task_queue.push(self._sleeper)

    async def end(self):
        """The sleeper has woken, or is cancelled: what has not ended is, and cleans up."""
        try:
            if self.outcome is None:
                self._task.cancel()
                while self._has_begun and self.outcome is None:
                    await core.sleep_ms(_PAUSE_MS)
                self.outcome = self.outcome or (core.CancelledError(), None)
        finally:
            self._sleeper = None


async def aside(function, *arguments):
    """The result of a call that blocks. There are no threads here: it holds up all tasks."""
    return function(*arguments)


def ready(file, for_writing, limit_ms):
    """See coop.readable and coop.writable. A generator is what MicroPython can await."""
    queue = core._io_queue
    way = 1 if for_writing else 0
    if limit_ms is None:
        yield queue.queue_write(file) if for_writing else queue.queue_read(file)
        return True
    task = core.cur_task
    queue.queue_limited(file, way, limit_ms)
    try:
        yield
        return not queue.waits(file, way, task)
    finally:
        if queue.waits(file, way, task):
            queue.remove(task)


def release(file):
    """See coop.release."""
    core._io_queue.release(file)
