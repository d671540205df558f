"""The gateway header in front of an APDU: which device behind the concentrator it is for.

    E6 request, E7 answer | network (1) | length of address (1) | address | APDU

The address is opaque to the standard. Ours is the meter's decimal address in ASCII, and the
network is the number of the channel.

Reference: DLMS UA 1000-2, the gateway protocol.
"""

from collections import namedtuple

from wire.cursor import Cursor
from wire.errors import WireError

Gateway = namedtuple("Gateway", ("is_request", "network", "address", "apdu"))

REQUEST, ANSWER = 0xE6, 0xE7
HEADER_MAX = 3 + 255  # octets


def is_gateway(apdu):
    return bytes(apdu[:1]) in (b"\xe6", b"\xe7")


def encode(gateway):
    assert 0 <= gateway.network <= 0xFF and len(gateway.address) <= 0xFF and gateway.apdu
    tag = REQUEST if gateway.is_request else ANSWER
    head = bytes([tag, gateway.network, len(gateway.address)])
    return head + bytes(gateway.address) + bytes(gateway.apdu)


def decode(octets):
    """Gateway from the octets of a whole APDU; the rest after the address is the inner APDU."""
    if not is_gateway(octets):
        raise WireError("no gateway header", octets[:1])
    cursor = Cursor(octets)
    is_request = cursor.u8() == REQUEST
    network = cursor.u8()
    address = cursor.take(cursor.u8())
    if not cursor.left():
        raise WireError("gateway header without an APDU", octets)
    return Gateway(is_request, network, address, cursor.rest())
