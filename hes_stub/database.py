"""What `hes serve` writes into hes.db: readings and alarms with the position they bring us to.

A batch and its position are one transaction, durable on return. Only then may the DCU be told:
what it has been told is here, whichever side dies, and what it sends again is not stored twice.
"""

import time
from collections import namedtuple
from contextlib import contextmanager

from hes_stub.rows import Meter
from hes_stub.schema import COLUMNS, open_to_write

READINGS, ALARMS, RECORDS = "readings", "alarms", "records"

# Up to which record of a stream all is stored; `mark` tells that record from another one that
# has the same number: see hes_stub.streams
Position = namedtuple("Position", ("epoch", "seq", "mark"))
START = Position(1, 0, "")

_PUT_READING = f"""
INSERT INTO readings (terminal, epoch, seq, mp, slot_s, {", ".join(COLUMNS)}, stored_s)
VALUES ({", ".join("?" * (len(COLUMNS) + 6))})
ON CONFLICT (terminal, mp, slot_s) DO NOTHING
"""
_RENEW_READING = f"""
UPDATE readings SET epoch = ?, seq = ?,
{", ".join(f"{name} = coalesce(?, {name})" for name in COLUMNS)}, stored_s = ?
WHERE terminal = ? AND mp = ? AND slot_s = ? AND (epoch, seq) != (?, ?)
"""
_PUT_ALARM = """
INSERT INTO alarms (terminal, epoch, seq, time_s, code, mp, text, severity, stored_s)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (terminal, seq, epoch) DO NOTHING
"""
_PUT_RECORD = """
INSERT INTO records (terminal, epoch, seq, mp, time_s, task, slot_s, data, stored_s)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (terminal, seq, epoch) DO NOTHING
"""
_PUT_POSITION = "INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?)"
_COUNT = "UPDATE dcus SET fetched_s = ?, readings = readings + ? WHERE terminal = ?"
_PUT_DCU = """
INSERT INTO dcus (terminal, peer, connected, login_s, heard_s) VALUES (?, ?, 1, ?, ?)
ON CONFLICT (terminal) DO UPDATE SET peer = excluded.peer, connected = 1,
login_s = excluded.login_s, heard_s = excluded.heard_s
"""


class Database:
    def __init__(self, path):
        self._sql = open_to_write(path)
        self._sql.execute("UPDATE dcus SET connected = 0")
        # Presence may be lost in a power cut: it must not cost a disk sync each heartbeat
        self._presence = open_to_write(path)
        self._presence.execute("PRAGMA synchronous = NORMAL")

    def close(self):
        self._presence.execute("UPDATE dcus SET connected = 0")
        self._presence.close()
        self._sql.close()

    @contextmanager
    def _transaction(self):
        self._sql.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._sql.execute("COMMIT")
        except BaseException:
            if self._sql.in_transaction:
                self._sql.execute("ROLLBACK")
            raise

    def position(self, terminal, stream):
        row = self._sql.execute(
            "SELECT epoch, seq, mark FROM positions WHERE terminal = ? AND stream = ?",
            (terminal, stream),
        ).fetchone()
        return Position(*row) if row else START

    def store(self, terminal, stream, rows, position, event=None):
        """Keep `rows` (Reading, Alarm or Record) and that we are at `position`, both or neither.

        Returns the rows that were not here before. `event` is a text kept with them.
        """
        put = {
            READINGS: self._put_reading,
            ALARMS: self._put_alarm,
            RECORDS: self._put_record,
        }[stream]
        with self._transaction():
            new = [row for row in rows if put(terminal, position.epoch, row)]
            self._sql.execute(_PUT_POSITION, (terminal, stream, *position))
            if stream == READINGS:
                self._sql.execute(_COUNT, (now_s(), len(new), terminal))
            if event:
                self._put_event(terminal, event)
        return new

    def _put_reading(self, terminal, epoch, row):
        """True when the slot is new; a later row of the same slot fills or renews its values."""
        key = (terminal, epoch, row.seq, row.mp, row.time_s)
        if self._sql.execute(_PUT_READING, (*key, *row.values, now_s())).rowcount:
            return True
        renewed = (epoch, row.seq, *row.values, now_s(), terminal, row.mp, row.time_s)
        self._sql.execute(_RENEW_READING, (*renewed, epoch, row.seq))
        return False

    def _put_alarm(self, terminal, epoch, row):
        """True when it is new: it may have come before its turn."""
        return self._sql.execute(_PUT_ALARM, (terminal, epoch, *row, now_s())).rowcount == 1

    def _put_record(self, terminal, epoch, row):
        """As an alarm."""
        return self._sql.execute(_PUT_RECORD, (terminal, epoch, *row, now_s())).rowcount == 1

    def _put_event(self, terminal, text):
        self._sql.execute("INSERT INTO events VALUES (?, ?, ?)", (now_s(), terminal, text))

    def event(self, terminal, text):
        """One that the DCU is told is kept: durable on return."""
        with self._transaction():
            self._put_event(terminal, text)

    def notice(self, terminal, text):
        """An event that goes with no batch."""
        self._presence.execute("INSERT INTO events VALUES (?, ?, ?)", (now_s(), terminal, text))

    def held(self, terminal, stream, seq):
        """The newest record stored with this number as (mp, time), or None."""
        time = "slot_s" if stream == READINGS else "time_s"
        query = f"SELECT mp, {time} FROM {stream} WHERE terminal = ? AND seq = ?"
        row = self._sql.execute(query + " ORDER BY epoch DESC", (terminal, seq)).fetchone()
        return tuple(row) if row else None

    def replace_meters(self, terminal, meters):
        """`meters` is all that the DCU has on file; others are dropped, their readings stay."""
        with self._transaction():
            self._sql.execute("DELETE FROM meters WHERE terminal = ?", (terminal,))
            self._sql.executemany(
                "INSERT INTO meters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(terminal, *meter) for meter in meters],
            )

    def meter(self, terminal, mp):
        """The Meter that the DCU has on file, or None."""
        query = "SELECT * FROM meters WHERE terminal = ? AND mp = ?"
        row = self._sql.execute(query, (terminal, mp)).fetchone()
        return Meter(*tuple(row)[1:]) if row else None

    def logged_in(self, terminal, peer):
        self._presence.execute(_PUT_DCU, (terminal, peer, now_s(), now_s()))

    def heartbeat(self, terminal):
        """How many heartbeats of this terminal have been answered, this one included."""
        sql = "UPDATE dcus SET heartbeats = heartbeats + 1, heartbeat_s = ?, heard_s = ?"
        times = (now_s(), now_s())
        self._presence.execute(sql + " WHERE terminal = ?", (*times, terminal))
        query = "SELECT heartbeats FROM dcus WHERE terminal = ?"
        return self._presence.execute(query, (terminal,)).fetchone()[0]

    def heard(self, terminal, backlog):
        sql = "UPDATE dcus SET heard_s = ?, backlog = ? WHERE terminal = ?"
        self._presence.execute(sql, (now_s(), backlog, terminal))

    def has_version(self, terminal, version):
        self._presence.execute(
            "UPDATE dcus SET version = ? WHERE terminal = ?", (version, terminal)
        )

    def gone(self, terminal):
        self._presence.execute("UPDATE dcus SET connected = 0 WHERE terminal = ?", (terminal,))


def now_s():
    return int(time.time())
