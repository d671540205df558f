"""Events of the DCU itself: what changes it, how full its disk is, and too many of one kind."""

from dcu.alarm_codes import CLOCK_STEPPED, CODES, HELD_BACK, METER_SILENT, STORAGE_FILLING
from dcu.alarms import RATE_MAX
from dcu.watch_clock import STEP_MIN_S, watch_clock
from dcu.watch_disk import FULL_PERCENT, watch_disk
from hal import coop
from tests.dual.northbound import AlarmBench
from tests.virtual import VirtualClock, run_virtual


class Part:
    def alive(self):
        pass


def told(bench):
    return [(alarm.code, alarm.mp, alarm.text) for alarm in bench.alarms.read(0, 1000)]


def test_each_code_has_a_number_of_its_own_that_is_a_bit_of_the_filter():
    numbers = [code.number for code in CODES]
    assert numbers == sorted(set(numbers)) and numbers[0] > 0 and numbers[-1] < 32
    for code in CODES:
        assert code.severity in ("info", "warning", "alarm") and code.text and code.data


def test_of_one_code_and_meter_so_many_are_raised_in_an_hour_and_the_rest_counted():
    bench = AlarmBench()

    async def live():
        for number in range(RATE_MAX + 7):
            bench.alarms.raise_alarm(METER_SILENT, 5, str(number))
        bench.alarms.raise_alarm(METER_SILENT, 6, "another meter")
        assert len(told(bench)) == RATE_MAX + 1
        bench.alarms.tell_held_back()
        assert len(told(bench)) == RATE_MAX + 1
        await coop.sleep_ms(3_600_000)
        bench.alarms.tell_held_back()
        assert told(bench)[-1] == (HELD_BACK, 5, "7 more: meter silent")
        bench.alarms.tell_held_back()
        bench.alarms.raise_alarm(METER_SILENT, 5, "again")
        assert told(bench)[-1] == (METER_SILENT, 5, "again")
        assert len(told(bench)) == RATE_MAX + 3

    run_virtual(live())


def test_the_disk_is_told_to_be_full_once_until_there_is_room_again():
    levels = [10, FULL_PERCENT - 1, FULL_PERCENT, 95, 78, 81, 70, FULL_PERCENT, None]
    found = []
    looked = iter(levels + [None] * 100)

    async def live():
        task = coop.spawn(
            watch_disk(lambda: next(looked), lambda *alarm: found.append(alarm), Part())
        )
        await coop.sleep_ms(60_000 * len(levels))
        await coop.stop(task)

    run_virtual(live())
    texts = [f"{FULL_PERCENT} % of the disk in use"] * 2
    assert found == [(STORAGE_FILLING, 0, text) for text in texts]


def test_a_clock_that_steps_is_told_and_one_that_is_kept_right_is_not():
    clock = VirtualClock()
    found = []

    async def live():
        task = coop.spawn(watch_clock(clock, lambda *alarm: found.append(alarm), Part()))
        for step_s in (STEP_MIN_S - 1, 1 - STEP_MIN_S, STEP_MIN_S, -3600):
            await coop.sleep_ms(20_000)
            clock.set_utc(clock.utc_s() + step_s)
        await coop.sleep_ms(20_000)
        await coop.stop(task)

    run_virtual(live())
    assert found == [(CLOCK_STEPPED, 0, f"+{STEP_MIN_S} s"), (CLOCK_STEPPED, 0, "-3600 s")]
