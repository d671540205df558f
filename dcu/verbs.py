"""What the console can do: one function a verb, one row a verb in VERBS.

Each gets the Dcu, `say` (a coroutine function that tells the asker how far it is, by a text, or
what it has already, by a dict) and the words after the verb; it returns (exit code, result).
Wrong words raise Refused.
"""

from dcu.archive_row import Meter
from dcu.exit_codes import GOOD, NO_ANSWER, PARTLY, REFUSED
from dcu.read_now import attributes_of, read_now
from dcu.schema import PLC, SCHEMA, find
from dcu.trace import Trace
from dcu.verb_words import change_settings, counted, mp_of, texts_of
from dcu.verbs_alarms import ALARM_VERBS
from dcu.verbs_data import DATA_VERBS
from dcu.verbs_ethernet import ETHERNET_VERBS
from dcu.verbs_image import IMAGE_VERBS
from dcu.verbs_meter import METER_VERBS
from dcu.verbs_plc import PLC_VERBS
from dcu.verbs_scan import scan
from dcu.verbs_tasks import TASK_VERBS
from dcu.verbs_uplink import UPLINK_VERBS
from hal.errors import DcuError, Refused

READ_TARGETS_MAX = 64


async def status(dcu, say):
    return GOOD, dcu.status()


async def meters_list(dcu, say):
    return GOOD, dcu.meters_status()


async def meters_add(dcu, say, row):
    """`row` is a JSON object: texts by the names of dcu/archive_row.py FIELDS."""
    meter = Meter(texts_of(row))
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
    imported = f"{counted(count, 'meter')} imported: {new} new, {changed} changed"
    return GOOD, f"{imported}; {len(after)} on file"


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
    return GOOD, change_settings(dcu, texts_of(pairs))


async def read(dcu, say, mp, targets, trace=""):
    """`targets` joined by commas; goes before scheduled work on the bus. With `trace` it says
    what was on the bus meanwhile, also when the meter does not answer."""
    record = dcu.archive.get(mp_of(mp))
    texts = targets.split(",")
    if len(texts) > READ_TARGETS_MAX:
        raise Refused(f"{len(texts)} attributes: at most {READ_TARGETS_MAX} at once")
    attributes = attributes_of(texts)
    await say(f"asking MP {record.mp}, {record.place()}")
    meter = dcu.open_meter(record)
    try:
        if trace:
            rows = await _traced(dcu, say, record, meter, attributes)
        else:
            rows = await read_now(meter, attributes, record.deviation)
    except DcuError as error:
        dcu.states.of(record).told(str(error))
        raise
    failed = [row for row in rows if "error" in row]
    _note(dcu.states.of(record), rows)
    result = {"mp": record.mp, "channel": record.channel, "address": record.address}
    result["values"] = rows
    if not failed:
        return GOOD, result
    if len(failed) < len(rows):
        return PARTLY, result
    return (REFUSED if all([row["refused"] for row in rows]) else NO_ANSWER), result


def _note(state, rows):
    """A refusal is an answer, too."""
    silent = [row for row in rows if not row.get("refused", True)]
    if len(silent) < len(rows):
        state.heard()
    else:
        state.told(silent[0]["error"])


async def _traced(dcu, say, record, meter, attributes):
    bus = dcu.plc.talk_with(record) if record.channel == PLC else dcu.buses[record.channel]
    trace = Trace(bus, dcu.clock)
    trace.begin()
    meter.overhear(trace.take_inside)
    try:
        return await read_now(meter, attributes, record.deviation)
    finally:
        meter.overhear(None)
        trace.end()
        for at_ms, is_sent, is_inside, octets in trace.pieces:
            name = "inside" if is_inside else "octets"
            await say({"at_ms": at_ms, "sent": is_sent, name: octets.hex()})
        if trace.left_out:
            await say(f"{trace.left_out} octets more are left out of the trace")


async def panel(dcu, say, key, *who):
    """Press a key ("" only looks): the screen as text and as a frame in hex. `who` tells
    terminals apart; those that give none are one."""
    return GOOD, dcu.panel.press(key, *who)


VERBS = (
    (
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
        ("scan", scan, "PORT RANGE [{KEY:VALUE}]", "find DLMS meters on a port"),
        ("panel", panel, "KEY [WHO]", "press a key of the panel"),
    )
    + ALARM_VERBS
    + TASK_VERBS
    + DATA_VERBS
    + METER_VERBS
    + IMAGE_VERBS
    + PLC_VERBS
    + UPLINK_VERBS
    + ETHERNET_VERBS
)
