"""The network behind a module: nodes that join, are asked, answer, leave and lose their power."""

from meter_sim import plc_mesh, plc_node, plc_phy
from meter_sim.plc_air import Air
from meter_sim.plc_join import JOINING_OCTETS, Admission
from meter_sim.plc_mesh import MODULE, Mesh

REKEY_OCTETS = 76, 16  # down and up
BACK_MS = 60_000  # after a kick, or with an old key, until a node searches again
BROADCAST_THROUGH = 0.97  # how likely a member hears one


class Network:
    """tell(name, node) tells the module "join", "joined", "leave"; see plc_join.py."""

    def __init__(self, events, town, band, chance, tell):
        self.events = events
        self.chance = chance
        self.air = Air(events, town, band, chance)
        self.mesh = Mesh(self.air)
        self.mesh.is_on = self._is_on
        self.admission = Admission(self, tell)
        self.nodes = {}  # by number
        self.by_short = {}
        self.is_started = False
        self.key = b""  # the GMK of the module
        self.life = 0  # of the module: one more after each reboot
        self._tell = tell

    def add(self, node):
        self.nodes[node.number] = node

    def _is_on(self, number):
        return number == MODULE or self.nodes[number].state != plc_node.OFF

    def power_on(self, node):
        if node.state == plc_node.OFF:
            node.state = plc_node.SEARCHING
            node.tries = 0
            self.events.after(self.chance() * plc_node.SEARCH_MS, self.admission.search, node)

    def power_off(self, node):
        self._part(node)
        node.state = plc_node.OFF
        self.air.forget(node.number)

    def lose(self, node):
        """It has lost its network, and searches for one."""
        if node.state != plc_node.OFF:
            self._part(node)
            self.events.after(self.chance() * plc_node.SEARCH_MS, self.admission.search, node)

    def _part(self, node):
        if self.by_short.get(node.short) is node:
            self.by_short.pop(node.short)
        self.mesh.ups.pop(node.number, None)
        node.leave()

    def may_relay(self, number):
        node = self.nodes[number]
        return node.state == plc_node.MEMBER and node.key == self.key

    def best_agent(self, node):
        """The member, or the module, over which the way is cheapest; None if it hears none."""
        best = None
        for other in self.mesh.neighbours(node.number):
            ahead = 0 if other == MODULE else len(self.mesh.ups.get(other, ()))
            if other != MODULE and (not ahead or not self.may_relay(other)):
                continue
            link = self.mesh.cost(other, node.number)
            if link is not None and ahead < self.mesh.max_hops:
                found = (link + ahead * 12, other)
                best = min(best, found) if best else found
        return best and best[1]

    def way_over(self, agent, node):
        """From the module to a node that is not a member, over one that is."""
        before = self.mesh.ups.get(agent, ()) if agent else ()
        return (MODULE,) + before + (node.number,)

    def admit(self, node, short, way):
        old = self.by_short.get(short)
        if old and old is not node:
            self._part(old)  # the host gave the address away
        if self.by_short.get(node.short) is node:
            self.by_short.pop(node.short)
        node.state, node.short, node.key = plc_node.MEMBER, short, self.key
        node.joined_ms = self.events.now_ms
        node.counter = -1
        self.by_short[short] = node
        self.mesh.ways[node.number] = self.mesh.ups[node.number] = tuple(way[1:])

    def members(self):
        return [node for node in self.nodes.values() if node.state == plc_node.MEMBER]

    def reset(self):
        """The module has started anew; what the nodes know stays."""
        self.life += 1
        self.is_started = False
        self.key = b""
        self.mesh.ways = {}
        self.admission.reset()

    # what the host orders

    def kick(self, node):
        def arrived(trouble):
            if trouble is None:
                self._part(node)
                self.events.after(BACK_MS, self.admission.search, node)

        self._down(node, REKEY_OCTETS[1], arrived)
        self.mesh.ways.pop(node.number, None)

    def leave(self, node):
        """It goes by itself, and says so."""

        def arrived(trouble):
            self._tell("leave", node)
            self._part(node)
            self.events.after(BACK_MS, self.admission.search, node)

        self.mesh.up(node.number, JOINING_OCTETS, arrived)

    def rekey(self, node, key, does_distribute):
        """The next key is given, or taken into use; then the module is told "joined"."""

        def arrived(trouble):
            if trouble is None and node.state == plc_node.MEMBER:
                if does_distribute:
                    node.next_key = key
                else:
                    node.key = node.next_key or node.key
                self.mesh.up(node.number, REKEY_OCTETS[1], answered)

        def answered(trouble):
            if trouble is None:
                self._tell("joined", node)

        self._down(node, REKEY_OCTETS[0], arrived)

    def activate(self, key):
        """The module goes over to the next key; members without it are lost, and notice."""
        self.key = key
        for node in self.members():
            if node.key != key:
                self._part(node)
                self.events.after(BACK_MS, self.admission.search, node)

    def _down(self, node, octets, arrived):
        way = self.mesh.ups.get(node.number)
        if way and self.is_started:
            self.mesh.carry((MODULE,) + way, octets, arrived)

    # data

    def deliver(self, node, counter, payload, answered):
        """A datagram has arrived: answered(payload of the answer) later, if there is one."""
        is_member = node.state == plc_node.MEMBER and node.key == self.key
        if not is_member or node.is_silent or counter <= node.counter:
            return
        node.counter = counter
        said = node.answer(payload, self.events.now_ms)
        if said:
            self.events.after(node.reply_ms, self._answer, node, said, answered)

    def _answer(self, node, said, answered, is_repaired=False):
        """A node that finds its way broken looks for another, once."""

        def arrived(trouble):
            if trouble is None:
                answered(said)
            elif not is_repaired:
                self.mesh.discover(node.number, self.may_relay, found)

        def found(way):
            if way:
                self._answer(node, said, answered, True)

        size = plc_mesh.on_air(len(said) + plc_mesh.HEADERS)
        self.mesh.up(node.number, size, arrived)

    def broadcast(self, counter, payload, octets, done):
        """To all members, some of which repeat it."""
        members = self.members()
        air_ms = plc_phy.air_ms(self.air.band, 0, octets, False) * (
            1 + min(plc_mesh.REPEAT_MAX, len(members))
        )
        self.air.flood(plc_mesh.MODULE, air_ms)

        def heard():
            for node in members:
                if self.chance() < BROADCAST_THROUGH:
                    self.deliver(node, counter, payload, lambda said: None)
            done()

        self.events.after(air_ms, heard)

    def lqi(self, one, other):
        return plc_phy.lqi(self.air.snr_db(one, other))
