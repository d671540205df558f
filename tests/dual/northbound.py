"""What stands around the northbound side of the DCU in tests: a stream, a journal, a part."""

from dcu import reading
from dcu.alarms import Alarms
from hal import coop
from hal.errors import PortError
from tests.virtual import VirtualClock


class CardboardStream:
    """Our end has the methods of hal.net.Stream. The peer's end: `says(octets)`, `hangs_up()`,
    and `hears(octets)`, a function given or None. A write takes `takes_ms`."""

    def __init__(self, hears=None):
        self._hears = hears
        self._inbox = b""
        self._news = coop.Event()
        self._peer_is_gone = False
        self.is_open = True
        self.peer = "10.0.0.9:50000"
        self.takes_ms = 0
        self.written = b""

    def says(self, octets):
        self._inbox += octets
        self._news.set()

    def hangs_up(self):
        self._peer_is_gone = True
        self._news.set()

    async def read(self, size, timeout_ms):
        if not self._inbox:
            self._news.clear()
            await self._wait(timeout_ms)
        await coop.sleep_ms(0)
        if not self.is_open or (self._peer_is_gone and not self._inbox):
            raise PortError("main:5020: closed")
        data, self._inbox = self._inbox[:size], self._inbox[size:]
        return data

    async def _wait(self, timeout_ms):
        if self.is_open and not self._peer_is_gone:
            try:
                await coop.within_ms(timeout_ms, self._news.wait())
            except coop.Expired:
                pass

    async def write(self, data):
        await coop.sleep_ms(self.takes_ms)
        if self._peer_is_gone or not self.is_open:
            raise PortError("main:5020: closed")
        self.written += bytes(data)
        if self._hears:
            self._hears(bytes(data))

    async def close(self):
        self.is_open = False
        self._news.set()


class CardboardJournal:
    """Journal and store in one: records count after commit; `full` refuses what is written,
    `broken` what is read."""

    NUMBER_LIMIT = 1 << 63  # a database takes no greater one, not even to compare

    def __init__(self, payloads=(), gone=0):
        self.records = list(payloads)
        self.pending = []
        self.gone = gone  # records evicted
        self.evicted = 0
        self.mark = 0
        self.marks = []
        self.full = False
        self.broken = False

    @property
    def first(self):
        return self.gone + 1

    @property
    def last(self):
        return len(self.records)

    def append(self, payload):
        self.pending.append(payload)

    def commit(self):
        pending, self.pending = self.pending, []
        if self.full:
            raise PortError("alarms: no space left on device")
        self.records += pending

    def read(self, after_seq, limit):
        assert -self.NUMBER_LIMIT <= after_seq < self.NUMBER_LIMIT and limit > 0
        if self.broken:
            raise PortError("alarms: input/output error")
        numbered = list(enumerate(self.records, 1))[self.gone :]
        return [row for row in numbered if row[0] > after_seq][:limit]

    def acknowledge(self, seq):
        assert 0 <= seq <= self.last
        if self.full:
            raise PortError("mark: no space left on device")
        self.marks.append(seq)
        self.mark = max(self.mark, seq)


class AlarmBench:
    def __init__(self):
        self.said = []
        self.clock = VirtualClock(1_700_000_000)
        self.journal = CardboardJournal()
        self.alarms = Alarms(self.journal, self.journal, self.clock, self._log)

    def _log(self, part, text):
        self.said.append(text)


def journal_of_readings(count, gone=0):
    """Records of MP 1: slots of a minute, the value of each column is its number; no tariffs."""
    payloads = []
    for seq in range(1, count + 1):
        values = (seq, -seq, None, None, (1 << 63) - 1, 230_000, 0, -(1 << 63))
        payloads.append(reading.pack(1, 1_700_000_000 + 60 * seq, values))
    return CardboardJournal(payloads, gone)
