"""A channel of meters made of cardboard, and a store: the collection's surroundings."""

from dcu import columns
from dcu.archive_row import Meter
from dcu.collect import Collection
from dcu.learned import Learned
from dcu.ledger import Ledger
from dcu.meter_state import MeterStates
from dcu.readings import Readings
from dcu.schema import SCHEMA, parse
from dcu.task_list import TaskList
from hal import coop
from hal.errors import PortError
from tests.kept import Kept
from tests.virtual import VirtualClock
from wire import axdr

PERIOD_S = 60
VOLTAGE = [c.name for c in columns.COLUMNS].index("voltage_mv")


class CardboardMeter:
    """Gives its clock and 230 V. `fails` is an error to raise in place of opening."""

    def __init__(self, record, clock):
        self.mp = record.mp
        self.clock = clock
        self.fails = None
        self.visit_ms = 500
        self.attempts = []
        self.scalers_read = 0
        self.visits_ms = []
        self.is_open = False
        self.serial_number = b"4711"
        self.deviation_min = 0

    async def open(self, attempts=None):
        assert not self.is_open
        self.attempts.append(attempts)
        self.visits_ms.append(self.clock.ticks_ms())
        await coop.sleep_ms(self.visit_ms)
        if self.fails:
            raise self.fails
        self.is_open = True

    async def get_list(self, attributes):
        assert self.is_open
        if attributes == columns.IDENTITY:
            self.scalers_read += 1
            scalers = [(0, (-1, columns.COLUMNS[n].unit)) for n in columns.REGISTERS]
            return scalers + [(0, self.serial_number)]
        results = [(0, axdr.date_time(self.clock.utc_s(), self.deviation_min))] + [(4, None)] * 7
        results[VOLTAGE] = (0, 2300)
        return results

    async def close(self, idle_ms):
        self.idle_ms = idle_ms
        self.is_open = False


class CardboardStore:
    """Profile, journal and store in one; `is_full` refuses the commit."""

    def __init__(self):
        self.rows = []
        self.payloads = []
        self.commits = 0
        self.is_full = False
        self._kept = (0, 0)  # of rows and payloads, which a refused commit does not touch

    def put(self, mp, time_s, values):
        self.rows.append((mp, time_s, values))

    def append(self, payload):
        self.payloads.append(payload)

    def commit(self):
        if self.is_full:
            self.rows = self.rows[: self._kept[0]]
            self.payloads = self.payloads[: self._kept[1]]
            raise PortError("registers: disk full")
        self.commits += 1
        self._kept = (len(self.rows), len(self.payloads))


class CardboardJournal:
    def __init__(self):
        self.payloads = []

    def append(self, payload):
        self.payloads.append(payload)


class CardboardProfile:
    """Rows at once, as if each were committed."""

    def __init__(self, period_s):
        self.period_s = period_s
        self.rows = {}  # (mp, slot): (time_s, values)

    def put(self, mp, time_s, values):
        self.rows[mp, time_s // self.period_s * self.period_s] = (time_s, values)

    def query(self, mp, from_s, to_s):
        found = [row for (at, _), row in self.rows.items() if at == mp]
        return sorted([row for row in found if from_s <= row[0] < to_s])

    def last(self, mp):
        return (self.query(mp, 0, 1 << 32) or [None])[-1]


class Plant:
    """One channel with `count` meters, MP 1 and on, at addresses 17 and on."""

    def __init__(self, count=3):
        self.clock = VirtualClock()
        self.records = [record(mp) for mp in range(1, count + 1)]
        self.meters_by_mp = {}
        self.values = {setting.key: parse(setting, setting.default) for setting in SCHEMA}
        self.values.update({"collect.period_s": PERIOD_S, "collect.silent_after": 3})
        self.store = CardboardStore()
        self.states = MeterStates()
        self.kept = Kept()
        self.learned = Learned(self.kept, self.log)
        self.alarms = []
        self.lines = []
        self.lived = 0
        self.task_records = CardboardJournal()
        self.readings = Readings(
            self.store, self.store, self.store, self.task_records, self.alarm, self.log
        )
        self.ledgers = {}
        self.book = Ledger(self.profile, self.readings, 1000)
        self.tasks = TaskList(Kept(), self)
        self.collection = Collection(
            "rs485-1",
            self.tasks,
            self,
            self.open_meter,
            self.readings,
            self.book,
            self.states,
            self.learned,
            self,
            self.clock,
        )

    def profile(self, name, period_s, capacity, columns):
        return self.ledgers.setdefault(name, CardboardProfile(period_s))

    def entries(self, mp, task=0):
        """[(slot_s, what)] of the ledger."""
        rows = self.ledgers[f"ledger_{task}"].rows
        return [(slot_s, rows[at, slot_s][1][0] & 0xFF) for at, slot_s in sorted(rows) if at == mp]

    def meters(self, channel):
        assert channel == "rs485-1"
        return list(self.records)

    def meter(self, mp):
        if mp not in self.meters_by_mp:
            self.meters_by_mp[mp] = CardboardMeter(record(mp), self.clock)
        return self.meters_by_mp[mp]

    def open_meter(self, row):
        return self.meter(row.mp)

    def get(self, key):
        return self.values[key]

    def alarm(self, code, mp, text):
        self.alarms.append((code, mp, text))

    def codes(self):
        return [(code, mp) for code, mp, _ in self.alarms]

    def log(self, part, text):
        self.lines.append(text)

    def alive(self):
        self.lived += 1

    def start(self):
        return coop.spawn(self.collection.run(self, self.alarm, self.log))

    def slots(self):
        return sorted({time_s for _, time_s, _ in self.store.rows})


def record(mp):
    return Meter({"mp": str(mp), "address": str(16 + mp)})
