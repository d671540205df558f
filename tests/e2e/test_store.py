"""A data folder keeps its records in one back end, whichever interpreter opens it."""

import os
import stat
import subprocess

from boards.store import open_store
from hal.files import Files
from storage.files import FileStore
from storage.sqlite_cpython import SqliteStore
from tests.conftest import micropython
from tests.e2e.plant import ROOT


def test_a_new_folder_gets_a_database_under_cpython(tmp_path):
    assert isinstance(open_store(Files(str(tmp_path))), SqliteStore)
    assert isinstance(open_store(Files(str(tmp_path))), SqliteStore)


def test_records_that_micropython_has_made_are_found_under_cpython(tmp_path):
    files = Files(str(tmp_path))
    journal = FileStore(files).journal("alarms", 100)
    assert journal.last == 0
    store = FileStore(files)
    journal = store.journal("alarms", 100)
    journal.append(b"x")
    store.commit()
    again = open_store(files)
    assert isinstance(again, FileStore)
    assert again.journal("alarms", 100).read(0, 9) == [(1, b"x")]


def test_micropython_refuses_a_folder_whose_records_are_in_a_database(tmp_path):
    open_store(Files(str(tmp_path)))
    done = subprocess.run(
        [micropython(), "-X", "heapsize=8M", "-m", "boards.run", "--data", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "MICROPYPATH": ".:.frozen"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    assert "dcu.db, which MicroPython cannot open" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_what_is_kept_in_a_folder_of_the_users_own_is_for_the_owner_alone(tmp_path):
    tmp_path.chmod(0o755)
    Files(str(tmp_path)).replace("archive.0", b"secret")
    assert stat.S_IMODE((tmp_path / "archive.0").stat().st_mode) == 0o600
