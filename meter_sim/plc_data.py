"""Packets of the host: buffers, confirms, what comes back, and routes that break.

A buffer is taken from the request to the confirm: the first hop has acknowledged, or nobody has.
"""

from meter_sim import plc_packet
from meter_sim.plc_mesh import MODULE, on_air
from meter_sim.plc_module import WRONG

BUFFERS = ((100, 3, 4), (400, 3, 2), (1280, 1, 1))  # octets, how many, bit of BUFFER.indication
INVALID_REQUEST, INVALID_PACKET, ROUTE_ERROR, NO_BUFFERS = 0xA1, 0xA3, 0xA5, 0xB4
EVERYBODY = 0xFFFF
LQI_UNKNOWN = 0


class Data:
    def __init__(self, module):
        self._module = module
        self.pending_max = 0
        self.reset()

    def reset(self):
        self._used = {size: 0 for size, _, _ in BUFFERS}
        self._told = 7

    def request(self, body):
        """handle, discover, qos, length, packet"""
        module = self._module
        handle, discovers, size = body[0], body[1], int.from_bytes(body[3:5], "big")
        packet = body[5:]
        if size != len(packet) or discovers > 1:
            module.status(WRONG, 0x0B)
            return
        parsed = plc_packet.parse(packet)
        if not module.net.is_started:
            self._confirm(INVALID_REQUEST, handle)
        elif parsed is None or plc_packet.short_of(parsed[1]) is None:
            self._confirm(INVALID_PACKET, handle)
        elif module.faults.takes("no_route"):
            self._confirm(ROUTE_ERROR, handle)
        else:
            self._admit(handle, discovers, len(packet), parsed)

    def _admit(self, handle, discovers, size, parsed):
        fits = [row for row in BUFFERS if row[0] >= size and self._used[row[0]] < row[1]]
        if not fits or self._module.faults.takes("no_buffers"):
            self._confirm(NO_BUFFERS, handle)
            return
        room = fits[0][0]
        self._used[room] += 1
        self._tell_buffers()
        life = self._module.net.life

        def taken(status):
            if life == self._module.net.life:
                self._used[room] -= 1
                self._confirm(status, handle)
                self._tell_buffers()

        self._send(discovers, size, parsed, taken)

    def _tell_buffers(self):
        free = 0
        for size, count, bit in BUFFERS:
            free |= bit if self._used[size] < count else 0
        if free != self._told:
            self._told = free
            self._module.say(bytes((0x2F, free)))

    def _confirm(self, status, handle):
        self._module.say(bytes((0x1E, status, handle)))

    def _send(self, discovers, size, parsed, taken):
        net = self._module.net
        short = plc_packet.short_of(parsed[1])
        counter = self._module.pib.frame_counter()
        self._module.counters["sent"] += 1
        if short == EVERYBODY:
            octets = on_air(size)
            net.broadcast(counter, self._app(parsed, short), octets, lambda: taken(0))
            return
        node = net.by_short.get(short)
        if node is None or (node.number not in net.mesh.ways and not discovers):
            # nobody has such an address: that is found out by asking for it
            net.events.after(4_000 if discovers else 1, self._no_route, short, (0, 0), taken)
        elif node.number in net.mesh.ways:
            self._go(node, counter, size, parsed, taken)
        else:

            def found(way):
                if way:
                    self._go(node, counter, size, parsed, taken)
                else:
                    self._no_route(short, (0, 0), taken)

            net.mesh.discover(node.number, net.may_relay, found)

    def _app(self, parsed, short):
        """What an application is given: the ports are part of who asks."""
        return parsed[2], parsed[3], parsed[4]

    def _no_route(self, short, link, taken):
        self._module.counters["no_route"] += 1
        taken(ROUTE_ERROR)

    def _go(self, node, counter, size, parsed, taken):
        net = self._module.net
        way = (MODULE,) + net.mesh.ways[node.number]
        octets = on_air(size)

        def first(trouble):
            if trouble:
                net.mesh.ways.pop(node.number, None)
                self._no_route(node.short, trouble, taken)
                return
            taken(0)
            net.mesh.carry(way[1:], octets, last)

        def last(trouble):
            if trouble:
                self._broken(node, trouble)
            else:
                net.deliver(node, counter, self._app(parsed, node.short), answered)

        def answered(said):
            self._answer(node, parsed, said)

        net.mesh.carry(way[:2], octets, first)

    def _broken(self, node, link):
        """A relay has found the next hop dead, and says so on the way back."""
        net = self._module.net
        net.mesh.ways.pop(node.number, None)
        shorts = [net.nodes[number].short if number else 0 for number in link]
        row = node.short.to_bytes(2, "big")
        row = b"\x00\x00" + row + shorts[1].to_bytes(2, "big") + shorts[0].to_bytes(2, "big")
        said = b"\x33" + row + b"\x00\x00" + bytes((0, 0, 1, 0)) + b"\x00\x00"
        net.events.after(200, self._module.say, said)

    def _answer(self, node, parsed, said):
        packet = plc_packet.build(parsed[1], parsed[0], parsed[3], parsed[2], said)
        self._indicate(node, packet)

    def pushed(self, node, source_port, port, payload):
        """A node says something unasked, to the module's host."""
        net = self._module.net

        def arrived(trouble):
            if trouble is None and net.is_started:
                pan = self._module.pib.mac[0x50]
                head = plc_packet.LINK_LOCAL + pan + b"\x00\xff\xfe\x00"
                ends = head + node.short.to_bytes(2, "big"), head + b"\x00\x00"
                packet = plc_packet.build(ends[0], ends[1], source_port, port, payload)
                self._indicate(node, packet)

        net.mesh.up(node.number, on_air(len(payload) + plc_packet.HEADERS), arrived)

    def _indicate(self, node, packet):
        net = self._module.net
        way = net.mesh.ups.get(node.number)
        lqi = net.lqi(way[0], MODULE) if way else LQI_UNKNOWN
        self._module.counters["received"] += 1
        self._module.say(b"\x1f" + bytes((lqi,)) + len(packet).to_bytes(2, "big") + packet)
