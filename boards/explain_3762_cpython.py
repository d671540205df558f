"""Frames of Q/GDW 376.2 in words, with what they carry.

Reference: Q/GDW 376.2-2009, 4 (frame format), 5 (application layer).
"""

from wire import qgdw3762
from wire import qgdw3762_units as units
from wire.errors import WireError

_AFNS = {
    0x00: "confirm or deny",
    0x01: "initialise",
    0x02: "forward",
    0x03: "query",
    0x04: "link test",
    0x05: "control",
    0x06: "report",
    0x10: "query routes",
    0x11: "set routes",
    0x12: "control routes",
    0x13: "forward by route",
    0x14: "module asks",
    0x15: "file transfer",
    0xF0: "debug",
    0xF1: "concurrent reading",
}
_ANSWERS = ("leave it", "it is done", "read this")
_OVER = {units.READING_OVER: "reading", units.SEARCH_OVER: "search"}
_REASONS = (
    "time-out",
    "data unit",
    "length",
    "checksum",
    "no such class",
    "format",
    "address is there twice",
    "no such address",
    "meter does not answer",
    "busy",
    "not supported",
    "slave is silent",
    "not in the network",
)


def gdw(frame, shown, carried):
    """What one frame is.

    shown(octets)    what cannot be explained, as far as it may be seen
    carried(octets)  what is said to a meter, or by one
    """
    up = bool(frame.control & qgdw3762.UP)
    fields = {
        "direction": "from the module" if up else "to the module",
        "mode": frame.control & qgdw3762.MODE,
        "sequence": qgdw3762.sequence(frame),
    }
    if frame.source is not None:
        ends = {"source": frame.source, "destination": frame.destination}
        fields.update({**ends, **({"relays": list(frame.relays)} if frame.relays else {})})
    name = _AFNS.get(frame.afn, "not explained here")
    fields["function"] = f"AFN {frame.afn:02X} F{frame.fn} ({name})"
    explain = _UNITS.get((frame.afn, frame.fn, up))
    try:
        fields.update(explain(frame.data, carried) if explain else _plain(frame.data, shown))
    except (WireError, IndexError):
        fields.update(_plain(frame.data, shown))
    return {"Q/GDW 376.2": fields}


def _plain(data, shown):
    return {"data": shown(data)} if data else {}


def _row(parse):
    """Of a unit that is a row of names and values."""

    def explain(data, carried):
        found = parse(data)
        return dict(zip(found._fields, found, strict=True))

    return explain


def _nodes(data, carried):
    total, rows = units.nodes(data)
    return {"total": total, "nodes": [dict(zip(row._fields, row, strict=True)) for row in rows]}


def _report(data, carried):
    report = units.report(data)
    head = {"order": report.order, "time_s": report.time_s}
    return {**head, "from the meter": carried(report.payload)}


def _monitor(data, carried):
    at = 3 + 6 * data[2]
    return {"to the meter": carried(data[at + 1 : at + 1 + data[at]])}


def _monitored(data, carried):
    said = units.monitored(data)
    return {"from the meter": carried(said) if said else "nothing"}


def _to_read(data, carried):
    told = {"answer": _ANSWERS[data[0]]}
    if data[0] == units.READ:
        told["to the meter"] = carried(data[3 : 3 + data[2]])
    return told


def _forward(name):
    def explain(data, carried):
        return {"protocol": data[0], name: carried(data[2 : 2 + data[1]])}

    return explain


def _reason(data, carried):
    return {"reason": _REASONS[units.reason(data)]}


_UNITS = {  # by AFN, Fn and whether it comes from the module
    (0x00, 2, True): _reason,
    (0x00, 2, False): _reason,
    (0x02, 1, False): _forward("to the meter"),
    (0x02, 1, True): _forward("from the meter"),
    (0x03, 1, True): _row(units.identity),
    (0x03, 10, True): _row(units.works),
    (0x05, 3, False): _forward("to all"),
    (0x06, 1, True): lambda data, carried: {"found": units.found(1, data)},
    (0x06, 2, True): _report,
    (0x06, 3, True): lambda data, carried: {"over": _OVER.get(units.over(data), units.over(data))},
    (0x06, 4, True): lambda data, carried: {"found": units.found(4, data)},
    (0x06, 5, True): lambda data, carried: {"from the meter": carried(units.event(data))},
    (0x10, 1, True): lambda data, carried: {"nodes": units.node_count(data)},
    (0x10, 2, True): _nodes,
    (0x10, 4, True): _row(units.run_state),
    (0x13, 1, False): _monitor,
    (0x13, 1, True): _monitored,
    (0x14, 1, True): lambda data, carried: {"what shall be read at": units.asked(data)},
    (0x14, 1, False): _to_read,
}
