"""HDLC addresses as they are on the wire: 7 bits an octet, bit 0 set in the last one.

A client has one octet. A server has an upper part, the logical device, and a lower part, the
physical device: together 2 octets, or 4 if one of them does not fit 7 bits. A server with one
octet has a single address, by custom the physical one.

Reference: IEC 62056-46, 6.4.2 (frame format type 3, extended addressing).
"""

from wire.deframer import Damage
from wire.errors import WireError

CLIENT_PUBLIC = 16
_ONE_MAX = 0x7F
_TWO_MAX = 0x3FFF


def client_address(sap):
    """The octet for a client: 1 management, 16 public, 1..127."""
    assert 0 <= sap <= _ONE_MAX
    return bytes([sap << 1 | 1])


def server_address(logical, physical=None, octets=0):
    """The 1, 2 or 4 octets for a server.

    physical  1..16383, or None if only the logical device is addressed
    octets    0 takes as few as hold both: 1 without a physical device, else 2, else 4;
              1 holds the physical device alone
    """
    assert octets in (0, 1, 2, 4)
    alone = logical if physical is None else physical
    if octets == 1 or (octets == 0 and physical is None and logical <= _ONE_MAX):
        return client_address(alone)
    lower = physical or 0  # 0 is "no station"
    assert 0 <= logical <= _TWO_MAX and 0 <= lower <= _TWO_MAX
    small = logical <= _ONE_MAX and lower <= _ONE_MAX
    if octets == 2 or (octets == 0 and small):
        assert small, "the address does not fit two octets"
        return bytes([logical << 1, lower << 1 | 1])
    return _two(logical, 0) + _two(lower, 1)


def _two(value, last):
    return bytes([value >> 7 << 1, (value & 0x7F) << 1 | last])


def parse_address(octets):
    """(upper, lower) of a 1, 2 or 4 octet address; lower is None if it has only one octet."""
    if address_in(octets) != octets or not octets:
        raise WireError("not one address", octets)
    sevens = [octet >> 1 for octet in octets]
    if len(octets) == 1:
        return sevens[0], None
    if len(octets) == 2:
        return sevens[0], sevens[1]
    return sevens[0] << 7 | sevens[1], sevens[2] << 7 | sevens[3]


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
