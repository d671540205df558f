"""The DCU as a whole: what it says of itself at start."""

from dcu import alarm_codes
from tests.dual.console_bench import ConsoleBench


class Damaged:
    damage = ["readings: damaged, set aside"]


def test_what_had_to_be_left_out_at_start_is_an_alarm_each():
    bench = ConsoleBench()
    dcu = bench.dcu
    dcu.store = Damaged()
    dcu.damage = ["settings.0: damaged, passed over"]
    dcu.settings.fallen_back = ["hes.reply_s"]
    dcu.archive.refused = ["line 3: no MP"]
    dcu.say_what_was_mended()
    said = [(alarm.code, alarm.mp, alarm.text) for alarm in dcu.alarms.read(0, 9)]
    assert said == [
        (alarm_codes.STORAGE_DAMAGED, 0, "settings.0: damaged, passed over"),
        (alarm_codes.STORAGE_DAMAGED, 0, "readings: damaged, set aside"),
        (alarm_codes.SETTING_INVALID, 0, "hes.reply_s: back to its default"),
        (alarm_codes.SETTING_INVALID, 0, "archive line 3: no MP"),
    ]
    assert dcu.status()["alarms"]["waiting"] == 4


def test_a_healthy_start_has_nothing_to_say():
    bench = ConsoleBench()
    bench.dcu.store = Damaged()
    bench.dcu.store.damage = []
    bench.dcu.say_what_was_mended()
    assert bench.dcu.alarms.last == 0


def test_what_the_hes_has_not_acknowledged_waits():
    bench = ConsoleBench()
    bench.dcu.readings.acknowledge(3)
    expected = {"stored": 5, "acknowledged": 3, "waiting": 2, "unstored": 2, "lost": 1}
    assert bench.dcu.status()["readings"] == expected
