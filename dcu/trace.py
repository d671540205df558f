"""What goes over a bus while one thing is done: for a person who asks why."""

from hal.errors import Refused

OCTETS_MAX = 65_536  # of one trace; what comes after is counted, not kept


class Trace:
    """Taps `bus` between `begin` and `end`. `pieces` is [[ms since the begin, is sent, octets]];
    what is heard in pieces, without anything sent between, is one."""

    def __init__(self, bus, clock):
        self._bus = bus
        self._clock = clock
        self._began_ms = 0
        self._size = 0
        self.pieces = []
        self.left_out = 0  # octets

    def begin(self):
        """Refused while another trace is taken on this bus."""
        if self._bus.tap:
            raise Refused(f"{self._bus.name}: another trace is being taken; try again")
        self._began_ms = self._clock.ticks_ms()
        self._bus.tap = self._take

    def end(self):
        self._bus.tap = None

    def _take(self, is_sent, octets):
        self._size += len(octets)
        if self._size > OCTETS_MAX:
            self.left_out += len(octets)
            return
        last = self.pieces[-1] if self.pieces else None
        if last and not is_sent and not last[1]:
            last[2] += bytes(octets)
            return
        at_ms = self._clock.ticks_ms() - self._began_ms
        self.pieces.append([at_ms, is_sent, bytes(octets)])
