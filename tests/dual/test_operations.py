"""What a visit does for a task, on a meter of cardboard: where it goes on in its memory."""

from dcu.alarm_codes import METER_EVENT
from dcu.archive_row import Meter
from dcu.civil import Zone
from dcu.ledger import PARTLY, RECEIVED
from dcu.meter_profile import Layout
from dcu.meter_state import MeterState
from dcu.operations import OPERATIONS, ROWS_A_VISIT, ROWS_A_VISIT_MIN, Visit
from dcu.schema import SCHEMA, parse
from dcu.task import Task
from tests.virtual import run_virtual
from wire import axdr, obis
from wire.apdu import Attribute

CLOCK = Attribute(8, obis.parse("0.0.1.0.0.255"), 2)
CODE = Attribute(1, obis.parse("0.0.96.11.0.255"), 2)
NOW_S = 1_767_355_200
VALUES = {setting.key: parse(setting, setting.default) for setting in SCHEMA}


class Memory:
    """A meter with the rows (time, code); `asked` counts the requests for some of them."""

    def __init__(self, now_s=NOW_S):
        self.now_s = now_s
        self.rows = []
        self.asked = 0

    async def get(self, attribute, access=None):
        if attribute.class_id == 8:
            return axdr.date_time(self.now_s)
        self.asked += 1
        _, low, high, _ = axdr.decode_all(access.data)
        low_s, high_s = axdr.parse_date_time(low), axdr.parse_date_time(high)
        return [(axdr.date_time(s), code) for s, code in self.rows if low_s <= s <= high_s]


class Desk:
    """Visits for one task, each of which goes on where the last one came to."""

    def __init__(self, kind, period_s=0):
        self.meter = Memory()
        self.task = Task({"id": "1", "kind": kind, "period": "1h"}, Zone("UTC0"))
        self.state = MeterState(Meter({"mp": "1", "address": "17"}))
        self.state.keep_layout(self.task, Layout((CLOCK, CODE), period_s, 1000, {}))
        self.cursor_s = None

    def visit(self, at_s):
        """The Outcome, the meter's clock showing `at_s`."""
        self.meter.now_s = at_s
        visit = Visit(self, None, None)
        visit.cursor_s = self.cursor_s
        operation = OPERATIONS[self.task.kind](self.meter, self.task, self.state, visit)
        outcome = run_virtual(operation)
        self.cursor_s = outcome.cursor_s
        return outcome

    def get(self, key):
        return VALUES[key]


def codes(outcome):
    return [axdr.decode_all(data)[0] for _, data in outcome.records]


def test_two_events_of_one_second_are_both_taken_and_each_once():
    desk = Desk("events")
    desk.meter.rows.append((NOW_S, 62))
    assert codes(desk.visit(NOW_S)) == []
    desk.meter.rows.append((NOW_S, 63))
    outcome = desk.visit(NOW_S + 1)
    assert codes(outcome) == [62, 63] and desk.cursor_s == NOW_S
    name = "0.0.99.98.0.255"
    assert outcome.alarms == [(METER_EVENT, f"{name} 62"), (METER_EVENT, f"{name} 63")]
    asked = desk.meter.asked
    assert codes(desk.visit(NOW_S + 1)) == [] and desk.meter.asked == asked
    desk.meter.rows.append((NOW_S + 1, 64))
    assert codes(desk.visit(NOW_S + 60)) == [64]
    assert codes(desk.visit(NOW_S + 120)) == []


def test_a_row_of_this_very_second_of_a_load_profile_is_taken():
    desk = Desk("profile", 900)
    desk.cursor_s = NOW_S - 3600
    desk.meter.rows.append((NOW_S, 1))
    outcome = desk.visit(NOW_S)
    assert codes(outcome) == [1] and outcome.what == RECEIVED and desk.cursor_s == NOW_S


def test_the_layout_of_another_task_with_the_number_is_not_taken_for_its_own():
    desk = Desk("profile", 900)
    for fields in ({"kind": "events"}, {"kind": "list", "items": "1.0.1.8.0.255"}):
        other = Task(dict({"id": "1", "period": "1h"}, **fields), Zone("UTC0"))
        assert desk.state.layout_of(other) is None
    again = Task({"id": "1", "kind": "profile", "period": "15m"}, Zone("UTC0"))
    assert desk.state.layout_of(again) is not None
    desk.state.has_failed("silent", "away", 3)
    assert desk.state.layout_of(again) is None


def test_much_is_taken_in_pieces_that_follow_one_another():
    desk = Desk("profile", 900)
    first_s = NOW_S - 7 * 86_400
    desk.meter.rows = [(s, 1) for s in range(first_s, NOW_S + 1, 900)]
    found, whats = [], []
    for _ in range(9):
        outcome = desk.visit(NOW_S)
        assert len(outcome.records) <= ROWS_A_VISIT + 1
        found += [time_s for time_s, _ in outcome.records]
        whats.append(outcome.what)
    assert found == [s for s, _ in desk.meter.rows]
    assert whats == [PARTLY] * 6 + [RECEIVED] * 3


def test_so_many_rows_are_taken_at_once_as_the_rounds_leave_time_for():
    for period_s, rows in ((2, ROWS_A_VISIT_MIN), (8, 8), (9, 9), (96, 96), (97, ROWS_A_VISIT)):
        desk = Desk("profile", 900)
        desk.cursor_s = NOW_S - 200 * 900
        desk.meter.rows = [(s, 1) for s in range(desk.cursor_s + 900, NOW_S + 1, 900)]
        desk.get = lambda key, period_s=period_s: (
            period_s if key == "collect.period_s" else VALUES[key]
        )
        assert len(desk.visit(NOW_S).records) == rows, period_s


def test_a_clock_of_a_meter_that_was_set_back_brings_nothing_twice():
    desk = Desk("profile", 900)
    desk.cursor_s = NOW_S - 3600
    desk.meter.rows = [(NOW_S - 900, 1), (NOW_S, 2)]
    assert codes(desk.visit(NOW_S)) == [1, 2]
    assert codes(desk.visit(NOW_S - 600)) == [] and desk.cursor_s == NOW_S
    desk.meter.rows.append((NOW_S + 900, 3))
    assert codes(desk.visit(NOW_S + 900)) == [3]
