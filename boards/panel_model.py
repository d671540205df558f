"""What the menu shows of the DCU: one function for each key that lcd_menu/tree.py asks for."""

from boards import panel_status
from boards.panel_fields import BY, Fields
from boards.panel_jobs import JOBS, Jobs
from boards.panel_status import civil
from boards.panel_tests import LAMPS
from dcu.alarm_codes import TEXT
from dcu.alarms import in_words
from dcu.civil import date_text
from dcu.meter_state import LATE, ONLINE, SILENT, WRONG
from dcu.schema import PLC, PORTS
from dcu.unit import VERSION
from hal.errors import DcuError, Refused
from lcd_menu import engine

ALARMS_SHOWN_MAX = 64  # the newest
NODES = "plc.nodes"
CHANNEL_OF = {"meters.on.plc": PLC}
for _number, _port in enumerate(PORTS, 1):
    CHANNEL_OF[f"meters.on.{_number}"] = _port


class Model:
    """What lcd_menu/engine.py asks."""

    def __init__(self, dcu, memory):
        self._dcu = dcu
        self.remember = memory.remember
        self.remembered = memory.remembered
        self._fields = fields = Fields(dcu)
        self._jobs = jobs = Jobs(dcu)
        self.start = jobs.start
        self.put = fields.put
        self.stored = fields.stored
        self.applies = fields.applies
        self.field = fields.field

    def confirmed(self):
        """Who changed the network has seen it and keeps it."""
        try:
            self._dcu.ethernet.keep()
        except Refused:
            pass  # it was another change

    def show(self, key, row=None):
        if key in JOBS:
            return self._jobs.text(key, row)
        if row is None:
            shown = _VALUES.get(key)
            return str(shown(self._dcu)) if shown else self._fields.shown(key)
        if key == "settings":
            return row
        if key in _ALARM:
            return self._alarm(key, row)
        if key == NODES or key.startswith("node."):
            return panel_status.node(self._dcu, key, row)
        try:
            record = self._dcu.archive.get(row)
        except Refused:
            return "removed"  # from the archive, while it is looked at
        if key in _METER:
            return str(_METER[key](record, self._dcu.states.of(record)))
        return self._meter_row(record)

    def _meter_row(self, record):
        state = self._dcu.states.of(record).state
        return f"{record.mp:>4} {record.address:>5} {_letter(record.channel)} {state}"

    def _alarm(self, key, number):
        try:
            found = self._dcu.alarms.read(number - 1, 1)
        except DcuError:
            found = []
        return _ALARM[key](self._dcu, found[0]) if found else "removed"

    def rows(self, key):
        if key == "settings":
            return self._fields.names()
        if key == "alarms":
            last = self._dcu.alarms.last
            first = max(self._dcu.alarms.first, last - ALARMS_SHOWN_MAX + 1)
            return list(range(last, first - 1, -1))
        if key == NODES:
            return panel_status.nodes(self._dcu)
        channel = CHANNEL_OF.get(key)
        meters = self._dcu.archive.meters(channel)
        if key == "meters.failing":
            meters = [m for m in meters if self._dcu.states.of(m).state in (LATE, SILENT, WRONG)]
        return [record.mp for record in meters]

    def icons(self):
        dcu = self._dcu
        bearer = "gprs" if dcu.settings.get("uplink.channel") == "modem" else "lan"
        hes = "hes" if dcu.uplink.state == "online" else "hes-off"
        waiting = dcu.alarms.last > dcu.alarms.mark
        bars = panel_status.bars(dcu) if bearer == "gprs" else None
        signal = () if bars is None else (f"signal-{bars}",)
        module = ("module",) if self.applies(NODES) else ()
        return signal + (bearer, hes) + (("alarm",) if waiting else ()) + module

    def lamps(self):
        dcu = self._dcu
        if self._jobs.is_running(LAMPS):
            return {"run": True, "hes": True, "alarm": True}
        is_online = dcu.uplink.state == "online"
        return {"run": True, "hes": is_online, "alarm": dcu.alarms.last > dcu.alarms.mark}

    def act(self, key, row):
        return _ACTS[key](self._dcu, self._fields, row)

    def password(self):
        return self._dcu.settings.get(engine.SET_PASSWORD)

    def set_password(self, text):
        self._dcu.settings.put_all([(engine.SET_PASSWORD, text)], by=BY)

    def language(self):
        return self._dcu.settings.get("panel.language")

    def contrast(self):
        return self._dcu.settings.get("panel.contrast")

    def times_ms(self):
        settings = self._dcu.settings
        return 1000 * settings.get("panel.idle_s"), 1000 * settings.get("panel.page_s")


def _reboot(dcu, fields, row):
    dcu.end_because("reboot asked for at the panel")
    return "Restarting"


def _clear(dcu, fields, row):
    dcu.clear_because("clearing of the data asked for at the panel")
    return "Restarting"


def _delete(dcu, fields, mp):
    dcu.archive.remove(mp)
    return "Deleted"


_ACTS = {
    "reboot": _reboot,
    "clear_data": _clear,
    "meter.delete": _delete,
    "new.store": lambda dcu, fields, row: fields.store_new(),
}


def _now(dcu):
    return civil(dcu, dcu.clock.utc_s()) if dcu.clock.is_set else "clock not set"


def _utc(utc_s):
    return date_text(utc_s) + "Z"


def _contact(dcu):
    last_s = dcu.uplink.last_contact_s
    return civil(dcu, last_s) if last_s else "not since start"


def _letter(channel):
    """rs485-3 is "3" in a narrow column, plc is "P"."""
    return "P" if channel == PLC else channel[-1]


def _on(channel):
    """Meters online and on file of one channel."""

    def counted(dcu):
        meters = dcu.archive.meters(channel)
        online = [meter for meter in meters if dcu.states.of(meter).state == ONLINE]
        return f"{len(online)}/{len(meters)}"

    return counted


def _rounds(dcu):
    states = [dcu.states.of(meter) for meter in dcu.archive.meters()]
    good = sum([state.good for state in states])
    tried = good + sum([state.failed for state in states])
    return f"{100 * good // tried} %" if tried else "-"


def _last_good(record, state):
    return "not since start" if state.last_good_s is None else _utc(state.last_good_s)


def _way(dcu):
    """What carries the uplink: the operator, or the network of the machine."""
    if dcu.settings.get("uplink.channel") == "modem":
        return dcu.modem_facts.get("operator") or dcu.modem.state
    return panel_status.VALUES["ip.own"](dcu)


_VALUES = {
    "terminal.id": lambda dcu: dcu.settings.terminal_shown(),
    "clock.civil": _now,
    "uplink.state": lambda dcu: dcu.uplink.state,
    "uplink.contact": _contact,
    "uplink.sessions": lambda dcu: dcu.uplink.sessions,
    "uplink.heartbeats": lambda dcu: dcu.uplink.heartbeats,
    "uplink.comm": lambda dcu: "Maintain",
    "uplink.way": _way,
    "meters.total": lambda dcu: len(dcu.archive.meters()),
    "meters.online": lambda dcu: dcu.meter_counts().get(ONLINE, 0),
    "meters.rs485-1": _on(PORTS[0]),
    "meters.rs485-2": _on(PORTS[1]),
    "meters.rs485-3": _on(PORTS[2]),
    "meters.plc": _on(PLC),
    "meters.success": _rounds,
    "readings.stored": lambda dcu: dcu.readings.last,
    "readings.waiting": lambda dcu: dcu.readings.last - dcu.readings.mark,
    "alarms.waiting": lambda dcu: dcu.alarms.last - dcu.alarms.mark,
    "firmware.version": lambda dcu: VERSION,
    "firmware.interpreter": lambda dcu: dcu.interpreter,
    "board.name": lambda dcu: dcu.board,
    "panel.password": lambda dcu: dcu.settings.shown("panel.password"),
}
_VALUES.update(panel_status.VALUES)
_METER = {
    "meter.mp": lambda record, state: record.mp,
    "meter.address": lambda record, state: record.address,
    "meter.gather": lambda record, state: record.gather,
    "meter.protocol": lambda record, state: record.protocol,
    "meter.channel": lambda record, state: record.channel,
    "meter.state": lambda record, state: state.state,
    "meter.last_good": _last_good,
    "meter.success": lambda record, state: f"{state.good}/{state.good + state.failed}",
    "meter.reason": lambda record, state: state.reason or "-",
}
_ALARM = {
    "alarms": lambda dcu, alarm: f"{alarm.seq} {TEXT[alarm.code]}",
    "alarm.time": lambda dcu, alarm: civil(dcu, alarm.time_s),
    "alarm.text": lambda dcu, alarm: (
        f"{alarm.severity}: " + in_words(alarm.code, alarm.mp, alarm.text)
    ),
}
