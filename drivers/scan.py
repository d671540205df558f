"""Finds the DLMS meters on an RS485 bus by asking address after address."""

from collections import namedtuple

from drivers.dlms_meter import DlmsMeter
from drivers.hdlc_meter_link import HdlcMeterLink
from hal.errors import NoReply, Refused, WireError
from wire import obis
from wire.apdu import Attribute

_PUBLIC_CLIENT = 16
_REPLY_MS = 300  # meters answer SNRM within some 100 ms
_ATTEMPTS = 2
_TWO_OCTETS_MAX = 127
_LOGICAL_DEVICE_NAME = Attribute(1, obis.parse("0.0.42.0.0.255"), 2)
_SERIAL_NUMBER = Attribute(1, obis.parse("0.0.96.1.0.255"), 2)

Found = namedtuple("Found", ("address", "octets", "device_name", "serial_number"))


async def scan(bus, low, high, progress=lambda address, found: None, one_octet=False):
    """[Found] for the meters at addresses `low` to `high`, both included.

    one_octet   also ask for the address in its one-octet form, without a logical device
    progress    called after each address, with its Found or None
    A meter that answers SNRM and then says nothing useful is found, without names.
    PortError when the port is lost.
    """
    rows = []
    for address in range(low, high + 1):
        forms = [2 if address <= _TWO_OCTETS_MAX else 4]
        if one_octet and address <= _TWO_OCTETS_MAX:
            forms.append(1)
        found = None
        for octets in forms:
            found = found or await _ask(bus, address, octets)
        if found:
            rows.append(found)
        progress(address, found)
    return rows


async def _ask(bus, address, octets):
    link = HdlcMeterLink(
        bus, address, _PUBLIC_CLIENT, octets=octets, attempts=_ATTEMPTS, reply_ms=_REPLY_MS
    )
    try:
        await link.connect()
    except (NoReply, Refused):
        return None
    except WireError:
        return Found(address, octets, "", "")  # it talks, if not to us
    await link.disconnect()
    return Found(address, octets, *await _names(DlmsMeter(link)))


async def _names(meter):
    try:
        await meter.open()
    except (NoReply, WireError):
        return "", ""
    try:
        results = await meter.get_list((_LOGICAL_DEVICE_NAME, _SERIAL_NUMBER))
    except (NoReply, WireError):
        results = ((None, None), (None, None))
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
