"""A whole DCU, as boards/wiring.py makes it, with a street of DLMS meters behind its module slot,
in virtual time and from one seed.
"""

import random

from boards import pc, wiring
from boards import plc as slot
from boards.collecting import collecting
from dcu import ledger
from dcu.console import execute
from dcu.reading import unpack
from dcu.schema import PLC
from hal import coop
from meter_sim.curve import curve_of
from meter_sim.device import PASSWORD
from meter_sim.plc_cli import FIRST_ADDRESS, meter_answers
from meter_sim.plc_world import PSK, eui
from storage.files import FileStore
from tests.disk import Disk
from tests.dual.g3_bench import Bench
from tests.part import Part
from tests.virtual import UTC_S, VirtualClock

ALL = 1_000_000
ENERGY = "1.0.1.8.0.255"
PART_MS = 600_000
MP_BEFORE = 0  # the MP of a meter is the number of its node


class PlcWorld(Bench):
    """All nodes are on file but `strangers`."""

    def __init__(self, seed, meters=8, strangers=(), band="fcc", settings=(), rows=None):
        super().__init__(meters, seed=seed, band=band)
        self.seed = seed
        self.prng = random.Random(seed)
        self.meters = {}  # by number, once they have been asked
        for number, node in self.world.net.nodes.items():
            node.answer = meter_answers(
                number, seed, lambda ms: UTC_S + ms / 1000, self.meters.__setitem__
            )
        self.on_file = [n for n in self.world.net.nodes if n not in strangers]
        self.disk = Disk()
        self.given = [("slot.device", "here"), ("plc.band", band), ("plc.psk", PSK.hex())]
        self.given += list(settings)
        self.lines = []
        self.dcu = None
        self._tasks = []
        self._parts = []

    def power_on(self):
        """The DCU, on what its disk has."""
        slot.SerialPort = lambda device, baud, parity: self.open_port()
        clock = VirtualClock(UTC_S + self.clock.ticks_ms() // 1000)

        def log(part, text):
            self.lines.append((clock.utc_s(), part, text))

        dcu = self.dcu = wiring.unit_of(pc, self.disk, clock, log, self.given)
        wiring.complete(dcu, self.open_store())
        if not dcu.archive.meters():
            dcu.archive.import_csv(self.csv())
        self.driver = dcu.plc.module
        self._parts = [Part(clock), Part(clock)]
        starts = (dcu.plc.run, collecting(dcu, PLC))
        self._tasks = [coop.spawn(start(part)) for start, part in zip(starts, self._parts)]

    def open_store(self):
        return FileStore(self.disk)

    def csv(self):
        lines = ["mp,address,channel,client,auth,password,eui"]
        for number in self.on_file:
            key = f"1,lls,{PASSWORD}" if number % 2 else "16,none,"
            place = f"{MP_BEFORE + number},{9_000_000 + number},plc"
            lines.append(f"{place},{key},{eui(number).hex()}")
        return "\n".join(lines)

    async def power_off(self):
        """At once; what the disk was not told is lost."""
        self.check_alive()
        await coop.stop(*self._tasks)

    async def traced(self, mp):
        """As `dcu read --trace` of the energy: (exit code, what was told of the exchange)."""
        told = []

        async def say(said):
            if isinstance(said, dict):
                told.append(said)

        code, _ = await execute(self.dcu, "read", [str(mp), ENERGY, "trace"], say)
        return code, told

    def check_alive(self):
        for task in self._tasks:
            assert not task.done(), task
        for part in self._parts:
            assert part.longest_ms <= PART_MS, part.longest_ms

    async def start(self):
        self.power_on()

    def run(self, play):
        async def whole(bench):
            await coop.sleep_ms(0)
            try:
                return await play(self)
            finally:
                await coop.stop(*self._tasks)

        return super().run(whole)

    # what is known of it

    def members(self):
        """Numbers, as the DCU has them."""
        members = self.dcu.plc.book.members()
        return sorted([int.from_bytes(each[5:], "big") for _, each in members])

    def stored(self):
        """[(mp, slot_s, values)]"""
        found = self.dcu.readings.read(0, ALL)
        return [unpack(payload) for _, payload in found]

    def truth(self, mp, utc_s):
        return curve_of(self.seed, FIRST_ADDRESS - 1 + mp - MP_BEFORE).truth(utc_s)

    def entries(self, mp):
        """Of the rounds, in the ledger."""
        rounds = self.dcu.tasks.all()[0]
        return list(self.dcu.ledger.entries(rounds, mp, 0, 1 << 32))

    def good_share(self, slot_s):
        """How many of the meters on file have a reading of this slot, 0 to 1."""
        good = 0
        for number in self.on_file:
            found = [entry for entry in self.entries(number) if entry.slot_s == slot_s]
            good += bool(found and found[0].what in ledger.GOOD)
        return good / len(self.on_file)
