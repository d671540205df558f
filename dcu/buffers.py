"""The buffers of the DCU's Profile generic objects: records as rows, chosen by selective access.

A row begins with the sequence number of its record, so that the HES asks for "all after the last
I have committed" and loses nothing, whichever side dies. One answer holds at most ROWS_MAX rows;
the HES asks again from the last sequence number it got plus one.

Reference: IEC 62056-6-2, class_id 7, attributes 2 and 3, selective access 1 (range) and 2 (entry).
"""

from dcu import reading, record
from dcu.columns import VALUES
from dcu.severity import LEVELS
from hal.errors import WireError
from wire import axdr, obis
from wire.server import Denied

ROWS_MAX = 64  # about 6 KB of answer
METER_ROWS_MAX = 256
TASK_OCTETS_MAX = 8192  # of the records of tasks in one answer; one at least
_SCOPE_VIOLATED = 13
_BY_RANGE, _BY_ENTRY = 1, 2
_U32_MAX = 0xFFFFFFFF


def alarm_row(alarm):
    """structure {u32 seq, octet-string(12) time UTC, u16 code, u16 mp, visible-string text,
    u8 severity: 1 info, 2 warning, 3 alarm}"""
    return axdr.structure(
        [
            axdr.u32(alarm.seq),
            axdr.octets(axdr.date_time(alarm.time_s)),
            axdr.u16(alarm.code),
            axdr.u16(alarm.mp),
            axdr.visible(alarm.text),
            axdr.u8(LEVELS.index(alarm.severity) + 1),
        ]
    )


def reading_row(seq, payload):
    """structure {u32 seq, u16 mp, octet-string(12) slot UTC, one i64 or null per column}"""
    mp, time_s, values = reading.unpack(payload)
    cells = [axdr.null() if value is None else axdr.i64(value) for value in values]
    head = [axdr.u32(seq), axdr.u16(mp), axdr.octets(axdr.date_time(time_s))]
    return axdr.structure(head + cells)


class _Records:
    """Rows of numbered records; `records` has first, last and mark."""

    def __init__(self, records):
        self._records = records

    def entries(self):
        return self._records.last - self._records.first + 1 if self._records.last else 0

    def rows(self, access):
        """Data of attribute 2: the rows asked for, or without access those not acknowledged."""
        low, high = self._records.mark + 1, _U32_MAX
        if access is not None:
            low, high = self._chosen(access)
        rows = self._encoded(min(max(low - 1, 0), _U32_MAX))  # as far as records are numbered
        return axdr.array([row for seq, row in rows if seq <= high])

    def _chosen(self, access):
        selector, data = access
        parameters = _decoded(data)
        if selector == _BY_RANGE and len(parameters) == 4:
            low, high = parameters[1], parameters[2]
        elif selector == _BY_ENTRY and len(parameters) == 4:
            before = max(self._records.first, 1) - 1
            low, high = before + _whole(parameters[0]), _whole(parameters[1])
            high = before + high if high else _U32_MAX  # 0: to the end
        else:
            raise Denied(_SCOPE_VIOLATED)
        return _whole(low), _whole(high)

    def capture_objects(self):
        columns = self._columns()
        return axdr.array([_capture(class_id, ln, index) for class_id, ln, index in columns])


class Readings(_Records):
    def _encoded(self, after_seq):
        found = self._records.read(after_seq, ROWS_MAX)
        return [(seq, reading_row(seq, payload)) for seq, payload in found]

    def _columns(self):
        head = [(1, "0.0.96.128.1.255", 2), (1, "0.0.96.130.1.255", 2), (8, "0.0.1.0.0.255", 2)]
        return head + [(value.class_id, obis.text(value.ln), value.index) for value in VALUES]


class TaskRecords(_Records):
    """structure {u32 seq, u8 task, u16 mp, octet-string(12) slot UTC, octet-string(12) time UTC,
    octet-string of A-XDR Data}; a layout has 1970 as its time: docs/tasks.md."""

    def _encoded(self, after_seq):
        rows, size = [], 0
        for seq, payload in self._records.read(after_seq, ROWS_MAX):
            row = task_row(seq, record.unpack(payload))
            size += len(row)
            if rows and size > TASK_OCTETS_MAX:
                break
            rows.append((seq, row))
        return rows

    def _columns(self):
        return [
            (1, "0.0.96.128.3.255", 2),
            (1, "0.0.96.130.10.255", 2),  # number of the task
            (1, "0.0.96.130.1.255", 2),  # measuring point
            (8, "0.0.1.0.0.255", 2),  # slot
            (8, "0.0.1.0.0.255", 2),  # time of the data
            (1, "0.0.96.130.11.255", 2),  # the data
        ]


def task_row(seq, taken):
    """A Record of dcu/record.py as a row of TaskRecords."""
    return axdr.structure(
        [
            axdr.u32(seq),
            axdr.u8(taken.task),
            axdr.u16(taken.mp),
            axdr.octets(axdr.date_time(taken.slot_s)),
            axdr.octets(axdr.date_time(taken.time_s)),
            axdr.octets(taken.data),
        ]
    )


class Alarms(_Records):
    def _encoded(self, after_seq):
        found = self._records.read(after_seq, ROWS_MAX)
        return [(alarm.seq, alarm_row(alarm)) for alarm in found]

    def _columns(self):
        return [
            (1, "0.0.96.128.2.255", 2),
            (8, "0.0.1.0.0.255", 2),
            (1, "0.0.96.11.0.255", 2),  # event code
            (1, "0.0.96.130.1.255", 2),  # measuring point
            (1, "0.0.96.130.2.255", 2),  # text
            (1, "0.0.96.130.3.255", 2),  # severity
        ]


class Archive:
    """The meters on file, chosen by the range of their MP numbers.

    structure {u16 mp, visible address, gather, protocol, channel, u16 client,
    visible auth, state}: never a password.
    """

    def __init__(self, archive, state_of):
        self._archive = archive
        self._state_of = state_of

    def entries(self):
        return len(self._archive.meters())

    def rows(self, access):
        low, high = _range(access)
        chosen = [meter for meter in self._archive.meters() if low <= meter.mp <= high]
        return axdr.array([self._row(meter) for meter in chosen[:METER_ROWS_MAX]])

    def _row(self, meter):
        texts = [str(meter.address), str(meter.gather), meter.protocol, meter.channel]
        cells = [axdr.u16(meter.mp)] + [axdr.visible(text) for text in texts]
        cells += [axdr.u16(meter.client), axdr.visible(meter.auth)]
        return axdr.structure(cells + [axdr.visible(self._state_of(meter.mp))])

    def capture_objects(self):
        return axdr.array(
            [_capture(1, f"0.0.96.130.{e}.255", 2) for e in (1, 3, 4, 5, 6, 7, 8, 9)]
        )


class Nodes:
    """The meters behind the module slot, chosen by the range of their MP numbers; members that
    are not on file have MP 0, and come last.

    structure {u16 mp, octet-string(8) EUI-64, u16 short address (0: not in the network), visible
    state, u8 hops, u16 cost, u16 parent (0: the module), u8 LQI, u16 phase in degrees}; null for
    what is not known
    """

    def __init__(self, nodes):
        """`nodes`: function -> rows of dcu/plc_tree.py `nodes_of`."""
        self._nodes = nodes

    def entries(self):
        return len(self._nodes())

    def rows(self, access):
        low, high = _range(access, 0)
        chosen = [row for row in self._nodes() if low <= (row["mp"] or 0) <= high]
        return axdr.array([_node_row(row) for row in chosen[:METER_ROWS_MAX]])

    def capture_objects(self):
        numbers = (1,) + tuple(range(12, 20))
        return axdr.array([_capture(1, f"0.0.96.130.{e}.255", 2) for e in numbers])


def _node_row(row):
    def known(encode, value):
        return axdr.null() if value is None else encode(value)

    cells = [axdr.u16(row["mp"] or 0), axdr.octets(bytes.fromhex(row["eui"]))]
    cells += [axdr.u16(row["short"] or 0), axdr.visible(row["state"])]
    cells += [known(axdr.u8, row["hops"]), known(axdr.u16, row["cost"])]
    cells += [known(axdr.u16, row["parent"]), known(axdr.u8, row["lqi"])]
    return axdr.structure(cells + [known(axdr.u16, row["phase"])])


def _range(access, low=1):
    """(lowest, highest) of what is asked for; without access all."""
    if access is None:
        return low, _U32_MAX
    parameters = _decoded(access[1])
    if access[0] != _BY_RANGE or len(parameters) != 4:
        raise Denied(_SCOPE_VIOLATED)
    return _whole(parameters[1]), _whole(parameters[2])


def _decoded(data):
    try:
        value = axdr.decode_all(data)
    except WireError:
        raise Denied(_SCOPE_VIOLATED)
    if type(value) is not tuple:
        raise Denied(_SCOPE_VIOLATED)
    return value


def _whole(value):
    if type(value) is not int:
        raise Denied(_SCOPE_VIOLATED)
    return value


def _capture(class_id, ln, index):
    ln = axdr.octets(obis.parse(ln))
    return axdr.structure([axdr.u16(class_id), ln, axdr.i8(index), axdr.u16(0)])
