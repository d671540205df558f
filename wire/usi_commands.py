"""The commands of a G3 module, as one table for who drives it and for who explains its traffic.

A message is a name and a dict of the fields in its row. Numbers are big-endian; the kinds:

    u8 u16 u32   numbers               eui     8 octets, as printed
    data8        length u8, octets     data16  length u16, octets
    value        as data8, or nothing: it is absent when the status is not 0
    hops         the two lists of PATH-DISCOVERY.confirm, with their lengths before them

Reference: the ADP serial interface of public G3-PLC modems; 60 to 7F are extensions of opendcu
that a module of other make answers with STATUS "unknown command".
"""

from collections import namedtuple

from wire.cursor import Cursor
from wire.errors import WireError

# fields: ((name, kind), ...); is_request: the host says it
Command = namedtuple("Command", ("code", "name", "is_request", "fields"))
Message = namedtuple("Message", ("name", "values"))
Hop = namedtuple(
    "Hop", ("address", "no_metric", "link_cost", "phase_difference", "media_rx", "media_tx")
)

ACCEPTED, NOT_ALLOWED, UNKNOWN_COMMAND, WRONG_PARAMETER = 0, 1, 2, 3  # of "status"
GOOD = 0x00
INVALID_PACKET, ROUTE_ERROR, NO_BUFFERS = 0xA3, 0xA5, 0xB4  # ADP
DECLINED = 0xFFFF  # the short address that refuses who wants to join
BUSY_REKEYING = 0xFFF0  # the one that puts off who wants to join
MAGIC_BOOT = 0x424F4F54

_SHOWN = 32
_ATTRIBUTE = "attribute:u32 index:u16"
_SIZES = {"u8": 1, "u16": 2, "u32": 4}


def _rows(text, is_request):
    """Rows from lines of: code, name, and fields as name:kind."""
    rows = []
    for line in text.strip().split("\n"):
        words = line.replace("ATTRIBUTE", _ATTRIBUTE).split()
        fields = tuple([tuple(word.split(":")) for word in words[2:]])
        rows.append(Command(int(words[0], 16), words[1], is_request, fields))
    return rows


_REQUESTS = _rows(
    """
0A initialize band:u8 coordinator:u8
0B data.request handle:u8 discover:u8 qos:u8 packet:data16
0C discovery.request duration_s:u8
0D network-start.request pan:u16
0E network-join.request pan:u16 lba:u16 media:u8
0F network-leave.request
10 reset.request
11 set.request ATTRIBUTE value:data8
12 get.request ATTRIBUTE
14 route-discovery.request destination:u16 max_hops:u8
15 path-discovery.request destination:u16 metric:u8
16 mac-set.request ATTRIBUTE value:data8
17 mac-get.request ATTRIBUTE
18 no-ip-data.request destination:u16 handle:u8 discover:u8 qos:u8 data:data16
3C lbp-set.request ATTRIBUTE value:data8
3D force-register
3E kick short:u16 eui:eui
3F rekey short:u16 eui:eui distribute:u8
40 set-rekey-phase on:u8
41 activate-new-key
42 assign eui:eui short:u16
60 identify.request
61 enter-bootloader.request magic:u32
62 reboot.request
""",
    True,
)
_ANSWERS = _rows(
    """
00 status status:u8 command:u8
1E data.confirm status:u8 handle:u8
1F data.indication lqi:u8 packet:data16
20 network-status pan:u16 source:data8 destination:data8 status:u8 SECURITY
21 discovery.confirm status:u8
22 network-start.confirm status:u8
26 reset.confirm status:u8
27 set.confirm status:u8 ATTRIBUTE
28 get.confirm status:u8 ATTRIBUTE value:value
2B route-discovery.confirm status:u8
2C path-discovery.confirm status:u8 destination:u16 origin:u16 metric:u8 hops:hops
2D mac-set.confirm status:u8 ATTRIBUTE
2E mac-get.confirm status:u8 ATTRIBUTE value:value
2F buffer free:u8
30 discovery pan:u16 lqi:u8 lba:u16 cost:u16 media:u8
31 preq
33 route-not-found SOURCE rest:data16
46 lbp-set.confirm status:u8 ATTRIBUTE
47 join eui:eui
48 joined eui:eui short:u16
49 leave short:u16
70 identify.confirm status:u8 version:u8 kind:u8 hardware:u16 IDENTITY serial:data8
71 enter-bootloader.confirm status:u8
72 reboot.confirm status:u8
7F booted reason:u8 major:u8 minor:u8 patch:u8
""".replace("SECURITY", "security:u8 key_index:u8 media:u8")
    .replace("SOURCE", "source:u16 destination:u16 next:u16 previous:u16 cost:u16 BROKEN")
    .replace("BROKEN", "hops:u8 weak:u8 broken:u8 compressed:u8")
    .replace("IDENTITY", "major:u8 minor:u8 patch:u8 boot_major:u8 boot_minor:u8 boot_patch:u8"),
    False,
)
COMMANDS = tuple(_REQUESTS + _ANSWERS)

_BY_NAME = {row.name: row for row in COMMANDS}
_BY_CODE = {row.code: row for row in COMMANDS}


def code(name):
    return _BY_NAME[name].code


def encode(name, values=None):
    """The payload of a message."""
    row, values = _BY_NAME[name], values or {}
    assert len(values) == len(row.fields), f"{name}: {[field for field, _ in row.fields]}"
    octets = bytes([row.code])
    for field, kind in row.fields:
        octets += _octets(kind, values[field])
    return octets


def decode(payload):
    """Message of a payload from either side. WireError for an unknown command, or one that
    does not hold what its row says."""
    if not payload or payload[0] not in _BY_CODE:
        raise WireError("a command that no G3 module has", payload[:_SHOWN])
    row = _BY_CODE[payload[0]]
    cursor = Cursor(payload)
    cursor.u8()
    values = {field: _TAKES[kind](cursor) for field, kind in row.fields}
    if cursor.left():
        raise WireError(f"more than a {row.name} has", payload[:_SHOWN])
    return Message(row.name, values)


def _octets(kind, value):
    if kind in _SIZES:
        return value.to_bytes(_SIZES[kind], "big")
    if kind == "eui":
        assert len(value) == 8
        return bytes(value)
    if kind == "hops":
        return _hops_octets(*value)
    return len(value).to_bytes(2 if kind == "data16" else 1, "big") + bytes(value)


def _value(cursor):
    """The length of an entry of the neighbour table is not believed: it is one too small."""
    if not cursor.left():
        return b""
    size = cursor.u8()
    return cursor.take(19 if (size, cursor.left()) == (18, 19) else size)


def _hops(cursor):
    """(forward, reverse)."""
    counts = cursor.u8(), cursor.u8()
    return tuple([[_hop(cursor) for _ in range(count)] for count in counts])


def _hop(cursor):
    return Hop(cursor.u16(), *[cursor.u8() for _ in range(5)])


def _hops_octets(forward, reverse):
    octets = bytes([len(forward), len(reverse)])
    for hop in forward + reverse:
        octets += hop.address.to_bytes(2, "big") + bytes(hop[1:])
    return octets


_TAKES = {
    "u8": Cursor.u8,
    "u16": Cursor.u16,
    "u32": Cursor.u32,
    "eui": lambda cursor: cursor.take(8),
    "data8": lambda cursor: cursor.take(cursor.u8()),
    "data16": lambda cursor: cursor.take(cursor.u16()),
    "value": _value,
    "hops": _hops,
}
