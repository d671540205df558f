"""What the kernel tells of the interface that leads out, from its files as they are."""

import sys

from dcu.cosem_network import network_rows
from hal.interface import leading_out
from wire import axdr, obis

HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
TRIE = """Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 192.0.2.0
        /24 link UNICAST
Local:
  +-- 127.0.0.0/8 2 0 2
     |-- 127.0.0.1
        /32 host LOCAL
     |-- 192.0.2.7
        /32 host LOCAL
     |-- 192.0.2.255
        /32 link BROADCAST
     |-- 198.51.100.9
        /32 host LOCAL
"""
RESOLV = (
    "# by hand\nsearch example.net\nnameserver ::1\nnameserver 192.0.2.53\nnameserver 192.0.2.54\n"
)


def kernel(text):
    """An address as the kernel of this machine prints it."""
    octets = bytes([int(part) for part in text.split(".")])
    return "%08X" % int.from_bytes(octets, sys.byteorder)


def route(name, to, gateway, mask, metric=0, flags=3):
    cells = [name, kernel(to), kernel(gateway), "%04X" % flags, "0", "0", str(metric)]
    return "\t".join(cells + [kernel(mask), "0", "0", "0"]) + "\n"


def files(*routes, **more):
    """`text_of` of a machine with these routes."""
    found = {
        "/proc/net/route": HEAD + "".join(routes),
        "/proc/net/fib_trie": TRIE,
        "/etc/resolv.conf": RESOLV,
        "/sys/class/net/eth0/address": "02:fc:00:00:00:01\n",
    }
    found.update({"/etc/resolv.conf": more["resolv"]} if "resolv" in more else {})
    return lambda path: found.get(path, "")


def number(text):
    return int.from_bytes(bytes([int(part) for part in text.split(".")]), "big")


OUT = route("eth0", "0.0.0.0", "192.0.2.1", "0.0.0.0", 100)
ON_LINK = route("eth0", "192.0.2.0", "0.0.0.0", "255.255.255.0", 100, 1)
OTHER = route("ppp0", "0.0.0.0", "0.0.0.0", "0.0.0.0", 200, 1)
OTHER_LINK = route("ppp0", "198.51.100.9", "0.0.0.0", "255.255.255.255", 0, 5)


def test_the_interface_of_the_default_route_is_told_whole():
    found = leading_out(files(OTHER, OTHER_LINK, OUT, ON_LINK))
    assert found.name == "eth0" and found.mac == bytes.fromhex("02fc00000001")
    assert found.address == number("192.0.2.7") and found.mask == number("255.255.255.0")
    assert found.gateway == number("192.0.2.1")
    assert found.dns == [number("192.0.2.53"), number("192.0.2.54")]


def test_the_route_that_costs_least_leads_out_and_one_that_is_down_does_not():
    down = route("eth0", "0.0.0.0", "192.0.2.1", "0.0.0.0", 0, 2)
    found = leading_out(files(down, ON_LINK, OTHER, OTHER_LINK))
    assert (found.name, found.mac, found.gateway) == ("ppp0", b"", None)
    assert found.address == number("198.51.100.9")


def test_what_is_not_told_is_none():
    assert leading_out(lambda path: "").address is None
    half = route("eth0", "0.0.0.0", "192.0.2.1", "128.0.0.0")  # of all addresses
    assert leading_out(files(ON_LINK)).name == leading_out(files(half)).name == ""
    found = leading_out(files(OUT, resolv="nameserver\nnameserver 1.2.3\nnameserver 1.2.3.256\n"))
    assert (found.address, found.mask, found.dns) == (None, None, [])


def test_this_machine_has_files_that_can_be_read():
    found = leading_out()
    assert len(found.mac) in (0, 6) and (found.address is None or 0 < found.address < 1 << 32)


def test_the_objects_show_it_and_zeros_for_what_is_not_known():
    for text_of, expected in (
        (files(OUT, ON_LINK), ("192.0.2.7", "255.255.255.0", "192.0.2.1", "192.0.2.53")),
        (lambda path: "", ("0.0.0.0",) * 4),
    ):
        ipv4, mac = network_rows(lambda text_of=text_of: leading_out(text_of))
        shown = [axdr.decode_all(ipv4.cells[index].read(None)) for index in (3, 6, 7, 9)]
        assert shown == [number(each) for each in expected]
        assert axdr.decode_all(ipv4.cells[2].read(None)) == mac.ln == obis.parse("0.0.25.2.0.255")
        octets = axdr.decode_all(mac.cells[2].read(None))
        assert octets == (bytes.fromhex("02fc00000001") if expected[0] != "0.0.0.0" else b"")
