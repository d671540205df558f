"""Tasks, in real and in virtual time: what a task written against the loop may rely on."""

import gc

from hal import coop
from tests.contract.coop_helpers import LOOPS, answer, both, fail, note_at_end, raised


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
