"""Supervision, in virtual time. Runs on both interpreters."""

from dcu import app
from hal import coop
from tests.virtual import VirtualClock, run_virtual


class Bench:
    def __init__(self):
        self.clock = VirtualClock()
        self.log = []
        self.fed = 0

    def feed(self):
        self.fed += 1

    def part(self, name, start, limit_ms=10_000):
        return app.Part(name, start, limit_ms, self.clock)

    async def run(self, parts, for_ms):
        task = coop.spawn(app.run(parts, self.feed, self.say, self.clock))
        await coop.sleep_ms(for_ms)
        await coop.stop(task)

    def say(self, part, text):
        self.log.append((self.clock.ticks_ms(), part, text))


async def steady(part):
    while True:
        part.alive()
        await coop.sleep_ms(500)


async def fails(part):
    raise AssertionError("a bug of ours")


def test_a_part_that_fails_is_started_again_at_growing_intervals_up_to_a_minute():
    bench = Bench()
    parts = [bench.part("bad", fails), bench.part("good", steady)]
    run_virtual(bench.run(parts, 400_000))
    failures = [at_ms for at_ms, part, _ in bench.log if part == "bad"]
    pauses = [round((b - a) / 1000) for a, b in zip(failures, failures[1:])]
    assert pauses[:8] == [1, 2, 4, 8, 16, 32, 60, 60], pauses
    assert [text for _, part, text in bench.log if part == "good"] == []
    assert bench.fed > 390


def test_the_log_says_what_went_wrong():
    bench = Bench()
    run_virtual(bench.run([bench.part("bad", fails)], 500))
    assert "a bug of ours" in bench.log[0][2]


def test_a_part_that_hangs_starves_the_watchdog_and_ends_the_run():
    async def hangs(part):
        await coop.sleep_ms(1_000_000)

    bench = Bench()
    parts = [bench.part("good", steady), bench.part("stuck", hangs, 30_000)]
    run_virtual(app.run(parts, bench.feed, bench.say, bench.clock))
    assert 29 <= bench.fed <= 32, bench.fed
    assert bench.log[-1][1:] == ("app", "late: stuck")


def test_it_ends_when_it_is_asked_to_and_says_why():
    bench = Bench()
    asked = lambda: "a restart" if bench.clock.ticks_ms() >= 5_000 else ""  # noqa: E731
    run_virtual(app.run([bench.part("good", steady)], bench.feed, bench.say, bench.clock, asked))
    assert bench.log == [(5_000, "app", "a restart")]


def test_a_part_that_ends_is_started_again():
    starts = []

    async def ends(part):
        starts.append(1)

    bench = Bench()
    run_virtual(bench.run([bench.part("short", ends)], 3_500))
    assert len(starts) == 3


def test_a_task_that_holds_the_loop_is_said():
    bench = Bench()

    async def main():
        task = coop.spawn(
            app.run([bench.part("good", steady)], bench.feed, bench.say, Slow(bench.clock))
        )
        await coop.sleep_ms(2_500)
        await coop.stop(task)

    run_virtual(main())
    assert "held" in bench.log[0][2]


class Slow:
    """A clock on which each sleep takes half a second longer than asked."""

    def __init__(self, clock):
        self.clock = clock
        self.calls = 0

    def ticks_ms(self):
        self.calls += 1
        return self.clock.ticks_ms() + self.calls * 500
