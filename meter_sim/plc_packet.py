"""IPv6 packets with UDP, as a node of a G3 network has them."""

LINK_LOCAL = b"\xfe\x80\0\0\0\0\0\0"
ALL_NODES = b"\xff\x02" + b"\0" * 13 + b"\x01"
HEADERS = 48


def checksum(source, destination, udp):
    """Of RFC 1071, with the pseudo header of IPv6."""
    octets = source + destination + len(udp).to_bytes(4, "big") + b"\0\0\0\x11" + udp
    if len(octets) % 2:
        octets += b"\0"
    total = 0
    for at in range(0, len(octets), 2):
        total += octets[at] << 8 | octets[at + 1]
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def parse(packet):
    """(source, destination, source port, destination port, payload), or None if it is wrong."""
    if len(packet) < HEADERS or packet[0] & 0xF0 != 0x60 or packet[6] != 17:
        return None
    if int.from_bytes(packet[4:6], "big") != len(packet) - 40:
        return None
    source, destination, udp = packet[8:24], packet[24:40], packet[40:]
    if int.from_bytes(udp[4:6], "big") != len(udp) or not any(udp[6:8]):
        return None
    if checksum(source, destination, udp):
        return None
    ports = int.from_bytes(udp[:2], "big"), int.from_bytes(udp[2:4], "big")
    return source, destination, ports[0], ports[1], udp[8:]


def build(source, destination, source_port, destination_port, payload):
    size = (8 + len(payload)).to_bytes(2, "big")
    ports = source_port.to_bytes(2, "big") + destination_port.to_bytes(2, "big")
    sum_ = checksum(source, destination, ports + size + b"\0\0" + payload) or 0xFFFF
    udp = ports + size + sum_.to_bytes(2, "big") + payload
    return b"\x60\0\0\0" + size + b"\x11\x08" + source + destination + udp


def short_of(address):
    """The short address; 0xFFFF for all nodes; None for what is no address of a G3 node."""
    if address == ALL_NODES:
        return 0xFFFF
    if address[:8] != LINK_LOCAL or address[10:14] != b"\0\xff\xfe\0":
        return None
    return address[14] << 8 | address[15]
