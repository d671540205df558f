"""Answers of `hes` for people: columns of text, times in UTC."""

from datetime import datetime, timezone

from hes_stub.rows import printable

DCUS = (
    ("terminal", "terminal"),
    ("connected", "connected"),
    ("peer", "peer"),
    ("last heard", "heard_s"),
    ("last heartbeat", "heartbeat_s"),
    ("last fetch", "fetched_s"),
    ("meters", "meters"),
    ("readings", "readings"),
    ("backlog", "backlog"),
    ("version", "version"),
)
METERS = (
    ("MP", "mp"),
    ("channel", "channel"),
    ("address", "address"),
    ("protocol", "protocol"),
    ("auth", "auth"),
    ("state", "state"),
    ("last reading", "slot_s"),
    ("import Wh", "energy_import_wh"),
)
READINGS = (
    ("terminal", "terminal"),
    ("seq", "seq"),
    ("MP", "mp"),
    ("slot", "slot_s"),
    ("meter clock", "clock_s"),
    ("import Wh", "energy_import_wh"),
    ("T1 Wh", "energy_import_t1_wh"),
    ("T2 Wh", "energy_import_t2_wh"),
    ("export Wh", "energy_export_wh"),
    ("mV", "voltage_mv"),
    ("mA", "current_ma"),
    ("W", "power_w"),
)
ALARMS = (
    ("terminal", "terminal"),
    ("seq", "seq"),
    ("time", "time_s"),
    ("severity", "severity"),
    ("alarm", "name"),
    ("MP", "mp"),
    ("text", "text"),
)
RECORDS = (
    ("terminal", "terminal"),
    ("seq", "seq"),
    ("task", "task"),
    ("MP", "mp"),
    ("slot", "slot_s"),
    ("time", "time_s"),
    ("value", "value"),
)
_TIMES = {"heard_s", "heartbeat_s", "fetched_s", "slot_s", "clock_s", "time_s"}
_TIME_MAX_S = 253_402_300_799  # the year 9999


def table(columns, rows):
    """Lines: a head, then one line a row, padded."""
    cells = [[cell(key, row) for _, key in columns] for row in rows]
    heads = [head for head, _ in columns]
    widths = [max(len(line[n]) for line in [heads, *cells]) for n in range(len(heads))]
    return [
        "  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip()
        for line in [heads, *cells]
    ]


def cell(key, row):
    value = row[key]
    if value is None:
        return "-"
    if key == "connected":
        return "yes" if value else "no"
    if key in _TIMES:
        return utc(value)
    return printable(value)


def utc(time_s):
    if not 0 <= time_s <= _TIME_MAX_S:
        return str(time_s)
    return datetime.fromtimestamp(time_s, timezone.utc).strftime("%Y-%m-%d %H:%M:%SZ")


def plan(document):
    """Lines of the plan of a DCU. It came from the wire: what is missing in it is left out."""
    lines = []
    ports = document.get("ports") if isinstance(document, dict) else None
    for name, port in ports.items() if isinstance(ports, dict) else ():
        busy, at, work = [port.get(key) for key in ("busy_percent", "busiest_minute", "busiest_s")]
        lines.append(
            printable(f"{name}: busy {busy} % of a day; busiest minute {at} with {work} s of work")
        )
        if port.get("first_s"):
            lines.append(printable(f"{name}: and once {port['first_s']} s, for what meters kept"))
    warnings = document.get("warnings") if isinstance(document, dict) else None
    for text in warnings if isinstance(warnings, list) else ():
        lines.append(printable(f"warning: {text}"))
    return lines


def items(rows):
    """Lines: each attribute that was read, with its value or why there is none."""
    lines = []
    for item in rows:
        value = item.get("error") or f"{item['value']} {item['unit'] or ''}".rstrip()
        name = _typed(item)
        lines.append(f"{name} = {value}" if "value" in item else f"{name}: {value}")
    return lines


def _typed(item):
    """The attribute as it is typed: an OBIS code alone is its attribute 2."""
    index = item["attribute"]
    return item["obis"] if index == 2 else f"{item['class']}/{item['obis']}/{index}"
