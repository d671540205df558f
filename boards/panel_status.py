"""What the panel shows of the uplink, the module behind it and the network of the module slot."""

from dcu import firmware
from dcu.civil import Zone, date_text
from hal import coop
from wire.ipv4 import dotted

_LOOK_MS = 60_000
_TICK_MS = 1_000
_WHILE_ONLINE = ("signal_dbm", "registration")
_BARS_DBM = (-105, -95, -85, -75)  # from which on one bar more is drawn
_IMAGES = {
    firmware.NOTHING: "none",
    firmware.INITIATED: "receiving",
    firmware.VERIFYING: "checking",
    firmware.VERIFIED: "checked",
    firmware.BAD: "damaged",
    firmware.ACTIVATING: "installing",
    firmware.ACTIVATED: "installed",
    firmware.FAILED: "not installed",
}


def civil(dcu, utc_s):
    """Date and time as people there have them."""
    return date_text(Zone(dcu.settings.get("clock.zone")).civil_s(utc_s))


async def watch_modem(dcu, part):
    """For ever: ask the module now and then what it is and how well it hears."""
    due_ms = 0
    while True:
        part.alive()
        now_ms = dcu.clock.ticks_ms()
        if not dcu.modem.is_online:
            for name in _WHILE_ONLINE:
                dcu.modem_facts.pop(name, None)
            due_ms = now_ms
        elif now_ms >= due_ms:
            due_ms = now_ms + _LOOK_MS
            dcu.modem_facts.update(await dcu.modem.status())
            dcu.modem_facts["at_s"] = dcu.clock.utc_s()
            if dcu.modem_facts["signal_dbm"] is not None:
                dcu.uplink.tally.hears("modem", dcu.modem_facts["signal_dbm"])
        await coop.sleep_ms(_TICK_MS)


def bars(dcu):
    """0 to 4, or None while it is not known."""
    dbm = dcu.modem_facts.get("signal_dbm")
    return None if dbm is None else len([1 for least in _BARS_DBM if dbm >= least])


def _fact(name):
    return lambda dcu: dcu.modem_facts.get(name) or "-"


def _signal(dcu):
    found = bars(dcu)
    return "-" if found is None else f"{dcu.modem_facts['signal_dbm']} dBm, {found} of 4"


def _modem(dcu):
    return dcu.modem.state if dcu.settings.get("modem.device") else "not fitted"


def _month(name):
    """Of the bearer in use, in this month."""

    def counted(dcu):
        channel = dcu.settings.get("uplink.channel")
        for row in dcu.uplink.status()["volume"]:
            if (row["bearer"], row["period"]) == (channel, "month"):
                return _octets(row[name]) if name in ("sent", "received") else str(row[name])
        return "0"

    return counted


def _trial(dcu):
    """Of the way to the HES: how much longer, or why the last one came back."""
    found = dcu.way_trial.status()
    return found["came_back"] or "-" if found["left_s"] is None else f"{found['left_s']} s"


def _octets(count):
    return f"{count} B" if count < 10_240 else f"{count // 1024} KiB"


def _image(dcu):
    job = dcu.firmware
    text = _IMAGES[job.status]
    if job.status == firmware.INITIATED:
        return f"{text} {100 * job.first_missing() // job.count()} %"
    return text


def _plc(name):
    def found(dcu):
        status = dcu.plc.status() if dcu.plc else None
        return status[name] if status else "not fitted"

    return found


def _ip(name):
    """Of the interface that leads out of the machine."""

    def found(dcu):
        value = getattr(dcu.interface(), name)
        return "-" if value is None else dotted(value)

    return found


def _mac(dcu):
    return ":".join([f"{octet:02X}" for octet in dcu.interface().mac]) or "-"


VALUES = {
    "uplink.trial": _trial,
    "ip.own": _ip("address"),
    "eth.state": lambda dcu: dcu.ethernet.state,
    "ip.mac": _mac,
    "modem.state": _modem,
    "modem.model": _fact("model"),
    "modem.imei": _fact("imei"),
    "modem.iccid": _fact("iccid"),
    "modem.operator": _fact("operator"),
    "modem.network": _fact("registration"),
    "modem.signal": _signal,
    "month.sent": _month("sent"),
    "month.received": _month("received"),
    "month.logins": _month("logins"),
    "month.redials": _month("redials"),
    "month.resets": _month("resets"),
    "firmware.image": _image,
    "route.unit": _plc("state"),
    "plc.state": _plc("state"),
    "plc.members": _plc("members"),
    "plc.pan": _plc("pan"),
}


def nodes(dcu):
    """The short addresses of the members."""
    return [short for short, _ in dcu.plc.book.members()] if dcu.plc else []


def node(dcu, key, short):
    """A value of the node, or its line in the list."""
    eui = dcu.plc.book.eui(short)
    if eui is None:
        return "removed"
    return _NODE[key](dcu, short, eui)


def _mp(dcu, short, eui):
    record = dcu.archive.find_eui(eui)
    return str(record.mp) if record else "-"


def _shape(name, form="{}"):
    def found(dcu, short, eui):
        value = dcu.plc.survey.row(short)[name]
        return "-" if value is None else form.format(value)

    return found


_HOPS, _QUALITY = _shape("hops"), _shape("lqi")


def _line(dcu, short, eui):
    return f"{short:04X} MP {_mp(dcu, short, eui):>4} {_HOPS(dcu, short, eui)}"


_NODE = {
    "plc.nodes": _line,
    "node.mp": _mp,
    "node.eui": lambda dcu, short, eui: eui.hex().upper(),
    "node.hops": _HOPS,
    "node.parent": _shape("parent", "{:04X}"),
    "node.quality": _QUALITY,
    "node.phase": _shape("phase", "{} deg"),
}
