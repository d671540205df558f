"""Constructs a DCU and connects its parts. What a board has comes from its own file.

Wiring only: no decisions, no loops but over the ports.
"""

import sys

from boards import device_forms, northbound
from boards.collecting import collecting
from boards.disk import disk_watch
from boards.meters import Meters
from boards.modem import modem_of
from boards.plc import plc_of
from dcu import app, clear, cosem, secure
from dcu.alarm_codes import (
    METER_PUSH,
    METER_UNKNOWN,
    PORT_BACK,
    PORT_LOST,
    SETTING_CHANGED,
    TASKS_CHANGED,
)
from dcu.alarms import Alarms
from dcu.archive import Archive
from dcu.attempts import Attempts
from dcu.columns import COLUMNS
from dcu.cosem_keys import CosemKeys
from dcu.cosem_objects import objects_of
from dcu.counters import Counters
from dcu.cover import Cover
from dcu.firmware import Firmware
from dcu.hold import Holds
from dcu.image_job import Notes
from dcu.learned import Learned
from dcu.ledger import Ledger
from dcu.meter_state import MeterStates
from dcu.readings import Readings
from dcu.schema import PLC
from dcu.settings import Settings
from dcu.severity import severity_of
from dcu.task_list import TaskList
from dcu.transparent import Transparent
from dcu.unit import VERSION, Dcu
from dcu.verb_words import counted
from dcu.verbs_tasks import plan_of
from dcu.watch_clock import watch_clock
from dcu.watch_login import watch_login
from dcu.way_trial import WayTrial, noted
from drivers.broadcast import APDU_MAX, Broadcast
from drivers.g3_meter_link import G3Broadcast
from drivers.line import Line
from drivers.pushes import Pushes
from drivers.rs485 import Rs485Bus
from drivers.scan import find_meter
from hal import cipher
from hal.errors import PortError
from hal.interface import leading_out
from hal.serial import SerialPort
from storage.slots import Slots
from wire.hdlc_address import devices

_CHECKS = (secure.check, device_forms.check)  # of settings, before they are stored
_SHOWN = 40  # octets of a notification, in the text of its alarm
_ATTEMPTS = 8192  # failed tries kept, for who asks why
_PART_MS = 120_000  # a part that is not seen for so long is late
_LOCAL_MS = 600_000  # seven of the longest frames at 300 bit/s
_CHANNEL_MS = 600_000  # a visit, RLRQ and DISC to a meter that takes 30 s and ten tries for each


def unit_of(board, files, clock, log, given=()):
    """A Dcu with settings, archive and buses: what the command line needs without a daemon.

    given   settings to change first: (key, text) pairs
    """
    damage = []
    settings = Settings(Slots(files, "settings", damage))
    settings.on_trial = lambda get, keys, by: noted(settings, False, get, keys, by)
    settings.check = lambda get, keys: [check(get, keys) for check in _CHECKS]
    archive = Archive(Slots(files, "archive", damage))
    tasks = TaskList(Slots(files, "tasks", damage), settings)
    pairs = [row for row in board.SETTINGS if not settings.get(row[0])] + list(given)
    if pairs:
        settings.put_all(pairs, "the command line")
    dcu = Dcu(board.NAME, sys.implementation.name, settings, archive, clock, log)
    dcu.damage = damage
    dcu.tasks = tasks
    dcu.states = MeterStates()
    for number, channel in enumerate(board.CHANNELS, 1):
        dcu.buses[channel] = _bus(dcu, number, channel)
    tasks.check = lambda given: plan_of(dcu, given).check()
    dcu.find_meter = find_meter
    dcu.files = files
    dcu.interface = leading_out
    dcu.image_notes = Notes(Slots(files, "images", damage))
    dcu.broadcast = lambda records: _broadcast(dcu, records)
    dcu.learned = Learned(Slots(files, "learned", damage), log)
    dcu.counters = Counters(Slots(files, "counters", damage))
    dcu.cosem_keys = CosemKeys(settings, dcu.counters, cipher)
    dcu.firmware = Firmware(
        files,
        Slots(files, "firmware", damage),
        lambda: bytes.fromhex(settings.get("cosem.kek")),
        dcu.end_because,
    )
    _add_meters(dcu)
    return dcu


def _add_meters(dcu):
    settings, notified = dcu.settings, _notified_by(dcu)
    dcu.plc = plc_of(dcu, notified)
    held = Slots(dcu.files, "held", dcu.damage)
    holds = Holds(held, dcu.clock, lambda: settings.get("meter.refused_s"), dcu.log)
    title = settings.system_title
    dcu.open_meter = Meters(
        dcu.buses, settings, dcu.learned, dcu.counters, title, holds, notified, dcu.plc
    ).open_meter


def complete(dcu, store):
    """Adds what a running DCU has beside: store, alarms, collection and the uplink."""
    settings = dcu.settings
    dcu.store = store
    dcu.readings = store.journal("readings", settings.get("storage.readings"))
    dcu.alarms = Alarms(
        store.journal("alarms", settings.get("storage.alarms")), store, dcu.clock, dcu.log
    )
    dcu.alarms.severity_of = severity_of(settings)
    dcu.plc.alarm = dcu.plc.door.alarm = dcu.alarms.raise_alarm
    dcu.cover = Cover(Slots(dcu.files, "cover", dcu.damage), dcu.clock, dcu.alarms.raise_alarm)
    dcu.profile = store.profile(
        "registers",
        settings.get("collect.period_s"),
        settings.get("storage.profile_rows"),
        [column.name for column in COLUMNS],
    )
    _tell_changes(dcu)
    dcu.records = store.journal("records", settings.get("storage.records"))
    dcu.kept = Readings(
        store, dcu.profile, dcu.readings, dcu.records, dcu.alarms.raise_alarm, dcu.log
    )
    dcu.attempts = Attempts(store.journal("attempts", _ATTEMPTS), dcu.kept)
    started_s = dcu.clock.utc_s() if dcu.clock.is_set else None
    rows = settings.get("storage.ledger_rows")
    dcu.ledger = Ledger(store.profile, dcu.kept, rows, started_s)
    clear.do_if_asked(dcu, [dcu.readings, dcu.records, dcu.attempts.journal])
    dcu.transparent = Transparent(dcu.archive, dcu.open_meter, dcu.clock, dcu.log)
    objects = cosem.Objects(objects_of(dcu, VERSION))
    dcu.modem = modem_of(dcu)
    dcu.uplink = northbound.uplink(dcu, objects)
    dcu.way_trial = WayTrial(settings, dcu.clock, dcu.uplink, dcu.log)
    dcu.listeners = northbound.listeners(dcu, objects)
    dcu.local = northbound.local(dcu, objects, _port_of(dcu, "local."), _report_of(dcu, "local."))
    return dcu


def parts_of(dcu):
    """The supervised parts of a complete Dcu."""
    clock = dcu.clock
    parts = [
        app.Part("uplink", dcu.uplink.run, _PART_MS, clock),
        app.Part("way to the HES", dcu.way_trial.run, _PART_MS, clock),
        app.Part("gateway", dcu.transparent.close_idle, _PART_MS, clock),
        app.Part("alarms", dcu.alarms.keep_storing, _PART_MS, clock),
        app.Part("clock", _clock_watch(dcu), _PART_MS, clock),
        app.Part("login", lambda part: watch_login(dcu, part), _PART_MS, clock),
        app.Part("disk", disk_watch(dcu), _PART_MS, clock),
        app.Part("firmware", dcu.firmware.run, _PART_MS, clock),
    ]
    for name, listener in zip(("TCP server", "UDP server"), dcu.listeners):
        parts.append(app.Part(name, listener.run, _PART_MS, clock))
    if dcu.settings.get("local.device"):
        parts.append(app.Part("local port", dcu.local.run, _LOCAL_MS, clock))
    parts.append(app.Part("module", dcu.plc.run, _PART_MS, clock))
    parts.append(app.Part(PLC, collecting(dcu, PLC), _CHANNEL_MS, clock))
    for number, channel in enumerate(sorted(dcu.buses), 1):
        parts.append(app.Part(channel, collecting(dcu, channel), _CHANNEL_MS, clock))
        if dcu.settings.get(f"rs485.{number}.device"):
            parts.append(app.Part(channel + " port", _opening(dcu, channel), _PART_MS, clock))
    return parts


def ports_in_words(dcu):
    """A line for each port: what is on it and when it is read. For the log at start."""
    lines = []
    for number, channel in enumerate(sorted(dcu.buses), 1):
        meters = counted(len(dcu.archive.meters(channel)), "meter")
        period_s = dcu.settings.get("collect.period_s")
        place = _place(dcu.settings, f"rs485.{number}.")
        lines.append(f"{channel}: {place}, {meters}, read every {period_s} s of UTC")
    device = dcu.settings.get("slot.device")
    if device:
        meters = counted(len(dcu.archive.meters(PLC)), "meter")
        lines.append(f"{PLC}: module on {device}, {meters} on file")
    if dcu.settings.get("local.device"):
        lines.append(f"local port: {_place(dcu.settings, 'local.')}, DLMS over HDLC")
    return lines


def _place(settings, key):
    device, baud, parity = [settings.get(key + name) for name in ("device", "baud", "parity")]
    return f"{device} {baud} 8{parity}1" if device else "no device"


def _broadcast(dcu, records):
    """What reaches all these meters of one bus at once; None when no single address does."""
    ways = {(record.client, 4 if record.octets == 4 else 2, record.logical) for record in records}
    secured = [record for record in records if record.ciphering != "none"]
    if len(ways) > 1 or secured:
        return None
    client, octets, logical = list(ways)[0]
    channel = records[0].channel
    if channel == PLC:
        return G3Broadcast(dcu.plc.module, client, logical), dcu.plc.module.broadcast_max
    return Broadcast(dcu.buses[channel], client, octets), APDU_MAX


def _tell_changes(dcu):
    """Of changed settings which, never their values; of another task list how many it has."""

    def settings(keys, by):
        dcu.alarms.raise_alarm(SETTING_CHANGED, 0, f"{', '.join(keys)} by {by}")

    def tasks(count, by):
        dcu.alarms.raise_alarm(TASKS_CHANGED, 0, f"{counted(count, 'task')} by {by}")

    dcu.settings.told, dcu.tasks.told = settings, tasks


def _clock_watch(dcu):
    return lambda part: watch_clock(dcu.clock, dcu.alarms.raise_alarm, part)


def _opening(dcu, channel):
    return lambda part: dcu.buses[channel].keep_open(part.alive)


def _port_of(dcu, key):
    """What opens the serial port that the settings below `key` say."""
    settings = dcu.settings

    def open_port():
        device = settings.get(key + "device")
        if not device:
            raise PortError(f"no device is set ({key}device)")
        return SerialPort(
            device,
            int(settings.get(key + "baud")),
            settings.get(key + "parity"),
        )

    return open_port


def _report_of(dcu, key):
    """What says that this port is lost, or back."""

    def report(is_lost, text):
        if dcu.alarms and dcu.settings.get(key + "device"):
            dcu.alarms.raise_alarm(PORT_LOST if is_lost else PORT_BACK, 0, text)
        else:
            dcu.log("port", text)

    return report


def _notified_by(dcu):
    """What takes what a meter says unasked, wherever it is heard."""

    def notified(record, notification):
        what = f"{len(notification)} octets: {notification[:_SHOWN].hex().upper()}"
        if dcu.alarms:  # `dcu decode --protocol apdu` says it in words
            dcu.alarms.raise_alarm(METER_PUSH, record.mp, what)

    return notified


def _bus(dcu, number, channel):
    key = f"rs485.{number}."
    settings = dcu.settings

    def find(address):
        _, physical = devices(address)
        record = dcu.archive.find(channel, physical)
        if record is None:
            if dcu.alarms:
                dcu.alarms.raise_alarm(METER_UNKNOWN, 0, f"{channel} address {physical}")
        return record

    return Rs485Bus(
        channel,
        _port_of(dcu, key),
        dcu.clock,
        Line(int(settings.get(key + "baud")), settings.get(key + "parity")),
        reply_ms=settings.get("meter.reply_ms"),
        scheduled_percent=settings.get("meter.scheduled_percent"),
        report=_report_of(dcu, key),
        aside=Pushes(find, _notified_by(dcu)),
    )
