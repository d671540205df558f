"""Questions to hes.db, for the verbs of `hes` and for the page. Never writes."""

import json
import sqlite3
import time
from pathlib import Path

from hes_stub.errors import HesError
from hes_stub.folder import DATABASE
from hes_stub.rows import alarm_name
from hes_stub.schema import BUSY_S, check_version, refused
from hes_stub.values import plain
from wire import axdr
from wire.errors import WireError

NOTICE_S = 3600  # how long `hes dcus` shows an event

_DCUS = """
SELECT d.*, (SELECT count(*) FROM meters m WHERE m.terminal = d.terminal) AS meters,
    (SELECT text FROM events e WHERE e.terminal = d.terminal AND e.time_s > ?
     ORDER BY e.rowid DESC LIMIT 1) AS notice
FROM dcus d ORDER BY terminal
"""
_METERS = """
SELECT m.*, r.slot_s AS slot_s, r.energy_import_wh AS energy_import_wh
FROM meters m LEFT JOIN readings r ON r.terminal = m.terminal AND r.mp = m.mp AND r.slot_s =
    (SELECT max(slot_s) FROM readings l WHERE l.terminal = m.terminal AND l.mp = m.mp)
{where} ORDER BY m.terminal, m.mp
"""


class Queries:
    """Each answer is a list of dicts, the names those of the tables."""

    def __init__(self, folder):
        path = Path(folder) / DATABASE
        if not path.exists():
            raise HesError(f"no {DATABASE} in {folder}: `hes serve --data {folder}` makes it")
        try:
            self._sql = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
            self._sql.execute("PRAGMA query_only = 1")
            check_version(self._sql, path)
        except sqlite3.Error as error:
            raise refused(path, error)
        self._path = path
        self._sql.row_factory = sqlite3.Row

    def close(self):
        self._sql.close()

    def dcus(self):
        """`notice` is the newest event of the last NOTICE_S, or None."""
        return self._all(_DCUS, (int(time.time()) - NOTICE_S,))

    def meters(self, terminal=None):
        where, values = _where("m.", terminal=terminal)
        return self._all(_METERS.format(where=where), values)

    def readings(self, terminal=None, mp=None, last=None):
        """The `last` newest by the order of arrival, oldest first."""
        return self._newest("readings", terminal, mp, last)

    def alarms(self, terminal=None, mp=None, last=None):
        rows = self._newest("alarms", terminal, mp, last)
        for row in rows:
            row["name"] = alarm_name(row["code"])
            row.setdefault("severity", None)  # a file that no `hes serve` has opened since
        return rows

    def records(self, terminal=None, mp=None, last=None):
        """Of tasks; `value` is what the data say, in words."""
        rows = self._newest("records", terminal, mp, last)
        for row in rows:
            row["value"] = _value(row["data"])
            row["data"] = row["data"].hex()
        return rows

    def events(self, last):
        return self._newest("events", None, None, last)

    def _newest(self, table, terminal, mp, last):
        where, values = _where("", terminal=terminal, mp=mp)
        limit = -1 if last is None else last
        query = f"SELECT * FROM {table} {where} ORDER BY rowid DESC LIMIT ?"
        return self._all(query, (*values, limit))[::-1]

    def _all(self, query, values=()):
        try:
            return [dict(row) for row in self._sql.execute(query, values)]
        except sqlite3.Error as error:
            raise refused(self._path, error)


def _value(data):
    try:
        return json.dumps(plain(axdr.decode_all(data)), ensure_ascii=False)
    except WireError:
        return data.hex()


def _where(prefix, **wanted):
    """("WHERE a = ? AND b = ?", values) for those that are not None."""
    given = {name: value for name, value in wanted.items() if value is not None}
    terms = [f"{prefix}{name} = ?" for name in given]
    return ("WHERE " + " AND ".join(terms) if terms else ""), tuple(given.values())
