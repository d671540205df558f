"""Coroutines for the tests of the task loop, and both kinds of time to run them in; no test."""

from hal import coop
from hal.clock import Clock
from tests.virtual import VirtualClock, run_virtual

LOOPS = ((coop.run, Clock), (run_virtual, VirtualClock))


def both(check):
    """Run `check(clock)` in real and in virtual time."""
    for run, clock in LOOPS:
        run(check(clock()))


def raised(kind, run, *arguments):
    try:
        run(*arguments)
    except kind as error:
        return error
    raise AssertionError("%s not raised" % kind.__name__)


async def answer(after_ms, value):
    await coop.sleep_ms(after_ms)
    return value


async def fail(after_ms):
    await coop.sleep_ms(after_ms)
    raise ValueError("failed")


async def note_at_end(notes, pause_ms=0):
    try:
        await coop.sleep_ms(3_600_000)
    finally:
        await coop.sleep_ms(pause_ms)
        notes.append("ended")


async def expired(limit_ms, coroutine):
    try:
        await coop.within_ms(limit_ms, coroutine)
    except coop.Expired:
        return
    raise AssertionError("not expired")
