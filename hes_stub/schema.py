"""The tables of hes.db. docs/hes.md describes them for those who read the file with other tools.

A sequence number is the DCU's own. When a DCU is replaced or its data cleared, its numbers begin
again at 1: the HES then counts a new epoch, so that nothing collides. One row per terminal,
measuring point and slot, whatever the epoch.

No key is in it but wrapped, and the counters are kept by a fingerprint: hes_stub/key_store.py.
"""

import os
import sqlite3

from hes_stub.errors import HesError

VERSION = 3  # 1 had no keys, 2 no severity: what is missing in a file is made when it is opened
BUSY_S = 10  # another process of ours writes: wait for it

# The values of a reading, in the order in which the DCU sends them (docs/cosem-objects.md)
COLUMNS = (
    "clock_s",
    "energy_import_wh",
    "energy_import_t1_wh",
    "energy_import_t2_wh",
    "energy_export_wh",
    "voltage_mv",
    "current_ma",
    "power_w",
)

TABLES = f"""
CREATE TABLE IF NOT EXISTS dcus (
    terminal TEXT PRIMARY KEY,
    peer TEXT NOT NULL,
    connected INTEGER NOT NULL,
    login_s INTEGER NOT NULL,
    heard_s INTEGER NOT NULL,
    heartbeat_s INTEGER,
    heartbeats INTEGER NOT NULL DEFAULT 0,
    fetched_s INTEGER,
    readings INTEGER NOT NULL DEFAULT 0,
    backlog INTEGER,
    version TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meters (
    terminal TEXT NOT NULL,
    mp INTEGER NOT NULL,
    address TEXT NOT NULL,
    gather TEXT NOT NULL,
    protocol TEXT NOT NULL,
    channel TEXT NOT NULL,
    client INTEGER NOT NULL,
    auth TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (terminal, mp)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS readings (
    terminal TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    mp INTEGER NOT NULL,
    slot_s INTEGER NOT NULL,
    {" INTEGER, ".join(COLUMNS)} INTEGER,
    stored_s INTEGER NOT NULL,
    UNIQUE (terminal, seq, epoch),
    UNIQUE (terminal, mp, slot_s)
);
CREATE TABLE IF NOT EXISTS alarms (
    terminal TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    time_s INTEGER NOT NULL,
    code INTEGER NOT NULL,
    mp INTEGER NOT NULL,
    text TEXT NOT NULL,
    stored_s INTEGER NOT NULL,
    severity TEXT,
    UNIQUE (terminal, seq, epoch)
);
CREATE TABLE IF NOT EXISTS records (
    terminal TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    mp INTEGER NOT NULL,
    time_s INTEGER NOT NULL,
    task INTEGER NOT NULL,
    slot_s INTEGER NOT NULL,
    data BLOB NOT NULL,
    stored_s INTEGER NOT NULL,
    UNIQUE (terminal, seq, epoch)
);
CREATE TABLE IF NOT EXISTS positions (
    terminal TEXT NOT NULL,
    stream TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (terminal, stream)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    time_s INTEGER NOT NULL,
    terminal TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS titles (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    title BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS counters (
    fingerprint TEXT PRIMARY KEY,
    reserved INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS keys (
    terminal TEXT PRIMARY KEY,
    old BLOB NOT NULL,
    new BLOB
) WITHOUT ROWID;
"""
_OURS_ALONE = 0o600
_BESIDE = ("", "-wal", "-shm")  # files of one database


def open_to_write(path):
    """A connection whose every commit is on the disk when it returns. HesError: not ours."""
    _keep_to_ourselves(path)
    try:
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        check_version(connection, path)
        connection.executescript(TABLES)
        _add_severity(connection)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except sqlite3.Error as error:
        raise refused(path, error)
    connection.row_factory = sqlite3.Row
    return connection


def _add_severity(connection):
    columns = [row[1] for row in connection.execute("PRAGMA table_info(alarms)")]
    if "severity" not in columns:
        connection.execute("ALTER TABLE alarms ADD COLUMN severity TEXT")


def _keep_to_ourselves(path):
    """What the meters say is for nobody else. SQLite makes -wal and -shm with the same mode."""
    try:
        # Never opened when it is there: closing it again would take the locks of SQLite away
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _OURS_ALONE))
    except FileExistsError:
        pass
    except OSError as error:
        raise HesError(f"{path}: {error.strerror}; give --data a folder with the right to write")
    for name in _BESIDE:
        try:
            os.chmod(f"{path}{name}", _OURS_ALONE)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise HesError(f"{path}{name}: {error.strerror}; it is of another user")


def refused(path, error):
    """The HesError for the sqlite3.Error that opening `path` ended in."""
    if getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return HesError(
            f"{path} is damaged: move it away, and put a copy of it back (docs/hes.md, Keys) or"
            " let `hes serve` make a new one, which has what the concentrators still hold"
        )
    return HesError(f"{path}: {error}; give --data a folder with room and the right to write")


def check_version(connection, path):
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > VERSION:
        raise HesError(f"{path} is of a newer hes (schema {found}); this one knows {VERSION}")
