"""Q/GDW 376.1, AFN 0C: what no reading has, and is asked of the meter now, between two exchanges
of the scheduled work: its switch, its clock, its reactive energy.

Each is a coroutine function(gdw, pn, asked) -> value, and raises what the driver of a meter does.

Reference: Q/GDW 376.1-2009, 5.12.
"""

from dcu import meter_services
from dcu.read_now import read_now
from hal.errors import Refused
from wire import obis, units
from wire.apdu import Attribute
from wire.qgdw3761_formats import A11, A14

_CLOSED, _OPEN = 0x11, 0x22  # of the switch of a meter
_REGISTER, _VALUE = 3, 2
# symbol of the unit, power of ten of the last decimal, format
_WH, _VARH = ("Wh", -1, A14), ("varh", 1, A11)
_IMPORT, _EXPORT = "1.0.3.8.0.255", "1.0.4.8.0.255"
_OF_EXPORT = (
    ("kwh", "1.0.2.8.0.255", _WH),
    ("export_kvarh", _EXPORT, _VARH),
    ("quadrant_2_kvarh", "1.0.6.8.0.255", _VARH),
    ("quadrant_3_kvarh", "1.0.7.8.0.255", _VARH),
)


async def switch_of_meter(gdw, pn, asked):
    async def ask(meter):
        return await meter_services.switch_state(meter)

    is_on, _ = await gdw.visit(pn, ask)
    if is_on is None:
        raise Refused(f"376.1: MP {pn} does not tell how its switch is")
    time = gdw.minute_of(gdw.dcu.clock.utc_s())
    state = _CLOSED if is_on else _OPEN
    return {"time": time, "state": state, "closed": None, "opened": None}


async def clock_of_meter(gdw, pn, asked):
    deviation = gdw.dcu.archive.get(pn).deviation

    async def ask(meter):
        return await meter_services.clock(meter, deviation)

    meter_s = await gdw.visit(pn, ask)
    now_s = gdw.dcu.clock.utc_s()
    return {"terminal": gdw.second_of(now_s), "meter": gdw.second_of(meter_s)}


def _energy(*rows):
    """A function that has the registers of `rows`, (field, OBIS, kind); None is what the meter
    does not give, or more than the format holds."""
    attributes = [Attribute(_REGISTER, obis.parse(name), _VALUE) for _, name, _ in rows]

    async def energy(gdw, pn, asked):
        meter = gdw.dcu.open_meter(gdw.dcu.archive.get(pn))
        found = await read_now(meter, attributes)
        value = {"time": gdw.minute_of(gdw.dcu.clock.utc_s())}
        for (field, _, kind), row in zip(rows, found):
            value[field] = [_scaled(row, kind)]
        return value

    return energy


def _scaled(row, kind):
    unit, exponent, codec = kind
    if row.get("unit") != unit:
        return None
    value = units.scaled(row["raw"], row["scaler"], exponent)
    return value if codec.fits(value) else None


ASKED = {
    34: _energy(*_OF_EXPORT),
    130: _energy(("kvarh", _IMPORT, _VARH)),
    132: _energy(("kvarh", _EXPORT, _VARH)),
    161: switch_of_meter,
    162: clock_of_meter,
}
