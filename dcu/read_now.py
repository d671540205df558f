"""Reads attributes of one meter at once, between two exchanges of the scheduled work."""

from dcu.columns import SCALER_MAX
from hal.errors import NoReply, PortError, Refused, WireError
from wire import obis, target, units
from wire.apdu import Attribute
from wire.cosem_time import NORMAL, utc_of
from wire.dialogue import AccessRefused

_REGISTERS = (3, 4)  # class_id Register, Extended register: attribute 3 is scaler_unit
_CLOCK = 8
_FLOAT_MAX = 1.797e308


async def read_now(meter, targets, deviation=NORMAL):
    """[dict] for the attributes that `targets` (texts, wire/target.py) name, in their order.

    {"obis", "class", "attribute", "value"} with "unit" for a register, or "error" in place of
    "value". Refused when a text names none; NoReply, PortError, WireError when the meter cannot
    be talked to at all.

    deviation   of the meter's clock: wire/cosem_time.py
    """
    attributes = [_parsed(text) for text in targets]
    await meter.open(urgent=True)
    rows = []
    try:
        for attribute in attributes:
            rows.append(await _read(meter, attribute, deviation))
    finally:
        await meter.close()
    return rows


def _parsed(text):
    try:
        return target.parse(text)
    except WireError as error:
        raise Refused(str(error))


async def _read(meter, attribute, deviation):
    row = {
        "obis": obis.text(attribute.ln),
        "class": attribute.class_id,
        "attribute": attribute.index,
    }
    try:
        value = await meter.get(attribute)
        is_register = attribute.class_id in _REGISTERS and attribute.index == 2
        if is_register and type(value) is int:  # else: null-data, or a float, as the meter has it
            await _scale(meter, attribute, value, row)
        elif attribute.class_id == _CLOCK and attribute.index == 2:
            row["value"] = plain(value)
            row["utc_s"] = utc_of(value, deviation)
        else:
            row["value"] = plain(value)
    except (AccessRefused, NoReply, PortError, WireError) as error:
        row["error"] = str(error)
        row["refused"] = isinstance(error, AccessRefused)
    return row


async def _scale(meter, attribute, value, row):
    scaler_unit = await meter.get(Attribute(attribute.class_id, attribute.ln, 3))
    if not is_scaler_unit(scaler_unit):
        raise WireError(f"{meter.name}: scaler_unit is not two numbers, or out of range")
    scaler, unit = scaler_unit
    row["raw"], row["scaler"], row["unit"] = value, scaler, units.symbol(unit)
    row["value"] = decimal(value, scaler)


def is_scaler_unit(value):
    """Whether it is (scaler, unit), with a scaler that a register can have."""
    if not isinstance(value, tuple) or [type(number) for number in value] != [int, int]:
        return False
    return abs(value[0]) <= SCALER_MAX


def decimal(raw, scaler):
    """raw * 10**scaler as text, exact: no float may round an energy."""
    if scaler >= 0:
        return str(raw * 10**scaler)
    sign, digits = ("-", str(-raw)) if raw < 0 else ("", str(raw))
    digits = "0" * (1 - scaler - len(digits)) + digits
    return f"{sign}{digits[:scaler]}.{digits[scaler:]}"


def plain(value):
    """A decoded value in types that JSON has: octets as hex or, if printable, as text."""
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (bytes, bytearray)):
        printable = value and all([32 <= octet < 127 for octet in value])
        return bytes(value).decode() if printable else bytes(value).hex()
    if isinstance(value, float) and not -_FLOAT_MAX <= value <= _FLOAT_MAX:
        return str(value)  # JSON has no infinity, nor what is not a number
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)
