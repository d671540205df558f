"""A simulated module in virtual time: its port, its clock, and a town of hosts that it reaches."""

from hal import coop
from hal.errors import PortError
from meter_sim import modem_quectel, modem_sim76, modem_sim800, modem_sim5320
from meter_sim.modem import Module, Nature

DIALECTS = {
    "sim800": modem_sim800,
    "sim76": modem_sim76,
    "sim5320": modem_sim5320,
    "quectel": modem_quectel,
}


class Prng:
    """Small and the same on both interpreters."""

    def __init__(self, seed=1):
        self._state = seed * 2654435761 % (1 << 32) or 1

    def __call__(self):
        """From 0 to below 1."""
        self._state = (self._state * 1664525 + 1013904223) % (1 << 32)
        return (self._state >> 8) / (1 << 24)


class Timers:
    """Moments in order, those of the same millisecond as they were set."""

    def __init__(self, clock):
        self._clock = clock
        self._todo = []
        self._number = 0
        self._changed = coop.Event()

    def now_ms(self):
        return self._clock.ticks_ms()

    def at(self, when_ms, act, octets=b""):
        self._number += 1
        self._todo.append((when_ms, self._number, act, octets))
        self._todo.sort(key=lambda row: row[:2])
        self._changed.set()

    async def run(self):
        while True:
            left_ms = self._todo[0][0] - self.now_ms() if self._todo else 3_600_000
            if left_ms > 0:
                self._changed.clear()
                try:
                    await coop.within_ms(left_ms, self._changed.wait())
                except coop.Expired:
                    pass
                continue
            _, _, act, octets = self._todo.pop(0)
            act(octets)


class ModulePort:
    """The DCU's end of the line. Each piece that the module says is read for itself; at another
    rate than the module's it is noise. `is_paced`: octets take their time."""

    def __init__(self, clock, timers, is_paced=False):
        self._clock = clock
        self._timers = timers
        self._is_paced = is_paced
        self._coming = []
        self._arrived = coop.Event()
        self._free_ms = 0
        self.module = None
        self.baud = 9600
        self.is_open = True

    def settings(self, baud, parity="N", databits=8):
        self.baud = baud

    def said(self, octets):
        """What the module has said; it is through when its last bit is."""
        if self.baud != self.module.baud:
            octets = bytes([octet ^ 0xA5 for octet in octets])
        if not self._is_paced:
            self._arrive(octets)
            return
        now_ms = self._clock.ticks_ms()
        self._free_ms = max(self._free_ms, now_ms * 1.0) + len(octets) * 10_000 / self.baud
        self._timers.at(int(self._free_ms) + 1, self._arrive, octets)

    def _arrive(self, octets):
        self._coming.append(octets)
        self._arrived.set()

    async def read(self, size, timeout_ms):
        if not self._coming:
            self._check()
            self._arrived.clear()
            try:
                await coop.within_ms(timeout_ms, self._arrived.wait())
            except coop.Expired:
                return b""
            self._check()
        octets = self._coming.pop(0)
        if octets[size:]:
            self._coming.insert(0, octets[size:])
        return octets[:size]

    async def write(self, data):
        self._check()
        if self._is_paced:
            await coop.sleep_ms(len(data) * 10_000 // self.baud)
        self.module.hear(bytes(data), self.baud)

    def unplug(self):
        self.is_open = False
        self._coming = []
        self._arrived.set()

    def close(self):
        self.unplug()

    def _check(self):
        if not self.is_open:
            raise PortError("ttyX: hung up")


class Peer:
    """The far end of one connection. `answer(peer, octets)` is called with what comes."""

    def __init__(self, timers, trip_ms, answer):
        self._timers = timers
        self._trip_ms = trip_ms
        self._answer = answer
        self.link = None
        self.heard = b""
        self.is_open = True

    def say(self, octets):
        self._later(self.link.arrived, octets)

    def hang_up(self):
        self.is_open = False
        self._later(lambda _: self.link.closed(), b"")

    # what the module does

    def send(self, octets):
        self._later(self._hear, octets)

    def towards(self, host, port):
        self.destination = (host, port)

    def _hear(self, octets):
        self.heard += octets
        self._answer(self, octets)

    def close(self):
        self.is_open = False

    def _later(self, act, octets):
        self._timers.at(self._timers.now_ms() + self._trip_ms, act, octets)


def nothing(peer, octets):
    pass


def echo(peer, octets):
    peer.say(octets)


class Town:
    """hosts: {port: answer} that can be dialled; `is_dark`: nothing is reached, nor answers."""

    def __init__(self, timers, trip_ms=40):
        self._timers = timers
        self.trip_ms = trip_ms
        self.hosts = {}
        self.peers = []
        self.is_dark = False
        self.doors = {}  # port: accept(host, port, transport)
        self.pings = 0

    def dial(self, kind, host, port, link):
        answer = self.hosts.get(port if kind == "TCP" else "udp", None)
        peer = Peer(self._timers, self.trip_ms, answer or nothing)
        peer.link = link
        self.peers.append(peer)
        outcome = link.failed if answer is None or self.is_dark else link.opened
        self._timers.at(self._timers.now_ms() + 2 * self.trip_ms, lambda _: outcome())
        return peer

    def listen(self, port, accept):
        if port in self.doors:
            return None
        self.doors[port] = accept
        return Door(self, port)

    def call_in(self, port, answer=nothing):
        """A peer dials the module at its `port`; None when nobody listens."""
        accept = self.doors.get(port)
        peer = Peer(self._timers, self.trip_ms, answer)
        peer.link = accept("192.0.2.9", 40_000, peer) if accept else None
        return peer if peer.link else None

    def ping(self, host):
        self.pings += 1
        return None if self.is_dark else 2 * self.trip_ms

    def resolve(self, name):
        return None if self.is_dark else "192.0.2.1"


class Door:
    def __init__(self, town, port):
        self._town = town
        self._port = port

    def close(self):
        self._town.doors.pop(self._port, None)


def a_module(clock, dialect, nature=None, seed=1, is_paced=False):
    """(module, port, town, timers); `timers.run()` is to be spawned."""
    timers = Timers(clock)
    port = ModulePort(clock, timers, is_paced)
    town = Town(timers)
    nature = nature or Nature()
    module = Module(DIALECTS[dialect], timers, town, port.said, nature, Prng(seed))
    port.module = module
    return module, port, town, timers
