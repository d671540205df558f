"""How long a simulated 376.2 module takes to reach a meter, over whom, and whether it does.

Coarser than the G3 network beside it: one question is under way at a time, as with real modules,
so that there are neither collisions nor queues. The town is the same (meter_sim/plc_town.py).
All constants are tuned, none is measured: see docs/meter_sim.md.
"""

from collections import namedtuple

# mode: of C; bits_s: what is left of it on one hop; turn_ms: of each hop, before its first bit
# floor_db: signal to noise at which every second frame is lost
Band = namedtuple("Band", ("mode", "bits_s", "turn_ms", "floor_db"))
BANDS = {
    "narrowband": Band(1, 1_200, 60, -1.0),
    "broadband": Band(3, 100_000, 40, 2.0),
    "rf": Band(10, 10_000, 30, 0.0),
}
HEAD_OCTETS = 30  # of a frame on the air, beside what it carries
TRIES = 3  # of one hop
SLOPE_DB = 2.0
MARGIN_DB = 6.0  # above the floor, for a hop to be chosen
LEVELS_MAX = 8
GIVES_UP_MS = 6_000  # after the last hop has been tried in vain


class Air:
    """chance() gives 0 to below 1. `stats` counts hops, losses and milliseconds on the air."""

    def __init__(self, events, town, band, chance):
        self.events = events
        self.town = town
        self.band = BANDS[band]
        self.chance = chance
        self.lose = 0.0  # of all frames, beside what the line loses
        self.stats = {"hops": 0, "lost": 0, "air_ms": 0.0}
        self._parents = {}

    def forget(self):
        """The ways are found anew."""
        self._parents = {}

    def way(self, number):
        """Numbers of the nodes from the one next to the module to this one; () when it cannot
        be reached."""
        if not self._parents:
            self._find_parents()
        found = []
        while number:
            if number not in self._parents:
                return ()
            found.insert(0, number)
            number = self._parents[number]
        return tuple(found)

    def _find_parents(self):
        """Level by level: whoever is heard well by one that is reached already."""
        count = len(self.town.place)
        wanted_db = self.band.floor_db + MARGIN_DB
        reached, left = [0], list(range(1, count))
        for _ in range(LEVELS_MAX):
            found = {}
            for number in left:
                best = [(self._heard_db(each, number), -each) for each in reached]
                best = max(best) if best else (-999, 0)
                if best[0] >= wanted_db:
                    found[number] = -best[1]
            self._parents.update(found)
            reached, left = list(found), [each for each in left if each not in found]

    def _heard_db(self, one, other):
        place = self.town.place
        if one and place[one][0] != place[other][0]:
            return -999  # of another feeder
        return self.town.quiet_db(one, other)

    def quality(self, number):
        """0 to 15, of the last hop to a node."""
        way = self.way(number)
        if not way:
            return 0
        over = way[-2] if len(way) > 1 else 0
        margin_db = self.town.quiet_db(over, number) - self.band.floor_db
        return max(1, min(15, int(margin_db / 3)))

    def travel(self, way, octets):
        """(milliseconds, whether it got through) of so many octets along a way, from hop to
        hop."""
        took_ms, sender = 0.0, 0
        for receiver in way:
            for _ in range(TRIES):
                took_ms += self._hop_ms(octets)
                if self._is_heard(sender, receiver):
                    break
            else:
                return took_ms + GIVES_UP_MS, False
            sender = receiver
        return took_ms, True

    def _hop_ms(self, octets):
        air_ms = 8000 * (octets + HEAD_OCTETS) / self.band.bits_s
        self.stats["hops"] += 1
        self.stats["air_ms"] += air_ms
        return air_ms + self.band.turn_ms

    def _is_heard(self, sender, receiver):
        noise_db = self.town.noise_at_db(receiver, self.events.now_ms)
        over_db = self.town.quiet_db(sender, receiver) - noise_db - self.band.floor_db
        lost = 1 / (1 + 10 ** (over_db / SLOPE_DB))
        is_lost = self.chance() < lost or self.chance() < self.lose
        self.stats["lost"] += is_lost
        return not is_lost
