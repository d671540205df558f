"""What is done in a visit to a meter, for each kind of task.

Each is a coroutine function (meter, task, state, visit) -> Outcome. It raises what the meter's
driver raises: AccessRefused when the meter does not give it, Refused when it cannot be done.
"""

from collections import namedtuple

from dcu import columns, meter_profile, meter_services
from dcu.alarm_codes import METER_CLOCK, METER_EVENT, METER_REPLACED
from dcu.civil import DAY_S
from dcu.ledger import PARTLY, RECEIVED
from dcu.read_now import is_scaler_unit, plain
from dcu.record import DATA_MAX
from dcu.task import ACTION, BILLING, CLOCK, EVENTS, LIST, PROFILE, REGISTERS, SWITCH, WRITE
from hal.errors import Refused, WireError
from wire import axdr, obis
from wire.apdu import Attribute
from wire.axdr_any import encoded
from wire.cosem_time import utc_of
from wire.dialogue import AccessRefused
from wire.profile_rows import value_columns

ROWS_A_VISIT = 96  # of a profile: a day of quarters of an hour, so that others get their turn
ROWS_A_VISIT_MIN = 8  # with rounds of some seconds, that none of them is lost
LAYOUT_TIME_S = 0  # the time of a record that says what the columns of those after it are
_REGISTER_VALUES = ((3, 2), (4, 2))  # class_id and attribute: attribute 3 is scaler_unit
_CLOCK_ACTIONS = ("left", "set", "too far off to be set")
_TIME_MAX_S = 0xFFFFFFFF

# readings: [values], records: [(time_s, octets of Data)], alarms: [(code, text)] to be raised
# before the rest is kept; cursor_s: up to where the meter's memory has been read, or None
Outcome = namedtuple("Outcome", ("what", "readings", "records", "alarms", "cursor_s"))


class Visit:
    """What the operations of one visit share.

    cursor_s   of the task at hand: where it goes on in the meter's memory; None: nowhere yet
    """

    def __init__(self, settings, clock, learned):
        self.settings = settings
        self.clock = clock
        self.learned = learned
        self.cursor_s = None
        self.values = None  # the registers, once read


async def registers(meter, task, state, visit):
    alarms = []
    if visit.values is None:
        visit.values = await _registers(meter, state, visit.learned, alarms)
    return Outcome(RECEIVED, [visit.values], [], alarms, None)


async def _registers(meter, state, learned, alarms):
    if state.scalers is None:
        identity = await meter.get_list(columns.IDENTITY)
        replaced = learned.seen(state.record.mp, identity[-1][1])
        if replaced:
            alarms.append((METER_REPLACED, replaced))
        state.scalers = columns.scalers(identity)
    results = await meter.get_list(columns.VALUES)
    values = columns.row(results, state.scalers, state.record.deviation)
    if all([value is None for value in values]):
        raise WireError(f"{state.record.place()} gives none of the values asked for")
    return values


async def profile(meter, task, state, visit):
    """Rows after the last one that is kept; from the beginning at most collect.first_days."""
    return (await _rows_after(meter, task, state, visit))[0]


async def events(meter, task, state, visit):
    """As profile; each event is an alarm of the meter, too."""
    outcome, rows = await _rows_after(meter, task, state, visit)
    name = obis.text(task.items[0])
    outcome.alarms.extend([(METER_EVENT, f"{name} {_event_text(values)}") for _, values in rows])
    return outcome


async def _rows_after(meter, task, state, visit):
    """(Outcome, rows as of dcu/meter_profile.py)"""
    records = []
    if state.layout_of(task) is None:
        shape = await meter_profile.layout(meter, task.items[0])
        records.append((LAYOUT_TIME_S, _layout(value_columns(shape.columns), shape.scaler_units)))
        state.keep_layout(task, shape)
    rows, cursor_s, what = await _read_on(meter, task, state, visit)
    records += [(utc_s, _data(encoded(values))) for utc_s, values in rows]
    return Outcome(what, [], records, [], cursor_s), rows


async def _read_on(meter, task, state, visit):
    """(rows, cursor_s, what): from where the last visit came to."""
    ln, shape = task.items[0], state.layout_of(task)
    deviation = state.record.deviation
    shown = await meter_services.clock_octets(meter)
    now_s = utc_of(shown, deviation)
    if not 0 <= now_s <= _TIME_MAX_S:
        raise WireError("the clock of the meter shows a time that no record can hold")
    if task.kind == EVENTS:
        now_s -= 1  # another one may come within this second, and would be passed over
    from_s = now_s - DAY_S * visit.settings.get("collect.first_days")
    if shape.period_s and shape.entries:  # before that it has nothing
        from_s = max(from_s, now_s - shape.period_s * shape.entries)
    if visit.cursor_s is not None:
        from_s = max(from_s, visit.cursor_s + 1)
    if from_s > now_s:
        return [], visit.cursor_s, RECEIVED
    to_s = now_s
    rows_max = _rows_max(visit.settings)
    if shape.period_s and to_s - from_s > rows_max * shape.period_s:
        to_s = from_s + rows_max * shape.period_s
    rows = await meter_profile.read_rows(meter, ln, shape, from_s, to_s, deviation, shown)
    if to_s < now_s:
        return rows, to_s, PARTLY
    newest = [utc_s for utc_s, _ in rows]
    return rows, max(newest) if newest else visit.cursor_s, RECEIVED


def _rows_max(settings):
    """Of one visit. A row takes some 30 ms at 9600 bit/s, and the rounds must not wait for more
    than a small part of their period: so it is one row for each second of it, within limits."""
    return min(ROWS_A_VISIT, max(ROWS_A_VISIT_MIN, settings.get("collect.period_s")))


async def clock(meter, task, state, visit):
    """A difference of clock.leave_s is left, one up to clock.set_max_s is set right, one beyond
    is an alarm: somebody has to look."""
    if not visit.clock.is_set:
        raise Refused("the clock of the DCU is not set")
    deviation = state.record.deviation
    shown = await meter_services.clock_octets(meter)
    off_s = utc_of(shown, deviation) - visit.clock.utc_s()
    action, alarms = 0, []
    if abs(off_s) > visit.settings.get("clock.set_max_s"):
        action = 2
        alarms.append((METER_CLOCK, f"{off_s} s off, {_CLOCK_ACTIONS[action]}"))
    elif abs(off_s) > visit.settings.get("clock.leave_s") and _is_to_be_set(visit.settings):
        action = 1
        await meter_services.set_clock(meter, visit.clock.utc_s, deviation, shown)
    data = axdr.structure([axdr.i64(off_s), axdr.visible(_CLOCK_ACTIONS[action])])
    return Outcome(RECEIVED, [], [(visit.clock.utc_s(), data)], alarms, None)


def _is_to_be_set(settings):
    return settings.get("clock.set_meters") == "yes"


async def switch(meter, task, state, visit):
    is_on, control = await meter_services.switch_state(meter)
    data = axdr.structure([encoded(is_on), axdr.visible(control)])
    return Outcome(RECEIVED, [], [(visit.clock.utc_s(), data)], [], None)


async def values_of(meter, task, state, visit):
    """The attributes of the task; null for each that the meter does not give."""
    records = []
    if state.layout_of(task) is None:
        scaled = [each for each in task.items if (each.class_id, each.index) in _REGISTER_VALUES]
        asked = [Attribute(each.class_id, each.ln, 3) for each in scaled]
        found = await meter.get_list(asked) if asked else []
        units = {each: value for each, (_, value) in zip(scaled, found) if is_scaler_unit(value)}
        records.append((LAYOUT_TIME_S, _layout(task.items, units)))
        state.keep_layout(task, units)
    results = await meter.get_list(task.items)
    if all([result for result, _ in results]):
        raise AccessRefused(results[0][0])
    values = tuple([None if result else value for result, value in results])
    records.append((visit.clock.utc_s(), _data(encoded(values))))
    return Outcome(RECEIVED, [], records, [], None)


async def write(meter, task, state, visit):
    """Each value in turn; one that is refused does not stop the others."""

    async def put(attribute, data):
        await meter.set(attribute, data)

    return await _change(put, task, visit)


async def action(meter, task, state, visit):
    async def call(method, data):
        await meter.action(method.class_id, method.ln, method.index, data)

    return await _change(call, task, visit)


async def _change(change, task, visit):
    results = []
    for attribute, data in task.items:
        try:
            await change(attribute, data)
            results.append(0)
        except AccessRefused as refusal:
            results.append(refusal.result)
    data = axdr.structure([axdr.u8(result & 0xFF) for result in results])
    return Outcome(RECEIVED, [], [(visit.clock.utc_s(), data)], [], None)


def _layout(attributes, scaler_units):
    """array of structure {u16 class, octet-string(6) name, i8 attribute, i8 scaler, enum unit};
    scaler 0 and unit 255 of what has none."""
    cells = []
    for each in attributes:
        scaler, unit = scaler_units.get(each, (0, 255))
        head = [axdr.u16(each.class_id), axdr.octets(each.ln), axdr.i8(each.index)]
        cells.append(axdr.structure(head + [axdr.i8(scaler), axdr.enum(unit & 0xFF)]))
    return _data(axdr.array(cells))


def _data(octets):
    if len(octets) > DATA_MAX:
        raise WireError(f"{len(octets)} octets in one row: at most {DATA_MAX} are kept")
    return octets


def _event_text(values):
    return " ".join([str(plain(value)) for value in values])


OPERATIONS = {
    REGISTERS: registers,
    PROFILE: profile,
    BILLING: profile,
    EVENTS: events,
    CLOCK: clock,
    SWITCH: switch,
    LIST: values_of,
    WRITE: write,
    ACTION: action,
}
