"""The cooperative task loop. With its two halves, the only place that may import asyncio.

It has what CPython and MicroPython both do alike, in milliseconds. Streams are not in it: a port
waits for its descriptor by `readable` and `writable`, then reads or writes by itself, so that a
time-out never loses an octet. See hal/README.md, "Tasks".
"""

import asyncio
import sys

if sys.implementation.name == "micropython":
    from hal import coop_upy as _own
else:
    from hal import coop_cpython as _own

Event = asyncio.Event
Lock = asyncio.Lock
Cancelled = asyncio.CancelledError
Expired = asyncio.TimeoutError

run = _own.run
spawn = _own.spawn
gather = _own.gather
sleep_ms = _own.sleep_ms
within_ms = _own.within_ms
aside = _own.aside


async def readable(file, limit_ms):
    """True as soon as `file` (socket, tty) has something to say, be it its end; False after
    `limit_ms`; None waits for ever. The other tasks get a turn in any case.

    One task may wait to read from a file, and one to write to it.
    """
    return await _own.ready(file, False, limit_ms)


async def writable(file, limit_ms):
    """As `readable`: True as soon as `file` takes octets."""
    return await _own.ready(file, True, limit_ms)


def release(file):
    """To be called before `file` is closed: who waits for it wakes up, and finds it closed."""
    _own.release(file)


async def stop(*tasks):
    """Cancel the tasks and wait until they are gone, whatever they end with."""
    for task in tasks:
        task.cancel()
    await gather(*tasks, return_exceptions=True)
