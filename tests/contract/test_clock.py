"""The clock, real and virtual."""

from hal import clock as hal_clock
from hal import coop
from hal.clock import Clock
from storage.limits import TIME_MAX_S
from tests.virtual import VirtualClock, run_virtual

LOOPS = ((coop.run, Clock), (run_virtual, VirtualClock))
Y2024_S = 1_704_067_200


def test_ticks_go_on_evenly_with_sleep():
    async def check(clock):
        began_ms = clock.ticks_ms()
        seen = []
        for _ in range(5):
            await coop.sleep_ms(10)
            seen.append(clock.ticks_ms())
        assert seen == sorted(seen)
        assert 48 <= seen[-1] - began_ms < 1_000

    for run, clock in LOOPS:
        run(check(clock()))


def test_ticks_begin_at_nothing_and_are_whole():
    for _, clock in LOOPS:
        ticks = clock().ticks_ms()
        assert isinstance(ticks, int) and 0 <= ticks < 100


def test_setting_utc_leaves_the_ticks_alone():
    for _, make in LOOPS:
        clock = make()
        before_ms = clock.ticks_ms()
        for utc_s in (Y2024_S + 5, 4_000_000_000, 1_750_000_000):
            clock.set_utc(utc_s)
            assert 0 <= clock.utc_s() - utc_s <= 1
        assert 0 <= clock.ticks_ms() - before_ms < 500


def test_two_clocks_are_set_apart():
    for _, make in LOOPS:
        one, other = make(), make()
        before_s = other.utc_s()
        one.set_utc(before_s + 1_000_000)
        assert 0 <= other.utc_s() - before_s <= 1


def test_a_clock_counts_as_set_from_2024_on():
    for _, make in LOOPS:
        clock = make()
        clock.set_utc(Y2024_S - 3)
        assert not clock.is_set
        clock.set_utc(Y2024_S)
        assert clock.is_set


def test_a_clock_beyond_what_a_record_can_hold_does_not_count_as_set():
    for _, make in LOOPS:
        clock = make()
        clock.set_utc(TIME_MAX_S - 10)
        assert clock.is_set
        for utc_s in (TIME_MAX_S + 1, 2_000_000_000_000):  # the year 65347
            clock.set_utc(utc_s)
            assert not clock.is_set


def test_the_seconds_of_the_virtual_clock_go_with_its_ticks():
    async def check(clock):
        began_s = clock.utc_s()
        await coop.sleep_ms(86_400_000)
        assert clock.utc_s() - began_s == 86_400
        assert clock.ticks_ms() == 86_400_000

    run_virtual(check(VirtualClock()))


def test_ticks_go_on_where_those_of_the_machine_wrap():
    import time

    add = getattr(time, "ticks_add", lambda ticks, ms: ticks + ms)
    top = getattr(time, "ticks_add", lambda ticks, ms: 1 << 40)(0, -1)
    raw = [add(top, -3), add(top, 4), add(top, 1_000)]
    real = hal_clock._raw
    hal_clock._raw = lambda: raw.pop(0)
    try:
        clock = Clock()
        assert clock.ticks_ms() == 7
        assert clock.ticks_ms() == 1_003
    finally:
        hal_clock._raw = real
