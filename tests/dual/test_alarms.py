"""Alarms are stored before they are told. Runs on both interpreters."""

from dcu import alarm_codes
from dcu.alarms import TEXT_MAX, UNSTORED_MAX
from tests.dual.northbound import AlarmBench
from tests.virtual import run_virtual


def on_bench(scene):
    async def main():
        scene(AlarmBench())

    run_virtual(main())


def test_an_alarm_is_stored_with_time_code_meter_and_text():
    def scene(bench):
        bench.alarms.raise_alarm(alarm_codes.METER_SILENT, 3, "3 rounds")
        (alarm,) = bench.alarms.waiting(10)
        silent = alarm_codes.METER_SILENT
        assert tuple(alarm) == (1, 1_700_000_000, silent, 3, "3 rounds", "alarm")
        assert bench.said == ["MP 3: meter silent: 3 rounds"]

    on_bench(scene)


def test_an_acknowledged_alarm_waits_no_more_and_can_still_be_read():
    def scene(bench):
        for mp in (1, 2, 3):
            bench.alarms.raise_alarm(alarm_codes.METER_SILENT, mp)
        bench.alarms.acknowledge(2)
        assert [alarm.mp for alarm in bench.alarms.waiting(10)] == [3]
        assert [alarm.mp for alarm in bench.alarms.read(0, 10)] == [1, 2, 3]
        assert [alarm.mp for alarm in bench.alarms.read(0, 2)] == [1, 2]

    on_bench(scene)


def test_what_a_full_disk_refuses_is_stored_when_there_is_room_in_order_and_once():
    def scene(bench):
        bench.journal.full = True
        for mp in (1, 2):
            bench.alarms.raise_alarm(alarm_codes.METER_SILENT, mp)
        assert bench.alarms.waiting(10) == []
        for _ in range(3):
            assert not bench.alarms.store_waiting()
        refusals = [text.split(":")[0] for text in bench.said if "stored" in text]
        assert refusals == ["1 not stored yet", "2 not stored yet"]  # and not with each try
        bench.journal.full = False
        assert bench.alarms.store_waiting()
        bench.alarms.raise_alarm(alarm_codes.METER_SILENT, 3)
        assert [alarm.mp for alarm in bench.alarms.waiting(10)] == [1, 2, 3]

    on_bench(scene)


def test_a_disk_that_stays_full_costs_the_oldest_and_they_are_counted():
    def scene(bench):
        bench.journal.full = True
        for mp in range(1, UNSTORED_MAX + 1):
            bench.alarms.raise_alarm(alarm_codes.METER_SILENT, mp)
        assert (bench.alarms.unstored, bench.alarms.lost) == (UNSTORED_MAX, 0)
        bench.alarms.raise_alarm(alarm_codes.METER_SILENT, UNSTORED_MAX + 1)
        assert (bench.alarms.unstored, bench.alarms.lost) == (UNSTORED_MAX, 1)
        bench.journal.full = False
        bench.alarms.store_waiting()
        assert [alarm.mp for alarm in bench.alarms.read(0, 1)] == [2]

    on_bench(scene)


def test_a_text_is_cut_at_its_limit():
    def scene(bench):
        for size in (TEXT_MAX, TEXT_MAX + 1):
            bench.alarms.raise_alarm(alarm_codes.POWER_UP, 0, "x" * size)
        assert [len(alarm.text) for alarm in bench.alarms.read(0, 9)] == [TEXT_MAX, TEXT_MAX]
        bench.alarms.raise_alarm(alarm_codes.POWER_UP, 0, "why " * 50 + "held back for 3600 s")
        assert bench.alarms.read(2, 9)[0].text.endswith("held back for 3600 s")

    on_bench(scene)


def test_every_code_has_its_text_and_a_number_of_its_own():
    codes = [value for name, value in vars_of(alarm_codes) if isinstance(value, int)]
    assert sorted(codes) == sorted(alarm_codes.TEXT)
    assert len(set(codes)) == len(codes)


def vars_of(module):
    return [(name, getattr(module, name)) for name in dir(module) if name.isupper()]
