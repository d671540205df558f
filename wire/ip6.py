"""IPv6 with UDP in it, as whole packets: what a G3 module is given and gives.

Link-local addresses hold the short address, and in newer networks the PAN identifier:

    fe80::PPPP:00ff:fe00:SSSS     or, in older networks,  fe80::00ff:fe00:SSSS

Reference: RFC 8200 (IPv6), RFC 768 and RFC 8200 section 8.1 (UDP checksum), RFC 4944 section 6
and ITU-T G.9903 (interface identifiers).
"""

from collections import namedtuple

from wire.errors import WireError

# source, destination: 16 octets each
Datagram = namedtuple(
    "Datagram", ("source", "destination", "source_port", "destination_port", "payload")
)

PACKET_MAX = 1280  # octets
HEADERS = 48  # octets of IPv6 and UDP
PAYLOAD_MAX = PACKET_MAX - HEADERS
ALL_NODES = b"\xff\x02" + bytes(13) + b"\x01"
BROADCAST = 0xFFFF  # the short address of all nodes
DLMS_PORT = 4059  # of the wrapper, as registered

_UDP = 17
_HOPS_MAX = 8
_LINK_LOCAL = b"\xfe\x80" + bytes(6)
_IDENTIFIER = b"\x00\xff\xfe\x00"  # between PAN identifier and short address
_ADDRESS = 16


def address(short, pan, has_pan=True):
    """The 16 octets for a short address; has_pan: the network has its PAN in addresses."""
    if short == BROADCAST:
        return ALL_NODES
    octets = (pan if has_pan else 0).to_bytes(2, "big") + _IDENTIFIER
    return _LINK_LOCAL + octets + short.to_bytes(2, "big")


def short_address(octets):
    """The short address in the 16 octets, whichever kind of network it is from; None for one
    that has none."""
    if bytes(octets) == ALL_NODES:
        return BROADCAST
    if octets[:8] != _LINK_LOCAL or octets[10:14] != _IDENTIFIER:
        return None
    return int.from_bytes(octets[14:], "big")


def encode(datagram):
    size = 8 + len(datagram.payload)
    assert len(datagram.source) == len(datagram.destination) == _ADDRESS
    assert size + 40 <= PACKET_MAX
    head = b"\x60\x00\x00\x00" + size.to_bytes(2, "big") + bytes([_UDP, _HOPS_MAX])
    addresses = bytes(datagram.source) + bytes(datagram.destination)
    ports = datagram.source_port.to_bytes(2, "big") + datagram.destination_port.to_bytes(2, "big")
    udp = ports + size.to_bytes(2, "big")
    rest = _sum(addresses, udp + b"\x00\x00" + bytes(datagram.payload))
    check = (0xFFFF - rest).to_bytes(2, "big")
    return head + addresses + udp + check + bytes(datagram.payload)


def decode(packet):
    """Datagram of a whole packet. WireError unless it is UDP, whole, and its checksum right."""
    packet = bytes(packet)
    if len(packet) < HEADERS or packet[0] >> 4 != 6:
        raise WireError("not an IPv6 packet", packet[:HEADERS])
    size = packet[4] << 8 | packet[5]
    if packet[6] != _UDP or size + 40 != len(packet) or size != packet[44] << 8 | packet[45]:
        raise WireError("not one whole UDP datagram", packet[:HEADERS])
    # a sum of ones' complements that is 0 in either of its two forms
    if packet[46:48] == b"\x00\x00" or _sum(packet[8:40], packet[40:]):
        raise WireError("bad UDP checksum", packet[:HEADERS])
    ports = packet[40] << 8 | packet[41], packet[42] << 8 | packet[43]
    return Datagram(packet[8:24], packet[24:40], *ports, packet[48:])


def _sum(addresses, udp):
    """The ones' complement sum of 16-bit words, 0 to FFFE, with the pseudo header: it is the
    remainder by FFFF of all the octets as one number."""
    pseudo = addresses + len(udp).to_bytes(4, "big") + bytes([0, 0, 0, _UDP])
    return int.from_bytes(pseudo + udp + (b"\x00" if len(udp) & 1 else b""), "big") % 0xFFFF
