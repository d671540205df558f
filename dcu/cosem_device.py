"""COSEM objects about the DCU itself: who it is, what time it has, who is behind it.

Reference: IEC 62056-6-2, class_id 1 (Data), 8 (Clock), 9 (Script table), 17 (SAP assignment).
"""

from dcu.alarm_codes import (
    CLOCK_INVALID,
    COVER_OPENED,
    METER_SILENT,
    METER_WRONG,
    PORT_LOST,
    STORAGE_FAILED,
)
from dcu.alarm_words import word_of
from dcu.cosem_row import (
    ANYBODY,
    CLOCK,
    READERS,
    SAPS,
    SCRIPTS,
    TYPE_UNMATCHED,
    UNDATED,
    Method,
    cell,
    data_row,
    row,
    whole,
)
from dcu.meter_state import SILENT, WRONG
from wire import axdr, obis
from wire.server import Denied

METER_SAP = 256  # of MP 0: a meter is listed as logical device METER_SAP + MP
_DCU_SAP = 1
_INVALID = 1  # bit of the clock status
_INTERNAL_CRYSTAL = 1
_TIME_MAX_S = 0xFFFFFFFF  # what records can say
REBOOT = 1  # scripts
CLEAR = 2


def device_rows(dcu, version):
    def terminal():
        return axdr.visible(dcu.settings.terminal_id())

    def firmware():
        return axdr.visible(version)

    return (
        data_row("0.0.42.0.0.255", "logical device name", "octet-string", _name(dcu), ANYBODY),
        data_row("0.0.96.1.0.255", "terminal ID", "visible-string", terminal, ANYBODY),
        data_row("0.0.0.2.0.255", "firmware version", "visible-string", firmware, ANYBODY),
        _clock_row(dcu.clock),
        _register_row(dcu, 0, ""),
        _register_row(dcu, 1, " from 32 on"),
        row(
            SAPS,
            0,
            "0.0.41.0.0.255",
            "SAP assignment: the DCU, and the meters by MP",
            READERS,
            {2: cell("SAP_assignment_list", "array", lambda: _assignment(dcu))},
        ),
        _script_row(dcu),
    )


def _register_row(dcu, word, which):
    name = f"alarm register: what is so now, a bit for each alarm code{which}"
    return data_row(
        f"0.0.97.98.{word}.255", name, "u32", lambda: axdr.u32(word_of(conditions(dcu), word))
    )


def conditions(dcu):
    """A bit for each alarm code whose condition holds now."""
    states = [dcu.states.of(meter).state for meter in dcu.archive.meters()]
    ports = enumerate(sorted(dcu.buses), 1)
    lost = [
        dcu.buses[channel].trouble and dcu.settings.get(f"rs485.{number}.device")
        for number, channel in ports
    ]
    lost.append(dcu.local and dcu.local.trouble and dcu.settings.get("local.device"))
    held = (
        (METER_SILENT, SILENT in states),
        (METER_WRONG, WRONG in states),
        (PORT_LOST, any(lost)),
        (STORAGE_FAILED, dcu.kept.unstored or dcu.alarms.unstored),
        (CLOCK_INVALID, not dcu.clock.is_set),
        (COVER_OPENED, dcu.cover and dcu.cover.is_open),
    )
    return sum([1 << code for code, holds in held if holds])


def _name(dcu):
    """The logical device name: three letters for the maker, then what is unique."""
    return lambda: axdr.octets(("ODC" + dcu.settings.terminal_id()).encode())


def _clock_row(clock):
    def set_time(value):
        utc_s = axdr.parse_date_time(value)
        if utc_s is None:
            raise Denied(TYPE_UNMATCHED)
        clock.set_utc(whole(utc_s, 0, _TIME_MAX_S))

    def status():
        return axdr.u8(0 if clock.is_set else _INVALID)

    def undated():
        return axdr.octets(UNDATED)

    cells = {
        2: cell("time", "octet-string(12), UTC", lambda: _now(clock), set_time),
        3: cell("time_zone", "i16, 0: UTC", lambda: axdr.i16(0)),
        4: cell("status", "u8, 1: not set", status),
        5: cell("daylight_savings_begin", "octet-string(12), none", undated),
        6: cell("daylight_savings_end", "octet-string(12), none", undated),
        7: cell("daylight_savings_deviation", "i8, 0", lambda: axdr.i8(0)),
        8: cell("daylight_savings_enabled", "boolean, false", lambda: axdr.boolean(False)),
        9: cell("clock_base", "enum, 1: crystal", lambda: axdr.enum(_INTERNAL_CRYSTAL)),
    }
    return row(CLOCK, 0, "0.0.1.0.0.255", "clock, UTC", ANYBODY, cells)


def _now(clock):
    return axdr.octets(axdr.date_time(clock.utc_s()))


def _assignment(dcu):
    """array of structure {u16 SAP, octet-string logical device name}"""
    rows = [axdr.structure([axdr.u16(_DCU_SAP), _name(dcu)()])]
    for meter in dcu.archive.meters():
        name = f"MP {meter.mp} {meter.place()}".encode()
        rows.append(axdr.structure([axdr.u16(METER_SAP + meter.mp), axdr.octets(name)]))
    return axdr.array(rows)


def _script_row(dcu):
    """To begin anew, also without what was collected. The process ends, and the service manager
    starts it again."""

    def execute(value):
        if whole(value, REBOOT, CLEAR) == CLEAR:
            dcu.clear_because("the HES asks for the data to be cleared")
        else:
            dcu.end_because("the HES asks for a restart")

    scripts = axdr.array([_script(number) for number in (REBOOT, CLEAR)])
    words = "array, 1: restart the DCU, 2: clear what was collected, too"
    cells = {2: cell("scripts", words, lambda: scripts)}
    methods = {1: Method("execute", "u16, the script", execute)}
    return row(SCRIPTS, 0, "0.0.10.0.0.255", "scripts", READERS, cells, methods)


def _script(number):
    itself = obis.parse("0.0.10.0.0.255")
    action = [axdr.enum(2), axdr.u16(SCRIPTS), axdr.octets(itself), axdr.i8(1), axdr.u16(number)]
    return axdr.structure([axdr.u16(number), axdr.array([axdr.structure(action)])])
