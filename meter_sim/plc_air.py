"""The shared medium: who hears whom, CSMA, collisions, acknowledgements and repetitions.

A transmission is one event at its start and one at its end. A node sends one frame at a time
and keeps the others in order. Reference: ITU-T G.9903, the MAC layer (macMinBE and others).
"""

from meter_sim import plc_phy
from meter_sim.plc_town import AUDIBLE_DB

MIN_BE, MAX_BE = 3, 8
BACKOFFS_MAX = 50
RETRIES_MAX = 5
CAPTURE_DB = 6.0  # a stronger frame survives a weaker one


class Air:
    """chance() gives 0 to below 1. `stats` counts frames, losses and milliseconds: on the air,
    and those that CSMA had each frame wait before its sender listened."""

    def __init__(self, events, town, band, chance):
        self.events = events
        self.town = town
        self.band = band
        self.chance = chance
        self.lose = 0.0  # of all frames, beside what the line loses
        self.stats = {"frames": 0, "lost": 0, "collided": 0, "given_up": 0}
        self.stats.update({"air_ms": 0.0, "wait_ms": 0.0})
        self._quiet_db = {}
        self._active = []  # [sender, start, end]
        self._waiting = {}  # by sender: frames, the first is under way

    def snr_db(self, sender, receiver):
        """Signal to noise that the receiver has now."""
        key = sender << 16 | receiver
        quiet_db = self._quiet_db.get(key)
        if quiet_db is None:
            quiet_db = self._quiet_db[key] = self.town.quiet_db(sender, receiver)
        return quiet_db - self.town.noise_at_db(receiver, self.events.now_ms)

    def forget_places(self):
        self._quiet_db = {}

    def send(self, sender, receiver, octets, done):
        """One hop; then done(True) once it is acknowledged, done(False) when it is given up.

        receiver  None: a broadcast, in the slowest modulation, which nobody acknowledges
        """
        queue = self._waiting.setdefault(sender, [])
        queue.append((receiver, octets, done))
        if len(queue) == 1:
            self._back_off(sender, MIN_BE, 0, 0)

    def flood(self, sender, air_ms):
        """Many repeat what `sender` has begun: whoever hears it waits until they are through.
        They listen before they talk, so it hits nothing that is on the air already."""
        now_ms = self.events.now_ms
        self.stats["air_ms"] += air_ms
        self._active.append([sender, now_ms + air_ms, now_ms + air_ms])

    def _back_off(self, sender, exponent, attempts, retries):
        slots = int(self.chance() * (1 << exponent))
        wait_ms = slots * self.band.slot_ms
        self.stats["wait_ms"] += wait_ms
        self.events.after(wait_ms, self._sense, sender, exponent, attempts, retries)

    def _sense(self, sender, exponent, attempts, retries):
        now_ms = self.events.now_ms
        self._active = [each for each in self._active if each[2] > now_ms]
        heard = [each[2] for each in self._active if self.snr_db(each[0], sender) > AUDIBLE_DB]
        if not heard:
            self._transmit(sender, retries)
        elif attempts >= BACKOFFS_MAX:
            self._finish(sender, False)
        else:
            wait_ms = max(heard) - now_ms  # nobody starts while it hears somebody
            exponent = min(exponent + 1, MAX_BE)
            self.events.after(wait_ms, self._back_off, sender, exponent, attempts + 1, retries)

    def _transmit(self, sender, retries):
        receiver, octets, _ = self._waiting[sender][0]
        kind, snr_db = 0, 0.0
        if receiver is not None:
            snr_db = self.snr_db(sender, receiver)
            # what is believed of the link is its last answer; each loss makes it more careful
            kind = plc_phy.modulation(self.band, snr_db - retries)
        air_ms = plc_phy.air_ms(self.band, kind, octets, receiver is not None)
        self.stats["frames"] += 1
        self.stats["air_ms"] += air_ms
        now_ms = self.events.now_ms
        mine = [sender, now_ms, now_ms + air_ms]
        self._active.append(mine)
        self.events.after(air_ms, self._end, mine, kind, snr_db, retries)

    def _end(self, mine, kind, snr_db, retries):
        sender = mine[0]
        receiver, octets, _ = self._waiting[sender][0]
        if receiver is None:
            self._finish(sender, True)
            return
        is_lost = self.chance() < self.lose
        is_lost = is_lost or self.chance() < plc_phy.loss(self.band, kind, snr_db, octets)
        if not is_lost and self._is_hit(mine, receiver, snr_db):
            self.stats["collided"] += 1
            is_lost = True
        self.stats["lost"] += is_lost
        if not is_lost:
            self._finish(sender, True)
        elif retries >= RETRIES_MAX:
            self._finish(sender, False)
        else:
            # two that do not hear each other would meet again and again in the shortest window
            exponent = min(MIN_BE + 1 + retries, MAX_BE)
            self._back_off(sender, exponent, 0, retries + 1)

    def _is_hit(self, mine, receiver, snr_db):
        for other in self._active:
            overlaps = other is not mine and other[1] < mine[2] and other[2] > mine[1]
            if overlaps and self.snr_db(other[0], receiver) > snr_db - CAPTURE_DB:
                return True
        return False

    def _finish(self, sender, is_good):
        queue = self._waiting[sender]
        done = queue.pop(0)[2]
        if not is_good:
            self.stats["given_up"] += 1
        if queue:
            self._back_off(sender, MIN_BE, 0, 0)
        else:
            self._waiting.pop(sender)
        done(is_good)

    def forget(self, sender):
        """It has lost its power: what waits is gone, what is under way is heard by nobody."""
        queue = self._waiting.get(sender)
        if queue:
            first = queue[0]
            queue[:] = [(first[0], first[1], lambda is_good: None)]
