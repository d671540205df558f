"""Files of one folder, written so that a power cut leaves the old or the new one whole.

What is in the files is the matter of storage/. See hal/README.md, "Files".
"""

import errno
import os
import sys

from hal.errors import PortError
from hal.guarded import guarded
from hal.reasons import reason

if sys.implementation.name == "micropython":
    from hal import files_upy as _own
else:
    from hal import files_cpython as _own

_UNFINISHED = ".dcu-tmp"  # so that no other program's file is taken for ours
_LOCK = "lock"
_32_BITS = 0xFFFFFFFF  # what MicroPython's os.stat gives of a number on a 32-bit board
_READ_SIZE = 65536
_READ_ONLY = 30  # EROFS, on every Linux; MicroPython has no name for it


class Files:
    """The files of `folder`, which is made if need be, readable for its owner alone. A name has
    no slash.

    Every method raises PortError with name and reason when the disk fails.
    """

    def __init__(self, folder):
        self.folder = folder
        self._claimed = None
        guarded(folder, _make_folders, folder)

    def identity(self):
        """A word that this folder has, however it is named, and no copy of it."""
        _, inode, device = guarded(self.folder, os.stat, self.folder)[:3]
        return f"{device & _32_BITS}-{inode & _32_BITS}"

    def claim(self, shared=False):
        """Hold the folder as long as this object lives; False when another process does.

        shared   beside others who share it. MicroPython has no locks: always True there
        """
        path = self._path(_LOCK)
        file = guarded(path, _own.open_raw, path, "ab")
        if not guarded(path, _own.lock, file, shared):
            file.close()
            return False
        self._claimed = file
        return True

    def remove_unfinished(self):
        """What a power cut has left of `replace`. For the one program that owns the folder, at
        its start: the command line beside it must not take away what is being written."""
        for name in self.names(""):
            if name.endswith(_UNFINISHED):
                self.remove(name)

    def read(self, name):
        """The whole file, or None when there is none."""
        path = self._path(name)
        try:
            file = _own.open_raw(path, "rb")
        except OSError as error:
            if error.errno == errno.ENOENT:
                return None
            raise _failure(path, error)
        file = RawFile(path, file)
        try:
            return file.read(file.size())
        finally:
            file.close()

    def replace(self, name, data):
        """Make `data` the content. When it fails or the power does, the old content stays."""
        path = self._path(name)
        unfinished = path + _UNFINISHED
        try:
            file = RawFile(path, guarded(path, _own.open_raw, unfinished, "wb"))
            try:
                file.write(data)
                file.sync()
            finally:
                file.close()
        except PortError:
            self._forget(unfinished)  # or a full disk would stay full
            raise
        guarded(path, os.rename, unfinished, path)
        self._sync_folder()

    def open(self, name):
        """A RawFile to read and write in place; made, and empty, when there is none."""
        path = self._path(name)
        try:
            return RawFile(path, _own.open_raw(path, "r+b"))
        except OSError as error:
            if error.errno != errno.ENOENT:
                raise _failure(path, error)
        file = RawFile(path, guarded(path, _own.open_raw, path, "w+b"))
        self._sync_folder()
        return file

    def names(self, prefix):
        """The names of the files that begin with `prefix`, sorted."""
        listed = guarded(self.folder, os.listdir, self.folder)
        return sorted([name for name in listed if name.startswith(prefix)])

    def remove(self, name):
        """Durable on return. That there is no such file is no error."""
        path = self._path(name)
        try:
            os.remove(path)
        except OSError as error:
            if error.errno != errno.ENOENT:
                raise _failure(path, error)
        self._sync_folder()

    def rename(self, old, new):
        """Durable on return; a file of the new name is replaced."""
        path = self._path(old)
        guarded(path, os.rename, path, self._path(new))
        self._sync_folder()

    def room(self):
        """(octets free, percent in use) of the disk of the folder; None when it does not say."""
        try:
            figures = os.statvfs(self.folder)
        except OSError:
            return None
        size, blocks, free = figures[1], figures[2], figures[4]  # free: for who is not root
        return (size * free, 100 - 100 * free // blocks) if blocks else None

    def _path(self, name):
        assert name and "/" not in name and "\0" not in name, name
        return self.folder + "/" + name

    def _forget(self, path):
        try:
            os.remove(path)
        except OSError:
            pass  # the failure before it is the one to tell

    def _sync_folder(self):
        guarded(self.folder, _own.sync_folder, self.folder)


class RawFile:
    """An open file without buffers: what is written is with the system, and after `sync` on
    the disk. Reads and writes go on from where the last one ended, or from `seek`."""

    def __init__(self, path, file):
        self._path = path
        self._file = file

    def seek(self, at):
        guarded(self._path, self._file.seek, at)

    def read(self, size):
        """`size` octets; fewer only at the end of the file."""
        parts = []
        while size > 0:
            part = guarded(self._path, self._file.read, min(size, _READ_SIZE))
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def write(self, data):
        """Writes all of it, or raises PortError; a part may then have been written."""
        left = memoryview(data)
        while len(left):
            written = guarded(self._path, self._file.write, left)
            left = left[written:]

    def sync(self):
        """On return, what was written survives a power cut."""
        guarded(self._path, _own.sync, self._file)

    def size(self):
        return guarded(self._path, os.stat, self._path)[6]

    def close(self):
        self._file.close()


def _make_folders(folder):
    """A folder that we make is for its owner alone: it will hold credentials."""
    path = ""
    is_new = False
    for part in folder.split("/"):
        path += part + "/"
        try:
            os.mkdir(path)
            is_new = True
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.EISDIR, errno.EACCES, _READ_ONLY):
                raise error
    os.listdir(folder)  # what was in the way above shows here
    if is_new:
        _own.make_private(folder)


def _failure(path, error):
    return PortError(f"{path}: {reason(error)}")
