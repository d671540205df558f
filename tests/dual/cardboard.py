"""A channel of meters made of cardboard, and a store: the collection's surroundings."""

from dcu import columns
from dcu.archive_row import Meter
from dcu.collect import Collection
from dcu.learned import Learned
from dcu.meter_state import MeterStates
from dcu.readings import Readings
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

    def put(self, mp, time_s, values):
        self.rows.append((mp, time_s, values))

    def append(self, payload):
        self.payloads.append(payload)

    def commit(self):
        if self.is_full:
            self.rows, self.payloads = [], []
            raise PortError("registers: disk full")
        self.commits += 1


class Plant:
    """One channel with `count` meters, MP 1 and on, at addresses 17 and on."""

    def __init__(self, count=3):
        self.clock = VirtualClock()
        self.records = [record(mp) for mp in range(1, count + 1)]
        self.meters_by_mp = {}
        self.values = {"collect.period_s": PERIOD_S, "collect.silent_after": 3}
        self.store = CardboardStore()
        self.states = MeterStates()
        self.kept = Kept()
        self.learned = Learned(self.kept, self.log)
        self.alarms = []
        self.lines = []
        self.lived = 0
        self.readings = Readings(self.store, self.store, self.store, self.alarm, self.log)
        self.collection = Collection(
            "rs485-1",
            self,
            self.open_meter,
            self.readings,
            self.states,
            self.learned,
            self,
            self.clock,
        )

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
