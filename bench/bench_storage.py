"""What the store costs on this disk: octets a reading, milliseconds a commit, a query, a start.

    python -m bench.run storage
    python -m bench.bench_storage FOLDER [DAYS]
    MICROPYPATH=.:.frozen micropython -X heapsize=4M bench/bench_storage.py FOLDER [DAYS]

FOLDER must be empty or new and is left full; it says which disk is measured. On CPython both
back ends are measured.
"""

import sys

sys.path.insert(0, ".")

from dcu.columns import COLUMNS
from dcu.reading import pack
from hal.clock import Clock
from hal.files import Files
from storage.files import FileStore
from storage.rows import RowFormat

METERS = 96
PERIOD_S = 900
ROUNDS_A_DAY = 96
KEPT_DAYS = 60
T0 = 1_750_000_500 // PERIOD_S * PERIOD_S
VALUES = (T0, 123_456_789, 100_000_000, 23_456_789, 0, 230_100, 5_230, 1_203)
MEGABYTE = 1_000_000


def main():
    """In a folder of its own, which is gone afterwards."""
    import tempfile

    from bench.interpreters import on_micropython

    with tempfile.TemporaryDirectory() as folder:
        run(folder, days=1)
        print("— the same on MicroPython", flush=True)
        on_micropython("4M", "bench_storage.py", folder + "/micropython", "1")


def run(folder, days):
    clock = Clock()
    show_sizes()
    if sys.implementation.name == "cpython":
        from bench.plain_sqlite import measure_plain

        plain = measure_plain(folder + "/plain.db", days * ROUNDS_A_DAY)
        _rates("plain sqlite3", plain)
    files = Files(folder + "/files")
    readings, rates = measure("files", clock, lambda: FileStore(files), days)
    _rates("files", rates)
    journal = octets_in(files, "journal-readings-") / readings
    print(f"files: {journal + RowFormat(len(COLUMNS)).size:.0f} octets a reading")
    if sys.implementation.name == "cpython":
        from storage.sqlite_cpython import SqliteStore

        beside = Files(folder + "/sqlite")
        open_store = lambda: SqliteStore(folder + "/sqlite/dcu.db")  # noqa: E731
        readings, rates = measure("sqlite", clock, open_store, days)
        _rates("sqlite", rates, plain)
        octets = octets_in(beside, "dcu.db") - octets_in(beside, "dcu.db-wal")
        print(f"sqlite: {octets / readings:.0f} octets a reading")


def _rates(name, rates, plain=None):
    """Readings a second, stored with their records and queried; as parts of plain sqlite3's."""
    stored, queried = rates
    ratio = f", {stored / plain[0]:.2f} and {queried / plain[1]:.2f} of plain" if plain else ""
    print(f"{name}: {stored:.0f} readings/s stored, {queried:.0f} queried{ratio}")


def show_sizes():
    for columns in (4, len(COLUMNS)):
        size = RowFormat(columns).size
        kept = size * METERS * KEPT_DAYS * ROUNDS_A_DAY / MEGABYTE
        print(f"files: row of {columns} columns {size} octets;", end=" ")
        print(f"{KEPT_DAYS} days of {METERS} meters {kept:.1f} MB")


def measure(name, clock, open_store, days):
    """How many readings it put, and (stored, queried) a second."""
    store = open_store()
    profile, journal = parts_of(store)
    rounds = days * ROUNDS_A_DAY
    spent_ms = []
    for n in range(rounds):
        began_ms = clock.ticks_ms()
        for mp in range(1, METERS + 1):
            profile.put(mp, T0 + n * PERIOD_S, VALUES)
            journal.append(pack(mp, T0 + n * PERIOD_S, VALUES))
        store.commit()
        spent_ms.append(clock.ticks_ms() - began_ms)
    spent_ms.sort()
    stored = 1000 * rounds * METERS / max(1, sum(spent_ms))
    print(f"{name}: put and commit {METERS} rows: median {spent_ms[rounds // 2]} ms,", end=" ")
    print(f"95 % {spent_ms[rounds * 95 // 100]} ms, longest {spent_ms[-1]} ms")
    queried = measure_reading(name, clock, profile, journal, min(rounds, ROUNDS_A_DAY))
    began_ms = clock.ticks_ms()
    parts_of(open_store())
    print(f"{name}: start: {clock.ticks_ms() - began_ms} ms")
    return journal.last, (stored, queried)


def measure_reading(name, clock, profile, journal, rows):
    began_ms = clock.ticks_ms()
    for mp in range(1, METERS + 1):
        assert len(list(profile.query(mp, T0, T0 + 86_400))) == rows
    spent = clock.ticks_ms() - began_ms
    print(f"{name}: query of a day: {spent / METERS:.2f} ms")
    queried = 1000 * rows * METERS / max(1, spent)
    began_ms = clock.ticks_ms()
    seq = 0
    while seq < journal.last:
        seq = journal.read(seq, 50)[-1][0]
    spent = clock.ticks_ms() - began_ms
    print(f"{name}: reading the journal by 50: {1000 * spent / journal.last:.1f} us a record")
    return queried


def parts_of(store):
    columns = [column.name for column in COLUMNS]
    profile = store.profile("registers", PERIOD_S, KEPT_DAYS * ROUNDS_A_DAY, columns)
    return profile, store.journal("readings", 1_000_000)


def octets_in(files, prefix):
    total = 0
    for name in files.names(prefix):
        file = files.open(name)
        total += file.size()
        file.close()
    return total


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2)
