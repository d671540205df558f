"""The network interface that leads out of this machine, as its kernel tells. The same file on both
interpreters: Linux has it as text. What is not told is None, or empty.

Reference: proc(5), resolv.conf(5).
"""

import sys
from collections import namedtuple

from wire.ipv4 import number

# name: "eth0"; mac: octets; address, mask, gateway: IPv4 as integers; dns: [IPv4] in their order
Interface = namedtuple("Interface", ("name", "mac", "address", "mask", "gateway", "dns"))

_NONE = Interface("", b"", None, None, None, [])
_READ_MAX = 65_536  # characters of one file
_UP = 1  # of the flags of a route
_LOCAL = "/32 host LOCAL"  # after an address that is our own


def leading_out(text_of=None):
    """The Interface of the default route; without one, that of nothing.

    text_of   function(path) -> text of a file, "" when it cannot be read; None: the machine's
    """
    text_of = text_of or _text_of
    routes = _routes(text_of("/proc/net/route"))
    defaults = sorted([(metric, name) for name, to, _, mask, metric in routes if to == mask == 0])
    if not defaults:
        return _NONE
    name = defaults[0][1]
    gateway = [row[2] for row in routes if row[0] == name and row[1] == row[3] == 0][0]
    nets = [(to, mask) for each, to, way, mask, _ in routes if each == name and mask and not way]
    own = _own_addresses(text_of("/proc/net/fib_trie"))
    within = [(each, mask) for to, mask in nets for each in own if each & mask == to]
    address, mask = within[0] if within else (None, None)
    mac = _mac(text_of(f"/sys/class/net/{name}/address"))
    return Interface(name, mac, address, mask, gateway or None, _dns(text_of("/etc/resolv.conf")))


def _text_of(path):
    try:
        with open(path) as file:
            return file.read(_READ_MAX)
    except (OSError, UnicodeError):
        return ""


def _routes(text):
    """[(interface, destination, gateway, mask, metric)] of those that are up."""
    rows = [line.split() for line in text.split("\n")[1:]]
    return [
        (row[0], _of_kernel(row[1]), _of_kernel(row[2]), _of_kernel(row[7]), int(row[6]))
        for row in rows
        if len(row) > 7 and int(row[3], 16) & _UP
    ]


def _of_kernel(digits):
    """An address is in network order in memory, and printed as a number of this machine."""
    return int.from_bytes(int(digits, 16).to_bytes(4, sys.byteorder), "big")


def _own_addresses(text):
    lines = [line.strip() for line in text.split("\n")]
    pairs = zip(lines, lines[1:])
    found = [number(line[4:]) for line, after in pairs if line[:4] == "|-- " and after == _LOCAL]
    return [each for each in found if each is not None]


def _dns(text):
    rows = [line.split() for line in text.split("\n")]
    found = [number(row[1]) for row in rows if len(row) > 1 and row[0] == "nameserver"]
    return [each for each in found if each is not None]


def _mac(text):
    try:
        octets = bytes([int(part, 16) for part in text.strip().split(":")])
    except ValueError:
        return b""
    return octets if len(octets) == 6 and any(octets) else b""
