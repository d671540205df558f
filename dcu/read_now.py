"""Reads attributes of one meter at once, between two exchanges of the scheduled work."""

from dcu.columns import SCALER_MAX
from hal.errors import DcuError, NoReply, PortError, Refused, WireError
from wire import obis, target, units
from wire.apdu import Attribute
from wire.cosem_time import NORMAL, utc_of
from wire.dialogue import AccessRefused

_REGISTERS = (3, 4)  # class_id Register, Extended register: attribute 3 is scaler_unit
_CLOCK = 8
_FLOAT_MAX = 1.797e308


async def read_now(meter, attributes, deviation=NORMAL):
    """[dict] for the attributes, in their order.

    {"obis", "class", "attribute", "value"} with "unit" for a register, or "error" in place of
    "value". NoReply, PortError, WireError when the meter cannot be talked to at all.

    deviation   of the meter's clock: wire/cosem_time.py
    """
    await meter.open(urgent=True)
    try:
        values = await _fetched(meter, attributes)
        scaled = [n for n, value in enumerate(values) if _is_scaled(attributes[n], value)]
        scalers = await _fetched(meter, [_scaler_of(attributes[n]) for n in scaled])
    finally:
        await meter.close()
    rows = [_row(*each, deviation) for each in zip(attributes, values)]
    for n, scaler_unit in zip(scaled, scalers):
        _scale(rows[n], values[n], scaler_unit, meter.name)
    return rows


async def _fetched(meter, attributes):
    """The value of each attribute, or the error that asking for it ended in: all at once, or one
    by one if that breaks off, since each is to fail by itself."""
    if attributes[1:]:
        try:
            results = await meter.get_list(attributes)
            return [AccessRefused(dar) if dar else value for dar, value in results]
        except (NoReply, PortError, WireError):
            pass
    found = []
    for attribute in attributes:
        try:
            found.append(await meter.get(attribute))
        except (NoReply, PortError, WireError) as error:
            found.append(error)
    return found


def attributes_of(targets):
    """The attributes that `targets` (texts, wire/target.py) name, or Refused."""
    try:
        return [target.parse(text) for text in targets]
    except WireError as error:
        raise Refused(str(error))


def _is_scaled(attribute, value):
    """A register with a number: else it is null-data, or a float, as the meter has it."""
    return attribute.class_id in _REGISTERS and attribute.index == 2 and type(value) is int


def _scaler_of(attribute):
    return Attribute(attribute.class_id, attribute.ln, 3)


def _row(attribute, value, deviation):
    row = {
        "obis": obis.text(attribute.ln),
        "class": attribute.class_id,
        "attribute": attribute.index,
    }
    if isinstance(value, DcuError):
        _fail(row, value)
        return row
    row["value"] = plain(value)
    if attribute.class_id == _CLOCK and attribute.index == 2:
        row["utc_s"] = utc_of(value, deviation)
    return row


def _fail(row, error):
    row.pop("value", None)
    row["error"] = str(error)
    row["refused"] = isinstance(error, AccessRefused)


def _scale(row, raw, scaler_unit, name):
    """A value without its scaler is not shown: it would be taken for another."""
    if isinstance(scaler_unit, DcuError):
        _fail(row, scaler_unit)
    elif not is_scaler_unit(scaler_unit):
        _fail(row, WireError(f"{name}: scaler_unit is not two numbers, or out of range"))
    else:
        scaler, unit = scaler_unit
        row["raw"], row["scaler"], row["unit"] = raw, scaler, units.symbol(unit)
        row["value"] = decimal(raw, scaler)


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
