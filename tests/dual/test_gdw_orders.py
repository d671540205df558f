"""What a HES may order by 376.1 that is not easily taken back: beginnings anew, exclusion."""

from dcu.alarm_codes import RESTART, SETTING_CHANGED, TASKS_CHANGED
from dcu.gdw_reset import LINK
from dcu.meter_state import SILENT
from tests.dual.gdw_bench import READING, GdwBench
from wire.qgdw3761 import ALL_CONFIRMED, ALL_DENIED

KEY = "50613535776f72643132333435363738"
SET = (
    ("collect.period_s", "600"),
    ("terminal.number", "0007"),
    ("panel.password", "483902"),
    ("hes.main", "hes:5020"),
    ("gdw.push", "yes"),
)
FACTORY = (("gdw.password", KEY), ("gdw.factory", "yes"))


def a_bench(*settings):
    bench = GdwBench(settings)
    bench.dcu.settings.put_all(SET)
    bench.dcu.tasks.add({"id": "1", "kind": "switch", "period": "1h"})
    bench.gdw.points.put(1, {"pt": 1, "ct": 1, "un": None, "in": None, "sn": None, "wiring": 1})
    bench.password = bytes.fromhex(KEY)
    return bench


def left_of(bench):
    settings = bench.dcu.settings
    return [settings.get(key) for key, _ in SET] + [len(bench.dcu.archive.meters())]


def test_factory_settings_leave_the_terminal_and_the_door_in_front_of_it():
    bench = a_bench(*FACTORY)
    request = bench.frame(0x01, [(0, 3)], number=7)
    (answer,) = bench.frames(request)
    assert answer.control == 0x80 and left_of(bench) == [900, "0007", "483902", "", "no", 0]
    assert bench.dcu.settings.get("gdw.password") == "" and len(bench.dcu.tasks.all()) == 1
    assert "factory settings" in bench.dcu.ending and bench.disk.names("clear.asked")
    for code in (SETTING_CHANGED, TASKS_CHANGED, RESTART):
        assert code in bench.alarms()


def test_all_but_the_way_to_the_head_end_may_begin_anew():
    bench = a_bench(FACTORY[0])
    bench.gdw.tasks.put(
        0x0C, 1, {"period": 1, "base": (2026, 1, 1, 0, 0, 0, 4), "every": 1, "units": []}
    )
    assert bench.frames(bench.frame(0x01, [(0, 4)], number=7))[0].control == 0x80
    assert left_of(bench) == [900, "0007", "483902", "hes:5020", "yes", 0]
    assert bench.dcu.settings.get("gdw.password") == KEY
    assert bench.dcu.ending and bench.disk.names("clear.asked")
    assert bench.new_gdw().tasks.due(1) == [] and not bench.kept_by_name["gdw-tasks"].load()
    assert not bench.kept_by_name["gdw-points"].load()
    assert "hes." in LINK and "gdw." in LINK and "eth." in LINK


def test_a_beginning_anew_needs_a_password_and_the_setting_that_allows_it():
    for settings, denied in (((), (3, 4)), (FACTORY[1:], (3, 4)), (FACTORY[:1], (3,))):
        for fn in denied:
            bench = a_bench(*settings)
            (answer,) = bench.frames(bench.frame(0x01, [(0, fn)], number=7))
            assert answer.control == 0x89 and not bench.dcu.ending
            assert left_of(bench) == [600, "0007", "483902", "hes:5020", "yes", 2]


def test_who_is_excluded_takes_broadcast_clocks_and_the_order_that_ends_it():
    bench = GdwBench()
    assert bench.order(0x05, (0, 28)) == ALL_CONFIRMED
    bench.dcu.settings.put("gdw.push", "yes")
    assert bench.ask_fn(0x0C, (0, 2)) == ALL_DENIED and not bench.gdw.may_report()
    clock = (2026, 7, 1, 12, 0, 0, 3)
    assert bench.order(0x05, (0, 31, clock)) == ALL_DENIED
    assert bench.order(0x05, (0, 36), (0, 28)) == ALL_DENIED
    bench.frames(bench.frame(0x05, [(0, 31, clock)], number=0xFFFF, is_group=True))
    assert bench.clock.utc_s() == 1_782_907_200
    assert bench.order(0x05, (0, 36)) == ALL_CONFIRMED
    assert bench.ask(0x0C, (0, 2))[0][2] == clock and bench.gdw.may_report()


def test_clocks_of_meters_are_set_or_left():
    bench = GdwBench()
    for switch, kept in ((0xAA, "no"), (0x55, "yes"), (0, "no"), (1, "yes")):
        assert bench.order(0x05, (0, 30, {"switch": switch})) == ALL_CONFIRMED
        assert bench.dcu.settings.get("clock.set_meters") == kept
    assert bench.order(0x05, (0, 30, {"switch": 2})) == ALL_DENIED
    assert bench.order(0x05, (0, 27)) == ALL_DENIED  # there is no telephone
    assert bench.order(0x05, (0, 35)) == ALL_CONFIRMED


def test_a_port_that_is_read_anew_asks_those_who_were_silent_at_once():
    bench = GdwBench([("collect.paused", "rs485-1,rs485-2")])
    states = [bench.dcu.states.of(meter) for meter in bench.dcu.archive.meters()]
    for state in states:
        state.has_failed(SILENT, "no answer", 1)
        state.quarantine(bench.clock.utc_s(), 900, 3_600)
    assert bench.order(0x05, (0, 51, {"port": 2})) == ALL_CONFIRMED
    assert bench.dcu.settings.get("collect.paused") == "rs485-2"
    assert not [each for each in states if each.is_quarantined(bench.clock.utc_s())]
    assert bench.order(0x05, (0, 51, {"port": 9})) == ALL_DENIED


def test_routes_are_forgotten_by_the_module_alone():
    bench = GdwBench()
    asked = []

    class Module:
        async def forget_routes(self):
            asked.append(1)

    bench.dcu.plc.module = Module()
    assert bench.order(0x05, (0, 52, {"port": 2})) == ALL_DENIED and not asked
    assert bench.order(0x05, (0, 52, {"port": 31})) == ALL_CONFIRMED and asked


def test_transformers_are_kept_for_the_hes_and_reckoned_with_by_nobody():
    bench = GdwBench()
    bench.keep(1, bench.clock.utc_s(), READING)
    rating = {"pt": 100, "ct": 20, "un": 2200, "in": 50, "sn": None, "wiring": 2}
    assert bench.ask_fn(0x0A, (1, 25)) == ALL_DENIED
    assert bench.order(0x04, (1, 25, rating)) == ALL_CONFIRMED
    assert bench.order(0x04, (9, 25, rating)) == ALL_DENIED
    bench.gdw = bench.new_gdw()
    assert bench.ask(0x0A, (1, 25)) == [(1, 25, rating)]
    assert bench.ask(0x0C, (1, 129))[0][2]["kwh"][0] == 1_234_560
    bench.kept_by_name["gdw-points"].save(b"1 zz\n2 00\nx\n")
    bench.gdw = bench.new_gdw()
    for mp in (1, 2):
        assert bench.ask_fn(0x0A, (mp, 25)) == ALL_DENIED
