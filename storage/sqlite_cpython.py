"""The store of CPython: one SQLite database that any tool can open while the DCU runs.

    profile_<name>   mp, slot, time_s and a column for each value; one row a meter and period
    journal_<name>   seq, payload
    marks            for each journal: last number, acknowledged up to, records evicted
    profiles         for each profile: period_s, capacity

WAL and synchronous=FULL: a commit is durable on return. The contract is that of
storage/files.py, and tests/contract/test_storage_*.py hold for both.
"""

import sqlite3

from hal.errors import PortError
from hal.files import Files
from storage.limits import (
    PENDING_MAX,
    check_name,
    check_profile,
    check_row,
    say,
)
from storage.reserved_cpython import Reserved
from storage.slots import Slots
from storage.sqlite_journal_cpython import Journal

_LOCKED_S = 1  # wait for another program that writes
_QUERY_ROWS = 512  # in memory at a time
_LOG_PAGES = 256  # of the write-ahead log: it must find room on a disk that is all but full
_TABLES = (
    "CREATE TABLE IF NOT EXISTS marks (journal TEXT PRIMARY KEY, last INTEGER NOT NULL, "
    "acknowledged INTEGER NOT NULL, evicted INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS profiles (profile TEXT PRIMARY KEY, period_s INTEGER NOT NULL, "
    "capacity INTEGER NOT NULL)",
)


def _connect(path):
    return sqlite3.connect(path, timeout=_LOCKED_S, isolation_level=None)


class SqliteStore:
    """`damage` is a list of texts: what was found damaged and set aside.

    files     hal.files.Files of its folder, if it is another than that of the path
    connect   function(path) -> a connection as of sqlite3 in autocommit
    """

    def __init__(self, path, files=None, connect=_connect):
        folder, _, self._name = path.rpartition("/")
        self._path = path
        self._files = files or Files(folder or ".")
        self._connect = connect
        self.damage = []
        slots = Slots(self._files, self._name + "-numbers", self.damage)
        self._reserved = Reserved(slots)
        self._parts = {}
        self._database = self._whole_database()
        for statement in _TABLES:
            self.execute(statement)

    def profile(self, name, period_s, capacity, columns):
        """Rows by meter and time: put, query, last. `columns` are their names."""
        check_profile(name, period_s, capacity, columns)
        profile = _Profile(self, name, period_s, capacity, tuple(columns))
        self._parts["profile_" + name] = profile
        return profile

    def journal(self, name, capacity):
        """Numbered records: append, read, acknowledge."""
        check_name(name)
        assert capacity > 0 and "journal_" + name not in self._parts
        journal = Journal(self, name, capacity, self._reserved)
        self._parts["journal_" + name] = journal
        return journal

    def commit(self):
        """All put and appended since the last commit is durable on return.

        PortError: the disk does not take it. What was put and appended is then forgotten, and
        to be put and appended again.
        """
        parts = [part for part in self._parts.values() if part.pending]
        try:
            if parts:
                self.transact([part.write for part in parts])
                for part in parts:
                    part.written()
        finally:
            for part in parts:
                part.pending = []

    def clear(self, journals):
        """All rows of all profiles go, and the records of these journals: all, or nothing."""
        self.transact([self._clear_profiles] + [journal.clear for journal in journals])
        for journal in journals:
            journal.written()

    def _clear_profiles(self):
        for row in self.execute("SELECT profile FROM profiles"):
            self.execute(f"DELETE FROM profile_{row[0]}")

    def spare_octets(self):
        """Room within the database, of what is gone. PortError."""
        pages = self.execute("PRAGMA freelist_count")[0][0]
        return pages * self.execute("PRAGMA page_size")[0][0]

    def close(self):
        self._database.close()

    def execute(self, statement, values=()):
        """The rows, all in memory. PortError when the database does not do it."""
        try:
            return self._database.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise PortError(f"{self._path}: {error}")

    def transact(self, functions):
        """Run them in one transaction: all of it is durable on return, or nothing is kept."""
        self.execute("BEGIN IMMEDIATE")
        try:
            for function in functions:
                function()
            self.execute("COMMIT")
        except PortError:
            if self._database.in_transaction:
                self.execute("ROLLBACK")
            raise

    def _whole_database(self):
        database = self._opened()
        if database is None:
            there = self._files.names(self._name)
            for suffix in ("", "-wal", "-shm"):
                if self._name + suffix in there:
                    self._files.rename(self._name + suffix, self._name + ".damaged" + suffix)
            say(self.damage, f"{self._path}: damaged, set aside as {self._path}.damaged")
            database = self._opened()
        return database

    def _opened(self):
        """The connection, or None when the database is damaged."""
        database = None
        try:
            database = self._connect(self._path)
            database.execute("PRAGMA journal_mode=WAL").fetchall()
            database.execute("PRAGMA synchronous=FULL")
            database.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES}").fetchall()
            if database.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]:
                return database
        except sqlite3.OperationalError as error:
            raise PortError(f"{self._path}: {error}")
        except sqlite3.DatabaseError:
            pass
        database.close()
        return None


class _Profile:
    """As storage/profile.py: a row stays until another period takes its slot."""

    def __init__(self, store, name, period_s, capacity, columns):
        self._store = store
        self._name = name
        self._table = "profile_" + name
        self._period_s = period_s
        self._capacity = capacity
        self._columns = columns
        self.pending = []
        self._carry_over()
        marks = ", ".join("?" * (3 + len(columns)))
        self._insert = f"INSERT OR REPLACE INTO {self._table} VALUES ({marks})"
        names = ", ".join(("time_s", *columns))
        self._select = f"SELECT {names} FROM {self._table} WHERE mp = ?"

    def put(self, mp, time_s, values):
        check_row(mp, time_s, values, len(self._columns))
        if len(self.pending) >= PENDING_MAX:
            raise PortError(f"profile {self._name}: {PENDING_MAX} rows wait for a commit")
        slot = time_s // self._period_s % self._capacity
        self.pending.append((mp, slot, time_s, *values))

    def query(self, mp, from_s, to_s):
        statement = self._select + " AND time_s >= ? AND time_s < ? ORDER BY time_s LIMIT ?"
        while True:
            rows = self._store.execute(statement, (mp, from_s, to_s, _QUERY_ROWS))
            for row in rows:
                yield row[0], row[1:]
            if len(rows) < _QUERY_ROWS:
                return
            from_s = rows[-1][0] + 1

    def last(self, mp):
        rows = self._store.execute(self._select + " ORDER BY time_s DESC LIMIT 1", (mp,))
        return (rows[0][0], rows[0][1:]) if rows else None

    def write(self):
        for row in self.pending:
            self._store.execute(self._insert, row)

    def written(self):
        pass

    def _carry_over(self):
        """Make the table, and bring in what is there with another period or other columns."""
        execute = self._store.execute
        before = execute(
            "SELECT period_s, capacity FROM profiles WHERE profile = ?", (self._name,)
        )
        there = [row[1] for row in execute(f"PRAGMA table_info({self._table})")]
        if before == [(self._period_s, self._capacity)] and there[3:] == list(self._columns):
            return
        self._store.transact([lambda: self._rebuild(there)])

    def _rebuild(self, there):
        execute, table = self._store.execute, self._table
        columns = "".join(f", {name} INTEGER" for name in self._columns)
        execute(
            f"CREATE TABLE new_{table} (mp INTEGER NOT NULL, slot INTEGER NOT NULL, "
            f"time_s INTEGER NOT NULL{columns}, PRIMARY KEY (mp, slot)) WITHOUT ROWID"
        )
        if there:
            values = "".join(f", {name if name in there else 'NULL'}" for name in self._columns)
            slot = f"time_s / {self._period_s} % {self._capacity}"
            execute(
                f"INSERT OR REPLACE INTO new_{table} "
                f"SELECT mp, {slot}, time_s{values} FROM {table} ORDER BY mp, time_s"
            )
            execute(f"DROP TABLE {table}")
        execute(f"ALTER TABLE new_{table} RENAME TO {table}")
        execute(f"CREATE INDEX {table}_by_time ON {table} (mp, time_s)")
        row = (self._name, self._period_s, self._capacity)
        execute("INSERT OR REPLACE INTO profiles VALUES (?, ?, ?)", row)
