"""The task loop, in real and in virtual time: what a task written against it may rely on."""

import gc

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


def test_run_gives_the_result_and_raises_what_the_coroutine_raised():
    for run, _ in LOOPS:
        assert run(answer(1, 7)) == 7
        raised(ValueError, run, fail(1))


def test_a_task_left_over_has_cleaned_up_when_run_returns():
    for run, _ in LOOPS:
        notes = []

        async def main(notes):
            coop.spawn(note_at_end(notes))
            coop.spawn(note_at_end(notes, pause_ms=30))
            coop.spawn(coop.within_ms(3_600_000, note_at_end(notes)))
            coop.spawn(coop.gather(note_at_end(notes), note_at_end(notes)))
            await coop.sleep_ms(1)

        run(main(notes))
        assert notes == ["ended"] * 5, (run, notes)


def test_a_task_left_over_has_cleaned_up_when_the_coroutine_failed_or_was_interrupted():
    for kind in (ValueError, KeyboardInterrupt):
        for run, _ in LOOPS:
            notes = []

            async def main(kind, notes):
                coop.spawn(note_at_end(notes))
                await coop.sleep_ms(1)
                raise kind("stop")

            raised(kind, run, main(kind, notes))
            assert notes == ["ended"], (run, kind, notes)


def test_nothing_of_one_run_is_left_in_the_next():
    for run, _ in LOOPS:
        notes = []

        async def stubborn(notes):
            while len(notes) < 3:
                try:
                    await coop.sleep_ms(1_000_000)
                except coop.Cancelled:
                    notes.append("cancelled")
                    break

        async def main(notes):
            coop.spawn(stubborn(notes))
            await coop.sleep_ms(0)

        run(main(notes))
        assert notes == ["cancelled"]
        run(answer(5, None))
        assert notes == ["cancelled"]


def test_a_task_that_nobody_keeps_runs_to_its_end():
    async def check(clock):
        notes = []

        async def work():
            for _ in range(3):
                await coop.sleep_ms(2)
            notes.append("done")

        coop.spawn(work())
        await coop.sleep_ms(30)
        assert notes == ["done"]

    both(check)


def test_a_task_that_nobody_keeps_is_not_collected_as_garbage():
    async def check(clock):
        notes = []

        async def wait_for_ever():
            try:
                await coop.Event().wait()
            finally:
                notes.append("ended")

        coop.spawn(wait_for_ever())
        await coop.sleep_ms(1)
        gc.collect()
        await coop.sleep_ms(1)
        assert notes == []

    both(check)


def test_a_task_gives_its_result_and_its_failure_to_who_awaits_it():
    async def check(clock):
        task = coop.spawn(answer(1, 5))
        assert not task.done()
        assert await task == 5
        assert task.done()
        assert await task == 5
        try:
            await coop.spawn(fail(1))
            raise AssertionError("no failure")
        except ValueError:
            pass

    both(check)


def test_sleeps_end_in_the_order_of_their_times():
    async def check(clock):
        order = []

        async def sleep(duration_ms):
            await coop.sleep_ms(duration_ms)
            order.append(duration_ms)

        began_ms = clock.ticks_ms()
        await coop.gather(sleep(30), sleep(0), sleep(15))
        assert order == [0, 15, 30]
        assert clock.ticks_ms() - began_ms >= 30

    both(check)


def test_a_sleep_may_be_made_first_and_awaited_later():
    async def check(clock):
        sleep = coop.sleep_ms(5)
        await coop.sleep_ms(1)
        await sleep

    both(check)


def test_gather_keeps_the_order_and_takes_tasks_ended_or_awaited_elsewhere():
    async def check(clock):
        early = coop.spawn(answer(0, "early"))
        await coop.sleep_ms(5)
        assert early.done()
        found = await coop.gather(answer(10, 1), early, answer(1, 2))
        assert found == [1, "early", 2]
        assert await coop.gather() == []
        shared = coop.spawn(answer(5, "shared"))
        other = coop.spawn(coop.gather(shared))
        await coop.sleep_ms(1)
        assert await coop.gather(shared, shared) == ["shared", "shared"]
        assert await other == ["shared"]
        found = await coop.gather(answer(5, 1), fail(1), return_exceptions=True)
        assert found[0] == 1
        assert isinstance(found[1], ValueError)

    both(check)


def test_gather_fails_with_the_first_failure_and_at_once():
    async def check(clock):
        began_ms = clock.ticks_ms()
        try:
            await coop.gather(answer(3_600_000, 1), fail(1))
            raise AssertionError("no failure")
        except ValueError:
            assert clock.ticks_ms() - began_ms < 1_000

    both(check)


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


async def expired(limit_ms, coroutine):
    try:
        await coop.within_ms(limit_ms, coroutine)
    except coop.Expired:
        return
    raise AssertionError("not expired")


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


def test_stop_waits_until_the_tasks_have_cleaned_up():
    async def check(clock):
        notes = []
        tasks = [coop.spawn(note_at_end(notes, pause_ms=5)) for _ in range(3)]
        done, failed = coop.spawn(answer(0, 1)), coop.spawn(fail(0))
        await coop.sleep_ms(5)
        await coop.stop(done, failed, *tasks)
        assert notes == ["ended"] * 3
        await coop.stop()

    both(check)


def test_a_task_cancelled_before_its_first_step_is_gone():
    async def check(clock):
        notes = []
        task = coop.spawn(note_at_end(notes))
        await coop.stop(task)
        assert task.done() and notes == []

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


def test_a_mailbox_hands_on_in_order_and_waits_when_it_is_empty():
    async def check(clock):
        box = coop.Mailbox(3)
        getting = coop.spawn(box.get())
        await coop.sleep_ms(1)
        assert not getting.done()
        box.put("a")
        assert await getting == "a"
        for item in "bcd":
            box.put(item)
        assert len(box) == 3 and box.dropped == 0
        assert [await box.get(), await box.get(), await box.get()] == ["b", "c", "d"]

    both(check)


def test_a_full_mailbox_drops_the_oldest_and_counts_it():
    async def check(clock):
        box = coop.Mailbox(2)
        for item in (1, 2, 3, 4):
            box.put(item)
        assert len(box) == 2 and box.dropped == 2
        assert [await box.get(), await box.get()] == [3, 4]

    both(check)


def test_a_get_that_gives_up_takes_nothing_out_of_the_mailbox():
    async def check(clock):
        box = coop.Mailbox(2)
        await expired(5, box.get())
        box.put("kept")
        assert await coop.within_ms(1_000, box.get()) == "kept"

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
