"""Finds the DLMS meters on a port, for the console: see dcu/verbs.py."""

from dcu.archive_row import ADDRESS_MAX, FIELDS, KEEP_SECRET, METERS_MAX, Meter
from dcu.exit_codes import GOOD
from dcu.schema import PORTS, whole
from dcu.verb_words import change_settings, texts_of
from hal.errors import NoReply, Refused


async def scan(dcu, say, port, addresses, pairs="{}"):
    """`addresses` is LOW-HIGH or one; `pairs` are settings to change when all else is right."""
    first, last = scan_asked(dcu, port, addresses, pairs)
    for line in change_settings(dcu, texts_of(pairs)) if pairs != "{}" else ():
        await say(line)
    found = []
    for address in range(first, last + 1):
        meter = await dcu.find_meter(dcu.buses[port], address)
        text = f"meter {meter.device_name} {meter.serial_number}" if meter else "nothing"
        await say(f"{port} address {address} of {last}: {text}")
        if meter:
            found.append(_found_row(dcu, port, meter, found))
            await say(found[-1])
    if not found:
        raise NoReply(f"no meter answers on {port} at addresses {first} to {last}")
    return GOOD, found


def scan_asked(dcu, port, addresses, pairs):
    """(first, last) address, or Refused for what is wrong beside the settings to change."""
    if port not in dcu.buses:
        raise Refused(f"port {port!r}: this board has {', '.join(sorted(dcu.buses) or PORTS)}")
    low, dash, high = addresses.partition("-")
    first, last = [whole(text, 1, ADDRESS_MAX) for text in (low, high if dash else low)]
    if first is None or last is None or first > last:
        raise Refused(f"range {addresses!r}: LOW-HIGH with addresses from 1 to {ADDRESS_MAX}")
    key = f"rs485.{port[-1]}.device"
    if not texts_of(pairs).get(key, dcu.settings.get(key)):
        raise Refused(f"{port} has no device; say which: --set {key}=/dev/ttyUSB0")
    return first, last


def _found_row(dcu, port, meter, before):
    """`row` is what `dcu meters import` takes: the one on file, secrets masked, which import
    keeps; or a new one for the next MP that is free."""
    known = dcu.archive.find(port, meter.address)
    record = known or _new(dcu, port, meter, before)
    return {
        "mp": record.mp,
        "on_file": known is not None,
        "address": meter.address,
        "channel": port,
        "octets": meter.octets,
        "device_name": meter.device_name,
        "serial_number": meter.serial_number,
        "row": dict(zip(FIELDS, record.row(KEEP_SECRET))),
    }


def _new(dcu, port, meter, before):
    used = {record.mp for record in dcu.archive.meters()} | {row["mp"] for row in before}
    top = max(used | {0})
    free = [mp for mp in range(1, METERS_MAX + 1) if mp not in used]
    if not free:
        raise Refused(f"{METERS_MAX} meters are on file: there is no room for one more")
    texts = {"address": meter.address, "channel": port, "octets": meter.octets}
    texts["mp"] = top + 1 if top < METERS_MAX else free[0]
    return Meter({name: str(text) for name, text in texts.items()})
