"""What is new goes to the HES at once, in pieces of a bounded size; what is old waits."""

from dcu import reading, record
from dcu.live import LIVE_S, OCTETS_MAX, WAIT_MS, Feed, feeds_of, push_live
from dcu.record import Record
from hal import coop
from hal.errors import PortError, Refused
from storage.files import FileStore
from tests.disk import Disk
from tests.virtual import UTC_S, VirtualClock, run_virtual
from wire import apdu, axdr, obis

ROW = b"r" * 100
FIT = OCTETS_MAX // len(ROW)


class Journals:
    """As much of a Dcu as is pushed from."""

    def __init__(self):
        self.store = FileStore(Disk())
        self.readings = self.store.journal("readings", 1000)
        self.records = self.store.journal("records", 1000)
        self.settings = self.tasks = self
        self.push, self.kept_back = "yes", ()

    def get(self, key):
        assert key == "collect.push"
        return self.push

    def pushes(self, number):
        return number not in self.kept_back

    def read(self, mp=1, age_s=0):
        self.readings.append(reading.pack(mp, UTC_S - age_s, (7,) * 8))
        self.store.commit()

    def bring(self, task, age_s=0):
        slot_s = UTC_S - age_s
        self.records.append(record.pack(Record(task, 1, slot_s, slot_s, axdr.u8(1))))
        self.store.commit()


class Line:
    """A session that has taken `sent`; `fails` says what the next sending ends in."""

    def __init__(self):
        self.sent, self.fails = [], None

    async def send(self, octets):
        if self.fails:
            raise self.fails
        body = axdr.decode_all(apdu.decode(octets).data)
        self.sent.append((obis.text(body[0]), [row[0] for row in body[1]]))


def lived(steps, seal=lambda octets: octets, seconds=20):
    """What went out while `steps(dcu, line)`, a generator, was run on a second each."""
    dcu, line = Journals(), Line()

    async def live():
        task = coop.spawn(push_live(line, feeds_of(dcu), VirtualClock(), seal))
        for _ in steps(dcu, line):
            await coop.sleep_ms(1_000)
        await coop.sleep_ms(1_000 * seconds)
        task.cancel()

    run_virtual(live())
    return line.sent


def feed_with(count, row_of=lambda seq, payload, since_s: payload):
    """A feed and its journal, into which `count` records came since."""
    journal = FileStore(Disk()).journal("x", 1000)
    feed = Feed("0.0.99.128.1.255", journal, row_of, lambda: True)
    for _ in range(count):
        journal.append(ROW)
    journal.commit()
    return feed, journal


def test_what_comes_in_is_sent_once_with_what_comes_soon_after_it():
    def steps(dcu, line):
        dcu.read(1)
        yield
        dcu.read(2)
        dcu.bring(3)
        yield

    expected = [("0.0.99.128.1.255", [1, 2]), ("0.0.99.128.3.255", [1])]
    assert sorted(lived(steps)) == expected


def test_what_was_there_before_the_session_is_fetched_and_not_pushed():
    feed, journal = feed_with(0)
    journal.append(b"before")
    journal.commit()
    again = Feed("0.0.99.128.1.255", journal, lambda *row: b"x", lambda: True)
    assert again.due(0, UTC_S) == again.due(WAIT_MS, UTC_S) == []


def test_rows_wait_for_others_but_not_long_and_not_when_they_fill_a_notification():
    feed, _ = feed_with(FIT)
    assert feed.due(1_000, 0) == feed.due(WAIT_MS + 999, 0) == []
    assert feed.due(WAIT_MS + 1_000, 0) == [ROW] * FIT
    feed, _ = feed_with(FIT + 1)
    assert feed.due(0, 0) == [ROW] * FIT
    assert feed.due(0, 0) == [] and feed.due(WAIT_MS, 0) == [ROW]


def test_a_row_that_is_too_long_goes_alone():
    feed, journal = feed_with(1, lambda seq, payload, since_s: payload * 6)
    journal.append(b"l" * 900)
    journal.append(ROW)
    journal.commit()
    assert feed.due(0, 0) == [ROW * 6]
    assert feed.due(0, 0) == [b"l" * 5400] and OCTETS_MAX < 5400


def test_what_the_hes_has_fetched_meanwhile_is_not_sent():
    feed, journal = feed_with(3)
    assert feed.due(0, 0) == []
    journal.acknowledge(2)
    assert feed.due(WAIT_MS, 0) == [ROW]
    assert feed.due(2 * WAIT_MS, 0) == []


def test_what_is_old_or_to_be_kept_waits_until_it_is_fetched():
    dcu = Journals()
    feeds = feeds_of(dcu)
    dcu.kept_back = (4,)
    for age_s in (LIVE_S + 1, LIVE_S):
        dcu.read(1, age_s)
        dcu.bring(3, age_s)
    dcu.bring(4)
    for feed in feeds:
        assert feed.due(0, UTC_S) == []
        (row,) = feed.due(WAIT_MS, UTC_S)
        assert axdr.decode_all(row)[0] == 2


def test_readings_are_not_pushed_unless_the_setting_says_so():
    def steps(dcu, line):
        dcu.push = "no"
        dcu.read(1)
        yield

    assert lived(steps) == []


def test_a_seal_that_refuses_costs_only_what_was_to_be_sealed():
    refusals = [Refused("no counter")]

    def seal(octets):
        if refusals:
            raise refusals.pop()
        return octets

    def steps(dcu, line):
        dcu.read(1)
        for _ in range(10):
            yield
        dcu.read(2)
        yield

    assert lived(steps, seal) == [("0.0.99.128.1.255", [2])]


def test_a_lost_connection_ends_it_quietly():
    def steps(dcu, line):
        line.fails = PortError("lost")
        dcu.read(1)
        for _ in range(10):
            yield
        line.fails = None
        dcu.read(2)
        yield

    assert lived(steps) == []


def test_a_disk_that_does_not_read_is_asked_again():
    feed, journal = feed_with(1)
    read = journal.read

    def failing(after, limit):
        raise PortError("disk")

    journal.read = failing
    assert feed.due(0, 0) == []
    journal.read = read
    assert feed.due(0, 0) == [] and feed.due(WAIT_MS, 0) == [ROW]
