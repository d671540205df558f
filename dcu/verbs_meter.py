"""What the console can do with one meter beside reading registers: see dcu/verbs.py."""

from dcu import meter_services
from dcu.exit_codes import GOOD
from dcu.verb_words import mp_of
from hal.errors import Refused

_SWITCH = {"on": True, "off": False}
_YES = "yes"


async def clock(dcu, say, mp, what=""):
    """`what`: nothing, or "set" to the time of the DCU."""
    record = dcu.archive.get(mp_of(mp))
    if what not in ("", "set"):
        raise Refused(f"{what!r}: nothing, or set")
    if what and not dcu.clock.is_set:
        raise Refused("the clock of the DCU is not set")
    await say(f"asking MP {record.mp}, {record.place()}")

    async def look(meter):
        if what:
            await meter_services.set_clock(meter, dcu.clock.utc_s, record.deviation)
        meter_s = await meter_services.clock(meter, record.deviation)
        return {"mp": record.mp, "utc_s": meter_s, "off_s": meter_s - dcu.clock.utc_s()}

    return GOOD, await _visited(dcu, record, look)


async def switch(dcu, say, mp, what, sure=""):
    """`what`: "state", "on", "off"; the last two need "yes": they are felt by a consumer."""
    record = dcu.archive.get(mp_of(mp))
    if what != "state" and what not in _SWITCH:
        raise Refused(f"{what!r}: state, on or off")
    if what in _SWITCH and sure != _YES:
        raise Refused(f"this switches the consumer of MP {record.mp} {what}: say --yes")
    await say(f"asking MP {record.mp}, {record.place()}")

    async def act(meter):
        if what in _SWITCH:
            await meter_services.switch(meter, _SWITCH[what])
        is_on, control = await meter_services.switch_state(meter)
        return {"mp": record.mp, "is_on": is_on, "control": control}

    return GOOD, await _visited(dcu, record, act)


async def _visited(dcu, record, use):
    """What `use(meter)` gives, between two exchanges of the scheduled work."""
    meter = dcu.open_meter(record)
    await meter.open(urgent=True)
    try:
        return await use(meter)
    finally:
        await meter.close()


METER_VERBS = (
    ("clock", clock, "MP [set]", "a meter's clock; set it"),
    ("switch", switch, "MP state|on|off [yes]", "a meter's switch"),
)
