"""Task: tell the HES, once each time, that the clock is not set, for no readings are taken then;
and that it was set by more than a little, by whomever."""

from dcu.alarm_codes import CLOCK_INVALID, CLOCK_STEPPED
from hal import coop

_LOOK_MS = 5_000
STEP_MIN_S = 10  # less is a clock that is kept right


async def watch_clock(clock, alarm, part):
    """For ever. `alarm(code, mp, text)` at start or when a clock that was set is so no more."""
    was_set = True
    epoch_s = None  # the time at which the ticks were zero
    while True:
        part.alive()
        if was_set and not clock.is_set:
            alarm(CLOCK_INVALID, 0, "no readings are taken until it is set")
        before_s, epoch_s = epoch_s, clock.utc_s() - clock.ticks_ms() // 1000
        if was_set and clock.is_set and before_s is not None:
            step_s = epoch_s - before_s
            if abs(step_s) >= STEP_MIN_S:
                alarm(CLOCK_STEPPED, 0, f"{step_s:+} s")
        was_set = clock.is_set
        await coop.sleep_ms(_LOOK_MS)
