"""SQLite on a disk that is full to its last octet, as tests/dual/test_ballast.py for files."""

from storage.ballast import OCTETS
from storage.sqlite_cpython import SqliteStore
from tests.apsw_disk import connect_on
from tests.disk import Disk
from tests.dual.full_disk import check_that_it_goes_on


def sqlite_on(disk):
    return SqliteStore("dcu.db", disk, connect_on(disk))


def test_sqlite_goes_on_on_a_disk_that_was_full_to_its_last_octet():
    """With much or little in it, and more than the log may hold."""
    for room in (300_000, OCTETS, 3 * OCTETS):
        check_that_it_goes_on(sqlite_on, Disk(), room, 600_000, OCTETS)
