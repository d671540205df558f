"""Finds the DLMS meters on an RS485 bus by asking an address."""

from collections import namedtuple

from drivers.dlms_meter import DlmsMeter
from drivers.hdlc_meter_link import HdlcMeterLink
from hal.errors import NoReply, Refused, WireError
from wire import obis
from wire.apdu import Attribute
from wire.hdlc_address import CLIENT_PUBLIC

_REPLY_MS = 300  # meters answer SNRM within some 100 ms
_ATTEMPTS = 2
_TWO_OCTETS_MAX = 127
_LOGICAL_DEVICE_NAME = Attribute(1, obis.parse("0.0.42.0.0.255"), 2)
_SERIAL_NUMBER = Attribute(1, obis.parse("0.0.96.1.0.255"), 2)
_NAMELESS = ("", "")

# octets: of the address on the wire; the names are "" when the meter does not give them
Found = namedtuple("Found", ("address", "octets", "device_name", "serial_number"))


async def find_meter(bus, address):
    """Found for the meter at physical `address`, or None. PortError when the port is lost.

    A meter that answers SNRM and then says nothing useful is found, without names.
    """
    octets = 2 if address <= _TWO_OCTETS_MAX else 4
    link = HdlcMeterLink(
        bus, address, CLIENT_PUBLIC, octets=octets, attempts=_ATTEMPTS, reply_ms=_REPLY_MS
    )
    try:
        await link.connect()
    except (NoReply, Refused):
        return None
    except WireError:
        return Found(address, octets, *_NAMELESS)  # it talks, if not to us
    await link.disconnect()
    return Found(address, octets, *await _names(DlmsMeter(link)))


async def _names(meter):
    try:
        await meter.open()
    except (NoReply, Refused, WireError):
        return _NAMELESS
    try:
        results = await meter.get_list((_LOGICAL_DEVICE_NAME, _SERIAL_NUMBER))
    except (NoReply, WireError):
        return _NAMELESS
    finally:
        await meter.close()
    return tuple([_text(value) for _, value in results])


def _text(value):
    """Printable form of a name that meters keep as octets or as text."""
    if isinstance(value, str):
        value = value.encode()
    if not isinstance(value, (bytes, bytearray)):
        return ""
    if all(32 <= octet < 127 for octet in value):
        return bytes(value).decode()
    return bytes(value).hex()
