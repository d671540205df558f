"""How the DCU gets its IPv4 address on Ethernet: the text of the setting eth.ipv4, checked.

    system   the operating system sees to it, the DCU leaves it alone
    dhcp     by DHCP
    ADDRESS/MASK[,GATEWAY[,DNS[,DNS]]]       192.168.1.20/24,192.168.1.1,192.168.1.1

One text, so that address, mask and gateway change together or not at all. A mask is a number of
bits or four octets.

Reference: RFC 1122, 3.2.1.3; RFC 4632.
"""

from collections import namedtuple

from hal.errors import Refused
from wire.ipv4 import dotted, number
from wire.obis import is_digits

SYSTEM, DHCP = "system", "dhcp"
WAYS = "system, dhcp, or ADDRESS/MASK,GATEWAY,DNS as in 192.168.1.20/24,192.168.1.1"
MASK_MIN, MASK_MAX = 8, 30  # bits: of 31 and 32 there is no room for a gateway
TEXT_MAX = 96
DNS_MAX = 2
_U32 = 0xFFFFFFFF
_NETS = (  # first octets that are no single machine's, and why
    (0, 0, "means this network"),
    (127, 127, "is the machine itself"),
    (224, 239, "is a group of machines"),
    (240, 255, "is reserved"),
)

# address, gateway (or None) and dns [..] are integers; prefix: bits of the mask
Fixed = namedtuple("Fixed", ("address", "prefix", "gateway", "dns"))


def check(text):
    """The text, or Refused."""
    if text not in (SYSTEM, DHCP):
        fixed(text)
    return text


def fixed(text):
    """The Fixed that `text` writes, or Refused with what is wrong and what would be right."""
    parts = text.split(",")
    own, slash, mask = parts[0].partition("/")
    if not slash or len(parts) > 2 + DNS_MAX or len(text) > TEXT_MAX:
        raise Refused(f"{text!r} is not understood; allowed: {WAYS}")
    address, prefix = _machine(own), _prefix(mask)
    _check_in_net(address, address, prefix)
    gateway = _machine(parts[1]) if len(parts) > 1 and parts[1] else None
    if gateway is not None:
        _check_in_net(gateway, address, prefix)
        if gateway == address:
            raise Refused(f"{own} is the address and the gateway, too: it has to be another one's")
    return Fixed(address, prefix, gateway, [_checked(each) for each in parts[2:]])


def text_of(way):
    """A Fixed as text of the setting."""
    gateway = "" if way.gateway is None else dotted(way.gateway)
    parts = [f"{dotted(way.address)}/{way.prefix}", gateway] + [dotted(each) for each in way.dns]
    return ",".join(parts).rstrip(",")


def _checked(text):
    """The integer of an address, or Refused."""
    value = number(text)
    if value is None:
        raise Refused(f"{text!r} is no IPv4 address: four numbers up to 255, dots between")
    return value


def mask_of(prefix):
    return _U32 << 32 - prefix & _U32


def _machine(text):
    value = _checked(text)
    for low, high, what in _NETS:
        if low <= value >> 24 <= high:
            raise Refused(f"{text} {what}: take an address of your network")
    return value


def _prefix(text):
    if "." in text:
        mask = _checked(text)
        bits = [prefix for prefix in range(33) if mask_of(prefix) == mask]
        if not bits:
            raise Refused(f"{text} is no mask: its ones come first, as in 255.255.255.0")
        text = str(bits[0])
    if not is_digits(text) or not MASK_MIN <= int(text) <= MASK_MAX:
        raise Refused(f"mask /{text}: {MASK_MIN} to {MASK_MAX} bits, as 24 for 255.255.255.0")
    return int(text)


def _check_in_net(value, address, prefix):
    mask = mask_of(prefix)
    net = f"{dotted(address & mask)}/{prefix}"
    if value & mask != address & mask:
        raise Refused(f"the gateway {dotted(value)} is not in {net}: it could not be reached")
    if value & ~mask & _U32 in (0, ~mask & _U32):
        raise Refused(f"{dotted(value)} is the first or last of {net}, which is no machine's")
