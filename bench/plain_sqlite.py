"""What the store is measured against: a table of rows and a table of records in sqlite3, as one
would write it without a store, with the same durability."""

import sqlite3
import time

from bench.bench_storage import METERS, PERIOD_S, ROUNDS_A_DAY, T0, VALUES
from dcu.columns import COLUMNS
from dcu.reading import pack


def measure_plain(path, rounds):
    """(stored, queried) readings a second."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    columns = ", ".join([column.name for column in COLUMNS])
    database.execute(f"CREATE TABLE rows (mp, time_s, {columns}, PRIMARY KEY (mp, time_s))")
    database.execute("CREATE TABLE records (seq INTEGER PRIMARY KEY, payload BLOB)")
    marks = ", ".join("?" * (2 + len(COLUMNS)))
    began_s = time.monotonic()
    for n in range(rounds):
        time_s = T0 + n * PERIOD_S
        database.execute("BEGIN")
        rows = [(mp, time_s, *VALUES) for mp in range(1, METERS + 1)]
        database.executemany(f"INSERT INTO rows VALUES ({marks})", rows)
        records = [(pack(mp, time_s, VALUES),) for mp in range(1, METERS + 1)]
        database.executemany("INSERT INTO records (payload) VALUES (?)", records)
        database.execute("COMMIT")
    stored = rounds * METERS / (time.monotonic() - began_s)
    began_s, count = time.monotonic(), 0
    select = "SELECT * FROM rows WHERE mp = ? AND time_s >= ? AND time_s < ? ORDER BY time_s"
    for mp in range(1, METERS + 1):
        count += len(database.execute(select, (mp, T0, T0 + 86_400)).fetchall())
    assert count == min(rounds, ROUNDS_A_DAY) * METERS
    queried = count / (time.monotonic() - began_s)
    database.close()
    return stored, queried
