"""Three RS485 buses with their meters and one DCU, in virtual time and from one seed.

The meters know the truth; the world breaks things and keeps count of what the DCU has promised.
"""

import random

from boards.meters import Meters
from dcu import ledger
from dcu.alarms import Alarms
from dcu.archive_row import Meter as Row
from dcu.attempts import Attempts
from dcu.collect import Collection
from dcu.columns import COLUMNS
from dcu.counters import Counters
from dcu.fill import Filler
from dcu.hold import Holds
from dcu.learned import Learned
from dcu.ledger import Ledger
from dcu.meter_state import MeterStates
from dcu.reading import unpack
from dcu.readings import Readings
from dcu.schema import SCHEMA, parse
from dcu.task_list import TaskList
from drivers.rs485 import Rs485Bus
from hal import coop
from meter_sim.device import PASSWORD
from meter_sim.meter import Meter
from storage.files import FileStore
from storage.slots import Slots
from tests.disk import Disk
from tests.kept import Kept
from tests.part import Part
from tests.sim.bus import Bus
from tests.virtual import VirtualClock

CHANNELS = ("rs485-1", "rs485-2", "rs485-3")
FIRST_ADDRESS = 17
HOUR_MS = 3_600_000
PART_MS = 120_000  # a part of the DCU that is not seen for so long would be restarted
CLOCK_OFF_S = 20  # how far the DCU's clock may be from the true time
ALL = 1_000_000
TITLE = b"ODC\x00\x00\x00\x00\x01"


class World:
    """`meters` are on each bus; `reply_ms` is how long each takes, None: as the dice fall.

    row           fields of the archive for all meters; None: half of them have a password
    application   of the simulated meters: meter_sim/device.py
    """

    def __init__(self, seed, meters=4, period_s=900, reply_ms=None, row=None, **application):
        self.prng = random.Random(seed)
        self.clock = VirtualClock()  # the true time
        self.settings = {setting.key: parse(setting, setting.default) for setting in SCHEMA}
        self.settings["collect.period_s"] = period_s
        self.task_list = Kept()
        self.buses = {channel: Bus(self.clock, self.prng) for channel in CHANNELS}
        self.meters = {}  # by MP number
        self.rows = []
        for number, channel in enumerate(CHANNELS):
            for n in range(meters):
                answers_ms = reply_ms or self.prng.randrange(5, 60)
                meter = Meter(
                    FIRST_ADDRESS + n, 3 * seed + number, reply_ms=answers_ms, **application
                )
                self._add(channel, meter, row)
        self.disk = Disk()
        self.promises = []  # (steps of the disk, last record) after each commit
        self.dcu = None

    def _add(self, channel, meter, fields):
        mp = len(self.rows) + 1
        self.meters[mp] = meter
        self.buses[channel].meters.append(meter)
        row = {"mp": str(mp), "address": str(meter.address), "channel": channel}
        if fields is None and mp % 2:
            row.update({"client": "1", "auth": "lls", "password": PASSWORD})
        row.update(fields or {})
        self.rows.append(Row(row))

    def power_on(self):
        self.dcu = SimDcu(self)

    async def power_cut(self):
        """The DCU loses power: in its last commit, or now. What is back must be all promised."""
        await self.dcu.stop()
        before = self.dcu.stored()
        step = max(0, self.disk.steps - self.prng.randrange(4))
        octets = (
            self.prng.randrange(self.disk.octets_of(step) + 1) if step < self.disk.steps else 0
        )
        promised = max([0] + [last for steps, last in self.promises if steps <= step])
        self.disk = self.disk.after_cut(step, octets, lambda: self.prng.random() < 0.5)
        self.promises = []
        self.power_on()
        after = self.dcu.stored()
        for seq, payload in before:
            assert seq > promised or (seq, payload) in after, (seq, promised)

    async def run(self, hours):
        await coop.sleep_ms(int(hours * HOUR_MS))
        self.dcu.check_alive()

    async def stop(self):
        await self.dcu.stop()

    def check_rows(self):
        """Every stored row is what the meter had at the time that the row says."""
        rows = [unpack(payload) for _, payload in self.dcu.stored()]
        period_s = self.settings["collect.period_s"]
        for mp, slot_s, values in rows:
            named = dict(zip([column.name for column in COLUMNS], values))
            clock_s = named.pop("clock_s")
            assert slot_s % period_s == 0
            latest_s = period_s + CLOCK_OFF_S  # by the DCU's clock it is still the slot
            assert -CLOCK_OFF_S - 1 <= clock_s - slot_s < latest_s, (mp, slot_s, clock_s)
            truth = self.meters[mp].truth(clock_s)
            assert [value for value in named.values() if value is not None], (mp, slot_s)
            for name, value in named.items():  # a filled hole has what the load profile has
                assert value is None or value == truth[name], (mp, slot_s, name)
        return rows

    def check_ledger(self):
        """What the ledger calls received is stored, and what is stored it calls so."""
        self.dcu.readings.commit()
        stored = {unpack(payload)[:2] for _, payload in self.dcu.stored()}
        rounds = self.dcu.task_list.all()[0]
        found = {mp: list(self.dcu.ledger.entries(rounds, mp, 0, 1 << 32)) for mp in self.meters}
        for mp, entries in found.items():
            for entry in entries:
                is_stored = (mp, entry.slot_s) in stored
                assert is_stored == (entry.what in ledger.GOOD), (mp, entry)
        return found


class SimDcu:
    """The collecting half of a DCU on the world's buses and disk: what boards/wiring.py wires."""

    def __init__(self, world):
        self._world = world
        self.clock = VirtualClock(world.clock.utc_s())
        self.lines = []
        store = _watched(FileStore(world.disk), world)
        self.journal = store.journal("readings", ALL)
        self._alarm_journal = store.journal("alarms", 4096)
        self.alarms = Alarms(self._alarm_journal, store, self.clock, self.log)
        self.first_alarm = self._alarm_journal.last + 1
        names = [column.name for column in COLUMNS]
        period_s = world.settings["collect.period_s"]
        self.profile = store.profile("registers", period_s, 1000, names)
        self.records = store.journal("records", ALL)
        self.readings = Readings(
            store, self.profile, self.journal, self.records, self.alarms.raise_alarm, self.log
        )
        self.attempts = Attempts(store.journal("attempts", ALL), self.readings)
        self.ledger = Ledger(store.profile, self.readings, 1000)
        self.states = MeterStates()
        self.buses = {name: self._bus(name) for name in CHANNELS}
        self.learned = Learned(Slots(world.disk, "learned", []), self.log)
        self.counters = Counters(Slots(world.disk, "counters", []))
        settings = self.settings = _Settings(world.settings)
        self.task_list = TaskList(world.task_list, settings)
        holds = Holds(Slots(world.disk, "held", []), self.clock, lambda: 3600, self.log)
        self.meter = Meters(
            self.buses, settings, self.learned, self.counters, lambda: TITLE, holds
        ).open_meter
        self.collections = [self._collection(name) for name in CHANNELS]
        self.parts = [Part(self.clock) for _ in CHANNELS]
        self.tasks = [
            coop.spawn(collection.run(part, self.alarms.raise_alarm, self.log))
            for collection, part in zip(self.collections, self.parts)
        ]
        self.tasks += [coop.spawn(bus.keep_open()) for bus in self.buses.values()]
        self.tasks.append(coop.spawn(self.alarms.keep_storing(Part(self.clock))))

    def _bus(self, name):
        def report(is_lost, text):
            self.log(name, text)

        return Rs485Bus(name, self._world.buses[name].open, self.clock, report=report)

    def _collection(self, name):
        settings, states, tasks = self.settings, self.states, self.task_list
        collection = Collection(
            name,
            tasks,
            self,
            self.meter,
            self.readings,
            self.ledger,
            states,
            self.learned,
            settings,
            self.clock,
        )
        collection.filler = Filler(
            name, tasks, self, states, self.ledger, self.readings, settings, self.clock
        )
        collection.attempts = self.attempts
        collection.recent = lambda: self.buses[name].recent
        return collection

    def meters(self, channel):
        """As dcu.archive.Archive has it."""
        return [row for row in self._world.rows if row.channel == channel]

    def log(self, part, text):
        self.lines.append((self.clock.utc_s(), part, text))

    def stored(self):
        return self.journal.read(0, ALL)

    def alarms_since_start(self):
        """[(code, mp)]"""
        found = self.alarms.read(self.first_alarm - 1, ALL)
        return [(alarm.code, alarm.mp) for alarm in found]

    def check_alive(self):
        for task in self.tasks:
            assert not task.done(), task
        for part in self.parts:
            assert part.longest_ms <= PART_MS, part.longest_ms

    async def stop(self):
        self.check_alive()
        await coop.stop(*self.tasks)


class _Settings:
    def __init__(self, values):
        self.get = values.get


def _watched(store, world):
    """The store, whose commits are written down as promises."""
    commit = store.commit

    def promise():
        commit()
        world.promises.append((world.disk.steps, world.dcu.journal.last if world.dcu else 0))

    store.commit = promise
    return store
