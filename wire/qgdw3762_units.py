"""Data units of Q/GDW 376.2: what a module says of itself and of its nodes, and what it is told.

Numbers are little-endian. Addresses are 12 digits here, and 6 octets with the low one first on
the wire. A unit that is cut short is a WireError; octets behind it are left alone, for newer
modules say more.

Reference: Q/GDW 376.2-2009, 5 (application layer); 1376.2-2013.
"""

from collections import namedtuple

from wire.cursor import Cursor
from wire.qgdw3762 import address_octets, digits_of

ACK, DENY = 1, 2  # Fn of AFN 00
(TIMEOUT, BAD_UNIT, BAD_LENGTH, NO_CLASS, DUPLICATE, NOT_FOUND) = (0, 1, 2, 4, 6, 7)
(NO_ANSWER, BUSY, UNSUPPORTED, SLAVE_SILENT, NOT_IN_NET) = (8, 9, 10, 11, 12)
BY_CONCENTRATOR, BY_MODULE = 1, 2  # who drives the reading: bits
TRANSPARENT = 0  # protocol of what is carried
PAYLOAD_MAX = 255  # octets: its length is one octet
SKIP, DONE, READ = 0, 1, 2  # answers to "what shall I read?"
READING_OVER, SEARCH_OVER = 1, 2  # of 06 F3
NODES_AT_ONCE = 10  # in one request: modules that we know of take no more than 10 to 15
PHASES = (1, 2, 4)  # bits of NodeInfo.phases: A, B, C
_FILE_ERROR = 0xFFFFFFFF

# vendor, chip: two letters each; date: as text; version: (major, minor)
Identity = namedtuple("Identity", ("vendor", "chip", "date", "version"))
# reading: BY_... bits; needs_nodes: the list is to be given after each start
Works = namedtuple(
    "Works",
    "reading needs_nodes timeout_s broadcast_s frame_max packet_max master nodes_max nodes",
)
# quality: 0 to 15; level: how many relays are between; phases: bits of PHASES
NodeInfo = namedtuple("NodeInfo", ("digits", "quality", "level", "phases"))
RunState = namedtuple("RunState", ("is_working", "nodes", "read", "relayed", "switches"))
# order: its number in the module's list; protocol and payload as in what was to be read
Report = namedtuple("Report", ("order", "protocol", "time_s", "payload"))


def identity(data):
    """03 F1."""
    cursor = Cursor(data)
    vendor, chip = _letters(cursor.take(2)), _letters(cursor.take(2))
    day, month, year = cursor.take(3)
    minor, major = cursor.take(2)
    return Identity(vendor, chip, f"20{year:02X}-{month:02X}-{day:02X}", (major, minor))


def _letters(octets):
    """As text that may be shown, whatever it is."""
    return "".join([chr(octet) if 0x20 < octet < 0x7F else f"{octet:02X}" for octet in octets])


def works(data):
    """03 F10, also when it is said unasked."""
    cursor = Cursor(data)
    flags = cursor.u8()
    cursor.take(5)
    timeout_s = cursor.u8()
    broadcast_s, frame_max, packet_max = _u16(cursor), _u16(cursor), _u16(cursor)
    cursor.u8()
    master = digits_of(cursor.take(6))
    nodes_max, nodes = _u16(cursor), _u16(cursor)
    limits = (timeout_s, broadcast_s, frame_max, packet_max)
    return Works(flags >> 6, bool(flags & 0x20), *limits, master, nodes_max, nodes)


def node_count(data):
    """10 F1."""
    return _u16(Cursor(data))


def nodes_from(first, count):
    """What to ask by 10 F2; the first node is 1."""
    return first.to_bytes(2, "little") + bytes([count])


def nodes(data):
    """(how many there are, [NodeInfo]) of 10 F2."""
    cursor = Cursor(data)
    total = _u16(cursor)
    return total, [_node(cursor) for _ in range(cursor.u8())]


def relays(data):
    """[NodeInfo] of 10 F3: who is next to a node on its way."""
    cursor = Cursor(data)
    return [_node(cursor) for _ in range(cursor.u8())]


def _node(cursor):
    digits = digits_of(cursor.take(6))
    signal, rest = cursor.u8(), cursor.u8()
    return NodeInfo(digits, signal & 0x0F, signal >> 4, rest & 0x07)


def run_state(data):
    """10 F4."""
    cursor = Cursor(data)
    flags = cursor.u8()
    total, read, relayed = _u16(cursor), _u16(cursor), _u16(cursor)
    return RunState(bool(flags & 0x02), total, read, relayed, cursor.u8())


def added(rows):
    """11 F1, of digits."""
    assert 0 < len(rows) <= NODES_AT_ONCE
    protocol = bytes([TRANSPARENT])
    return bytes([len(rows)]) + b"".join([address_octets(each) + protocol for each in rows])


def deleted(rows):
    """11 F2, of digits."""
    assert 0 < len(rows) <= NODES_AT_ONCE
    return bytes([len(rows)]) + b"".join([address_octets(each) for each in rows])


def search(minutes, clock):
    """11 F5: for so many minutes from now. clock: format A.1, see wire/qgdw3761_units.py."""
    assert len(clock) == 6
    return clock + minutes.to_bytes(2, "little") + b"\x03\x01"


def broadcast(payload):
    """05 F3."""
    assert 0 < len(payload) <= PAYLOAD_MAX
    return bytes([TRANSPARENT, len(payload)]) + payload


def monitor(payload):
    """13 F1: what a meter is to be told."""
    assert 0 < len(payload) <= PAYLOAD_MAX
    return bytes([TRANSPARENT, 0, 0, len(payload)]) + payload


def monitored(data):
    """What a meter has said, b"" for nothing, of the answer to 13 F1."""
    cursor = Cursor(data)
    cursor.take(3)
    return cursor.take(cursor.u8())


def asked(data):
    """Digits of the node that 14 F1 is about."""
    cursor = Cursor(data)
    cursor.u8()
    return digits_of(cursor.take(6))


def to_read(payload):
    """The answer to 14 F1: read this; b"": that node is done."""
    if not payload:
        return bytes([DONE, 0, 0, 0])
    assert len(payload) <= PAYLOAD_MAX
    return bytes([READ, 0, len(payload)]) + payload + b"\x00"


def report(data):
    """06 F2."""
    cursor = Cursor(data)
    order, protocol, time_s = _u16(cursor), cursor.u8(), _u16(cursor)
    return Report(order, protocol, time_s, cursor.take(cursor.u8()))


def found(fn, data):
    """[digits] of the nodes in 06 F1, and in 06 F4 with those below them."""
    cursor = Cursor(data)
    rows = []
    for _ in range(cursor.u8()):
        rows.append(digits_of(cursor.take(6)))
        cursor.take(3)
        if fn == 4:
            cursor.take(2)
            for _ in range(cursor.u8()):
                rows.append(digits_of(cursor.take(6)))
                cursor.u8()
    return rows


def event(data):
    """06 F5: what a meter says unasked."""
    cursor = Cursor(data)
    cursor.take(2)
    return cursor.take(cursor.u8())


def over(data):
    """06 F3: what is over."""
    return Cursor(data).u8()


def segment(identifier, is_last, total, number, octets):
    """15 F1."""
    head = bytes([identifier, 1 if is_last else 0, 0]) + total.to_bytes(2, "little")
    return head + number.to_bytes(4, "little") + len(octets).to_bytes(2, "little") + octets


def segment_taken(data):
    """The number of the segment that was taken, None for one that was not."""
    number = int.from_bytes(Cursor(data).take(4), "little")
    return None if number == _FILE_ERROR else number


def reason(data):
    """The code in 00 F2."""
    return Cursor(data).u8()


def meter_eui(digits):
    """A meter is known by its number; where 8 octets are wanted, two of 0 stand before it."""
    return bytes(2) + bytes(reversed(address_octets(digits)))


def meter_digits(eui):
    """Its number, or None: an EUI-64 of a meter of another network."""
    digits = bytes(eui[2:]).hex()
    return digits if bytes(eui[:2]) == bytes(2) and digits.isdigit() else None


def _u16(cursor):
    return int.from_bytes(cursor.take(2), "little")
