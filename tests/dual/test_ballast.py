"""The ballast, and that a store whose disk is full goes on with its room."""

from hal.errors import PortError
from storage.ballast import OCTETS, Ballast
from storage.files import FileStore
from tests.disk import Disk
from tests.dual.full_disk import check_that_it_goes_on, zeros

REST = 100_000
SIZE = 20 * 4096


def small(disk, octets_of=zeros):
    return Ballast(disk, octets_of, SIZE)


def test_it_takes_room_until_it_is_given_up_also_by_another_start():
    disk = Disk()
    disk.room = SIZE + REST
    ballast = small(disk)
    assert not ballast.is_there
    ballast.make()
    assert ballast.is_there and disk.room == REST
    again = small(disk)
    assert again.is_there
    again.give_up()
    assert not again.is_there and disk.room == SIZE + REST
    again.give_up()
    assert not small(disk).is_there


def test_one_that_finds_no_room_is_none_and_takes_none():
    disk = Disk()
    disk.room = SIZE - 1
    ballast = small(disk)
    try:
        ballast.make()
        assert False, "made"
    except PortError:
        pass
    assert not ballast.is_there and disk.room == SIZE - 1 and disk.names("") == []


def test_one_that_a_power_cut_left_unfinished_is_made_anew():
    disk = Disk()
    small(disk).make()
    steps = disk.steps
    for step in (0, 1, steps // 2, steps - 2):
        cut = disk.after_cut(step, 100)
        ballast = small(cut)
        assert not ballast.is_there, step
        ballast.make()
        assert small(cut).is_there
    assert small(disk.after_cut(steps)).is_there


def test_its_octets_are_those_that_it_is_given():
    """A file system that compresses would keep nothing of zeros."""
    disk = Disk()
    numbers = iter(range(SIZE))
    small(disk, lambda count: bytes([next(numbers)]) * count).make()
    octets = disk.read("ballast")
    assert len(octets) == SIZE and len(set(octets)) == 20


def test_it_is_as_large_as_the_log_of_sqlite_may_become():
    """256 pages, and those of one commit of COMMIT_ROWS rows of as many meters."""
    assert Ballast(Disk(), zeros).octets == OCTETS >= (256 + 2 * 64 + 16) * 4096


def test_files_go_on_on_a_disk_that_was_full_to_its_last_octet():
    check_that_it_goes_on(FileStore, Disk(), REST, 4_000, SIZE)
