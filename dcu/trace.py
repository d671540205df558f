"""What goes over a bus while one thing is done: for a person who asks why."""

from hal.errors import Refused

OCTETS_MAX = 65_536  # of one trace; what comes after is counted, not kept
# GET and ACCESS, as read_now asks with them, and what answers them, also exceptions
_READING = (b"\xc0", b"\xc4", b"\xd9", b"\xda", b"\xd8")


class Talk:
    """What is said with one meter behind the module slot, as Trace wants a bus.

    taps  {short address: function(is sent, octets)}, where the tap is put
    """

    def __init__(self, name, taps, short):
        self.name = name
        self._taps = taps
        self._short = short

    @property
    def tap(self):
        return self._taps.get(self._short)

    @tap.setter
    def tap(self, tell):
        if tell:
            self._taps[self._short] = tell
        else:
            self._taps.pop(self._short, None)


class Trace:
    """Taps `bus` between `begin` and `end`. `pieces` is [[ms since the begin, is sent, is inside,
    octets]]; what is heard in pieces, without anything sent between, is one. Inside is what
    `take_inside` was told: an APDU as it was before it was ciphered, or is when deciphered."""

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

    def take_inside(self, is_sent, apdu):
        """Of what only reads: a new password or key may be in the rest."""
        if apdu[:1] in _READING:
            self._keep(is_sent, True, apdu)

    def _take(self, is_sent, octets):
        self._keep(is_sent, False, octets)

    def _keep(self, is_sent, is_inside, octets):
        self._size += len(octets)
        if self._size > OCTETS_MAX:
            self.left_out += len(octets)
            return
        last = self.pieces[-1] if self.pieces else None
        if last and last[1:3] == [False, False] == [is_sent, is_inside]:
            last[3] += bytes(octets)
            return
        at_ms = self._clock.ticks_ms() - self._began_ms
        self.pieces.append([at_ms, is_sent, is_inside, bytes(octets)])
