"""A DCU as it is, with a street of meters behind a simulated G3 module, for bench_plc.py: what a
task that reads the index of all brings, how long it takes, and how long the air is in use.
"""

import shutil
import tempfile

from boards.store import open_store
from dcu import ledger
from hal import coop
from hal.files import Files
from tests.sim.plc_world import PlcWorld
from tests.virtual import UTC_S

HOUR_MS = 3_600_000
INDEX = {"id": "1", "kind": "list", "items": "1.0.1.8.0.255", "period": "1h", "retries": "3"}
PROFILE = {"id": "2", "kind": "profile", "period": "4h", "window": "2h", "retries": "3"}


class Street(PlcWorld):
    def __init__(self, meters, band, seed=1, settings=(), tasks=(INDEX,)):
        settings = [("collect.period_s", "86400"), ("collect.first_days", "1")] + list(settings)
        super().__init__(seed, meters, band=band, settings=settings)
        self._folder = tempfile.mkdtemp()
        self._rows = tasks
        self._line_free_ms = 0
        self.disk = Files(self._folder)

    def to_module(self, when_ms, octets):
        """At the pace of the serial line; the module paces what it says by itself."""
        took_ms = len(octets) * 10_000 / self.world.module.baud
        self._line_free_ms = max(when_ms, self._line_free_ms) + took_ms
        super().to_module(self._line_free_ms, octets)

    def open_store(self):
        return open_store(self.disk)

    def power_on(self):
        super().power_on()
        for row in self._rows:
            self.dcu.tasks.add(row)

    def close(self):
        shutil.rmtree(self._folder)

    async def joined(self):
        """Minutes from power-on until all are registered."""
        await self.running()
        self.tell("on-all")
        wanted = len(self.on_file)
        took_s = await self.until(lambda: len(self.dcu.plc.book.members()) == wanted, 7_200)
        return took_s / 60

    async def hour(self, number):
        """Runs over this hour since midnight; the Round of the index that began with it."""
        await self.wait_until(number)
        before = dict(self.world.net.air.stats)
        await self.wait_until(number + 1)
        stats = self.world.net.air.stats
        spent = [(stats[name] - before[name]) / 1000 for name in ("air_ms", "wait_ms")]
        return Round(self, number, *spent)

    async def wait_until(self, hour):
        """A second before it."""
        left_ms = hour * HOUR_MS - 1_000 - self.clock.ticks_ms()
        await coop.sleep_ms(max(0, left_ms))


class Round:
    """took_s         until the last was read
    air_s, wait_s  on the air, and of CSMA before frames, in the whole hour
    first, all     shares read at the first try, and after the others
    """

    def __init__(self, street, hour, air_s, wait_s):
        (task,) = [task for task in street.dcu.tasks.all() if task.id == 1]
        slot_s = UTC_S + hour * 3600
        entries = [street.dcu.ledger.at(task, mp, slot_s) for mp in street.on_file]
        good = [entry for entry in entries if entry and entry.what in ledger.GOOD]
        count = len(street.on_file)
        self.air_s, self.wait_s = air_s, wait_s
        self.first = len([entry for entry in good if entry.attempt == 1]) / count
        self.all = len(good) / count
        self.took_s = max([entry.at_s for entry in good] + [slot_s]) - slot_s
