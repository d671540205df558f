"""A G3 driver with a simulated module and its network, in virtual time, over good and bad lines.

Transports: how octets go between the two. Each takes octets and gives [(after_ms, octets)].
"""

from drivers.g3 import G3Module
from drivers.g3_admission import Admission
from drivers.g3_start import Network
from drivers.image_shelf import ImageShelf
from drivers.module_life import RUNNING
from hal import coop
from hal.errors import DcuError, PortError
from meter_sim.plc_world import PSK, World
from tests.dual.modem_town import Prng
from tests.kept import Kept
from tests.virtual import VirtualClock, run_virtual

GMK = bytes(range(16, 32))
NEW_GMK = bytes(range(32, 48))
PAN = 0x781D


def perfect(octets, chance):
    return [(0, octets)]


def one_at_a_time(octets, chance):
    return [(at // 4, octets[at : at + 1]) for at in range(len(octets))]


def lossy(octets, chance):
    """One in five frames does not arrive, whichever way it goes."""
    return [] if chance() < 0.2 else [(0, octets)]


def delayed(octets, chance):
    return [(300 + int(200 * chance()), octets)]


TRANSPORTS = (perfect, one_at_a_time, lossy, delayed)


class Line:
    """The DCU's end of the serial line."""

    def __init__(self, clock, transport, chance):
        self._clock = clock
        self._transport = transport
        self._chance = chance
        self._coming = []  # (when, number, octets)
        self._number = 0
        self._arrived = coop.Event()
        self._free_ms = {True: 0, False: 0}
        self.bench = None
        self.is_open = True
        self.is_broken = False
        self._is_writing = False

    def _carry(self, octets, is_ours, act):
        """Never out of order: what is sent later arrives later."""
        now_ms = self._clock.ticks_ms()
        for after_ms, piece in self._transport(octets, self._chance):
            when_ms = max(now_ms + after_ms, self._free_ms[is_ours])
            self._free_ms[is_ours] = when_ms
            act(when_ms, piece)

    def said(self, octets):
        self._carry(octets, False, self._enter)

    def _enter(self, when_ms, octets):
        self._number += 1
        self._coming.append((when_ms, self._number, octets))
        self._coming.sort()
        self._arrived.set()

    async def write(self, data):
        if self.is_broken or not self.is_open:
            raise PortError("no such device")
        assert not self._is_writing, "one task at a time writes, as hal/serial.py has it"
        self._is_writing = True
        await coop.sleep_ms(1)
        self._is_writing = False
        self._carry(bytes(data), True, self.bench.to_module)

    async def read(self, size, timeout_ms):
        deadline_ms = self._clock.ticks_ms() + timeout_ms
        while True:
            if self.is_broken or not self.is_open:
                raise PortError("no such device")
            now_ms = self._clock.ticks_ms()
            if self._coming and self._coming[0][0] <= now_ms:
                return self._coming.pop(0)[2]
            if now_ms >= deadline_ms:
                return b""
            until_ms = min(self._coming[0][0] if self._coming else deadline_ms, deadline_ms)
            self._arrived.clear()
            try:
                await coop.within_ms(max(1, until_ms - now_ms), self._arrived.wait())
            except coop.Expired:
                pass

    def settings(self, baud, parity):
        """The other end follows."""

    def close(self):
        self.is_open = False


class Ears:
    """What a DCU does with what the module says. known: EUIs that may join, None: all."""

    def __init__(self):
        self.known = None
        self.psk = PSK
        self.members = {}  # by EUI
        self.failed, self.gone, self.pushes, self.events = [], [], [], []
        self.talk = []  # (short address, is sent, payload)

    def wants_in(self, eui):
        if self.known is not None and eui not in self.known:
            return None
        return Admission(int.from_bytes(eui[6:], "big") & 0x7FFF, self.psk)

    def joined(self, eui, short):
        self.members[eui] = short

    def join_failed(self, eui):
        self.failed.append(eui)

    def left(self, short):
        self.gone.append(short)

    def said(self, short, is_sent, payload):
        self.talk.append((short, is_sent, payload))

    def pushed(self, short, payload):
        self.pushes.append((short, payload))

    def event(self, text):
        self.events.append(text)

    def rival(self, pan):
        self.events.append(f"another network has PAN {pan:04X}")


class Note:
    def __init__(self):
        self.counters = None

    def load(self):
        return self.counters

    def save(self, counters):
        self.counters = counters


def echo(asked, now_ms):
    """The application of the meters: says what it was told."""
    return b"answer to " + asked[2]


class Bench:
    def __init__(self, meters=5, transport=perfect, band="fcc", seed=1, answer=echo, **nature):
        self._prepare(seed, transport)
        self.world = World(
            meters,
            seed,
            band,
            self._said,
            self.chance_of(seed + 1),
            lambda number: answer,
            **nature,
        )
        self.ears, self.note = Ears(), Note()
        network = Network(band, PAN, GMK)
        self.shelf = ImageShelf(Kept(), Kept())
        self.driver = G3Module(
            self.open_port, self.clock, lambda: network, self.note, self.ears, self.shelf
        )

    def _prepare(self, seed, transport):
        """All but the module and its driver."""
        self.clock = VirtualClock()
        self.chance_of = Prng
        self._chance = Prng(seed)
        self._transport = transport
        self.line = None
        self.has_port = True
        self._changed = coop.Event()

    def open_port(self):
        if not self.has_port:
            raise PortError("no such device")
        self.line = Line(self.clock, self._transport, self._chance)
        self.line.bench = self
        return self.line

    def _said(self, octets):
        if self.line and self.line.is_open:
            self.line.said(octets)

    def to_module(self, when_ms, octets):
        self._run_world()
        after_ms = max(0, when_ms - self.clock.ticks_ms())
        self.world.events.after(after_ms, self.world.module.hear, octets, self.world.module.baud)

    def _run_world(self):
        self.world.events.run_until(self.clock.ticks_ms())

    async def _live(self):
        self.world.events.changed = self._changed.set
        while True:
            self._run_world()
            next_ms = self.world.events.next_ms()
            left_ms = 3_600_000 if next_ms is None else next_ms - self.clock.ticks_ms()
            self._changed.clear()
            try:
                await coop.within_ms(max(1, int(left_ms + 0.999)), self._changed.wait())
            except coop.Expired:
                pass

    def tell(self, line):
        """A command to the simulated module."""
        self._run_world()
        said = self.world.command(line)
        assert not said.startswith("error"), said
        return said

    async def until(self, is_reached, limit_s=600):
        """Seconds that it took; an assertion if it does not come about."""
        began_ms = self.clock.ticks_ms()
        while not is_reached():
            assert self.clock.ticks_ms() - began_ms < 1000 * limit_s, self.ears.events[-5:]
            await coop.sleep_ms(200)
        return (self.clock.ticks_ms() - began_ms) / 1000

    async def running(self):
        return await self.until(lambda: self.driver.state == RUNNING)

    async def with_members(self):
        await self.running()
        self.tell("on-all")
        return await self.until(lambda: len(self.ears.members) == len(self.world.net.nodes))

    def start(self):
        return self.driver.run()

    def run(self, play):
        """What `await play(bench)` returns, in virtual time."""

        async def whole():
            tasks = [coop.spawn(self._live()), coop.spawn(self.start())]
            try:
                return await play(self)
            finally:
                await coop.stop(*tasks)

        return run_virtual(whole())


async def error_of(coroutine):
    try:
        await coroutine
    except DcuError as error:
        return error
    raise AssertionError("it ended well")
