"""Where the stores of the contract tests are, and what is put into them.

The files are tried on both interpreters, SQLite on CPython.
"""

import os
import sys

from hal.files import Files
from storage.files import FileStore
from storage.limits import TIME_MAX_S
from tests.disk import Disk

PERIOD_S = 900
T0 = 1_750_000_500 // PERIOD_S * PERIOD_S
COLUMNS = ("import_wh", "export_wh", "power_w")


class OnSimulatedDisk:
    def __init__(self):
        self.disk = Disk()

    def open(self):
        return FileStore(self.disk)


class OnFiles:
    def __init__(self, folder=None):
        self._folder = folder or new_folder()

    def open(self):
        return FileStore(Files(self._folder))


class OnSqlite:
    def __init__(self, folder=None):
        self._path = (folder or new_folder()) + "/dcu.db"

    def open(self):
        from storage.sqlite_cpython import SqliteStore

        return SqliteStore(self._path)


def new_folder():
    """A name of its own; the store makes it."""
    parent = os.getenv("DUAL_TMP") or "."
    return f"{parent}/store-{len(os.listdir(parent))}"


def places():
    kinds = [OnSimulatedDisk, OnFiles]
    if sys.implementation.name == "cpython":
        kinds.append(OnSqlite)
    return [kind() for kind in kinds]


def profile_of(store, capacity=96, period_s=PERIOD_S, columns=COLUMNS):
    return store.profile("registers", period_s, capacity, columns)


def row(n):
    return (1000 + n, None, -n)


def fill(store, profile, mp, numbers):
    for n in numbers:
        profile.put(mp, T0 + n * PERIOD_S, row(n))
    store.commit()


def rows(numbers):
    return [(T0 + n * PERIOD_S, row(n)) for n in numbers]


def everything(profile, mp):
    return list(profile.query(mp, 0, TIME_MAX_S))


def log_of(place, count, capacity=1000, each=1):
    """A store and a journal with `count` records in commits of `each`."""
    store = place.open()
    journal = store.journal("alarms", capacity)
    for n in range(1, count + 1):
        assert journal.append(b"record %d" % n) == n
        if n % each == 0:
            store.commit()
    store.commit()
    return store, journal


def records(numbers):
    return [(n, b"record %d" % n) for n in numbers]


def refused(error, function, *arguments):
    try:
        function(*arguments)
    except error:
        return True
    return False
