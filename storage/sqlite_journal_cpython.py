"""Numbered records in a table of the SQLite store: the contract is that of storage/journal.py, but
it evicts record by record."""

from hal.errors import PortError, Refused
from storage.limits import NUMBER_MAX, PENDING_MAX, RECORD_MAX

_PARTS = 8  # of the capacity: one is let go of to make room
_DROPPED_MAX = 1024  # at once: what is gone is logged first, and there is no room


class Journal:
    """`store` has execute and transact; `reserved`: storage/reserved_cpython.py."""

    def __init__(self, store, name, capacity, reserved):
        self._store = store
        self._name = name
        self._table = "journal_" + name
        self._capacity = capacity
        self._reserved = reserved
        self.pending = []
        store.execute(
            f"CREATE TABLE IF NOT EXISTS {self._table} "
            "(seq INTEGER PRIMARY KEY, payload BLOB NOT NULL)"
        )
        statement = "SELECT last, acknowledged, evicted FROM marks WHERE journal = ?"
        marks = store.execute(statement, (name,))
        self.last, self.mark, self.evicted = marks[0] if marks else (reserved.of(name), 0, 0)
        self._next_evicted = self.evicted
        if not marks:  # a journal without marks is one whose database was lost
            self._save_marks(self.last, 0, 0)  # or a cut in the first commit would look alike

    @property
    def first(self):
        rows = self._store.execute(f"SELECT min(seq) FROM {self._table}")
        return self.last + 1 if rows[0][0] is None else rows[0][0]

    def append(self, payload):
        assert 0 < len(payload) <= RECORD_MAX
        if len(self.pending) >= PENDING_MAX:
            raise PortError(f"journal {self._name}: {PENDING_MAX} records wait for a commit")
        self.pending.append(bytes(payload))
        number = self.last + len(self.pending)
        assert number <= NUMBER_MAX
        return number

    def read(self, after_seq, limit):
        statement = f"SELECT seq, payload FROM {self._table} WHERE seq > ? ORDER BY seq LIMIT ?"
        return self._store.execute(statement, (after_seq, limit))

    def acknowledge(self, seq):
        if seq > self.last:
            raise Refused(f"record {seq} acknowledged, but the last is {self.last}")
        if seq > self.mark:
            self._save_marks(self.last, seq, self.evicted)
            self.mark = seq

    def write(self):
        """Within the transaction of the store."""
        last = self.last + len(self.pending)
        self._reserved.cover(self._name, last)
        insert = f"INSERT INTO {self._table} VALUES (?, ?)"
        for seq, payload in enumerate(self.pending, self.last + 1):
            self._store.execute(insert, (seq, payload))
        self._drop(last - self._capacity, last)

    def _drop(self, newest, last):
        """The records up to `newest` go; `last` is the last number given."""
        below = f"FROM {self._table} WHERE seq <= ?"
        lost = f"SELECT count(*) {below} AND seq > ?"
        self._next_evicted = self.evicted + self._store.execute(lost, (newest, self.mark))[0][0]
        self._store.execute(f"DELETE {below}", (newest,))
        self._save_marks(last, self.mark, self._next_evicted)

    def drop_oldest(self, acknowledged):
        """As storage/journal.py; a part of the capacity, at most what is there but the last."""
        first = self.first
        part = min(_DROPPED_MAX, max(1, self._capacity // _PARTS))
        newest = min(first + part - 1, self.last - 1)
        if newest < first or (acknowledged and newest > self.mark):
            return 0
        self._store.transact([lambda: self._drop(newest, self.last)])
        self.evicted = self._next_evicted
        return newest - first + 1

    def clear(self):
        """Within the transaction of the store. Those not acknowledged count as evicted."""
        self._drop(self.last, self.last)

    def written(self):
        self.last += len(self.pending)
        self.evicted = self._next_evicted

    def _save_marks(self, last, mark, evicted):
        row = (self._name, last, mark, evicted)
        self._store.execute("INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?)", row)
