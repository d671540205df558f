"""Q/GDW 376.1, AFN 09 and 0C: what the DCU is, and how things are now.

Values of a meter are those of the last reading that is kept, with its time; what is asked of the
meter itself is in dcu/gdw_asked.py. Each is a coroutine function(gdw, pn, asked) -> value;
Refused when there is nothing to say.

Reference: Q/GDW 376.1-2009, 5.9, 5.12.
"""

from dcu import gdw_meters, gdw_reactive
from dcu.archive_row import METERS_MAX
from dcu.gdw_asked import ASKED
from dcu.gdw_events import COVER, short_version
from dcu.gdw_values import AMPERE, POWER, VOLT, column, exported, imported, scaled
from dcu.meter_state import ONLINE
from dcu.unit import VERSION
from hal.errors import Refused
from wire.qgdw3761_parameters import TASKS_MAX

_U32_MAX = 0xFFFFFFFF
_TALKS_NOT = 0x02  # there is no telephone; D3..2 say whether it may report
_REPORTS = {"yes": 0x04, "no": 0x08}
_READING, _DONE = 1, 2
_DENSITIES = b"\x01\x02\x03\xfe\xff"


async def version(gdw, pn, asked):
    return {
        "vendor": "ODCU",
        "device": gdw.dcu.settings.terminal_id(),
        "software": short_version(VERSION),
        "software_date": None,
        "capacity": str(METERS_MAX),
        "protocol": "2013",
        "hardware": "",
        "hardware_date": None,
    }


async def inputs_and_ports(gdw, pn, asked):
    get, ports = gdw.dcu.settings.get, []
    for channel in sorted(gdw.dcu.buses):
        number = channel[-1]
        ports.append(
            {
                "port": gdw_meters.port_of(channel),
                "baud_max": int(get(f"rs485.{number}.baud")),
                "devices": 32,
                "received_max": 0,
                "sent_max": 0,
            }
        )
    longest = get("gdw.frame_octets")
    return {
        "pulses": 0,
        "switches": int(gdw.dcu.cover.is_open is not None),
        "analogues": 0,
        "outputs": 0,
        "meters": METERS_MAX,
        "received_max": longest,
        "sent_max": longest,
        "mac": bytes(6),
        "ports": ports,
    }


async def capacities(gdw, pn, asked):
    return {
        "points": METERS_MAX,
        "groups": 0,
        "tasks": TASKS_MAX,
        "differences": 0,
        "densities": _DENSITIES,
        "days": min(gdw.dcu.settings.get("storage.profile_rows") // 96, 255),
        "months": 12,
    }


async def clock(gdw, pn, asked):
    return gdw.second_of(gdw.dcu.clock.utc_s())


async def way(gdw, pn, asked):
    return {"state": _TALKS_NOT | _REPORTS[gdw.dcu.settings.get("gdw.push")]}


async def counters(gdw, pn, asked):
    important, ordinary = gdw.events.counters()
    return {"important": important, "ordinary": ordinary}


async def flags(gdw, pn, asked):
    return gdw.events.flags()


async def switch_inputs(gdw, pn, asked):
    """The cover of the terminal; of a change only the event tells."""
    is_open = gdw.dcu.cover.is_open
    if is_open is None:
        raise Refused("376.1: there is no switch below the cover (cover.input)")
    return bytes([COVER if is_open else 0, 0])


async def traffic(gdw, pn, asked):
    day, month = [min(gdw.octets(period), _U32_MAX) for period in ("day", "month")]
    return {"day_octets": day, "month_octets": month}


async def state_of_reading(gdw, pn, asked):
    return [_port_state(gdw, channel) for channel in sorted(gdw.dcu.rounds)]


def _port_state(gdw, channel):
    dcu = gdw.dcu
    meters, status = dcu.archive.meters(channel), dcu.rounds[channel].status()
    good = len([meter for meter in meters if dcu.state_of(meter.mp) == ONLINE])
    began_s, lasted_ms = status["last_slot_s"], status["last_round_ms"]
    ended_s = None if began_s is None or lasted_ms is None else began_s + lasted_ms // 1000
    return {
        "port": gdw_meters.port_of(channel),
        "total": len(meters),
        "state": _READING if ended_s is None else _DONE,
        "good": good,
        "good_key": 0,
        "began": gdw.second_of(began_s),
        "ended": gdw.second_of(ended_s),
    }


async def momentary(gdw, pn, asked):
    """What is read of a meter is that of phase A."""
    time_s, values = gdw.last(pn)
    power = scaled(column(values, "power_w"), POWER)
    volt = scaled(column(values, "voltage_mv"), VOLT)
    ampere = scaled(column(values, "current_ma"), AMPERE)
    return {
        "time": gdw.minute_of(time_s),
        "kw": [power, None, None, None],
        "kvar": [None] * 4,
        "power_factor": [None] * 4,
        "volt": [volt, None, None],
        "ampere": [ampere, None, None, None],
        "kva": [None] * 4,
    }


async def energy_import(gdw, pn, asked):
    time_s, values = gdw.last(pn)
    return {"time": gdw.minute_of(time_s), "kwh": imported(values)}


async def energy_export(gdw, pn, asked):
    time_s, values = gdw.last(pn)
    return {"time": gdw.minute_of(time_s), "kwh": exported(values)}


async def import_and_quadrants(gdw, pn, asked):
    """Reactive energy is what a task has brought within the period of the reading."""
    time_s, values = gdw.last(pn)
    value = {"time": gdw.minute_of(time_s), "kwh": imported(values)}
    ends_s = time_s + gdw.dcu.settings.get("collect.period_s")
    await gdw_reactive.add_quadrants(gdw, pn, value, time_s, ends_s)
    return value


async def reading_of_meter(gdw, pn, asked):
    record = gdw.dcu.archive.get(pn)
    state = gdw.dcu.states.of(record)
    return {
        "port": gdw_meters.port_of(record.channel),
        "level": 0,
        "phase": 0,
        "quality": 0,
        "is_good": 1 if state.state == ONLINE else 0,
        "last_good": gdw.second_of(state.last_good_s),
        "last_bad": None,
        "failures": min(state.misses, 255),
    }


CONFIGURATION = {1: version, 2: inputs_and_ports, 3: capacities}
LIVE = {
    2: clock,
    4: way,
    7: counters,
    8: flags,
    9: switch_inputs,
    10: traffic,
    11: state_of_reading,
    25: momentary,
    33: import_and_quadrants,
    129: energy_import,
    131: energy_export,
    170: reading_of_meter,
}
LIVE.update(ASKED)
