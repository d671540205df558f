"""Which storage back end the records of a data folder are in."""

import sys

from hal.errors import Refused
from storage.files import FileStore

DATABASE = "dcu.db"
_FILE_STORE = "journal-"  # how the names of its files begin


def open_store(files):
    """The store of the folder of `files`: SQLite on CPython, which any tool can open, unless its
    records are in files already; files under MicroPython. Refused for a folder whose records
    this interpreter cannot read: a second store beside them would hide what waits there."""
    in_database = DATABASE in files.names(DATABASE)
    if sys.implementation.name != "cpython":
        if in_database:
            raise Refused(
                f"{files.folder} has its records in {DATABASE}, which MicroPython cannot open; "
                "run it on CPython, or give another --data"
            )
        return FileStore(files)
    if files.names(_FILE_STORE) and not in_database:
        return FileStore(files)
    from storage.sqlite_cpython import SqliteStore

    return SqliteStore(files.folder + "/" + DATABASE)
