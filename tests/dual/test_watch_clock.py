"""An unset clock is told once each time. Runs on both interpreters."""

from dcu.alarm_codes import CLOCK_INVALID
from dcu.watch_clock import watch_clock
from hal import coop
from tests.part import Part
from tests.virtual import VirtualClock, run_virtual

LOST_S, SET_S = 0, 1_750_000_000


def test_an_unset_clock_is_told_at_start_and_each_time_it_is_lost_again():
    told = []

    async def scene():
        clock = VirtualClock(LOST_S)
        task = coop.spawn(watch_clock(clock, lambda *alarm: told.append(alarm[0]), Part()))
        await coop.sleep_ms(60_000)
        assert told == [CLOCK_INVALID]
        clock.set_utc(SET_S)
        await coop.sleep_ms(60_000)
        assert told == [CLOCK_INVALID]
        clock.set_utc(LOST_S)
        await coop.sleep_ms(60_000)
        assert told == [CLOCK_INVALID] * 2
        await coop.stop(task)

    run_virtual(scene())
