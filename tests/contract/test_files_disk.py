"""Files on a real disk: folders, durability, and a disk that fails."""

import os

from hal import files as hal_files
from hal.errors import PortError
from hal.files import Files, RawFile
from tests.contract.test_files import folder


def failure(function, *arguments):
    try:
        found = function(*arguments)
    except PortError as error:
        return str(error)
    raise AssertionError("no PortError but %r" % (found,))


def test_the_folder_is_made_with_those_above_it():
    path = folder() + "/a/b"
    Files(path).replace("data", b"x")
    assert Files(path).read("data") == b"x"
    Files(path + "/")


def test_a_folder_that_is_made_is_for_its_owner_alone_and_one_that_was_there_is_left():
    path = folder() + "/it's new"
    Files(path)
    assert os.stat(path)[0] & 0o777 == 0o700
    os.system(f'chmod 755 "{path}"')
    Files(path)
    assert os.stat(path)[0] & 0o777 == 0o755


def test_what_cannot_be_a_folder_is_said_with_the_reason():
    path = folder()
    Files(path).replace("file", b"")
    assert "not a folder" in failure(Files, path + "/file/below")
    assert "does not exist" in failure(Files, "/proc/nothing/below")


def test_an_unfinished_file_is_removed_when_told_and_no_other():
    path = folder()
    files = Files(path)
    for name in ("data.dcu-tmp", "their.tmp", "data"):
        files.open(name).close()
    assert len(Files(path).names("")) == 3
    files.remove_unfinished()
    assert files.names("") == ["data", "their.tmp"]


def test_a_folder_is_the_same_by_another_name_and_its_copy_is_another():
    path = folder()
    files = Files(path)
    files.replace("data", b"x")
    assert Files(path + "/../" + path.split("/")[-1]).identity() == files.identity()
    copy = folder()
    assert os.system(f"cp -r {path} {copy}") == 0
    assert Files(copy).identity() != files.identity()


def test_a_name_with_a_slash_is_a_mistake_of_ours():
    files = Files(folder())
    for name in ("../etc", "a/b", "", "a\0b"):
        try:
            files.read(name)
        except AssertionError:
            continue
        raise AssertionError(name)


class Recorder:
    """Notes the calls that make data durable, and makes them."""

    def __init__(self):
        self.calls = []
        self._real = (hal_files._own.sync, hal_files._own.sync_folder, hal_files.os)

    def __enter__(self):
        sync, sync_folder, system = self._real
        calls = self.calls

        class Os:
            listdir, mkdir, remove, stat = system.listdir, system.mkdir, system.remove, system.stat

            def rename(old, new):
                calls.append("rename")
                system.rename(old, new)

        def note_sync(file):
            calls.append("sync")
            sync(file)

        def note_sync_folder(path):
            calls.append("sync folder")
            sync_folder(path)

        hal_files._own.sync, hal_files._own.sync_folder = note_sync, note_sync_folder
        hal_files.os = Os
        return self

    def __exit__(self, *details):
        hal_files._own.sync, hal_files._own.sync_folder, hal_files.os = self._real


def test_a_replacement_is_on_the_disk_before_it_gets_its_name():
    files = Files(folder())
    with Recorder() as recorder:
        files.replace("data", b"x")
    assert recorder.calls == ["sync", "rename", "sync folder"]


def test_new_names_and_old_ones_that_go_are_on_the_disk_on_return():
    files = Files(folder())
    for step, expected in (
        (lambda: files.open("ring").close(), ["sync folder"]),
        (lambda: files.open("ring").close(), []),
        (lambda: files.rename("ring", "other"), ["rename", "sync folder"]),
        (lambda: files.remove("other"), ["sync folder"]),
    ):
        with Recorder() as recorder:
            step()
        assert recorder.calls == expected


def full(path):
    """Makes `path` a file on a disk that is full: every write fails."""
    assert os.system("ln -s /dev/full '%s'" % path) == 0


def test_a_full_disk_is_named_and_the_old_content_stays():
    path = folder()
    files = Files(path)
    files.replace("data", b"old")
    full(path + "/data.dcu-tmp")
    assert failure(files.replace, "data", b"new") == path + "/data: disk full (errno 28)"
    assert files.read("data") == b"old"
    assert files.names("") == ["data"]
    files.replace("data", b"new")
    assert files.read("data") == b"new"


def test_a_write_in_place_to_a_full_disk_fails():
    path = folder()
    files = Files(path)
    full(path + "/ring")
    file = files.open("ring")
    assert failure(file.write, b"x") == path + "/ring: disk full (errno 28)"
    file.close()


def test_a_folder_that_vanished_is_a_failure_of_the_port():
    path = folder()
    files = Files(path)
    os.rmdir(path)
    assert "does not exist" in failure(files.replace, "data", b"x")
    assert "does not exist" in failure(files.open, "data")
    assert "does not exist" in failure(files.names, "")
    assert "does not exist" in failure(files.rename, "a", "b")
    assert files.read("data") is None


def test_a_folder_in_the_place_of_a_file_is_a_failure_of_the_port():
    path = folder()
    files = Files(path)
    os.mkdir(path + "/data")
    assert "is a folder" in failure(files.read, "data")
    assert "is a folder" in failure(files.open, "data")
    assert "data" in failure(files.replace, "data", b"x")
    assert "data" in failure(files.remove, "data")


class Sluggish:
    """A file that takes and gives three octets at a time."""

    def __init__(self):
        self.content = b""

    def write(self, data):
        self.content += bytes(data[:3])
        return min(3, len(data))

    def read(self, size):
        data, self.content = self.content[: min(3, size)], self.content[min(3, size) :]
        return data


def test_a_file_that_takes_a_part_at_a_time_gets_all():
    sluggish = Sluggish()
    file = RawFile("name", sluggish)
    file.write(b"0123456789")
    assert sluggish.content == b"0123456789"
    assert file.read(8) == b"01234567"
    assert file.read(8) == b"89"
