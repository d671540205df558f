"""Attributes of a G3 module, and the entries of its tables, octets to values.

Reference: ITU-T G.9903, the information bases of the adaptation and the MAC layer; layouts as
public G3-PLC modems send them.
"""

from collections import namedtuple

from wire.cursor import Cursor
from wire.errors import WireError

Route = namedtuple(
    "Route", ("destination", "next_hop", "cost", "hops", "weak_links", "media", "valid_min")
)
# phase: steps of 60 degrees; valid_s: TMR TTL
Neighbour = namedtuple("Neighbour", ("short", "modulation", "phase", "lqi", "valid_s"))
Position = namedtuple("Position", ("short", "lqi", "valid_s"))

# ADP, by get and set
SECURITY_LEVEL, METRIC_TYPE, CONTEXT_TABLE = 0x00, 0x03, 0x07
COORDINATOR_SHORT, ROUTING_TABLE, MAX_HOPS, DEVICE_TYPE = 0x08, 0x0C, 0x0F, 0x10
NET_TRAVERSAL_S, ROUTE_TTL_MIN, WEAK_LQI, SOFT_VERSION = 0x11, 0x12, 0x1A, 0x1C
JOIN_WAIT_S, PATH_DISCOVERY_S, ACTIVE_KEY = 0x20, 0x21, 0x22
PAN, BROADCAST_SEQUENCE, ROUTE_COUNT = 0x080000C3, 0x080000C4, 0x080000C8
DISCOVERY_SEQUENCE, OWN_SHORT = 0x080000C9, 0x080000D4
DROPPED_TIMEOUT, DROPPED_ROUTE, ROUTE_ELEMENT = 0x080000D6, 0x080000D7, 0x080000E3

# MAC, by mac-get and mac-set
MAC_PAN, MAC_SHORT, MAC_KEYS, FRAME_COUNTER = 0x50, 0x53, 0x71, 0x77
MAC_NEIGHBOUR, MAC_POSITION = 0x10A, 0x120
EUI, NEIGHBOUR_ELEMENT, NEIGHBOUR_COUNT = 0x08000001, 0x08000002, 0x08000012
POSITION_COUNT, PHY, CLEAR_STATISTICS = 0x0800001E, 0x08000020, 0x08000023
POSITION_ELEMENT = 0x08000027

# LBP, by lbp-set
LBP_IDS, LBP_PSK, LBP_GMK, LBP_REKEY_GMK, LBP_TIMEOUT_S = 0, 2, 3, 4, 6

NEIGHBOUR_OCTETS = 19
KEY_OCTETS = 16

# (name, is it of the MAC, attribute, index): what is counted; all are of 32 bits but two
COUNTERS = (
    ("sent", True, 0x101, 0),
    ("received", True, 0x102, 0),
    ("sent_commands", True, 0x103, 0),
    ("received_commands", True, 0x104, 0),
    ("channel_busy", True, 0x105, 0),
    ("no_ack", True, 0x106, 0),
    ("received_broadcasts", True, 0x107, 0),
    ("sent_broadcasts", True, 0x108, 0),
    ("bad_crc", True, 0x109, 0),
    ("bad_security", True, 0x08000017, 0),
    ("wrong_key_index", True, 0x08000018, 0),
    ("wrong_key", True, 0x08000019, 0),
    ("replayed", True, 0x0800001A, 0),
    ("undecryptable", True, 0x0800001B, 0),
    ("phy_sent", True, PHY, 0x110),
    ("phy_received", True, PHY, 0x130),
    ("phy_rs_errors", True, PHY, 0x138),
    ("phy_bad_header", True, PHY, 0x144),
    ("dropped_timeout", False, DROPPED_TIMEOUT, 0),
    ("dropped_route", False, DROPPED_ROUTE, 0),
)

_NAMES = {
    False: {
        SECURITY_LEVEL: "adpSecurityLevel",
        METRIC_TYPE: "adpMetricType",
        CONTEXT_TABLE: "adpContextInformationTable",
        COORDINATOR_SHORT: "adpCoordShortAddress",
        ROUTING_TABLE: "adpRoutingTable",
        MAX_HOPS: "adpMaxHops",
        DEVICE_TYPE: "adpDeviceType",
        NET_TRAVERSAL_S: "adpNetTraversalTime",
        ROUTE_TTL_MIN: "adpRoutingTableEntryTTL",
        WEAK_LQI: "adpWeakLQIValue",
        SOFT_VERSION: "adpSoftVersion",
        JOIN_WAIT_S: "adpMaxJoinWaitTime",
        PATH_DISCOVERY_S: "adpPathDiscoveryTime",
        ACTIVE_KEY: "adpActiveKeyIndex",
        PAN: "PAN identifier",
        BROADCAST_SEQUENCE: "broadcast sequence number",
        ROUTE_COUNT: "routes",
        DISCOVERY_SEQUENCE: "route discovery sequence number",
        OWN_SHORT: "short address",
        DROPPED_TIMEOUT: "packets dropped, waited too long",
        DROPPED_ROUTE: "packets dropped, no route",
        ROUTE_ELEMENT: "route by number",
    },
    True: {
        MAC_PAN: "macPANId",
        MAC_SHORT: "macShortAddress",
        MAC_KEYS: "macKeyTable",
        FRAME_COUNTER: "macFrameCounter",
        MAC_NEIGHBOUR: "macNeighbourTable",
        MAC_POSITION: "macPOSTable",
        EUI: "EUI-64",
        NEIGHBOUR_ELEMENT: "neighbour by number",
        NEIGHBOUR_COUNT: "neighbours",
        POSITION_COUNT: "entries of the POS table",
        PHY: "PHY parameter",
        CLEAR_STATISTICS: "clear statistics",
        POSITION_ELEMENT: "POS entry by number",
    },
}
_LBP_NAMES = {
    LBP_IDS: "IDS",
    LBP_PSK: "PSK",
    LBP_GMK: "GMK",
    LBP_REKEY_GMK: "GMK to come",
    LBP_TIMEOUT_S: "message timeout",
}


def name(command, attribute):
    """What an attribute of that message is called, or "" for one that is not listed."""
    if command.startswith("lbp"):
        return _LBP_NAMES.get(attribute, "")
    return _NAMES[command.startswith("mac")].get(attribute, "")


def is_secret(command, attribute):
    """Is the value of it a key?"""
    if command.startswith("lbp"):
        return attribute in (LBP_PSK, LBP_GMK, LBP_REKEY_GMK)
    return command.startswith("mac") and attribute == MAC_KEYS


def parse_route(value):
    cursor = _sized(value, 10)
    ends = cursor.u16(), cursor.u16(), cursor.u16()
    counts = cursor.u8()
    return Route(*ends, counts & 0x0F, counts >> 4, cursor.u8(), cursor.u16())


def parse_neighbour(value):
    cursor = _sized(value, NEIGHBOUR_OCTETS)
    short = cursor.u16()
    cursor.take(3)  # tone map
    modulation = cursor.u8()
    cursor.take(9)  # gains, coefficients, scheme
    return Neighbour(short, modulation, cursor.u8(), cursor.u8(), cursor.u16())


def parse_position(value):
    cursor = _sized(value, 5)
    return Position(cursor.u16(), cursor.u8(), cursor.u16())


def _sized(value, size):
    if len(value) != size:
        raise WireError(f"a table entry of {len(value)} octets, not {size}", value[:32])
    return Cursor(value)
