"""SQLite on the simulated disk of tests/disk.py: a VFS whose power can be cut at every write.

The store runs the SQL that it always runs; only what is beneath SQLite is another. The shared
memory of the WAL index is left out: the connection holds the database for itself instead.
"""

import itertools
import sqlite3
import weakref

import apsw

from hal.errors import PortError

_NUMBERS = itertools.count()
_SECTOR = 512
_last = weakref.WeakKeyDictionary()  # disk: the VFS that was opened on it last


def connect_on(disk):
    """A function(path) -> a connection, as storage/sqlite_cpython.py takes. A connection loses
    its power when the next one on that disk is opened."""

    def connect(path):
        before = _last.get(disk)
        if before:
            before.has_power = False
        _last[disk] = _Vfs(disk)
        return _Connection(path, _last[disk])

    return connect


class _Connection:
    """What of a sqlite3.Connection the store uses."""

    def __init__(self, path, vfs):
        self._vfs = vfs  # it must live as long
        self._connection = apsw.Connection(path.rpartition("/")[2], vfs=vfs.name)
        self.execute("PRAGMA locking_mode=EXCLUSIVE")

    def __del__(self):
        """Whoever lets go of it has died: SQLite is not to tidy up."""
        self._vfs.has_power = False

    @property
    def in_transaction(self):
        return self._connection.in_transaction

    def execute(self, statement, values=()):
        name, _, value = statement.partition("wal_autocheckpoint=")
        if name == "PRAGMA ":
            self._connection.setwalhook(_emptied_from(int(value)))
            return _Rows()
        try:
            return _Rows(self._connection.execute(statement, values).fetchall())
        except (apsw.NotADBError, apsw.CorruptError) as error:
            raise sqlite3.DatabaseError(error)
        except apsw.Error as error:
            raise sqlite3.OperationalError(error)

    def close(self):
        self._connection.close()


def _emptied_from(pages_min):
    """What SQLite does itself after a commit, so that a disk which refuses that raises nothing:
    the commit is durable by then."""

    def after_commit(connection, name, pages):
        if pages >= pages_min:
            try:
                connection.wal_checkpoint(name)
            except (PortError, apsw.Error):
                pass
        return apsw.SQLITE_OK

    return after_commit


class _Rows(list):
    def fetchall(self):
        return list(self)


class _Vfs(apsw.VFS):
    def __init__(self, disk):
        self.name = f"disk-{next(_NUMBERS)}"
        self.disk = disk
        self.has_power = True
        super().__init__(self.name, base="")

    def xOpen(self, name, flags):
        path = name if isinstance(name, str) else name.filename()
        return _File(self, path.rpartition("/")[2])

    def xDelete(self, path, is_synced):
        name = path.rpartition("/")[2]
        if self.has_power and name in self.disk.names(name):
            self.disk.remove(name)

    def xAccess(self, path, flags):
        name = path.rpartition("/")[2]
        return name in self.disk.names(name)

    def xFullPathname(self, name):
        return name


class _File:
    def __init__(self, vfs, name):
        self._vfs = vfs
        self._file = vfs.disk.open(name)

    def xRead(self, size, at):
        self._file.seek(at)
        return self._file.read(size)

    def xWrite(self, octets, at):
        if self._vfs.has_power:
            self._file.seek(at)
            self._file.write(bytes(octets))

    def xSync(self, flags):
        if self._vfs.has_power:
            self._file.sync()

    def xTruncate(self, size):
        if self._vfs.has_power:
            self._file.truncate(size)

    def xFileSize(self):
        return self._file.size()

    def xSectorSize(self):
        return _SECTOR

    def xDeviceCharacteristics(self):
        return 0

    def xFileControl(self, operation, pointer):
        return False

    def xCheckReservedLock(self):
        return False

    def xLock(self, level):
        pass

    xUnlock = xLock

    def xClose(self):
        pass
