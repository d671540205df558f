"""Values that tasks have brought of a meter, looked for in the journal of records.

A record says which task it is of, and not what is in it. That is known of the tasks that are on
the list, from the first visit of the meter after a start on.
"""

from dcu import newest, record
from dcu.operations import LAYOUT_TIME_S
from dcu.task import BILLING, LIST, PROFILE
from hal import coop
from wire import axdr
from wire.profile_rows import value_columns

_VALUE = 2  # attribute of registers


async def values_of(dcu, meter, names, from_s, to_s):
    """{logical name: (time_s, value, scaler, unit)} of the first rows with from_s <= time_s < to_s
    that have them; what none has is not in it. `meter`: dcu/archive_row.py. PortError."""
    shapes = _shapes(dcu, meter, names)
    rows = await _first_rows(dcu, meter.mp, shapes, from_s, to_s) if shapes else ()
    found = {}
    for time_s, number, data in sorted(rows):
        attributes, units = shapes[number][1:]
        values = axdr.decode_all(data)
        if not isinstance(values, tuple) or len(values) != len(attributes):
            continue
        for attribute, value in zip(attributes, values):
            is_wanted = attribute.index == _VALUE and attribute.ln in names
            if is_wanted and attribute in units and type(value) is int:
                found.setdefault(attribute.ln, (time_s, value) + tuple(units[attribute]))
    return found


def _shapes(dcu, meter, names):
    """{number: (task, attributes, units)} of the tasks that bring one of `names` of the meter."""
    state = dcu.states.of(meter)
    shapes = {}
    for task in dcu.tasks.all():
        layout = state.layout_of(task)
        if layout is not None and task.kind == LIST:
            shapes[task.id] = (task, task.items, layout)
        elif layout is not None and task.kind in (PROFILE, BILLING):
            shapes[task.id] = (task, value_columns(layout.columns), layout.scaler_units)
    return {number: shape for number, shape in shapes.items() if _has(shape[1], names)}


def _has(attributes, names):
    return any([each.ln in names for each in attributes])


async def _first_rows(dcu, mp, shapes, from_s, to_s):
    """(time_s, task number, data) of each task. Its rows come in the order of time, all but, so it
    is looked for as long as they are not older."""
    left, found = set(shapes), {}
    for block in newest.blocks(dcu.records):
        for taken in [record.unpack(payload) for _, payload in block]:
            if taken.mp != mp or taken.task not in left or taken.time_s == LAYOUT_TIME_S:
                continue
            if taken.time_s < from_s:
                left.discard(taken.task)
            elif taken.time_s < to_s and _is_of(dcu, shapes[taken.task][0], taken):
                row = (taken.time_s, taken.task, taken.data)
                found[taken.task] = min(row, found.get(taken.task, row))
        if not left:
            break
        await coop.sleep_ms(0)
    return found.values()


def _is_of(dcu, task, taken):
    """Or of another one that had its number: the ledger knows them apart."""
    return dcu.ledger.at(task, taken.mp, taken.slot_s) is not None
