"""What a DCU that does not run had stored is told by its folder alone, which stays as it was."""

import csv
import gc
import json

import pytest

from boards import pc, wiring
from boards.cli_cpython import main
from dcu import ledger
from dcu.alarm_codes import METER_SILENT
from dcu.archive_row import Meter
from hal.clock import Clock
from hal.files import Files
from storage.files import FileStore
from storage.sqlite_cpython import SqliteStore

SLOT_S = 1_795_000_500
READING = (SLOT_S, 1000, 20, None, None, None, None, 80)
TIMES = ("--from", "2026-11-18T11:00", "--to", "2026-11-18T12:00")
VERBS = (
    (("alarms",), ("meter silent", "no answer for a day")),
    (("why", "1", "2026-11-18T11:15"), ("received", "energy_import_wh=1000", "waits for the HES")),
    (("data", "show", "1", *TIMES), ("1000",)),
    (("data", "export", *TIMES), (f"\n1,{SLOT_S},{SLOT_S},1000,20,",)),
    (("data", "gaps", *TIMES), ("the DCU was off",)),
    (("data", "rates", *TIMES), ("1",)),
)


def made(folder, open_store):
    """The folder of a DCU that has ended, with a reading of MP 1 and an alarm."""
    files = Files(str(folder))
    dcu = wiring.unit_of(pc, files, Clock(), lambda part, text: None)
    dcu.archive.add(Meter({"mp": "1", "address": "17"}))
    wiring.complete(dcu, open_store(files))
    dcu.archive.add(Meter({"mp": "2", "address": "18"}))
    for mp in (1, 2):
        dcu.kept.put(mp, SLOT_S, READING)
    task = dcu.tasks.all()[0]
    dcu.ledger.put(task, 1, ledger.Entry(SLOT_S, ledger.RECEIVED, 1, SLOT_S + 2, None))
    dcu.kept.commit()
    dcu.alarms.raise_alarm(METER_SILENT, 1, "no answer for a day")
    del dcu
    gc.collect()  # its process has ended: the database is closed
    return folder


def sqlite_of(files):
    return SqliteStore(files.folder + "/dcu.db")


def octets_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "lock"}


@pytest.mark.parametrize("open_store", (FileStore, sqlite_of))
def test_every_verb_about_data_tells_what_is_stored_and_changes_nothing(
    tmp_path, capsys, open_store
):
    folder = made(tmp_path / "data", open_store)
    before = octets_of(folder)
    for words, parts in VERBS:
        assert main([*words, "--data", str(folder)]) == 0, words
        told = capsys.readouterr()
        assert [part for part in parts if part not in told.out] == [], told.out
        assert f"no DCU is running on {folder}: this is what it had stored" in told.err
    assert octets_of(folder) == before


def test_what_is_damaged_is_told_and_left_as_evidence(tmp_path, capsys):
    folder = made(tmp_path / "data", sqlite_of)
    (folder / "dcu.db").write_bytes(b"no database at all " * 400)
    before = octets_of(folder)
    assert main(["data", "show", "1", "--data", str(folder)]) == 0
    told = capsys.readouterr().err
    assert f"damaged, and left as it is: {folder}/dcu.db" in told
    assert octets_of(folder) == before


def test_what_needs_a_running_dcu_says_that_no_dcu_runs(tmp_path, capsys):
    folder = made(tmp_path / "data", sqlite_of)
    for words in (
        ("data", "backfill"),
        ("data", "clear", "--yes"),
        ("read", "1", "1.0.1.8.0.255"),
    ):
        assert main([*words, "--data", str(folder)]) == 4
        assert "no DCU is running" in capsys.readouterr().err


def test_a_copy_cannot_be_made_where_there_is_no_room(tmp_path, capsys, monkeypatch):
    def full(source, target):
        raise OSError(28, "No space left on device", str(target))

    folder = made(tmp_path / "data", sqlite_of)
    monkeypatch.setattr("shutil.copyfile", full)
    assert main(["alarms", "--data", str(folder)]) == 1
    assert "No space left on device; it is looked at in a copy" in capsys.readouterr().err


def test_as_json_it_is_one_document(tmp_path, capsys):
    folder = made(tmp_path / "data", sqlite_of)
    assert main(["alarms", "--json", "--data", str(folder)]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["mp"], row["acknowledged"]) == (1, False)


def test_an_export_is_a_table_and_nothing_else(tmp_path, capsys):
    folder = made(tmp_path / "data", sqlite_of)
    assert main(["data", "export", *TIMES, "--data", str(folder)]) == 0
    told = capsys.readouterr()
    head, row, _ = list(csv.reader(told.out.splitlines()))
    assert len(head) == len(row) == 10 and head[:3] == ["mp", "utc_s", "clock_s"]
    assert "2 readings" in told.err
    assert main(["data", "export", *TIMES, "--json", "--data", str(folder)]) == 0
    table = json.loads(capsys.readouterr().out)
    assert table == {"columns": head, "rows": [[mp, SLOT_S, *READING] for mp in (1, 2)]}
