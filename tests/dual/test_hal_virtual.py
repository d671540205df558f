"""Virtual time itself: what the simulations rely on."""

from hal import coop
from tests.virtual import Stuck, VirtualClock, run_virtual


def stuck(coroutine):
    try:
        run_virtual(coroutine)
    except Stuck as error:
        return str(error)
    raise AssertionError("not stuck")


def test_a_year_passes_at_once_and_to_the_millisecond():
    async def main():
        clock = VirtualClock()
        for _ in range(365):
            await coop.sleep_ms(86_400_000)
        assert clock.ticks_ms() == 365 * 86_400_000
        await coop.sleep_ms(1)
        assert clock.ticks_ms() == 365 * 86_400_000 + 1

    run_virtual(main())


def test_timers_end_exactly_when_they_should():
    async def main():
        clock = VirtualClock()
        seen = []

        async def sleep(duration_ms):
            await coop.sleep_ms(duration_ms)
            seen.append((duration_ms, clock.ticks_ms()))

        await coop.gather(*[sleep(duration_ms) for duration_ms in (3000, 1, 20, 500)])
        assert seen == [(1, 1), (20, 20), (500, 500), (3000, 3000)]

    run_virtual(main())


def test_limits_end_exactly_when_they_should():
    async def main():
        clock = VirtualClock()
        for _ in range(3):
            try:
                await coop.within_ms(60_000, coop.Event().wait())
            except coop.Expired:
                pass
        assert clock.ticks_ms() == 180_000

    run_virtual(main())


def test_a_limit_that_was_not_reached_leaves_the_time_alone():
    clock = VirtualClock()

    async def main():
        await coop.within_ms(60_000, coop.sleep_ms(5))
        await coop.Event().wait()

    assert "no timer" in stuck(main())
    assert clock.ticks_ms() == 5


def test_timers_of_one_moment_end_in_the_order_in_which_they_were_set():
    async def main():
        seen = []

        async def sleep(number):
            await coop.sleep_ms(20)
            seen.append(number)

        await coop.gather(*[sleep(number) for number in range(50)])
        assert seen == list(range(50))

    run_virtual(main())


def test_waits_may_be_many():
    async def main():
        for _ in range(25_000):
            await coop.sleep_ms(1)

    run_virtual(main())


def test_tasks_that_all_wait_for_each_other_are_told():
    async def main():
        await coop.Event().wait()

    assert "no timer" in stuck(main())


def test_a_task_that_never_waits_is_told():
    async def spin():
        while True:
            await coop.sleep_ms(0)

    async def main():
        coop.spawn(spin())
        await coop.sleep_ms(10)

    assert "stands still" in stuck(main())


def test_after_one_that_is_stuck_the_next_runs():
    async def main():
        await coop.Event().wait()

    stuck(main())

    async def works():
        await coop.sleep_ms(1_000)
        return "works"

    assert run_virtual(works()) == "works"
    assert coop.run(at_once()) == "real"


async def at_once():
    await coop.sleep_ms(1)
    return "real"


def test_a_clock_goes_on_from_one_run_to_the_next():
    clock = VirtualClock()

    async def main():
        await coop.sleep_ms(500)

    run_virtual(main())
    run_virtual(main())
    assert clock.ticks_ms() == 1_000
    assert VirtualClock().ticks_ms() == 0


def test_what_fails_inside_comes_out():
    async def main():
        await coop.sleep_ms(1)
        raise ValueError("inside")

    try:
        run_virtual(main())
    except ValueError:
        return
    raise AssertionError("nothing came out")


def test_the_same_happens_each_time():
    def day():
        seen = []

        async def work(name, period_ms):
            for _ in range(20):
                await coop.sleep_ms(period_ms)
                seen.append(name)

        async def main():
            await coop.gather(*[work(number, 10 + number % 3) for number in range(9)])

        run_virtual(main())
        return seen

    assert day() == day()
