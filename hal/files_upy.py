"""The half of hal/files.py that is for MicroPython, whose files have no buffer of their own."""

import os


def open_raw(path, mode):
    return open(path, mode)


def open_device(path):
    """To read. Whose other end is not there yet is waited for: a pipe, but no device."""
    return open(path, "rb")


def sync(file):
    file.flush()  # fsync(2) in the unix port


def sync_folder(path):
    folder = open(path, "rb")
    try:
        folder.flush()
    finally:
        folder.close()


def make_private(folder):
    """There is no chmod in MicroPython; the shell has one."""
    quoted = "'" + folder.replace("'", "'\\''") + "'"
    if os.system("chmod 700 -- " + quoted):
        raise OSError(1)  # EPERM


def lock(file, shared):
    """There are no locks in MicroPython."""
    return True
