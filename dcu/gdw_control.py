"""Q/GDW 376.1, AFN 05: what the DCU and its meters are ordered to do.

Each is a coroutine function(gdw, pn, value) that raises Refused, or what the driver of a meter
raises, when it is not done; None is well.

Reference: Q/GDW 376.1-2009, 5.6.
"""

from dcu import gdw_meters, gdw_time, meter_services
from dcu.schema import PLC
from hal.errors import Refused

_SWITCH = {0x55: "yes", 0x01: "yes", 0xAA: "no", 0x00: "no"}  # editions differ


async def disconnect(gdw, pn, value):
    """At once: the delay that an alarm would give is not known to the meter."""
    await _switch(gdw, pn, False)


async def connect(gdw, pn, value):
    await _switch(gdw, pn, True)


async def _switch(gdw, pn, is_on):
    async def act(meter):
        await meter_services.switch(meter, is_on)

    await gdw.visit(pn, act)


async def set_clock(gdw, pn, value):
    gdw.dcu.clock.set_utc(gdw_time.utc_of(gdw.zone(), value))


async def allow_reports(gdw, pn, value):
    gdw.dcu.settings.put("gdw.push", "yes")


async def forbid_reports(gdw, pn, value):
    gdw.dcu.settings.put("gdw.push", "no")


async def exclude(gdw, pn, value):
    """From now on only broadcast clocks are taken, and the order that ends this."""
    gdw.dcu.settings.put("gdw.excluded", "yes")


async def admit(gdw, pn, value):
    gdw.dcu.settings.put("gdw.excluded", "no")


async def talk(gdw, pn, value):
    raise Refused("376.1: there is no telephone to talk by")


async def forbid_talk(gdw, pn, value):
    """So it is anyway."""


async def set_meter_clocks(gdw, pn, value):
    if value["switch"] not in _SWITCH:
        raise Refused(f"376.1: {value['switch']:02X} is neither on nor off")
    gdw.dcu.settings.put("clock.set_meters", _SWITCH[value["switch"]])


async def pause(gdw, pn, value):
    _pause(gdw, value["port"], True)


async def resume(gdw, pn, value):
    _pause(gdw, value["port"], False)


def _pause(gdw, port, is_paused):
    settings, channel = gdw.dcu.settings, gdw_meters.channel_of(port)
    paused = [each for each in settings.get("collect.paused").split(",") if each]
    others = [each for each in paused if each != channel]
    settings.put("collect.paused", ",".join(others + ([channel] if is_paused else [])))


async def read_anew(gdw, pn, value):
    """The port is read, and who has been silent is asked at once and not at a later probe."""
    channel = gdw_meters.channel_of(value["port"])
    for record in gdw.dcu.archive.meters(channel):
        gdw.dcu.states.of(record).heard()
    _pause(gdw, value["port"], False)


async def forget_routes(gdw, pn, value):
    if gdw_meters.channel_of(value["port"]) != PLC:
        raise Refused(f"376.1: no routes lead to the meters of port {value['port']}")
    await gdw.dcu.plc.module.forget_routes()


async def remove_meters(gdw, pn, value):
    gdw_meters.remove_port(gdw, value["port"])


CONTROL = {
    1: disconnect,
    2: connect,
    27: talk,
    28: exclude,
    29: allow_reports,
    30: set_meter_clocks,
    35: forbid_talk,
    36: admit,
    37: forbid_reports,
    31: set_clock,
    49: pause,
    50: resume,
    51: read_anew,
    52: forget_routes,
    53: remove_meters,
}
