"""Limits of time, and how tasks meet: events and locks, in real and virtual time."""

from hal import coop
from tests.contract.coop_helpers import answer, both, expired, fail, note_at_end


def test_within_its_limit_a_coroutine_gives_its_result_or_its_failure():
    async def check(clock):
        assert await coop.within_ms(1_000, answer(1, 3)) == 3
        assert await coop.within_ms(0, at_once(3)) == 3
        try:
            await coop.within_ms(1_000, fail(1))
            raise AssertionError("no failure")
        except ValueError:
            pass

    async def at_once(value):
        return value

    both(check)


def test_after_its_limit_a_coroutine_is_cancelled_and_has_cleaned_up():
    async def check(clock):
        notes = []
        began_ms = clock.ticks_ms()
        await expired(20, note_at_end(notes))
        assert notes == ["ended"]
        assert 19 <= clock.ticks_ms() - began_ms < 1_000

    both(check)


def test_a_limit_holds_for_a_bare_sleep():
    async def check(clock):
        await expired(5, coop.sleep_ms(3_600_000))

    both(check)


def test_an_outer_limit_holds_although_inner_ones_end_at_the_same_moment():
    async def check(clock):
        async def ask_again():
            while True:
                try:
                    await coop.within_ms(10, coop.Event().wait())
                except coop.Expired:
                    pass

        began_ms = clock.ticks_ms()
        await expired(50, ask_again())
        assert clock.ticks_ms() - began_ms < 1_000

    both(check)


def test_who_is_cancelled_within_a_limit_cleans_up_in_peace():
    async def check(clock):
        async def clean_up(notes, name):
            await coop.sleep_ms(5)
            await coop.within_ms(1_000, coop.sleep_ms(5))
            notes.append(name)

        async def inner(notes):
            try:
                await coop.Event().wait()
            finally:
                await clean_up(notes, "inner")

        async def outer(notes):
            try:
                await coop.within_ms(60_000, inner(notes))
            finally:
                await clean_up(notes, "outer")

        for after_ms in (0, 5):
            notes = []
            task = coop.spawn(outer(notes))
            await coop.sleep_ms(after_ms)
            await coop.sleep_ms(0)
            await coop.stop(task)
            assert notes == ["inner", "outer"], notes

    both(check)


def test_an_event_wakes_all_who_wait_for_it():
    async def check(clock):
        event = coop.Event()
        tasks = [coop.spawn(event.wait()) for _ in range(3)]
        await coop.sleep_ms(1)
        assert not any([task.done() for task in tasks])
        event.set()
        await coop.gather(*tasks)
        await event.wait()

    both(check)


def test_a_lock_lets_one_in_and_survives_a_waiter_that_is_cancelled():
    async def check(clock):
        lock, inside, seen = coop.Lock(), [], []

        async def work(name):
            async with lock:
                inside.append(name)
                seen.append(len(inside))
                await coop.sleep_ms(2)
                inside.remove(name)

        tasks = [coop.spawn(work(name)) for name in range(4)]
        await coop.sleep_ms(1)
        await coop.stop(tasks[1])
        await coop.gather(tasks[0], tasks[2], tasks[3])
        assert seen == [1, 1, 1]

    both(check)


def test_those_who_ask_for_a_lock_in_one_moment_get_it_in_their_order():
    """What is ciphered first goes out first, whichever task sends it: counters must rise."""

    async def check(clock):
        lock, order = coop.Lock(), []

        async def work(name):
            async with lock:
                order.append(name)
                await coop.sleep_ms(2)

        await coop.gather(*[coop.spawn(coop.within_ms(1000, work(name))) for name in range(6)])
        assert order == [0, 1, 2, 3, 4, 5]

    both(check)


def test_a_call_made_aside_gives_its_result_and_its_failure():
    async def check():
        assert await coop.aside(max, 3, 5) == 5
        try:
            await coop.aside(int, "x")
            raise AssertionError("no failure")
        except ValueError:
            pass

    coop.run(check())
