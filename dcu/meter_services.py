"""What the DCU asks of a meter beside registers: its clock, its switch. `meter` is open.

Each raises AccessRefused when the meter says no, NoReply, PortError or WireError when it cannot
be talked to.
"""

from wire import apdu, axdr, obis
from wire.apdu import Attribute
from wire.cosem_time import NORMAL, date_time, date_time_like, utc_of
from wire.errors import WireError

CLOCK_TIME = Attribute(8, obis.parse("0.0.1.0.0.255"), 2)
_UNCONFIRMED = 0x01  # invoke-id-and-priority of what nobody answers
_DISCONNECT_CLASS, _DISCONNECT = 70, obis.parse("0.0.96.3.10.255")
_OUTPUT = Attribute(_DISCONNECT_CLASS, _DISCONNECT, 2)
_CONTROL = Attribute(_DISCONNECT_CLASS, _DISCONNECT, 3)
_OFF_METHOD, _ON_METHOD = 1, 2
_CONTROL_STATES = ("disconnected", "connected", "ready for reconnection")


async def clock_octets(meter):
    """The 12 octets of the meter's clock, good for a time."""
    octets = await meter.get(CLOCK_TIME)
    if utc_of(octets) is None:
        raise WireError(f"{meter.name}: its clock shows no time")
    return octets


async def clock(meter, deviation=NORMAL):
    """UTC in seconds, as the meter has it."""
    return utc_of(await clock_octets(meter), deviation)


async def set_clock(meter, utc_of_now, deviation=NORMAL, shown=None):
    """Set the meter's clock in its own local time, of which it keeps the deviation.

    utc_of_now   function -> UTC in seconds, asked at the last moment
    shown        what clock_octets gave, for who has asked; None asks
    """
    octets = shown or await clock_octets(meter)
    await meter.set(CLOCK_TIME, axdr.octets(date_time_like(utc_of_now(), octets, deviation)))


def clock_for_all(utc_s):
    """An unconfirmed SET.request of the time, in UTC with its deviation of 0."""
    data = axdr.octets(date_time(utc_s))
    return apdu.encode(apdu.SetRequest(_UNCONFIRMED, CLOCK_TIME, None, data))


async def switch_state(meter):
    """(whether the output is on, or None; the control state in words)"""
    (output_dar, output), (dar, control) = await meter.get_list((_OUTPUT, _CONTROL))
    is_known = not dar and type(control) is int and 0 <= control < len(_CONTROL_STATES)
    if not is_known and output_dar:
        raise WireError(f"{meter.name} has no switch that it tells of")
    is_on = output if isinstance(output, bool) else None
    return is_on, _CONTROL_STATES[control] if is_known else "unknown"


async def switch(meter, is_on):
    """Connect or disconnect the consumer."""
    method = _ON_METHOD if is_on else _OFF_METHOD
    await meter.action(_DISCONNECT_CLASS, _DISCONNECT, method, axdr.i8(0))
