"""What the console can do: one function a verb, one row a verb in VERBS.

Each gets the Dcu, `say` (a coroutine function that tells the asker how far it is, by a text, or
what it has already, by a dict) and the words after the verb; it returns (exit code, result).
Wrong words raise Refused.
"""

import json

from dcu.archive_row import ADDRESS_MAX, Meter
from dcu.exit_codes import GOOD, NO_ANSWER, PARTLY, REFUSED
from dcu.read_now import read_now
from dcu.schema import AFTER_RESTART, PORTS, SCHEMA, find, whole
from dcu.trace import Trace
from dcu.verb_words import mp_of
from dcu.verbs_meter import METER_VERBS
from hal.errors import NoReply, Refused

READ_TARGETS_MAX = 64
NO_JSON = (ValueError, RuntimeError)  # the second: nested deeper than the interpreter can go


async def status(dcu, say):
    return GOOD, dcu.status()


async def meters_list(dcu, say):
    return GOOD, dcu.meters_status()


async def meters_add(dcu, say, row):
    """`row` is a JSON object: texts by the names of dcu/archive_row.py FIELDS."""
    meter = Meter(_texts(row))
    dcu.archive.add(meter)
    return GOOD, f"MP {meter.mp} added on {meter.place()}"


async def meters_remove(dcu, say, mp):
    number = mp_of(mp)
    dcu.archive.remove(number)
    return GOOD, f"MP {number} removed; its stored readings stay"


async def meters_import(dcu, say, csv):
    before = {meter.mp: meter.row() for meter in dcu.archive.meters()}
    count = dcu.archive.import_csv(csv)
    after = {meter.mp: meter.row() for meter in dcu.archive.meters()}
    new = len(after) - len(before)
    changed = len([mp for mp in before if before[mp] != after[mp]])
    return GOOD, f"{count} meters imported: {new} new, {changed} changed; {len(after)} on file"


async def meters_export(dcu, say):
    return GOOD, dcu.archive.export_csv()


async def settings_list(dcu, say):
    rows = [(setting.key, dcu.settings.shown(setting.key), setting.help) for setting in SCHEMA]
    return GOOD, rows


async def settings_get(dcu, say, key):
    find(key)
    return GOOD, dcu.settings.shown(key)


async def settings_set(dcu, say, pairs):
    """`pairs` is a JSON object: texts by key. All are changed, or none."""
    texts = _texts(pairs)
    dcu.settings.put_all(sorted(texts.items()))
    return GOOD, [_setting_line(dcu, key) for key in sorted(texts)]


def _setting_line(dcu, key):
    """What it is now; a DCU that is not running takes all at its start anyway."""
    is_later = dcu.uplink is not None and key.split(".")[0] in AFTER_RESTART
    return f"{key} = {dcu.settings.shown(key)}{'; in use after a restart' if is_later else ''}"


def _texts(text):
    """The object of texts that the JSON `text` is, or Refused."""
    try:
        texts = json.loads(text)
    except NO_JSON:
        texts = None
    if not isinstance(texts, dict) or not all([isinstance(v, str) for v in texts.values()]):
        raise Refused("not a JSON object of texts")
    return texts


async def read(dcu, say, mp, targets, trace=""):
    """`targets` joined by commas; goes before scheduled work on the bus. With `trace` it says
    what was on the bus meanwhile, also when the meter does not answer."""
    record = dcu.archive.get(mp_of(mp))
    texts = targets.split(",")
    if len(texts) > READ_TARGETS_MAX:
        raise Refused(f"{len(texts)} attributes: at most {READ_TARGETS_MAX} at once")
    await say(f"asking MP {record.mp}, {record.place()}")
    reading = read_now(dcu.open_meter(record), texts)
    rows = await (_traced(dcu, say, record, reading) if trace else reading)
    failed = [row for row in rows if "error" in row]
    result = {"mp": record.mp, "channel": record.channel, "address": record.address}
    result["values"] = rows
    if not failed:
        return GOOD, result
    if len(failed) < len(rows):
        return PARTLY, result
    return (REFUSED if all([row["refused"] for row in rows]) else NO_ANSWER), result


async def _traced(dcu, say, record, reading):
    trace = Trace(dcu.buses[record.channel], dcu.clock)
    trace.begin()
    try:
        return await reading
    finally:
        trace.end()
        for at_ms, is_sent, octets in trace.pieces:
            await say({"at_ms": at_ms, "sent": is_sent, "octets": octets.hex()})
        if trace.left_out:
            await say(f"{trace.left_out} octets more are left out of the trace")


async def scan(dcu, say, port, low, high):
    bus = dcu.buses.get(port)
    if bus is None:
        raise Refused(f"port {port!r}: this board has {', '.join(sorted(dcu.buses) or PORTS)}")
    first, last = [whole(text, 1, ADDRESS_MAX) for text in (low, high)]
    if first is None or last is None or first > last:
        raise Refused(f"range {low}-{high}: LOW-HIGH with addresses from 1 to {ADDRESS_MAX}")
    key = f"rs485.{port[-1]}.device"
    if not dcu.settings.get(key):
        raise Refused(f"{port} has no device; say which: --set {key}=/dev/ttyUSB0")
    found = []
    for address in range(first, last + 1):
        meter = await dcu.find_meter(bus, address)
        text = f"meter {meter.device_name} {meter.serial_number}" if meter else "nothing"
        await say(f"{port} address {address} of {last}: {text}")
        if meter:
            found.append(_found_row(dcu, port, meter, found))
            await say(found[-1])
    if not found:
        raise NoReply(f"no meter answers on {port} at addresses {first} to {last}")
    return GOOD, found


def _found_row(dcu, port, meter, before):
    """`mp` is the one on file for this meter, else the next that is free."""
    known = dcu.archive.find(port, meter.address)
    used = [record.mp for record in dcu.archive.meters()] + [row["mp"] for row in before]
    return {
        "mp": known.mp if known else max(used + [0]) + 1,
        "on_file": known is not None,
        "address": meter.address,
        "channel": port,
        "octets": meter.octets,
        "device_name": meter.device_name,
        "serial_number": meter.serial_number,
    }


async def panel(dcu, say, key):
    """Press a key ("" only looks): the screen as text and as a frame in hex."""
    return GOOD, dcu.panel.press(key)


VERBS = (
    ("status", status, "", "how the DCU is"),
    ("meters list", meters_list, "", "the meters on file and how they are"),
    ("meters add", meters_add, "{FIELD:VALUE}", "one more meter"),
    ("meters remove", meters_remove, "MP", "take a meter off"),
    ("meters import", meters_import, "CSV", "take all rows, or none"),
    ("meters export", meters_export, "", "the archive as CSV, passwords and keys masked"),
    ("settings list", settings_list, "", "every setting"),
    ("settings get", settings_get, "KEY", "one setting"),
    ("settings set", settings_set, "{KEY:VALUE}", "change settings, all or none"),
    ("read", read, "MP OBIS,… [trace]", "read a meter now"),
    ("scan", scan, "PORT LOW HIGH", "find DLMS meters on a port"),
    ("panel", panel, "KEY", "press a key of the panel"),
) + METER_VERBS
