"""Where the nodes are: feeders from one transformer, phases, what cables weaken, noise by hour.

The module sits at the transformer, number 0. All is a function of the seed, none is measured:
it is to look like a town, with ends of feeders that need relays, and evenings that are noisy.
"""

import math

PER_FEEDER = 60  # meters
FEEDER_M = 800
MODULE_DB = 56.0  # signal to noise next to the transmitter, at night
DB_PER_M = 0.05
METER_DB = 0.05  # that each meter in between takes away
PHASE_DB = 6.0
BUSBAR_DB = 5.0
FADE_DB = 12.0  # how much one pair may be better or worse than the next
NOTHING_DB = -99.0  # of what is not connected
AUDIBLE_DB = -3.0  # below it nobody notices a transmission
NOISE_DB = (0, 0, 0, 0, 0, 1, 3, 4, 3, 2, 2, 2, 3, 2, 2, 2, 3, 5, 7, 8, 7, 5, 3, 1)  # by hour
RF_DB = 68.0
RF_EXPONENT = 3.0


class Town:
    """`place` and `phase` by number of the node. `noise_db` may be changed for a feeder; those of
    `away` hang on another transformer."""

    def __init__(self, meters, seed, is_radio=False):
        self._seed = seed
        self._is_radio = is_radio
        self.feeders = max(1, -(-meters // PER_FEEDER))
        self._per_feeder = -(-meters // self.feeders)
        self.place = [(0, 0.0)]  # (feeder, metres from the transformer)
        self.phase = [0]
        self.noise_db = [0.0] * (self.feeders + 1)
        self.away = set()
        for number in range(1, meters + 1):
            self.add(number)

    def add(self, number):
        share = (number - 1) // self.feeders + 1
        metres = FEEDER_M * min(1.0, (share - self._chance(number, 1)) / self._per_feeder)
        self.place.append(((number - 1) % self.feeders + 1, metres))
        self.phase.append(int(3 * self._chance(number, 2)))

    def move(self, number, feeder, metres):
        """A meter is hung up elsewhere; ValueError where there is nothing."""
        if not (1 <= feeder <= self.feeders and 0 <= metres <= FEEDER_M):
            raise ValueError
        self.place[number] = (feeder, metres)

    def _chance(self, one, other):
        """From 0 to 1, always the same for these two."""
        mixed = (one * 73856093 ^ other * 19349663 ^ self._seed * 83492791) & 0xFFFFFFFF
        mixed = (mixed ^ mixed >> 15) * 0x2C1B3C6D & 0xFFFFFFFF
        mixed = (mixed ^ mixed >> 12) * 0x297A2D39 & 0xFFFFFFFF
        return (mixed ^ mixed >> 15) / 0xFFFFFFFF

    def quiet_db(self, one, other):
        """Signal to noise between two nodes when all is quiet."""
        low, high = min(one, other), max(one, other)
        fade_db = FADE_DB * (self._chance(low, high + 7) - 0.5)
        if self._is_radio:
            return self._radio_db(one, other) + fade_db
        feeders, metres = zip(self.place[one], self.place[other])
        if (feeders[0] in self.away) != (feeders[1] in self.away):
            return NOTHING_DB
        if 0 in feeders or feeders[0] == feeders[1]:
            way_m, over_db = abs(metres[0] - metres[1]), 0.0
        else:
            way_m, over_db = metres[0] + metres[1], BUSBAR_DB
        if self.phase[one] != self.phase[other]:
            over_db += PHASE_DB
        between = way_m * PER_FEEDER / FEEDER_M
        return MODULE_DB + fade_db - over_db - DB_PER_M * way_m - METER_DB * between

    def _radio_db(self, one, other):
        ends = []
        for feeder, metres in (self.place[one], self.place[other]):
            angle = 2 * math.pi * feeder / self.feeders
            ends.append((metres * math.cos(angle), metres * math.sin(angle)))
        across_m = math.sqrt((ends[0][0] - ends[1][0]) ** 2 + (ends[0][1] - ends[1][1]) ** 2)
        return RF_DB - 10 * RF_EXPONENT * math.log10(max(5.0, across_m) / 5)

    def noise_at_db(self, number, now_ms):
        """What the noise at a node takes away now."""
        hour = int(now_ms // 3_600_000) % 24
        return NOISE_DB[hour] + self.noise_db[self.place[number][0]]

    def phase_steps(self, number):
        """Difference of phase to the module, in steps of 60 degrees."""
        return (self.phase[number] - self.phase[0]) % 3 * 2
