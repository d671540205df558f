"""The half of hal/files.py that is for CPython."""

import errno
import fcntl
import os


def open_raw(path, mode):
    """A file that is made is for its owner alone, also in a folder that is not."""
    return open(path, mode, buffering=0, opener=_open_private)


def open_device(path):
    """To read; neither opening it nor a read waits for somebody at the other end."""
    return open(path, "rb", buffering=0, opener=_open_unblocked)


def _open_unblocked(path, flags):
    return os.open(path, flags | os.O_NONBLOCK)


def _open_private(path, flags):
    return os.open(path, flags, 0o600)


def sync(file):
    os.fsync(file.fileno())


def sync_folder(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_private(folder):
    os.chmod(folder, 0o700)


def lock(file, shared):
    """Whether the lock is ours now; it is as long as the file is open."""
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True
