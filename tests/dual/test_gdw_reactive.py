"""Reactive energy of days and months by 376.1: out of what tasks have brought."""

from dcu.ledger import RECEIVED, Entry
from dcu.meter_profile import Layout
from dcu.operations import LAYOUT_TIME_S
from dcu.record import Record
from tests.dual.gdw_bench import MIDNIGHT_S, READING, GdwBench
from wire import axdr, obis
from wire.apdu import Attribute
from wire.axdr_any import encoded
from wire.qgdw3761 import ALL_DENIED

DAY = {"day": (2026, 11, 21)}
VARH, WH = 32, 30
LISTED = "1.0.3.8.0.255 1.0.4.8.0.255 1.0.5.8.0.255 1.0.8.8.0.255"
HOUR_S = 3600


def register(name):
    return Attribute(3, obis.parse(name), 2)


class Bench(GdwBench):
    """MP 1 has a list of registers; their unit is varh, with a scaler of 0."""

    def __init__(self, scaler=0, unit=VARH):
        super().__init__()
        self.task = self.given({"id": "3", "kind": "list", "period": "1h", "items": LISTED})
        layout = {register(name): (scaler, unit) for name in LISTED.split()}
        self.state.keep_layout(self.task, layout)

    @property
    def state(self):
        return self.dcu.states.of(self.dcu.archive.get(1))

    def given(self, texts):
        return self.dcu.tasks.add(texts)

    def bring(self, time_s, values, task=None, mp=1):
        """A record of the slot that `time_s` is in."""
        task = task or self.task
        slot_s = task.period.begin(time_s)
        self.dcu.kept.put_record(Record(task.id, mp, slot_s, time_s, encoded(values)))
        self.dcu.ledger.put(task, mp, Entry(slot_s, RECEIVED, 1, time_s, None))
        assert self.dcu.kept.commit()

    def kvarh(self, fn, mark=DAY):
        found = self.ask(0x0D, (1, fn, mark))[0][2]
        return found["time"], found["kvarh"]


def test_a_day_has_the_first_value_of_the_hour_after_it_with_its_time():
    bench = Bench()
    assert bench.kvarh(162) == (None, [None])
    bench.bring(MIDNIGHT_S + HOUR_S, (900,) * 4)
    assert bench.kvarh(162) == (None, [None])
    for late_s, value in ((-1, 1_000), (HOUR_S, 5_000), (900, 3_009), (60, 2_009), (1_800, 4_000)):
        bench.bring(MIDNIGHT_S + late_s, (value, 10 * value, 1, 1))
        bench.dcu.kept.put_record(Record(3, 1, 0, LAYOUT_TIME_S, axdr.array([])))
        bench.bring(MIDNIGHT_S + 30, (7_777,) * 4, mp=2)  # another meter
    assert bench.kvarh(162) == ((2026, 11, 22, 0, 1), [200])
    assert bench.kvarh(164) == ((2026, 11, 22, 0, 1), [2_009])
    assert bench.kvarh(162, {"day": (2026, 11, 20)}) == (None, [None])


def test_a_month_has_that_of_the_first_midnight_of_the_next():
    bench = Bench()
    bench.bring(1_798_761_600, (1_000, 2_000, 3, 4))  # 2027-01-01
    month = {"month": (2026, 12)}
    assert bench.kvarh(178, month) == ((2027, 1, 1, 0, 0), [100])
    assert bench.kvarh(180, month) == ((2027, 1, 1, 0, 0), [200])


def test_the_quadrants_of_a_day_are_totals_beside_the_active_energy():
    bench = Bench()
    bench.keep(1, MIDNIGHT_S, READING)
    bench.bring(MIDNIGHT_S, (10, 20, 30, 40))
    found = bench.ask(0x0D, (1, 1, DAY))[0][2]
    assert found["kwh"][0] == 1_234_560
    assert found["import_kvarh"] == [1, None, None]
    assert (found["quadrant_1_kvarh"][0], found["quadrant_4_kvarh"][0]) == (3, 4)


def test_the_quadrants_of_the_last_reading_are_those_that_came_within_its_period():
    bench = Bench()
    period_s = bench.dcu.settings.get("collect.period_s")
    read_s = MIDNIGHT_S + HOUR_S
    bench.keep(1, read_s, READING)
    for late_s, shown in ((-1, None), (period_s, None), (period_s - 1, 2), (0, 1)):
        bench.bring(read_s + late_s, (10 + 10 * bool(late_s), 0, 30, 40))
        found = bench.ask(0x0C, (1, 33))[0][2]
        assert found["import_kvarh"] == [shown, None, None], late_s
    assert (found["quadrant_1_kvarh"][0], found["quadrant_4_kvarh"][0]) == (3, 4)
    assert found["kwh"][0] == 1_234_560


def test_what_is_no_reactive_energy_or_does_not_fit_is_no_data():
    for scaler, unit, value, shown in (
        (0, VARH, 999_999_999, [99_999_999]),
        (0, VARH, 1_000_000_000, [None]),
        (3, VARH, 7, [700]),
        (0, WH, 10, [None]),
        (0, VARH, None, [None]),
        (0, VARH, b"ten", [None]),
    ):
        bench = Bench(scaler, unit)
        bench.bring(MIDNIGHT_S, (value, 1, 1, 1))
        assert bench.kvarh(162)[1] == shown, value
    bench = Bench()
    bench.bring(MIDNIGHT_S, (1, 2))  # another list
    assert bench.kvarh(162) == (None, [None])
    assert bench.ask_fn(0x0D, (9, 162, DAY)) == ALL_DENIED


def test_what_another_task_of_that_number_brought_is_not_taken_for_it():
    bench = Bench()
    bench.bring(MIDNIGHT_S, (1_000, 2_000, 3, 4))
    items = "1.0.3.8.0.255 1.0.4.8.0.255 1.0.5.8.0.255 1.0.7.8.0.255"
    other = bench.given({"id": "3", "kind": "list", "period": "1h", "items": items})
    layout = {register(name): (0, VARH) for name in LISTED.split()}
    bench.state.keep_layout(other, layout)
    bench.task = other
    assert bench.kvarh(162) == (None, [None])


def test_a_billing_profile_has_it_too_and_the_earlier_of_both_is_told():
    bench = Bench()
    billing = bench.given({"id": "4", "kind": "billing", "period": "1d"})
    clock = Attribute(8, obis.parse("0.0.1.0.0.255"), 2)
    columns = [clock, register("1.0.3.8.0.255")]
    units = {columns[1]: (0, VARH)}
    bench.state.keep_layout(billing, Layout(columns, 86_400, 62, units))
    bench.bring(MIDNIGHT_S, (40,), billing)
    bench.bring(MIDNIGHT_S + 5, (50, 60, 70, 80))
    assert bench.kvarh(162) == ((2026, 11, 22, 0, 0), [4])
    assert bench.kvarh(164) == ((2026, 11, 22, 0, 0), [6])


def test_where_no_task_brings_it_the_journal_is_not_searched():
    bench = Bench()
    other = bench.given({"id": "3", "kind": "list", "period": "1h", "items": "1.0.1.8.0.255"})
    bench.state.keep_layout(other, {register("1.0.1.8.0.255"): (0, WH)})
    bench.keep(1, MIDNIGHT_S, READING)
    bench.dcu.records = None
    assert bench.kvarh(162) == (None, [None])
    assert bench.ask(0x0C, (1, 33))[0][2]["import_kvarh"] == [None] * 3
