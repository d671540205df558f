"""What was collected, on its way into the store: the data, then what the ledger says of them.

A disk that refuses loses nothing at once: all waits here, up to a bound, for the next commit.
"""

from dcu import reading, record
from dcu.alarm_codes import STORAGE_FAILED
from dcu.verb_words import counted
from hal.errors import PortError

WAITING_MAX = 4096  # readings, records and rows of the ledger; about 1 MB
COMMIT_ROWS = 64  # of a long round, that a power cut in it costs no more than these
PIECE_ROWS = 16  # that a disk which refused is tried with, instead of all; then with ever more


class Readings:
    """`profile` and `journal` take readings, `records` what other tasks bring; all are of `store`,
    whose commit() makes all that was put durable."""

    def __init__(self, store, profile, journal, records, alarm, log):
        self._store = store
        self._profile = profile
        self._journal = journal
        self._records = records
        self._alarm = alarm
        self._log = log
        self._waiting = []  # (whether it is data, function, arguments)
        self._fresh = 0  # put since the last try to commit
        self.is_failing = False  # the disk refused the last commit
        self.lost = 0  # data pushed out of memory while the disk was full
        self.dropped = 0  # these, and what spoke of them or of failures

    def put(self, mp, slot_s, values):
        """Take a reading; it is kept when `commit` has returned True. What speaks of it is to
        be put after it, before anything is committed."""
        self._take(True, self._put_reading, (mp, slot_s, values))

    def put_record(self, taken):
        """Take a dcu/record.py Record, as `put`."""
        self._take(True, self._put_record, (taken,))

    def put_about(self, put, *arguments):
        """Take what speaks of data: `put(*arguments)` is called with the next commit."""
        self._take(False, put, arguments)

    def _put_reading(self, mp, slot_s, values):
        self._profile.put(mp, slot_s, values)
        self._journal.append(reading.pack(mp, slot_s, values))

    def _put_record(self, taken):
        self._records.append(record.pack(taken))

    def _take(self, is_data, put, arguments):
        self._waiting.append((is_data, put, arguments))
        if len(self._waiting) > WAITING_MAX:
            self.lost += self._drop()[0]
            while self._waiting and not self._waiting[0][0]:
                self._drop()  # what spoke of that: nobody is to take it for kept
        self._fresh += is_data

    def _drop(self):
        self.dropped += 1
        return self._waiting.pop(0)

    def commit_many(self):
        """Commit when there is enough to be worth it."""
        if self._fresh >= COMMIT_ROWS:
            self.commit()

    def commit(self):
        """True when all that was put so far is durable. Tells once when the disk refuses."""
        self._fresh = 0
        if not self._waiting:
            return True
        try:
            self._commit(True)
            self._commit(False)
        except PortError as error:
            self._refused(error)
            return False
        if self.is_failing:
            self.is_failing = False
            self._log("storage", f"stores again; {counted(self.lost, 'reading')} lost meanwhile")
        return True

    def _commit(self, is_data):
        """Data first: what speaks of them must not be durable when they are not."""
        chosen = [each for each in self._waiting if each[0] == is_data]
        rows = PIECE_ROWS if self.is_failing else len(chosen)
        while chosen:
            for _, put, arguments in chosen[:rows]:
                put(*arguments)
            self._store.commit()
            chosen = chosen[rows:]
            self._waiting = chosen + [each for each in self._waiting if each[0] != is_data]
            rows *= 2

    def _refused(self, error):
        if self.is_failing:  # told, and how many wait is in the status
            return
        self.is_failing = True
        text = f"{counted(self.unstored, 'reading')} not stored yet: {error}"
        self._log("storage", text)
        self._alarm(STORAGE_FAILED, 0, text)

    @property
    def unstored(self):
        """How many readings and records wait for the disk."""
        return len([is_data for is_data, _, _ in self._waiting if is_data])
