"""Admission by LBP: five at once, EAP-PSK with four messages between request and acceptance.

    node  --JOINING-->  module  (the host assigns an address, or declines)
    node  <-CHALLENGE-  node --answer->  <-CHALLENGE with the group key-  --answer->  <-ACCEPTED-

Each message of the module is repeated once; then the slot is free again, and nobody is told.
"""

from meter_sim import plc_node
from meter_sim.plc_mesh import MODULE

SLOTS = 5
JOINING_OCTETS = 12
STEPS = ((44, 76), (100, 64), (16, 0))  # octets down and up: challenge, challenge, accepted
KEY_STEP = 1  # what carries the group key: a node with another PSK does not answer it
BEACON_OCTETS = 30  # the request, and the beacons of those that are nearest


class Slot:
    def __init__(self, node, life):
        self.node = node
        self.life = life
        self.is_asked = False  # the host has been told, and has not answered
        self.short = None
        self.psk = b""
        self.step = 0
        self.tries = 0


class Admission:
    """tell(name, node) says "join", "joined" of a node to the host; `net` is plc_net.Network."""

    def __init__(self, net, tell):
        self._net = net
        self._tell = tell
        self.slots = {}  # by EUI
        self.timeout_ms = 300_000
        self.ignored = 0

    def reset(self):
        self.slots = {}
        self.timeout_ms = 300_000

    # the node's side

    def search(self, node):
        """It asks around for members, and asks the best of them to let it in."""
        if node.state != plc_node.SEARCHING:
            return
        net = self._net
        node.tries += 1
        low_ms, high_ms = plc_node.RETRY_MS
        wait_ms = low_ms + (high_ms - low_ms) * net.chance() * min(8, node.tries)
        net.events.after(wait_ms, self.search, node)
        agent = net.best_agent(node) if net.is_started else None
        if agent is None:
            return
        node.agent = agent

        def heard(is_good):
            if node.state == plc_node.SEARCHING and agent == node.agent:
                way = net.way_over(agent, node)
                net.mesh.carry(reversed(way), JOINING_OCTETS, arrived)

        def arrived(trouble):
            if trouble is None and node.state == plc_node.SEARCHING:
                self._asked(node)

        net.air.send(node.number, None, BEACON_OCTETS, heard)

    # the module's side

    def _asked(self, node):
        slot = self.slots.get(node.eui)
        if slot:
            if slot.is_asked:
                self._tell("join", node)
            return
        if len(self.slots) >= SLOTS or not self._net.is_started:
            self.ignored += 1
            return
        slot = self.slots[node.eui] = Slot(node, self._net.life)
        slot.is_asked = True
        self._net.events.after(self.timeout_ms, self._expire, slot, slot.step)
        self._tell("join", node)

    def assign(self, eui, short, psk):
        """The host's answer; FFFF declines. False: nobody asked."""
        slot = self.slots.get(eui)
        if slot is None or not slot.is_asked:
            return False
        slot.is_asked = False
        slot.short, slot.psk = short, psk
        if short == plc_node.NO_ADDRESS:
            self.slots.pop(eui)
            way = self._net.way_over(slot.node.agent, slot.node)
            self._net.mesh.carry(way, STEPS[-1][0], lambda trouble: None)
        else:
            self._say(slot)
        return True

    def _say(self, slot):
        down, up = STEPS[slot.step]
        way = self._net.way_over(slot.node.agent, slot.node)
        step, tries = slot.step, slot.tries

        def arrived(trouble):
            if trouble is None and self._is_live(slot, step, tries):
                self._heard(slot, up, way)

        self._net.mesh.carry(way, down, arrived)
        self._net.events.after(self.timeout_ms, self._late, slot, step, tries)

    def _heard(self, slot, up, way):
        node = slot.node
        if node.state not in (plc_node.SEARCHING, plc_node.JOINING):
            return
        if slot.step == KEY_STEP and node.psk != slot.psk:
            return  # it cannot read it
        if not up:
            self._accept(slot, way)
            return
        step, tries = slot.step, slot.tries

        def arrived(trouble):
            if trouble is None and self._is_live(slot, step, tries):
                slot.step += 1
                slot.tries = 0
                self._say(slot)

        self._net.mesh.carry(reversed(way), up, arrived)

    def _accept(self, slot, way):
        self.slots.pop(slot.node.eui, None)
        self._net.admit(slot.node, slot.short, way)
        self._tell("joined", slot.node)

    def _is_live(self, slot, step, tries):
        return self.slots.get(slot.node.eui) is slot and (slot.step, slot.tries) == (step, tries)

    def _late(self, slot, step, tries):
        if not self._is_live(slot, step, tries):
            return
        if tries == 0:
            slot.tries = 1
            self._say(slot)
        else:
            self.slots.pop(slot.node.eui)

    def _expire(self, slot, step):
        if self.slots.get(slot.node.eui) is slot and slot.is_asked:
            self.slots.pop(slot.node.eui)


assert MODULE == 0
