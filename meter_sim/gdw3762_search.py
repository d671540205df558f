"""Searching of a simulated 376.2 module for meters that are not in its list (11 F5, 06 F4)."""

from meter_sim.gdw3762_frame import bcd

EACH_MS = 400  # for one meter
AT_ONCE = 4  # meters in one report
TRANSPARENT = 0
METER = 0x01  # type of device


class Search:
    def __init__(self, module, net):
        self._module = module
        self._net = net
        self._generation = 0
        self.is_on = False

    def reset(self):
        self._generation += 1
        self.is_on = False

    def begin(self, minutes):
        self.reset()
        self.is_on = True
        generation = self._generation
        found = [each for each in self._net.reachable() if each not in self._module.nodes]
        for at in range(0, len(found), AT_ONCE):
            few = found[at : at + AT_ONCE]
            self._module.events.after(EACH_MS * (at + len(few)), self._report, few, generation)
        over_ms = min(60_000 * minutes, EACH_MS * len(found) + 1_000)
        self._module.events.after(over_ms, self._over, generation)

    def end(self):
        if self.is_on:
            self._over(self._generation)

    def _report(self, few, generation):
        if generation != self._generation:
            return
        data = bytes([len(few)])
        for number in few:
            data += bcd(number) + bytes([TRANSPARENT, 0, 0, METER, 0, 0])
        self._module.tell(0x06, 4, data)

    def _over(self, generation):
        if generation == self._generation:
            self.reset()
            self._module.tell(0x06, 3, b"\x02")
