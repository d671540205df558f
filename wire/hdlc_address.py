"""HDLC addresses as they are on the wire: 7 bits an octet, bit 0 set in the last one.

A client has one octet. A server has an upper part, the logical device, and a lower part, the
physical device: together 2 octets, or 4 if one of them does not fit 7 bits. A server with one
octet has a single address, by custom the physical one.

Reference: IEC 62056-46, 6.4.2 (frame format type 3, extended addressing).
"""

from wire.deframer import Damage

CLIENT_PUBLIC = 16  # SAP
_ONE_MAX = 0x7F
_TWO_MAX = 0x3FFF
_DEVICE_MAX = {0: _TWO_MAX, 1: _ONE_MAX, 2: _ONE_MAX, 4: _TWO_MAX}  # by octets of the address


def client_address(sap):
    """The octet for a client: 1 management, 16 public, 1..127."""
    assert 0 <= sap <= _ONE_MAX
    return bytes([sap << 1 | 1])


def fits(logical, physical, octets):
    """Whether an address of so many octets (see server_address) holds the two devices."""
    most = _DEVICE_MAX[octets]
    return 0 <= logical <= most and 0 <= physical <= most


def server_address(logical, physical, octets=0):
    """The 1, 2 or 4 octets for a server; 0 takes 2 if they hold both devices, else 4.

    One octet holds the physical device alone.
    """
    assert fits(logical, physical, octets)
    if octets == 1:
        return client_address(physical)
    if octets == 2 or (octets == 0 and fits(logical, physical, 2)):
        return bytes([logical << 1, physical << 1 | 1])
    return _two(logical, 0) + _two(physical, 1)


def devices(address):
    """(logical device or None, physical device) of a server's address, as on the wire."""
    parts = [octet >> 1 for octet in address]
    if len(parts) == 1:
        return None, parts[0]
    if len(parts) == 2:
        return parts[0], parts[1]
    assert len(parts) == 4
    return parts[0] << 7 | parts[1], parts[2] << 7 | parts[3]


def _two(value, last):
    return bytes([value >> 7 << 1, (value & 0x7F) << 1 | last])


def address_in(octets):
    """The address at the front of `octets`, or b"" if it goes on after them."""
    for size in (1, 2, 3, 4):
        if len(octets) < size:
            return b""
        if octets[size - 1] & 1:
            break
    else:
        raise Damage("address without end", octets[:4])
    if size == 3:
        raise Damage("address of three octets", octets[:3])
    return octets[:size]
