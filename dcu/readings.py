"""Readings on their way into the store: to the profile and to the journal, then one commit.

A disk that refuses loses nothing at once: rows wait here, up to a bound, for the next commit.
"""

from dcu import reading
from dcu.alarm_codes import STORAGE_FAILED
from hal.errors import PortError

WAITING_MAX = 4096  # rows: ten rounds of 96 meters and more; about 1 MB
COMMIT_ROWS = 64  # of a long round, that a power cut in it costs no more than these


class Readings:
    """`profile` and `journal` are of `store`, whose commit() makes both durable."""

    def __init__(self, store, profile, journal, alarm, log):
        self._store = store
        self._profile = profile
        self._journal = journal
        self._alarm = alarm
        self._log = log
        self._waiting = []
        self._fresh = 0  # put since the last try to commit
        self._is_failing = False
        self.lost = 0  # pushed out of memory while the disk was full

    def put(self, mp, slot_s, values):
        """Take the row; it is kept when `commit` has returned True."""
        self._waiting.append((mp, slot_s, values))
        if len(self._waiting) > WAITING_MAX:
            self._waiting.pop(0)
            self.lost += 1
        self._fresh += 1
        if self._fresh >= COMMIT_ROWS:
            self.commit()

    def commit(self):
        """True when every row put so far is durable. Tells once when the disk refuses."""
        self._fresh = 0
        if not self._waiting:
            return True
        try:
            for mp, slot_s, values in self._waiting:
                self._profile.put(mp, slot_s, values)
                self._journal.append(reading.pack(mp, slot_s, values))
            self._store.commit()
        except PortError as error:
            self._refused(error)
            return False
        self._waiting = []
        if self._is_failing:
            self._is_failing = False
            self._log("storage", f"stores again; {self.lost} readings were lost meanwhile")
        return True

    def _refused(self, error):
        text = f"{len(self._waiting)} readings wait: {error}"
        self._log("storage", text)
        if not self._is_failing:
            self._is_failing = True
            self._alarm(STORAGE_FAILED, 0, text)

    @property
    def unstored(self):
        """How many wait for the disk."""
        return len(self._waiting)
