"""Events of the DCU itself: what changes it, how full its disk is, and too many of one kind."""

from dcu.alarm_codes import (
    CLOCK_STEPPED,
    CODES,
    HELD_BACK,
    METER_SILENT,
    RECORDS_EVICTED,
    STORAGE_FILLING,
)
from dcu.alarm_words import CODE_MAX
from dcu.alarms import RATE_MAX
from dcu.make_room import ROOM_MIN
from dcu.watch_clock import STEP_MIN_S, watch_clock
from dcu.watch_disk import FULL_PERCENT, watch_disk
from hal import coop
from tests.dual.northbound import AlarmBench
from tests.part import Part
from tests.virtual import VirtualClock, run_virtual


def told(bench):
    return [(alarm.code, alarm.mp, alarm.text) for alarm in bench.alarms.read(0, 1000)]


def test_each_code_has_a_number_of_its_own_that_is_a_bit_of_the_filter():
    numbers = [code.number for code in CODES]
    assert numbers == sorted(set(numbers)) and numbers[0] > 0 and numbers[-1] <= CODE_MAX
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
    levels = [10, FULL_PERCENT - 1, FULL_PERCENT, 95, 78, 81, 70, FULL_PERCENT]
    found = told_of_disk([(ROOM_MIN, percent) for percent in levels] + [None])
    texts = [f"{FULL_PERCENT} % of the disk in use"] * 2
    assert found == [(STORAGE_FILLING, 0, text) for text in texts]


def test_what_goes_for_want_of_room_is_told_while_there_is_none():
    found = told_of_disk([(ROOM_MIN - 1, 70), (ROOM_MIN, 70), (0, 70)], ["9 readings", ""])
    assert found == [(RECORDS_EVICTED, 0, "9 readings")]


def test_a_store_that_refuses_is_seen_to_at_once_and_every_few_seconds():
    room = DiskRoom([(ROOM_MIN, 70)] * 9, ())
    at = []
    clock = VirtualClock()
    room.try_again = lambda: at.append(clock.utc_s())

    async def live():
        task = coop.spawn(watch_disk(room, None, Part()))
        begun_s = clock.utc_s()
        await coop.sleep_ms(62_000)
        room.is_refused = True
        await coop.sleep_ms(20_000)
        room.is_refused = False
        await coop.sleep_ms(200_000)
        await coop.stop(task)
        return [each - begun_s for each in at]

    assert run_virtual(live()) == [65, 70, 75, 80]
    assert room.looks == 2 + 4 + 3  # and as rarely as ever while all is well


def told_of_disk(rooms, gone=()):
    """The alarms while the disk is as in `rooms`, a minute each; `gone` is what went, in turn."""
    found = []
    room = DiskRoom(rooms, gone)

    async def live():
        task = coop.spawn(watch_disk(room, lambda *alarm: found.append(alarm), Part()))
        await coop.sleep_ms(60_000 * len(rooms))
        await coop.stop(task)

    run_virtual(live())
    assert not room.gone
    return found


class DiskRoom:
    """As dcu/make_room.py Room."""

    is_refused = False
    looks = 0

    def __init__(self, rooms, gone):
        self._rooms = iter(rooms + [None] * 100)
        self.gone = list(gone)

    def keep_ballast(self):
        self.looks += 1

    def found(self):
        return next(self._rooms)

    def make(self):
        return self.gone.pop(0)


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
