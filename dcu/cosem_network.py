"""COSEM objects of the machine's network: its IPv4 and MAC addresses, as far as it tells.

They are read only: whoever runs the machine sets them. An address of 0, or of no octets, is one
that is not known; whether they came by DHCP is not told at all.

Reference: IEC 62056-6-2, class_id 42 (IPv4 setup), 43 (MAC address setup).
"""

from dcu.cosem_row import IPV4, MAC, READERS, cell, row
from wire import axdr, obis

IPV4_NAME, _MAC_NAME = "0.0.25.1.0.255", "0.0.25.2.0.255"


def network_rows(interface):
    """`interface()` gives what hal/interface.py does."""

    def address(value_of):
        return lambda: axdr.u32(value_of(interface()) or 0)

    def dns(number):
        return address(lambda found: (found.dns + [0, 0])[number])

    cells = {
        2: cell("DL_reference", "octet-string", lambda: axdr.octets(obis.parse(_MAC_NAME))),
        3: cell("IP_address", "u32, 0: not known", address(lambda found: found.address)),
        4: cell("multicast_IP_address", "array, none", lambda: axdr.array([])),
        5: cell("IP_options", "array, none", lambda: axdr.array([])),
        6: cell("subnet_mask", "u32", address(lambda found: found.mask)),
        7: cell("gateway_IP_address", "u32", address(lambda found: found.gateway)),
        9: cell("primary_DNS_address", "u32", dns(0)),
        10: cell("secondary_DNS_address", "u32", dns(1)),
    }
    mac = cell("MAC_address", "octet-string(6)", lambda: axdr.octets(interface().mac))
    return (
        row(IPV4, 0, IPV4_NAME, "IPv4 setup of the machine", READERS, cells),
        row(MAC, 0, _MAC_NAME, "MAC address of the machine", READERS, {2: mac}),
    )
