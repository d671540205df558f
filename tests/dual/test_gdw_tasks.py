"""Reports that a HES wants again and again (376.1, F65 to F68): when, and what they say.
In virtual time."""

from dcu import gdw_task_report
from dcu.archive_row import Meter
from dcu.civil import Zone
from dcu.gdw_task_report import REPORTS_MAX, report_tasks
from dcu.gdw_tasks import OFF, ON, UNITS_MAX, Task
from hal import coop
from hal.errors import PortError, Refused
from tests.dual.gdw_bench import MIDNIGHT_S, NOON_S, GdwBench, units_of
from tests.virtual import run_virtual
from wire import qgdw3761
from wire.qgdw3761 import ALL_CONFIRMED, ALL_DENIED
from wire.qgdw3761_parameters import TASKS_MAX
from wire.qgdw3761_units import ALL_POINTS

MINUTES, HOURS, DAYS, MONTHS = 0x00, 0x40, 0x80, 0xC0
QUARTER_S, DAY_S = 900, 86_400
MIDNIGHT = (2026, 11, 22, 0, 0, 0, 7)
CET = "CET-1CEST,M3.5.0,M10.5.0/3"


def a_task(period, units, base=MIDNIGHT, every=1):
    return {"period": period, "base": base, "every": every, "units": units}


def due(text, value, from_s, to_s):
    """When it is due, in UTC, with `text` as zone."""
    zone = Zone(text)
    task = Task(0x0C, value, lambda: zone)
    found = []
    for now_s in range(from_s, to_s, 300):
        number = task.number_at(now_s)
        if number is not None and task.due_s(number) not in found:
            found.append(task.due_s(number))
    return found


class Session:
    """What dcu/session.py is to who reports."""

    def __init__(self, bench):
        self.bench = bench
        self.frames = []
        self.is_lost = False
        self.confirms = ()  # the numbers of frames

    def is_confirmed(self, number):
        return number in self.confirms

    async def tell(self, afn, body, events, confirms=False):
        if self.is_lost:
            raise PortError("gone")
        address = qgdw3761.address_from_text("07310001")
        number = len(self.frames)
        frame = qgdw3761.data_report(address, number % 16, 1, afn, body, events, confirms)
        assert len(qgdw3761.encode(frame)) <= self.bench.dcu.settings.get("gdw.frame_octets")
        assert qgdw3761.is_report(frame) and not qgdw3761.wants_answer(frame)
        self.frames.append((self.bench.clock.utc_s(), frame))
        return number


def reported(bench, until_s, scene=None):
    """[(second, frame)] of a session until then, beside `scene(session)`."""
    session = Session(bench)

    async def main():
        given = (session, bench.gdw, bench.dcu.settings, bench.clock)
        running = coop.spawn(report_tasks(*given))
        if scene:
            await scene(session)
        await coop.sleep_ms(1000 * (until_s - bench.clock.utc_s()))
        await coop.stop(running)

    run_virtual(main())
    return session.frames


def test_up_to_an_hour_reports_are_even_and_longer_ones_by_the_clock_on_the_wall():
    begins_s = MIDNIGHT_S - 50
    assert due("UTC0", a_task(MINUTES | 15, []), begins_s, begins_s + 3_300) == [
        MIDNIGHT_S + QUARTER_S * n for n in range(4)
    ]
    back_s = 1_792_890_000  # 2026-10-25 01:00 UTC: 03:00 becomes 02:00 in CET
    base = (2026, 10, 24, 2, 30, 0, 0)
    days = due(CET, a_task(DAYS | 1, [], base), back_s - 2 * DAY_S, back_s + 2 * DAY_S)
    assert [each - back_s for each in days] == [-DAY_S - 1_800, -1_800, DAY_S + 1_800]
    hours = due(CET, a_task(HOURS | 1, [], base), back_s - 7_200, back_s + 7_200)
    assert [later - one for one, later in zip(hours, hours[1:])] == [3_600] * (len(hours) - 1)
    assert len(hours) >= 4


def test_the_last_day_of_a_short_month_stands_for_the_31st():
    base = (2026, 1, 31, 6, 0, 0, 6)
    january_s = 1_769_839_200  # 2026-01-31 06:00 UTC
    found = due("UTC0", a_task(MONTHS | 1, [], base), january_s - 9_000, january_s + 62 * DAY_S)
    assert [(each - january_s) // DAY_S for each in found] == [0, 28, 59]
    found = due("UTC0", a_task(MONTHS | 2, [], base), january_s - 9_000, january_s + 62 * DAY_S)
    assert [(each - january_s) // DAY_S for each in found] == [0, 59]


def test_tasks_are_set_switched_told_and_outlive_a_restart():
    bench = GdwBench()
    value = a_task(MINUTES | 15, [([1, 2], [129, 131]), ([ALL_POINTS], [25])])
    assert bench.order(0x04, (3, 65, value)) == ALL_CONFIRMED
    assert bench.ask(0x0A, (3, 65)) == [(3, 65, value)]
    assert bench.ask(0x0A, (3, 67)) == [(3, 67, {"switch": OFF})]
    assert bench.order(0x04, (3, 67, {"switch": ON})) == ALL_CONFIRMED
    bench.gdw = bench.new_gdw()
    assert bench.ask(0x0A, (3, 65), (3, 67)) == [(3, 65, value), (3, 67, {"switch": ON})]
    assert bench.order(0x04, (3, 67, {"switch": 0x56})) == ALL_DENIED
    assert bench.ask_fn(0x0A, (3, 66)) == ALL_DENIED
    assert bench.order(0x04, (4, 68, {"switch": ON})) == ALL_DENIED
    for line in (b"12 1 85 00\n", b"12 1 85 zz\n", b"9 1 85 00\n", b"12 x 85 00\n", b"\n"):
        bench.kept_by_name["gdw-tasks"].save(line)
        assert bench.new_gdw().tasks.due(NOON_S) == []


def test_a_task_that_cannot_be_is_denied():
    bench = GdwBench()
    good = a_task(HOURS | 1, [([1], [129])] * UNITS_MAX)
    for number in (1, TASKS_MAX):
        assert bench.order(0x04, (number, 65, good)) == ALL_CONFIRMED
    assert bench.order(0x04, (0, 65, good)) == ALL_DENIED
    assert bench.order(0x04, (TASKS_MAX + 1, 65, good)) == ALL_DENIED
    for wrong in (
        a_task(HOURS, []),
        a_task(HOURS | 1, [], base=None),
        a_task(HOURS | 1, [], base=(2026, 2, 29, 0, 0, 0, 0)),
        a_task(HOURS | 1, [], every=3),
        a_task(HOURS | 1, [([1], [161])] * (UNITS_MAX + 1)),
        a_task(HOURS | 1, [([1], [35])]),
    ):
        assert bench.order(0x04, (1, 65, wrong)) == ALL_DENIED, wrong


def a_reporting_bench(fn, value, *settings):
    bench = GdwBench([("gdw.push", "yes")] + list(settings))
    bench.clock.set_utc(MIDNIGHT_S - 60)
    assert bench.order(0x04, (1, fn, value)) == ALL_CONFIRMED
    assert bench.order(0x04, (1, fn + 2, {"switch": ON})) == ALL_CONFIRMED
    return bench


def test_a_task_of_class_1_reports_how_things_are_each_time_it_is_due():
    bench = a_reporting_bench(65, a_task(MINUTES | 15, [([1, 2], [129]), ([0], [2])]))
    bench.read(1, MIDNIGHT_S - QUARTER_S, 1_000)
    frames = reported(bench, MIDNIGHT_S + 2 * QUARTER_S + 60)
    assert [at_s - MIDNIGHT_S for at_s, _ in frames] == [0, QUARTER_S, 2 * QUARTER_S]
    for _, frame in frames:
        assert (frame.afn, frame.control & 0x4F, frame.seq & 0x70) == (0x0C, 0x44, 0x60)
        found = units_of([frame])
        assert [each[:2] for each in found] == [(1, 129), (0, 2)]  # MP 2 has not been read
        assert found[0][2]["kwh"][0] == 10_000


def test_a_task_of_class_2_reports_what_was_frozen_last():
    units = [([1], [161]), ([1], [177]), ([1], [101])]
    bench = a_reporting_bench(66, a_task(DAYS | 1, units, (2026, 11, 22, 0, 30, 0, 7), 4))
    for at in range(-97, 1):
        bench.read(1, MIDNIGHT_S + QUARTER_S * at, 10_000 + 100 * at)
    frames = reported(bench, MIDNIGHT_S + 3_000)
    assert [(at_s - MIDNIGHT_S, frame.afn) for at_s, frame in frames] == [(1_800, 0x0D)]
    day, month, curve = [value for _, _, value in units_of([frames[0][1]])]
    assert day["day"] == (2026, 11, 21) and day["kwh"][0] == 100_000
    assert month["month"] == (2026, 10) and month["time"] is None
    assert (curve["from"], curve["density"], curve["points"]) == ((2026, 11, 21, 0, 30), 3, 24)
    assert curve["values"][0] == 10_000 // 10 - 94 * 10 and len(curve["values"]) == 24


def test_nothing_is_reported_while_it_is_forbidden_switched_off_or_without_a_clock():
    value = a_task(MINUTES | 15, [([0], [2])])
    for key, text in (("gdw.push", "no"), ("gdw.on", "no"), ("gdw.excluded", "yes")):
        bench = a_reporting_bench(65, value)
        bench.dcu.settings.put(key, text)
        assert reported(bench, MIDNIGHT_S + QUARTER_S) == []
    bench = a_reporting_bench(65, value)
    assert bench.order(0x04, (1, 67, {"switch": OFF})) == ALL_CONFIRMED
    assert reported(bench, MIDNIGHT_S + QUARTER_S) == []
    bench = a_reporting_bench(65, value)
    bench.clock.set_utc(0)
    assert reported(bench, 2 * QUARTER_S) == []


def test_what_came_due_without_a_hes_is_reported_once_and_only_the_last():
    bench = a_reporting_bench(65, a_task(MINUTES | 15, [([0], [2])]))

    async def loses(session):
        await coop.sleep_ms(30_000)
        session.is_lost = True

    assert reported(bench, MIDNIGHT_S + 5 * QUARTER_S, loses) == []
    again = reported(bench, MIDNIGHT_S + 6 * QUARTER_S - 30)
    assert [at_s - MIDNIGHT_S for at_s, _ in again] == [5 * QUARTER_S + 1]


def test_a_long_report_goes_in_frames_that_are_whole_each():
    value = a_task(MINUTES | 15, [([ALL_POINTS], [129])])
    bench = a_reporting_bench(65, value, ("gdw.frame_octets", "256"))
    for mp in range(1, 41):
        if mp > 2:
            bench.dcu.archive.add(Meter({"mp": str(mp), "address": str(16 + mp)}))
        bench.read(mp, MIDNIGHT_S - QUARTER_S, 1_000 * mp)
    frames = [frame for _, frame in reported(bench, MIDNIGHT_S + 60)]
    assert len(frames) > 3
    assert [pn for frame in frames for pn, _, _ in units_of([frame])] == list(range(1, 41))


def test_a_report_that_is_to_be_confirmed_is_repeated_so_often():
    for confirmed, fn, is_asked in (("1", 65, True), ("2", 65, False), ("both", 65, True)):
        value = a_task(MINUTES | 15, [([0], [2])])
        bench = a_reporting_bench(fn, value, ("gdw.confirmed", confirmed))
        at_s = [at_s - MIDNIGHT_S for at_s, _ in reported(bench, MIDNIGHT_S + QUARTER_S - 1)]
        assert at_s == ([0, 20, 40] if is_asked else [0])

    async def confirms_the_second(session):
        session.confirms = (1,)

    bench = a_reporting_bench(65, value, ("gdw.confirmed", "1"))
    frames = reported(bench, MIDNIGHT_S + QUARTER_S - 1, confirms_the_second)
    assert [at_s - MIDNIGHT_S for at_s, _ in frames] == [0, 20]
    assert {frame.seq & 0x10 for _, frame in frames} == {0x10}


def test_of_one_report_so_many_data_are_looked_up_and_no_more():
    most, gdw_task_report.ANSWERED_MAX = gdw_task_report.ANSWERED_MAX, 3
    try:
        for count, is_cut in ((3, False), (4, True)):
            bench = a_reporting_bench(65, a_task(MINUTES | 15, [([0], [2])] * count))
            ((_, frame),) = reported(bench, MIDNIGHT_S + 60)
            assert len(units_of([frame])) == 3
            assert ("more than 3 data" in "".join(bench.log)) == is_cut
    finally:
        gdw_task_report.ANSWERED_MAX = most


def test_reports_that_were_missed_are_asked_for_as_they_would_have_been():
    bench = a_reporting_bench(65, a_task(MINUTES | 15, [([1], [129]), ([0], [2])]))
    for at in range(5):
        bench.read(1, MIDNIGHT_S + QUARTER_S * at, 1_000 * at)
    bench.clock.set_utc(MIDNIGHT_S + DAY_S)
    span = {"from": (2026, 11, 22, 0, 10), "to": (2026, 11, 22, 0, 45)}
    frames = bench.frames(bench.frame(0x0B, [(1, 1, span)]))
    assert [frame.afn for frame in frames] == [0x0C] and frames[0].seq & 0x6F == 0x65
    assert [(pn, fn, value["kwh"][0]) for pn, fn, value in units_of(frames)] == [
        (1, 129, 10_000 * at) for at in (1, 2, 3)
    ]
    one = {"from": (2026, 11, 22, 0, 30), "to": None}
    assert [value["kwh"][0] for _, _, value in bench.ask(0x0B, (1, 1, one))] == [20_000]
    late = {"from": (2026, 11, 22, 0, 10), "to": (2026, 11, 22, 0, 5)}
    for span in (late, {"from": (2026, 11, 21, 0, 0), "to": None}, {"from": None, "to": None}):
        assert bench.ask_fn(0x0B, (1, 1, span)) == ALL_DENIED
    assert bench.ask_fn(0x0B, (2, 1, one)) == ALL_DENIED


def test_reports_of_both_classes_asked_for_at_once_come_in_frames_of_their_own():
    bench = a_reporting_bench(65, a_task(MINUTES | 15, [([1], [129])]))
    bench.gdw.tasks.put(0x0D, 1, a_task(MINUTES | 15, [([1], [161])]))
    bench.read(1, MIDNIGHT_S, 1_000)
    bench.clock.set_utc(MIDNIGHT_S + DAY_S)
    span = {"from": MIDNIGHT[:5], "to": MIDNIGHT[:5]}
    frames = bench.frames(bench.frame(0x0B, [(1, 1, span), (1, 2, span)]))
    assert [frame.afn for frame in frames] == [0x0C, 0x0D], frames
    assert [(pn, fn) for pn, fn, _ in units_of(frames)] == [(1, 129), (1, 161)]


def test_so_many_reports_are_given_at_once_and_no_more():
    bench = a_reporting_bench(66, a_task(MINUTES | 15, [([1], [161])]))
    bench.clock.set_utc(MIDNIGHT_S + 2 * DAY_S)
    for last, is_given in (((2026, 11, 22, 23, 45), True), ((2026, 11, 23, 0, 0), False)):
        span = {"from": (2026, 11, 22, 0, 0), "to": last}
        frames = bench.frames(bench.frame(0x0B, [(1, 2, span)]))
        assert (frames[0].afn == 0x0D) == is_given
        assert not is_given or len(units_of(frames)) == REPORTS_MAX


def test_a_clock_that_was_set_back_does_not_silence_a_task():
    bench = a_reporting_bench(65, a_task(MINUTES | 15, [([0], [2])]))
    bench.clock.set_utc(MIDNIGHT_S + 300 * DAY_S)
    assert bench.gdw.tasks.due(bench.clock.utc_s()) == []
    bench.clock.set_utc(MIDNIGHT_S + 60)
    assert bench.gdw.tasks.due(bench.clock.utc_s()) == []
    bench.clock.set_utc(MIDNIGHT_S + QUARTER_S)
    for _ in range(2):  # until it has been reported
        ((task, number),) = bench.gdw.tasks.due(bench.clock.utc_s())
    task.reported_s = task.due_s(number)
    assert bench.gdw.tasks.due(bench.clock.utc_s()) == []


def test_a_task_of_another_class_is_refused_by_its_functions():
    zone = Zone("UTC0")
    for afn, fn, is_taken in ((0x0C, 129, 1), (0x0D, 161, 1), (0x0D, 129, 0), (0x0C, 5, 0)):
        try:
            Task(afn, a_task(HOURS | 1, [([1], [fn])]), lambda: zone)
            assert is_taken
        except Refused:
            assert not is_taken
