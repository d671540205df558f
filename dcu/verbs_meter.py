"""What the console can do with one meter beside reading registers: see dcu/verbs.py."""

from dcu import meter_profile, meter_services
from dcu.exit_codes import GOOD
from dcu.read_now import decimal, plain
from dcu.schema import whole
from dcu.verb_words import mp_of
from hal.errors import Refused, WireError
from wire import obis, units
from wire.profile_rows import value_columns

_SWITCH = {"on": True, "off": False}
_YES = "yes"
_TIME_MAX_S = 0xFFFFFFFF


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


async def profile(dcu, say, mp, code, from_s, to_s):
    """Rows of the profile `code`, from..to in UTC seconds; registers as decimal texts."""
    record = dcu.archive.get(mp_of(mp))
    ln = _ln_of(code)
    first_s, last_s = [whole(text, 0, _TIME_MAX_S) for text in (from_s, to_s)]
    if first_s is None or last_s is None:
        raise Refused(f"{from_s} to {to_s}: no range of times")
    if first_s > last_s:
        raise Refused(f"{from_s} to {to_s}: ends before it begins")
    await say(f"asking MP {record.mp}, {record.place()}")

    async def fetch(meter):
        shape = await meter_profile.layout(meter, ln)
        return shape, await meter_profile.read_rows(
            meter, ln, shape, first_s, last_s, record.deviation
        )

    shape, rows = await _visited(dcu, record, fetch)
    columns = value_columns(shape.columns)
    scales = [shape.scaler_units.get(column) for column in columns]
    return GOOD, {
        "mp": record.mp,
        "obis": obis.text(ln),
        "columns": [_column(*each) for each in zip(columns, scales)],
        "rows": [
            [utc_s] + [_cell(*each) for each in zip(values, scales)] for utc_s, values in rows
        ],
    }


def _ln_of(code):
    try:
        return obis.parse(code)
    except WireError as error:
        raise Refused(str(error))


def _column(attribute, scale):
    row = {"obis": obis.text(attribute.ln), "class": attribute.class_id}
    row["attribute"] = attribute.index
    if scale:
        row["unit"] = units.symbol(scale[1])
    return row


def _cell(value, scale):
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return decimal(value, scale[0]) if scale and is_number else plain(value)


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
    ("profile", profile, "MP OBIS FROM TO", "rows of a meter's profile, times in UTC seconds"),
)
