"""Prints what the console answered: for a person as lines, or as one JSON document."""

import json

from boards.show_data_cpython import LINES
from boards.show_plc_cpython import LINES as PLC_LINES
from boards.show_uplink_cpython import LINES as UPLINK_LINES
from boards.show_uplink_cpython import volume
from boards.words_cpython import harmless, when
from dcu.archive_row import FIELDS
from wire import obis

_METER = (
    "{mp:>4} {channel:<7} {address:>5} {client:>6} {auth:<10} {state:<7} {last:<20} "
    "{learned:<14} {reason}"
)

_OBJECT_LIST = (15, 2)  # class and attribute
_NOT_YET = "not since start"


def show(verb, result, as_json):
    if as_json:
        print(json.dumps(result, indent=2, sort_keys=True, ensure_ascii=False))
        return
    for line in _LINES.get(verb, _plain)(result):
        print(line)


def _plain(result):
    yield str(result).rstrip("\n")


def _settings(rows):
    for key, text, help_ in rows:
        yield f"{key:<22} {text or '-':<24} {help_}"


def _meters(rows):
    if not rows:
        yield "no meters on file; `dcu meters add --help` and `dcu scan --help` tell how"
        return
    yield _METER.format(
        mp="MP",
        channel="channel",
        address="addr.",
        client="client",
        auth="auth",
        state="state",
        last="last good reading",
        learned="it can",
        reason="why not",
    )
    for row in rows:
        yield _METER.format(last=_last_good(row["last_good_s"]), **row)


def _last_good(utc_s):
    return _NOT_YET if utc_s is None else when(utc_s)


def _status(status):
    uplink, meters = status["uplink"], dict(status["meters"])
    total = meters.pop("total")
    states = ", ".join(f"{count} {state}" for state, count in sorted(meters.items()))
    yield f"terminal   {status['terminal']}, opendcu {status['version']} on {status['board']}"
    yield f"time       {when(status['utc_s'])}{'' if status['clock_set'] else ' (not set)'}"
    yield f"memory     {status['memory_octets'] // 1024} KiB on {status['interpreter']}"
    yield f"uplink     {uplink['state']}; {uplink['heartbeats']} heartbeats answered"
    yield from volume([row for row in uplink["volume"] if not row["period"].startswith("last")])
    yield f"meters     {total}{': ' + states if states else ''}"
    for name in ("readings", "records", "alarms"):
        row = status[name]
        counts = f"{row['stored']} stored, {row['waiting']} wait for the HES"
        unstored = f", {row['unstored']} wait for the disk" if row["unstored"] else ""
        yield f"{name:<10} {counts}{unstored}, {row['lost']} lost for want of room"
    for port in status["ports"]:
        round_ = status["rounds"].get(port["name"], {})
        missed = f"; {round_['missed']} missed for want of time" if round_.get("missed") else ""
        trouble = f"; {port['trouble']}" if port["trouble"] else ""
        yield f"{port['name']:<10} {round_.get('doing', '')}{missed}{trouble}"
    if status["plc"]:
        doing = status["rounds"].get("plc", {}).get("doing", "")
        yield f"plc        {_plc(status['plc'])}; {doing}"
    if status["local"]:
        yield f"local port {_local(status['local'])}"


def _plc(module):
    """What is behind the module slot."""
    version = f" {module['version']}" if module["version"] else ""
    trouble = f" ({module['trouble']})" if module["trouble"] else ""
    counts = f"{module['members']} of {module['on_file']} meters in the network"
    open_ = f", open to all for {module['open_s']} s" if module["open_s"] else ""
    return f"module{version} {module['state']}{trouble}; {counts}{open_}"


def _local(port):
    if port["trouble"]:
        return port["trouble"]
    if not port["open"]:
        return "not open yet"
    return "open; a client is connected" if port["clients"] else "open"


def _read(result):
    yield f"MP {result['mp']}, {result['channel']} address {result['address']}"
    for row in result["values"]:
        if (row["class"], row["attribute"]) == _OBJECT_LIST and isinstance(row.get("value"), list):
            yield from _objects(row)
            continue
        value = row.get("error") or f"{_words(row['value'])} {row.get('unit', '')}".rstrip()
        if row.get("utc_s"):
            value = when(row["utc_s"])
        yield f"  {_attribute(row):<22} {harmless(value)}"


def _objects(row):
    yield f"  {_attribute(row)}: {len(row['value'])} objects; class, version, name"
    for item in row["value"]:
        class_id, version, name = (list(item) + 3 * ["?"])[:3]
        yield harmless(f"  {class_id:>6} {version:>3}  {_name(name)}")


def _words(value):
    """A value in one line; names of objects within a structure as OBIS codes."""
    if not isinstance(value, list):
        return "none" if value is None else str(value)
    inner = [_name(each) if _is_name(each) else _words(each) for each in value]
    return "[" + "; ".join(inner) + "]"


def _is_name(value):
    """Nearly all logical names end in 255."""
    return isinstance(value, str) and len(value) == 12 and value.endswith("ff")


def _name(octets):
    """A logical name, which is hexadecimal or, by chance, printable."""
    try:
        return obis.text(bytes.fromhex(octets) if len(octets) == 12 else octets.encode())
    except (ValueError, AttributeError, TypeError):
        return str(octets)


def _attribute(row):
    """As it is typed: an OBIS code alone is its attribute 2."""
    index = row["attribute"]
    return row["obis"] if index == 2 else f"{row['class']}/{row['obis']}/{index}"


def _clock(result):
    off_s = result["off_s"]
    how = f"{abs(off_s)} s {'ahead of' if off_s > 0 else 'behind'}" if off_s else "equal to"
    yield f"MP {result['mp']}  {when(result['utc_s'])}, {how} the DCU"


def _profile(result):
    heads = [f"{each['obis']} {each.get('unit', '')}".rstrip() for each in result["columns"]]
    yield "  ".join([f"{'MP %d' % result['mp']:<20}", *heads])
    for utc_s, *values in result["rows"]:
        cells = [f"{harmless(str(value)):>{len(head)}}" for value, head in zip(values, heads)]
        yield "  ".join([when(utc_s), *cells])
    if not result["rows"]:
        yield "no rows"


def _switch(result):
    output = {True: "on", False: "off", None: "not told"}[result["is_on"]]
    yield f"MP {result['mp']}  output {output}, {result['control']}"


def _image(rows):
    for row in rows:
        yield f"MP {row['mp']}  {row['error'] or 'done'}"


class ScanRows:
    """Rows for `dcu meters import`, printed as they are found."""

    def __init__(self):
        self._has_head = False

    def found(self, row):
        if not self._has_head:
            print(",".join(FIELDS))
            self._has_head = True
        on_file = " on file" if row["on_file"] else ""
        print(f"# {row['device_name']} {row['serial_number']}".rstrip() + on_file)
        print(",".join([row["row"][field] for field in FIELDS]))


def _lines(rows):
    yield from rows


_LINES = {
    "settings list": _settings,
    "meters list": _meters,
    "status": _status,
    "read": _read,
    "clock": _clock,
    "switch": _switch,
    "profile": _profile,
    "image": _image,
    "settings set": _lines,
}
_LINES.update(LINES)
_LINES.update(PLC_LINES)
_LINES.update(UPLINK_LINES)
