"""The attributes of a module: what they are after a start, what may be written, the tables."""

from meter_sim import plc_phy
from meter_sim.plc_mesh import MODULE

INVALID_INDEX, READ_ONLY, UNSUPPORTED = 0xA7, 0xB0, 0xB1  # ADP
MAC_INDEX, MAC_READ_ONLY, MAC_UNSUPPORTED, MAC_WRITE_ONLY = 0xF9, 0xFB, 0xF4, 0xF3
VERSION = bytes((2, 1, 7, 26, 5, 12))
ROUTE_MIN = 180
EUI = 0x08000001
TABLE_MS = 1_000
COORDINATOR_SHORT = 0

# attribute: value after a start
ADP = {
    0x00: b"\x05",
    0x02: b"\x00\x02",
    0x03: b"\x0f",
    0x04: b"\x00",
    0x05: b"\xff",
    0x06: b"\x04",
    0x08: b"\x00\x00",
    0x0F: b"\x08",
    0x10: b"\x01",
    0x11: b"\x14",
    0x12: b"\x01\x68",
    0x1A: b"\x34",
    0x1B: b"\x00",
    0x20: b"\x00\x14",
    0x21: b"\x28",
    0x22: b"\x00",
    0x24: b"\x00",
    0xF0: b"\x00",
    0x080000C3: b"\xff\xff",
    0x080000C4: b"\x00",
    0x080000C9: b"\x00\x00",
    0x080000D4: b"\x00\x00",
}
ADP_READ_ONLY = {0x1C: VERSION, 0x080000CE: VERSION, 0x080000DF: b"\x00\x00"}
MAC = {
    0x47: b"\x08",
    0x4E: b"\x32",
    0x4F: b"\x03",
    0x50: b"\xff\xff",
    0x53: b"\xff\xff",
    0x59: b"\x05",
    0x77: b"\x00\x00\x00\x00",
    EUI: b"\x00\x00\x00\xff\xfe\x00\x00\x01",
}
MAC_COUNTERS = (0x103, 0x104, 0x107, 0x108, 0x109) + tuple(range(0x08000013, 0x0800001D))
MAC_READ_ONLY_VALUES = {0x08000021: VERSION, 0x08000022: VERSION, 0x0800002C: b"\x01"}


class Pib:
    """`counters` are those of the module, by name."""

    def __init__(self, net, counters):
        self._net = net
        self._counters = counters
        self._tables = {}  # name: (when it was made, rows)
        self._eui = MAC[EUI]
        self.reset()

    def become_another(self):
        """That of another module: from its next start it has another EUI-64, and counts anew."""
        self._eui = self._eui[:-1] + bytes([self._eui[-1] + 1 & 0xFF])
        for name in self._counters:
            self._counters[name] = 0

    def reset(self):
        self.adp = dict(ADP)
        self.mac = dict(MAC)
        self.mac[EUI] = self._eui
        self._tables = {}
        self.keys = [b"", b""]

    def frame_counter(self):
        """One more, for each frame."""
        count = int.from_bytes(self.mac[0x77], "big") + 1
        self.mac[0x77] = (count & 0xFFFFFFFF).to_bytes(4, "big")
        return count

    def adp_get(self, attribute, index):
        """(status, value)"""
        if attribute in self.adp and index == 0:
            return 0, self.adp[attribute]
        if attribute in ADP_READ_ONLY:
            return 0, ADP_READ_ONLY[attribute]
        if attribute in (0x0C, 0x080000E3):
            rows = self._table(self._routes)
            return (0, rows[index]) if index < len(rows) else (INVALID_INDEX, b"")
        if attribute == 0x080000C8:
            return 0, len(self._table(self._routes)).to_bytes(4, "big")
        if attribute in (0x080000D6, 0x080000D7):
            name = "timeout" if attribute == 0x080000D6 else "no_route"
            return 0, (self._counters[name] & 0xFFFF).to_bytes(2, "big")
        return UNSUPPORTED, b""

    def adp_set(self, attribute, index, value):
        if attribute == 0x07:
            return 0  # contexts only make packets shorter
        if attribute in ADP_READ_ONLY or attribute in (0x080000C8, 0x080000D6, 0x080000D7):
            return READ_ONLY
        if attribute not in self.adp:
            return UNSUPPORTED
        if len(value) != len(self.adp[attribute]):
            return 0xA8
        self.adp[attribute] = value
        return 0

    def mac_get(self, attribute, index):
        if attribute in self.mac:
            return 0, self.mac[attribute]
        if attribute in MAC_READ_ONLY_VALUES:
            return 0, MAC_READ_ONLY_VALUES[attribute]
        if attribute == 0x71:
            return MAC_WRITE_ONLY, b""
        if attribute == 0x08000020:
            return self._phy(index)
        value = self._counter(attribute)
        if value is not None:
            return 0, (value & 0xFFFFFFFF).to_bytes(4, "big")
        return self._mac_table(attribute, index)

    def mac_set(self, attribute, index, value):
        if attribute == 0x71:
            if index > 1 or len(value) != 16:
                return MAC_INDEX
            self.keys[index] = value
            return 0
        if attribute == 0x08000023 and not value:
            for name in self._counters:
                self._counters[name] = 0
            return 0
        if attribute not in self.mac:
            return MAC_UNSUPPORTED
        if len(value) != len(self.mac[attribute]):
            return 0xE8
        self.mac[attribute] = value
        return 0

    def _counter(self, attribute):
        stats = self._net.air.stats
        named = {0x101: "sent", 0x102: "received"}
        if attribute in named:
            return self._counters[named[attribute]]
        if attribute in (0x105, 0x106):
            return stats["given_up"] if attribute == 0x105 else stats["lost"]
        return 0 if attribute in MAC_COUNTERS else None

    def _phy(self, index):
        stats = self._net.air.stats
        values = {
            0x010C: VERSION[:4],
            0x0110: stats["frames"].to_bytes(4, "big"),
            0x0130: self._counters["received"].to_bytes(4, "big"),
            0x0138: stats["lost"].to_bytes(4, "big"),
            0x0144: stats["collided"].to_bytes(4, "big"),
            0x016B: bytes([60]),
            0x016C: bytes([120]),
            0x016D: b"\x00\x50",
        }
        return (0, values[index]) if index in values else (MAC_INDEX, b"")

    def _mac_table(self, attribute, index):
        near = self._table(self._heard)
        if attribute in (0x08000012, 0x0800001E):
            return 0, len(near).to_bytes(2, "big")
        rows = {
            0x10A: self._neighbour,
            0x08000002: self._neighbour,
            0x120: self._position,
            0x08000027: self._position,
        }
        if attribute not in rows:
            return MAC_UNSUPPORTED, b""
        return (0, rows[attribute](near[index])) if index < len(near) else (MAC_INDEX, b"")

    def _table(self, make):
        """As it was within the last second: who reads it row by row would have it made anew for
        each."""
        now_ms = self._net.events.now_ms
        made_ms, rows = self._tables.get(make.__name__, (None, None))
        if made_ms is None or now_ms - made_ms > TABLE_MS:
            rows = make()
            self._tables[make.__name__] = now_ms, rows
        return rows

    def _heard(self):
        """Members that the module hears, by short address."""
        near = self._net.mesh.neighbours(MODULE)
        nodes = [self._net.nodes[number] for number in near]
        return sorted(
            [node for node in nodes if self._net.by_short.get(node.short) is node],
            key=lambda node: node.short,
        )

    def _neighbour(self, node):
        air = self._net.air
        snr_db = air.snr_db(node.number, MODULE)
        kind = plc_phy.modulation(air.band, snr_db)
        phase = air.town.phase_steps(node.number)
        head = node.short.to_bytes(2, "big") + b"\xff\xff\x3f" + bytes([kind, 0, 0]) + bytes(6)
        return head + bytes([0, phase, plc_phy.lqi(snr_db)]) + b"\x01\x2c"

    def _position(self, node):
        lqi = self._net.lqi(node.number, MODULE)
        return node.short.to_bytes(2, "big") + bytes([lqi]) + b"\x01\x2c"

    def _routes(self):
        """Rows of the routing table, by short address."""
        net, rows = self._net, []
        for number, way in net.mesh.ways.items():
            node, first = net.nodes[number], net.nodes[way[0]]
            if net.by_short.get(node.short) is node:
                ends = node.short.to_bytes(2, "big") + first.short.to_bytes(2, "big")
                cost = (12 * len(way)).to_bytes(2, "big")
                rows.append(ends + cost + bytes([len(way), 0]) + ROUTE_MIN.to_bytes(2, "big"))
        return sorted(rows)
