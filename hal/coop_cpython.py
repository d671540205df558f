"""The half of hal/coop.py that is for CPython."""

import asyncio

_tasks = set()  # the loop itself holds tasks weakly: one that nobody keeps could vanish
_waiting = {}  # (descriptor, for_writing): future of the task that waits for it


def run(coroutine):
    """The result of `coroutine`. Tasks that are left when it ends are cancelled and awaited."""
    return asyncio.run(coroutine)


def spawn(coroutine):
    """A task that runs from now on: `cancel()` and `done()`, and it can be awaited."""
    task = asyncio.get_running_loop().create_task(coroutine)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


async def gather(*awaitables, return_exceptions=False):
    """Their results, in order. With the first failure the others go on, and it is raised."""
    return await asyncio.gather(*awaitables, return_exceptions=return_exceptions)


async def sleep_ms(duration_ms):
    await asyncio.sleep(duration_ms / 1000)


async def within_ms(limit_ms, coroutine):
    """Result of `coroutine`, or Expired after `limit_ms`; the coroutine is then cancelled."""
    async with asyncio.timeout(limit_ms / 1000):
        return await coroutine


async def aside(function, *arguments):
    """The result of a call that blocks, made where it does not hold up the other tasks."""
    return await asyncio.get_running_loop().run_in_executor(None, function, *arguments)


async def ready(file, for_writing, limit_ms):
    """See coop.readable and coop.writable."""
    loop = asyncio.get_running_loop()
    descriptor = file.fileno()
    key = (descriptor, for_writing)
    assert key not in _waiting, "one task at a time reads, and one writes"
    future = _waiting[key] = loop.create_future()
    watch = loop.add_writer if for_writing else loop.add_reader
    watch(descriptor, _wake, future, True)
    timer = None if limit_ms is None else loop.call_later(limit_ms / 1000, _wake, future, False)
    try:
        return await future
    finally:
        if timer:
            timer.cancel()
        if _waiting.get(key) is future:
            _forget(loop, key)


def release(file):
    """See coop.release."""
    for for_writing in (False, True):
        key = (file.fileno(), for_writing)
        if key in _waiting:
            _wake(_waiting[key], True)
            _forget(_waiting[key].get_loop(), key)


def _wake(future, is_ready):
    if not future.done():
        future.set_result(is_ready)


def _forget(loop, key):
    del _waiting[key]
    descriptor, for_writing = key
    if for_writing:
        loop.remove_writer(descriptor)
    else:
        loop.remove_reader(descriptor)
