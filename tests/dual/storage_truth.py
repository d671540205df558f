"""A piece of work on a simulated disk, and what has to be there wherever the power was cut."""

from storage.files import FileStore
from storage.limits import TIME_MAX_S
from tests.disk import Disk

PERIOD_S = 900
T0 = 1_750_000_500 // PERIOD_S * PERIOD_S
COLUMNS = ("import_wh", "power_w")
MPS = (1, 2)
SLOTS = 4  # of each ring: few, so that rows are overwritten
RECORDS = 12  # capacity of the journal: segments of two records
REDO_ROWS = 8


def files_on(disk):
    return FileStore(disk, REDO_ROWS)


class Opened:
    """The store on `disk` with its profile and its journal. `store_on(disk)` opens it."""

    def __init__(self, disk, store_on=files_on):
        self.disk = disk
        self.store_on = store_on
        self.store = store_on(disk)
        self.profile = self.store.profile("registers", PERIOD_S, SLOTS, COLUMNS)
        self.journal = self.store.journal("alarms", RECORDS)

    def rows(self):
        """{(mp, slot): (time_s, values)} of all that is readable."""
        found = {}
        for mp in MPS:
            for row in self.profile.query(mp, 0, TIME_MAX_S):
                key = (mp, row[0] // PERIOD_S % SLOTS)
                assert key not in found, "two rows from one slot"
                found[key] = row
        return found

    def records(self):
        return self.journal.read(0, 1000)


class Work:
    """Does things and writes down, in steps of the disk, when each began and was promised."""

    def __init__(self, store_on=files_on):
        self.disk = Disk()
        self._store_on = store_on
        self.rows = []  # (began, promised, (mp, slot), (time_s, values))
        self.records = []  # (began, promised, number, payload)
        self.marks = [(0, 0, 0)]  # (began, promised, number)
        self.reopen()

    def reopen(self):
        self._opened = Opened(self.disk, self._store_on)

    def commit(self, rows, payloads):
        """`rows` are (mp, n, values) with n counted in periods."""
        began = self.disk.steps
        numbers = [self._opened.journal.append(payload) for payload in payloads]
        for mp, n, values in rows:
            self._opened.profile.put(mp, T0 + n * PERIOD_S, values)
        self._opened.store.commit()
        promised = self.disk.steps
        for mp, n, values in rows:
            time_s = T0 + n * PERIOD_S
            key = (mp, time_s // PERIOD_S % SLOTS)
            self.rows.append((began, promised, key, (time_s, values)))
        for number, payload in zip(numbers, payloads):
            self.records.append((began, promised, number, payload))

    def acknowledge(self, number):
        began = self.disk.steps
        self._opened.journal.acknowledge(number)
        self.marks.append((began, self.disk.steps, number))

    def check(self, opened, step):
        """That `opened`, after a cut in `step`, has what was promised and nothing but truth."""
        self._check_rows(opened.rows(), step)
        self._check_records(opened, step)
        promised = [number for _, done, number in self.marks if done <= step]
        begun = [number for began, _, number in self.marks if began <= step]
        assert promised[-1] <= opened.journal.mark <= begun[-1], opened.journal.mark

    def _check_rows(self, found, step):
        allowed = {}
        for began, done, key, row in self.rows:
            if done <= step:
                allowed[key] = [row]
            elif began <= step:
                allowed[key] = allowed.get(key, [None]) + [row]
        for key in set(allowed) | set(found):
            assert found.get(key) in allowed.get(key, [None]), (step, key, found.get(key))

    def _check_records(self, opened, step):
        found = opened.records()
        numbers = [number for number, _ in found]
        assert numbers == sorted(set(numbers)), (step, numbers)
        truth = [(number, payload) for began, _, number, payload in self.records if began <= step]
        assert all([record in truth for record in found]), (step, found)
        promised = [number for _, done, number, _ in self.records if done <= step]
        newest = numbers[-1] if numbers else 0  # of a commit that was on its way, perhaps
        for number in promised[-RECORDS:]:
            assert number in numbers or number <= newest - RECORDS, (step, number)
        assert opened.journal.first == (numbers or [opened.journal.last + 1])[0]
        acknowledged = self.marks[-1][2]  # before anything was evicted
        assert opened.journal.evicted == max(0, opened.journal.first - 1 - acknowledged), step

    def evicts(self):
        return self._opened.journal.evicted > 0

    def last_promised(self, step):
        return max([0] + [number for _, done, number, _ in self.records if done <= step])


def go_on(opened, above):
    """The store works as if nothing had been: also after the next start."""
    rows, records = opened.rows(), opened.records()
    number = opened.journal.append(b"after")
    assert number > above and number > opened.journal.last
    opened.profile.put(1, T0 + 50 * PERIOD_S, (7, None))
    opened.store.commit()
    rows[(1, (T0 // PERIOD_S + 50) % SLOTS)] = (T0 + 50 * PERIOD_S, (7, None))
    records = [record for record in records if record[0] >= opened.journal.first]
    again = Opened(opened.disk.after_cut(opened.disk.steps, 0, lambda: False), opened.store_on)
    assert again.rows() == rows
    assert again.records() == records + [(number, b"after")]


def usual_work(store_on=files_on):
    """Rings that wrap, rows put twice, segments that go, marks, new starts."""
    work = Work(store_on)
    for n in range(12):
        work.commit([(mp, n, (n, -n)) for mp in MPS], [b"round %d" % n])
        if n % 3 == 1:
            work.commit([(1, n, (n, None))], [])  # again, and this counts
            work.commit([], [b"x", b"second alarm %d" % n])
        if n in (2, 6):
            work.reopen()
        if n in (3, 4):
            work.acknowledge(n - 1)
    assert work.evicts()
    work.commit([(2, 14, (1 << 62, -1))], [b"x" * 40, b"y", b"z"])
    return work
