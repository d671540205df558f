"""Q/GDW 376.1, AFN 01, 05: what the DCU and its meters are ordered to do.

Each is a coroutine function(gdw, pn, value) that raises Refused, or what the driver of a meter
raises, when it is not done; None is well.

Reference: Q/GDW 376.1-2009, 5.2, 5.6.
"""

from dcu import gdw_meters, gdw_time, meter_services

_BY = "the HES by 376.1"


async def restart(gdw, pn, value):
    gdw.dcu.end_because(_BY)


async def clear_data(gdw, pn, value):
    gdw.dcu.clear_because(_BY)


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


async def pause(gdw, pn, value):
    _pause(gdw, value["port"], True)


async def resume(gdw, pn, value):
    _pause(gdw, value["port"], False)


def _pause(gdw, port, is_paused):
    settings, channel = gdw.dcu.settings, gdw_meters.channel_of(port)
    paused = [each for each in settings.get("collect.paused").split(",") if each]
    others = [each for each in paused if each != channel]
    settings.put("collect.paused", ",".join(others + ([channel] if is_paused else [])))


async def remove_meters(gdw, pn, value):
    gdw_meters.remove_port(gdw, value["port"])


RESET = {1: restart, 2: clear_data}
CONTROL = {
    1: disconnect,
    2: connect,
    29: allow_reports,
    37: forbid_reports,
    31: set_clock,
    49: pause,
    50: resume,
    53: remove_meters,
}
