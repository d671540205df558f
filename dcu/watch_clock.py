"""Task: tell the HES, once each time, that the clock is not set: no readings are taken then."""

from dcu.alarm_codes import CLOCK_INVALID
from hal import coop

_LOOK_MS = 5_000


async def watch_clock(clock, alarm, part):
    """For ever. `alarm(code, mp, text)` at start or when a clock that was set is so no more."""
    was_set = True
    while True:
        part.alive()
        if was_set and not clock.is_set:
            alarm(CLOCK_INVALID, 0, "no readings are taken until it is set")
        was_set = clock.is_set
        await coop.sleep_ms(_LOOK_MS)
