"""What the SQLite store does beside the contract: damage, a full disk, other programs on it."""

import os
import sqlite3

import pytest

from hal.errors import PortError
from storage.limits import TIME_MAX_S
from storage.sqlite_cpython import SqliteStore
from tests.contract.storage_places import T0, everything, fill, profile_of, row, rows


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "dcu.db")


def add(store, journal, count):
    """The last number."""
    for _ in range(count):
        number = journal.append(b"x" * 100)
    store.commit()
    return number


def test_any_tool_finds_readable_tables_and_columns_while_the_dcu_runs(path):
    store = SqliteStore(path)
    fill(store, profile_of(store), 17, range(3))
    add(store, store.journal("alarms", 100), 2)
    other = sqlite3.connect(path)
    query = "SELECT mp, time_s, import_wh, export_wh, power_w FROM profile_registers"
    assert other.execute(query).fetchall()[1] == (17, T0 + 900, *row(1))
    assert other.execute("SELECT seq FROM journal_alarms").fetchall() == [(1,), (2,)]
    marks = "SELECT journal, last, acknowledged, evicted FROM marks"
    assert other.execute(marks).fetchall() == [("alarms", 2, 0, 0)]
    add(store, store.journal("events", 100), 1)  # and it does not stand in the way


def test_commits_are_synced(path):
    store = SqliteStore(path)
    assert store.execute("PRAGMA journal_mode") == [("wal",)]
    assert store.execute("PRAGMA synchronous") == [(2,)]  # FULL


@pytest.mark.parametrize("at", [0, 4096, 8192, 12288])
def test_a_damaged_database_is_set_aside_and_no_number_is_given_twice(path, at):
    store = SqliteStore(path)
    last = add(store, store.journal("alarms", 100), 10)
    store.close()
    whole = open(path, "rb").read()
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(b"\xff" * 64)
    after = SqliteStore(path)
    assert len(after.damage) == 1 and path + ".damaged" in after.damage[0]
    assert os.path.getsize(path + ".damaged") >= len(whole)
    journal = after.journal("alarms", 100)
    assert journal.read(0, 99) == [] and journal.first == journal.last + 1
    assert add(after, journal, 1) > last
    again = SqliteStore(path)
    assert again.damage == [] and again.journal("alarms", 100).read(0, 9) == journal.read(0, 9)


def test_a_full_disk_loses_nothing_stored_and_later_commits_are_kept(path):
    store = SqliteStore(path)
    profile, journal = profile_of(store), store.journal("alarms", 10_000)
    fill(store, profile, 17, range(3))
    add(store, journal, 20)
    pages = store.execute("PRAGMA page_count")[0][0]
    store.execute(f"PRAGMA max_page_count = {pages + 2}")
    for _ in range(3):
        profile.put(17, T0 + 3 * 900, row(3))
        with pytest.raises(PortError, match="full"):
            add(store, journal, 500)
    assert everything(profile, 17) == rows(range(3))
    assert (len(journal.read(0, 9999)), journal.last) == (20, 20)
    store.execute("PRAGMA max_page_count = 100000")
    assert add(store, journal, 500) == 520
    assert len(SqliteStore(path).journal("alarms", 10_000).read(0, 9999)) == 520


def test_a_commit_refused_for_the_file_beside_the_database_is_rolled_back(path):
    store = SqliteStore(path)
    journal = store.journal("alarms", 100)
    in_the_way = path + "-numbers.0.dcu-tmp"
    os.mkdir(in_the_way)
    with pytest.raises(PortError, match="numbers"):
        add(store, journal, 1)
    os.rmdir(in_the_way)
    assert add(store, journal, 1) == 1 and journal.read(0, 9) == [(1, b"x" * 100)]


def test_another_program_that_holds_the_database_delays_but_loses_nothing(path):
    store = SqliteStore(path)
    journal = store.journal("alarms", 100)
    store.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(PortError, match="locked"):
        add(store, journal, 1)
    other.execute("ROLLBACK")
    assert add(store, journal, 1) == 1


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PortError, match="file"):
        SqliteStore(str(tmp_path / "file" / "dcu.db"))
    (tmp_path / "dcu.db").mkdir()
    with pytest.raises(PortError, match="unable to open"):
        SqliteStore(str(tmp_path / "dcu.db"))


def test_the_database_stays_bounded(path):
    store = SqliteStore(path)
    profile, journal = profile_of(store, capacity=20), store.journal("alarms", 50)
    sizes = []
    for n in range(1, 1001):
        profile.put(1, T0 + n * 900, row(n))
        journal.append(b"x" * 100)
        if n % 10 == 0:
            store.commit()
            sizes.append(store.execute("PRAGMA page_count")[0][0])
    assert sizes[-1] == sizes[20]
    assert len(list(profile.query(1, 0, TIME_MAX_S))) == 20
