"""Packets over relays: routes, their discovery, and what is heard when a link breaks.

The way to a node is kept where it starts, as a list of relays; that of the answers is the same
one backwards. LOADng's flood is not played frame by frame: it finds the cheapest way there is at
that moment, and takes the air that all nodes which repeat the request would need.
"""

import heapq

from meter_sim import plc_phy
from meter_sim.plc_town import AUDIBLE_DB

MODULE = 0  # the number of the coordinator
REQUEST_OCTETS = 22  # of a route request, and of its answer
USABLE_DB = 1.0  # above what the slowest modulation needs: a link worse than that is in no route
HOP_COST = 4
OVERHEAD = 16  # octets of 6LoWPAN: mesh header, compressed IPv6 and UDP, fragments
HEADERS = 48  # octets of IPv6 and UDP that these stand for
REPEAT_MAX = 24  # nodes repeat a flood: the others have heard it often enough (Trickle)


class Mesh:
    def __init__(self, air, max_hops=8):
        self._air = air
        self._events = air.events
        self._links = {}  # by node: those that it may ever hear well
        self.max_hops = max_hops
        self.ways = {}  # to each node: the nodes on the way, the last is itself
        self.ups = {}  # the same, as the nodes know it for the way back
        self.broken = []  # pairs of nodes that do not hear each other any more
        self.is_on = lambda node: True
        self.discoveries = 0

    def cost(self, one, other):
        """Of a link, 4 to 250, or None when it is not usable: by the worse direction."""
        if (min(one, other), max(one, other)) in self.broken:
            return None
        band = self._air.band
        snr_db = min(self._air.snr_db(one, other), self._air.snr_db(other, one))
        over_db = snr_db - band.needs_db[0]
        if over_db < USABLE_DB:
            return None
        kind = plc_phy.modulation(band, snr_db)
        return HOP_COST + max(0, int(20 - over_db)) + (8 if kind == 0 else 0)

    def neighbours(self, node):
        """Nodes that `node` could hear on a quiet line."""
        if node not in self._links:
            count = len(self._air.town.place)
            quiet_db, least_db = self._air.town.quiet_db, USABLE_DB + self._air.band.needs_db[0]
            self._links[node] = [
                other
                for other in range(count)
                if other != node and quiet_db(node, other) > least_db
            ]
        return self._links[node]

    def forget_places(self):
        """The town is another one."""
        self._links = {}
        self._air.forget_places()

    def best_way(self, target, may_relay):
        """(way, cost) from the module, or None: the cheapest over one relay at most, or else
        over as many as it takes. LOADng compares costs, too."""
        if not self.is_on(target):
            return None
        found = []
        direct = self.cost(MODULE, target)
        if direct is not None:
            found.append((direct, (target,)))
        for relay in self.neighbours(target):
            if relay != MODULE and may_relay(relay):
                first = self.cost(MODULE, relay)
                second = first and self.cost(relay, target)
                if second:
                    found.append((first + second, (relay, target)))
        if found:
            cost, way = min(found)
            return way, cost
        return self._long_way(target, may_relay)

    def _long_way(self, target, may_relay):
        """As best_way, by Dijkstra."""
        heap, done = [(0, MODULE, ())], {}
        while heap:
            cost, node, way = heapq.heappop(heap)
            if node == target:
                return way, cost
            if node in done or len(way) >= self.max_hops:
                continue
            done[node] = cost
            for other in self.neighbours(node):
                if other in done or (other != target and not may_relay(other)):
                    continue
                link = self.cost(node, other)
                if link is not None and self.is_on(other):
                    heapq.heappush(heap, (cost + link, other, way + (other,)))
        return None

    def discover(self, target, may_relay, found):
        """found(way or None), after what the flood takes."""
        self.discoveries += 1
        best = self.best_way(target, may_relay)
        repeating = sum([1 for node in self.ups if may_relay(node)])
        band = self._air.band
        flood_ms = plc_phy.air_ms(band, 0, REQUEST_OCTETS, False) * (
            1 + min(REPEAT_MAX, repeating)
        )
        self._air.flood(MODULE, flood_ms)
        if best:
            self.ways[target] = self.ups[target] = best[0]
        else:
            self.ways.pop(target, None)
        self._events.after(flood_ms, found, best and best[0])

    def carry(self, way, octets, done):
        """Over all hops of a way that begins with its first sender. done(None), or
        done((from, to)): the link where it ended."""
        self._hop(tuple(way), 0, octets, done)

    def _hop(self, way, at, octets, done):
        if at + 1 >= len(way):
            done(None)
            return
        link = way[at], way[at + 1]

        def after(is_good):
            if is_good:
                self._hop(way, at + 1, octets, done)
            else:
                done(link)

        if not self._can_hear(*link):
            # nobody acknowledges: the sender finds out by itself
            air_ms = plc_phy.air_ms(self._air.band, 0, octets) * 6
            self._events.after(air_ms, after, False)
        else:
            self._air.send(link[0], link[1], octets, after)

    def _can_hear(self, one, other):
        if not (self.is_on(one) and self.is_on(other)):
            return False
        if (min(one, other), max(one, other)) in self.broken:
            return False
        return self._air.snr_db(one, other) > AUDIBLE_DB

    def up(self, node, octets, done):
        """To the module, by the way on which it was admitted or was found last."""
        way = self.ups.get(node)
        if way is None:
            self._events.after(1, done, (node, MODULE))
        else:
            self.carry(reversed((MODULE,) + way), octets, done)


def on_air(packet_octets):
    """Octets that a whole IPv6 packet needs on the air."""
    return packet_octets - HEADERS + OVERHEAD
