"""The COSEM objects of the DCU, logical device 1, as the HES reads and sets them.

One table (`objects_of`) says what there is; docs/cosem-objects.md describes it for the HES.
Reference: IEC 62056-6-2 (classes 1, 7, 8), IEC 62056-6-1 (logical names).
"""

from collections import namedtuple

from dcu import buffers
from hal.errors import PortError
from wire import association, axdr, obis
from wire.server import Denied

PUBLIC = 16  # client SAP: identity and clock only, never a password
MANAGEMENT = 1  # client SAP of the HES

_DATA, _PROFILE, _CLOCK = 1, 7, 8
_READ_WRITE_DENIED, _UNDEFINED, _CLASS_INCONSISTENT, _TYPE_UNMATCHED = 3, 4, 9, 12
_TEMPORARY, _SCOPE_VIOLATED = 2, 13

# reads: {attribute: function(access) -> Data}; writes: {attribute: function(value)}
CosemObject = namedtuple("CosemObject", ("class_id", "ln", "name", "public", "reads", "writes"))


def objects_of(settings, archive, states, readings, alarms, clock, version):
    """All objects of one DCU. `readings` and `alarms` have first, last, mark,
    acknowledge(seq) and read(after_seq, limit); `states(mp)` is the state of a meter in a word."""

    def terminal(prefix=""):
        return axdr.visible(prefix + settings.terminal_id())

    data = _data_object
    return (
        data("0.0.42.0.0.255", "logical device name", lambda: terminal("ODC"), True),
        data("0.0.96.1.0.255", "terminal ID", terminal, True),
        data("0.0.0.2.0.255", "firmware version", lambda: axdr.visible(version), True),
        CosemObject(
            _CLOCK,
            obis.parse("0.0.1.0.0.255"),
            "clock, UTC",
            True,
            {2: lambda access: axdr.octets(axdr.date_time(clock.utc_s()))},
            {},
        ),
        _profile_object("0.0.99.128.1.255", "stored readings", buffers.Readings(readings)),
        data("0.0.96.128.1.255", "newest reading", lambda: axdr.u32(readings.last)),
        _mark_object("0.0.96.129.1.255", "readings acknowledged", readings),
        _profile_object("0.0.99.98.0.255", "alarms", buffers.Alarms(alarms)),
        data("0.0.96.128.2.255", "newest alarm", lambda: axdr.u32(alarms.last)),
        _mark_object("0.0.96.129.2.255", "alarms acknowledged", alarms),
        _profile_object("0.0.99.128.2.255", "meter archive", buffers.Archive(archive, states)),
    )


def _data_object(ln, name, value, public=False):
    return CosemObject(_DATA, obis.parse(ln), name, public, {2: lambda access: value()}, {})


def _profile_object(ln, name, buffer):
    reads = {
        2: buffer.rows,
        3: lambda access: buffer.capture_objects(),
        4: lambda access: axdr.u32(0),  # captured on event, not by period
        7: lambda access: axdr.u32(buffer.entries()),
        8: lambda access: axdr.u32(0xFFFFFFFF),  # bounded by the storage settings
    }
    return CosemObject(_PROFILE, obis.parse(ln), name, False, reads, {})


def _mark_object(ln, name, records):
    """Readable and settable: the HES says up to which record it has all in its own store."""

    def acknowledge(value):
        if type(value) is not int:
            raise Denied(_TYPE_UNMATCHED)
        if not 0 <= value <= records.last:
            raise Denied(_SCOPE_VIOLATED)
        records.acknowledge(value)

    reads = {2: lambda access: axdr.u32(records.mark)}
    return CosemObject(_DATA, obis.parse(ln), name, False, reads, {2: acknowledge})


def clients(settings):
    """{client SAP: (mechanism, secret)} for the server association."""
    password = settings.get("cosem.password").encode()
    mechanism = association.LLS if password else association.NONE
    return {PUBLIC: (association.NONE, b""), MANAGEMENT: (mechanism, password)}


class Objects:
    """What wire.server asks: get, set and action on the table, by the rights of the client."""

    def __init__(self, table):
        self._by_ln = {row.ln: row for row in table}

    def get(self, attribute, access, client_sap):
        row = self._find(attribute.class_id, attribute.ln, client_sap)
        if attribute.index == 1:
            return axdr.octets(row.ln)
        if attribute.index not in row.reads:
            raise Denied(_UNDEFINED)
        try:
            return row.reads[attribute.index](access)
        except PortError:
            raise Denied(_TEMPORARY)  # the disk: told by whoever writes to it

    def set(self, attribute, access, data, client_sap):
        row = self._find(attribute.class_id, attribute.ln, client_sap)
        if attribute.index not in row.writes or client_sap != MANAGEMENT:
            raise Denied(_READ_WRITE_DENIED)
        value = axdr.decode_all(data)
        try:
            row.writes[attribute.index](value)
        except PortError:
            raise Denied(_TEMPORARY)

    def action(self, class_id, ln, method, data, client_sap):
        self._find(class_id, ln, client_sap)
        raise Denied(_UNDEFINED)  # no methods yet

    def _find(self, class_id, ln, client_sap):
        row = self._by_ln.get(bytes(ln))
        if row is None or not (row.public or client_sap == MANAGEMENT):
            raise Denied(_UNDEFINED)
        if row.class_id != class_id:
            raise Denied(_CLASS_INCONSISTENT)
        return row
