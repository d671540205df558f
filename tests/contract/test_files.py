"""Files: the same checks on a real folder and on the simulated disk."""

import os

from hal.files import Files
from tests.disk import Disk

_made = []


def folder():
    """A new path in the folder of this test run."""
    _made.append(1)
    return "%s/files-%d" % (os.getenv("DUAL_TMP") or "/tmp", len(_made))


def both(check):
    check(Files(folder()))
    check(Disk())


def test_a_file_that_is_not_there_reads_as_none():
    def check(files):
        assert files.read("nothing") is None
        assert files.names("") == []

    both(check)


def test_what_was_put_in_is_read_back():
    def check(files):
        for content in (b"", b"one", bytes(range(256)) * 300, b"short again"):
            files.replace("data", content)
            assert files.read("data") == content
        assert files.names("") == ["data"]

    both(check)


def test_names_are_those_with_the_beginning_asked_for_in_order():
    def check(files):
        for name in ("b.1", "a.10", "a.2", "c"):
            files.replace(name, b"")
        assert files.names("") == ["a.10", "a.2", "b.1", "c"]
        assert files.names("a.") == ["a.10", "a.2"]
        assert files.names("x") == []

    both(check)


def test_a_removed_file_is_gone_and_removing_it_again_is_no_error():
    def check(files):
        files.replace("data", b"x")
        files.remove("data")
        assert files.read("data") is None
        files.remove("data")

    both(check)


def test_a_renamed_file_takes_the_place_of_another():
    def check(files):
        files.replace("old", b"old")
        files.replace("new", b"new")
        files.rename("old", "new")
        assert files.names("") == ["new"]
        assert files.read("new") == b"old"

    both(check)


def test_a_file_is_read_and_written_in_place():
    def check(files):
        file = files.open("ring")
        assert file.size() == 0
        assert file.read(10) == b""
        file.write(b"0123456789")
        file.seek(3)
        file.write(b"abc")
        assert file.read(2) == b"67"
        file.seek(0)
        assert file.read(100) == b"012abc6789"
        assert file.size() == 10
        file.sync()
        file.close()
        assert files.read("ring") == b"012abc6789"

    both(check)


def test_opening_a_file_again_keeps_what_is_in_it():
    def check(files):
        files.replace("data", b"kept")
        file = files.open("data")
        assert file.size() == 4
        file.seek(4)
        file.write(b"+")
        file.close()
        assert files.read("data") == b"kept+"

    both(check)


def test_a_gap_that_was_never_written_reads_as_zeros():
    def check(files):
        file = files.open("ring")
        file.seek(5)
        file.write(b"x")
        file.seek(0)
        assert file.read(10) == b"\0\0\0\0\0x"
        file.close()

    both(check)


def test_an_open_file_sees_what_another_wrote_to_it():
    def check(files):
        one, other = files.open("ring"), files.open("ring")
        one.write(b"seen")
        assert other.read(4) == b"seen"
        assert other.size() == 4
        one.close()
        other.close()

    both(check)


def test_much_is_read_and_written_at_once():
    def check(files):
        content = bytes(range(256)) * 1_000
        file = files.open("big")
        file.write(content)
        file.write(memoryview(content)[:1000])
        file.seek(100)
        assert file.read(len(content)) == content[100:] + content[:100]
        file.close()

    both(check)


def test_the_disk_says_how_much_room_it_has():
    files = Files(folder())
    files.replace("a", b"")
    free, percent = files.room()
    assert free > 0 and 0 <= percent <= 100
    gone = Files(folder())
    os.rmdir(gone.folder)
    assert gone.room() is None
