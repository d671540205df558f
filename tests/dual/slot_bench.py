"""The slot of a DCU, and the modules that are plugged into it, in virtual time: two of G3, over
the power line and by radio, and one of 376.2. Each has meters of its own."""

from drivers.g3 import G3Module
from drivers.g3_start import Network
from drivers.gdw3762 import Gdw3762Module
from drivers.gdw3762_start import Master
from drivers.image_shelf import ImageShelf
from drivers.slot import G3_PLC, G3_RF, Slot
from drivers.slot_probe import GDW3762
from hal.errors import PortError
from meter_sim.gdw3762_world import FIRST, digits_of
from meter_sim.gdw3762_world import World as World3762
from meter_sim.plc_events import Events
from meter_sim.plc_world import World, eui
from tests.dual import g3_bench
from tests.dual.g3_bench import GMK, PAN, Note, perfect
from tests.dual.gdw3762_bench import CIVIL_S, MASTER
from tests.kept import Kept
from wire.qgdw3762_units import meter_digits, meter_eui

METERS, TOWN = 2, 1  # in this town all are heard
BEHIND_RF, BEHIND_3762 = 500, 1000  # short addresses of its meters begin here
NAMES = (G3_PLC, G3_RF, GDW3762)


class Ears(g3_bench.Ears):
    def wants_in(self, eui):
        digits = meter_digits(eui)
        admission = super().wants_in(eui)
        if admission and digits:
            admission.short = BEHIND_3762 + int(digits) - FIRST
        return admission


class Line(g3_bench.Line):
    """At another rate than the module's there is nothing but garbage."""

    def __init__(self, bench, baud, parity):
        super().__init__(bench.clock, bench.transport, bench.chance)
        self.bench = bench
        self.settings(baud, parity)

    def settings(self, baud, parity):
        self.baud, self.parity = baud, parity

    def said(self, octets):
        if self.baud != self.bench.world.module.baud:
            octets = bytes([octet ^ 0xA5 for octet in octets])
        super().said(octets)


class SlotBench(g3_bench.Bench):
    def __init__(self, transport=perfect, kept=None, band="fcc", is_extended=True, seed=1):
        self._prepare(seed, transport)
        self.transport, self.chance = transport, self._chance
        events = Events()
        g3 = {"is_extended": is_extended}
        own = ((G3_PLC, World, band, g3), (G3_RF, World, "rf", g3))
        own += ((GDW3762, World3762, "broadband", {}),)
        self.worlds = {}
        for name, make, its_band, nature in own:
            chance = self.chance_of(seed + 1)
            self.worlds[name] = make(
                METERS, TOWN, its_band, self._said, chance, self._answer, events, **nature
            )
            self.worlds[name].module.is_present = False
            self.worlds[name].power_on()
        for number, node in self.worlds[G3_RF].net.nodes.items():
            node.eui = eui(BEHIND_RF + number)
        self.world = self.worlds[G3_PLC]
        self.ears, self.note = Ears(), Note()
        self.kept = kept or Kept()
        self.parts = (Kept(), Kept())  # of the shelf
        self.driver = self._slot(band)
        self.ports = 0

    def _answer(self, number):
        return lambda asked, now_ms: b"re " + asked[-1]

    def _slot(self, band):
        slot = Slot(self.open_at, self.clock, lambda: 38_400, self.kept, self.ears.event)

        shelf = ImageShelf(*self.parts)

        def g3(own):
            network = Network(own, PAN, GMK)
            return G3Module(slot.open, self.clock, lambda: network, self.note, self.ears, shelf)

        def master():
            on_file = [meter_eui(digits_of(number)) for number in range(1, METERS + 1)]
            return Master(MASTER, lambda: on_file, lambda: CIVIL_S, 0)

        gdw = Gdw3762Module(slot.open, self.clock, master, self.ears)
        slot.plug({G3_PLC: g3(band), G3_RF: g3("rf"), GDW3762: gdw})
        return slot

    def open_at(self, baud, parity):
        if not self.has_port:
            raise PortError("no such device")
        self.ports += 1
        self.line = Line(self, baud, parity)
        return self.line

    def to_module(self, when_ms, octets):
        self._run_world()
        after_ms = max(0, when_ms - self.clock.ticks_ms())
        self.world.events.after(after_ms, self.world.module.hear, octets, self.line.baud)

    def plug(self, name):
        """None: the slot is empty."""
        self.tell("remove")
        if name:
            self.world = self.worlds[name]
            self.tell("insert")

    def shorts(self, name):
        first = {G3_PLC: 0, G3_RF: BEHIND_RF, GDW3762: BEHIND_3762}[name]
        return [first + number for number in range(1, METERS + 1)]

    async def served(self, name, limit_s=400):
        """Until the driver of this one runs, and its meters are members."""
        took_s = await self.until(lambda: self.driver.kind == name, limit_s)
        await self.running()
        shorts = self.shorts(name)
        await self.until(lambda: set(shorts) <= set(self.ears.members.values()), limit_s)
        return took_s

    async def ask_all(self, name, attempts=6):
        for short in self.shorts(name):
            said = await self.driver.exchange(short, b"hello", (10_000,) * attempts)
            assert said == b"re hello"
