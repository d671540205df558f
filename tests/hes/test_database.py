"""What hes.db keeps: rows and position together, each slot once."""

import sqlite3
import stat
import subprocess
import sys

import pytest

from hes_stub import database as database_module
from hes_stub.database import ALARMS, READINGS, START, Database, Position
from hes_stub.errors import HesError
from hes_stub.key_store import KeyStore
from hes_stub.queries import Queries
from hes_stub.rows import Alarm, Meter, Reading
from hes_stub.schema import VERSION

TERMINAL = "07310001"
EMPTY = (None,) * 8


def reading(seq, mp=1, slot_s=900, values=(1, 2, 3, 4, 5, 6, 7, 8)):
    return Reading(seq, mp, slot_s, values)


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "hes.db")
    yield database
    database.close()


def test_rows_and_position_are_kept_together(database, tmp_path):
    position = Position(1, 2, "2/900")
    assert len(database.store(TERMINAL, READINGS, [reading(1), reading(2, mp=2)], position)) == 2
    assert database.position(TERMINAL, READINGS) == position
    rows = Queries(tmp_path).readings()
    assert [(row["seq"], row["mp"], row["slot_s"], row["power_w"]) for row in rows] == [
        (1, 1, 900, 8),
        (2, 2, 900, 8),
    ]


def test_a_batch_that_fails_in_the_middle_leaves_nothing(database, tmp_path):
    database.store(TERMINAL, READINGS, [reading(1)], Position(1, 1, ""))
    twice = [reading(2, mp=2), reading(2, mp=3)]
    with pytest.raises(sqlite3.IntegrityError):
        database.store(TERMINAL, READINGS, twice, Position(1, 2, ""))
    assert database.position(TERMINAL, READINGS).seq == 1
    assert len(Queries(tmp_path).readings()) == 1


def test_death_between_rows_and_position_leaves_neither(database, tmp_path, monkeypatch):
    monkeypatch.setattr(database_module, "_PUT_POSITION", "death")
    with pytest.raises(sqlite3.OperationalError):
        database.store(TERMINAL, READINGS, [reading(1)], Position(1, 1, ""))
    assert Queries(tmp_path).readings() == []


def test_a_disk_that_is_full_leaves_the_position(database):
    database._sql.execute("PRAGMA max_page_count = 1")
    rows = [reading(seq, slot_s=900 * seq) for seq in range(1, 5000)]
    with pytest.raises(sqlite3.OperationalError):
        database.store(TERMINAL, READINGS, rows, Position(1, 4999, ""))
    assert database.position(TERMINAL, READINGS) == START
    database._sql.execute("PRAGMA max_page_count = 1000000")
    assert len(database.store(TERMINAL, READINGS, rows, Position(1, 4999, ""))) == 4999


def test_a_slot_that_comes_again_is_one_row_with_its_holes_filled(database, tmp_path):
    database.store(TERMINAL, READINGS, [reading(1, values=EMPTY)], Position(1, 1, ""))
    later = (None, 20, None, None, None, None, None, 80)
    database.store(TERMINAL, READINGS, [reading(2, values=later)], Position(1, 2, ""))
    assert database.store(TERMINAL, READINGS, [reading(3, values=EMPTY)], Position(1, 3, "")) == []
    (row,) = Queries(tmp_path).readings()
    assert (row["seq"], row["energy_import_wh"], row["power_w"]) == (3, 20, 80)


def test_numbers_of_two_epochs_do_not_collide(database, tmp_path):
    for epoch in (1, 2):
        database.store(
            TERMINAL, ALARMS, [Alarm(1, epoch, 1, 0, "", "info")], Position(epoch, 1, "")
        )
    assert [row["epoch"] for row in Queries(tmp_path).alarms()] == [1, 2]
    assert database.held(TERMINAL, ALARMS, 1) == (0, 2)
    assert database.held(TERMINAL, ALARMS, 2) is None


def test_two_terminals_do_not_collide(database, tmp_path):
    for terminal in ("07310001", "07310002"):
        database.store(terminal, READINGS, [reading(1)], Position(1, 1, ""))
    assert len(Queries(tmp_path).readings()) == 2
    assert len(Queries(tmp_path).readings(terminal="07310002")) == 1


def test_meters_are_replaced_as_a_whole(database, tmp_path):
    meter = Meter(1, "17", "0", "dlms", "rs485-1", 16, "none", "online")
    database.replace_meters(TERMINAL, [meter, meter._replace(mp=2)])
    database.replace_meters(TERMINAL, [meter._replace(state="late")])
    assert [(row["mp"], row["state"]) for row in Queries(tmp_path).meters()] == [(1, "late")]
    assert database.meter(TERMINAL, 1).state == "late"
    assert database.meter(TERMINAL, 2) is None


def test_nobody_is_connected_when_the_hes_begins(tmp_path):
    first = Database(tmp_path / "hes.db")
    first.logged_in(TERMINAL, "127.0.0.1:1")
    assert first.heartbeat(TERMINAL) == 1
    assert first.heartbeat(TERMINAL) == 2
    second = Database(tmp_path / "hes.db")  # as after kill -9
    (row,) = Queries(tmp_path).dcus()
    assert (row["connected"], row["heartbeats"]) == (0, 2)
    second.close()
    first.close()


def test_the_last_rows_are_given_oldest_first(database, tmp_path):
    rows = [reading(seq, slot_s=900 * seq) for seq in range(1, 6)]
    database.store(TERMINAL, READINGS, rows, Position(1, 5, ""))
    assert [row["seq"] for row in Queries(tmp_path).readings(last=2)] == [4, 5]
    assert Queries(tmp_path).readings(mp=2) == []


def test_a_database_of_a_newer_program_is_refused(tmp_path):
    Database(tmp_path / "hes.db").close()
    with sqlite3.connect(tmp_path / "hes.db") as other:
        other.execute(f"PRAGMA user_version = {VERSION + 1}")
    for opened in (lambda: Database(tmp_path / "hes.db"), lambda: Queries(tmp_path)):
        with pytest.raises(HesError, match="newer"):
            opened()


def test_a_file_that_is_no_database_is_refused_in_one_line(tmp_path):
    (tmp_path / "hes.db").write_bytes(b"not a database, but long enough" * 100)
    for opened in (lambda: Database(tmp_path / "hes.db"), lambda: Queries(tmp_path)):
        with pytest.raises(HesError, match="hes.db"):
            opened()


def test_a_database_of_the_program_before_goes_on_with_all_that_is_in_it(tmp_path):
    first = Database(tmp_path / "hes.db")
    first.store(TERMINAL, READINGS, [reading(1)], Position(1, 1, ""))
    first.close()
    with sqlite3.connect(tmp_path / "hes.db") as other:
        for table in ("titles", "counters", "keys"):
            other.execute(f"DROP TABLE {table}")
        other.execute("ALTER TABLE alarms DROP COLUMN severity")
        other.execute("INSERT INTO alarms VALUES (?, 1, 1, 900, 2, 3, 'old', 900)", (TERMINAL,))
        other.execute("PRAGMA user_version = 1")
    assert Queries(tmp_path).alarms()[0]["severity"] is None
    assert len(Queries(tmp_path).readings()) == 1  # before anybody has written
    for _ in range(2):
        store = KeyStore(tmp_path / "hes.db")
        assert store.title() == store.title() and store.reserved("any") == 0
        store.close()
    assert Queries(tmp_path).alarms()[0]["severity"] is None
    again = Database(tmp_path / "hes.db")
    assert again.position(TERMINAL, READINGS).seq == 1
    again.store(TERMINAL, ALARMS, [Alarm(2, 901, 2, 3, "", "alarm")], Position(1, 2, ""))
    assert [row["severity"] for row in Queries(tmp_path).alarms()] == [None, "alarm"]
    with sqlite3.connect(tmp_path / "hes.db") as other:
        assert other.execute("PRAGMA user_version").fetchone()[0] == VERSION == 3


def test_whoever_looks_at_it_takes_nothing_away_from_those_who_write(tmp_path):
    """A reader that believed to be the last one would end the log of the others."""
    path = tmp_path / "hes.db"
    writers = [Database(path), KeyStore(path)]
    writers[0].store(TERMINAL, READINGS, [reading(1)], Position(1, 1, ""))
    look = (
        "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone())"
    )
    command = [sys.executable, "-c", look, str(path), "SELECT count(*) FROM readings"]
    assert subprocess.run(command, capture_output=True, text=True).stdout == "(1,)\n"
    assert (tmp_path / "hes.db-wal").stat().st_size
    for writer in writers:
        writer.close()


def test_nobody_else_may_read_what_is_kept(tmp_path):
    path = tmp_path / "hes.db"
    path.touch(0o644)
    for _ in range(2):  # a new file, and those that a killed HES of before has left
        database = Database(path)
        database.store(TERMINAL, READINGS, [reading(1)], Position(1, 1, ""))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
        assert modes == {"hes.db": 0o600, "hes.db-wal": 0o600, "hes.db-shm": 0o600}
        for file in tmp_path.iterdir():
            file.chmod(0o644)
    database.close()


def test_a_closed_database_is_read_without_the_server(tmp_path):
    database = Database(tmp_path / "hes.db")
    database.store(TERMINAL, READINGS, [reading(1)], Position(1, 1, ""))
    database.close()
    assert len(Queries(tmp_path).readings()) == 1
