"""Which storage back end this interpreter keeps its records in."""

import sys

from storage.files import FileStore


def open_store(files, folder):
    """SQLite on CPython, which any tool can open; files elsewhere. `folder` is that of `files`."""
    if sys.implementation.name != "cpython":
        return FileStore(files)
    from storage.sqlite_cpython import SqliteStore

    return SqliteStore(folder + "/dcu.db")
