"""A full disk: what was stored stays, what is collected waits, and it goes on by itself."""

import contextlib
import os
import subprocess
import time

import pytest

from dcu.alarm_codes import STORAGE_FAILED
from hes_stub.queries import Queries
from storage import ballast
from tests.e2e import facts
from tests.e2e.plant import Plant

SETTINGS = (("collect.period_s", "3"), ("hes.reply_s", "1"), ("hes.retry_max_s", "2"))
INTERPRETERS = pytest.mark.parametrize("interpreter", ["cpython", "micropython"])
pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="a small disk needs the right to mount one"
)


@contextlib.contextmanager
def small_disk(tmp_path, interpreter):
    """A Plant whose data folder is on a disk of 8 MB."""
    plant = Plant(tmp_path, interpreter, SETTINGS)
    plant.dcu_data.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", plant.dcu_data], check=True)
    try:
        yield plant
    finally:
        plant.stop()
        subprocess.run(["umount", "-l", plant.dcu_data], check=True)


@INTERPRETERS
def test_a_full_disk_is_told_and_loses_nothing_that_was_stored(tmp_path, interpreter):
    with small_disk(tmp_path, interpreter) as plant:
        others = [plant.dcu_data / "others-1", plant.dcu_data / "others-2"]
        _fill(others[0], 6 << 20)  # there is no room for the ballast
        plant.start()
        plant.dcu.wait_for(r"rs485-1: read 8 of 8 meters", 20)
        _fill(others[1])
        plant.dcu.wait_for(r"disk( is)? full", 30)
        plant.dcu.wait_for(r"read 8 of 8 meters.*not stored yet", 60)
        for path in others:
            path.unlink()
        plant.dcu.wait_for(r"stores again", 30)
        _wait_for_alarm(plant, STORAGE_FAILED)
        for _ in range(2):  # before it fetches again it has acknowledged
            plant.hes.wait_for(r"fetched \d+ readings", 30, len(plant.hes.lines))
        plant.stop()
        hes = Queries(plant.hes_data)
        held, text = facts.lost_readings(facts.open_store(plant), hes.readings(last=10**9))
        assert held, text


@INTERPRETERS
def test_a_disk_that_others_have_filled_is_stored_to_in_the_room_of_the_ballast(
    tmp_path, interpreter
):
    with small_disk(tmp_path, interpreter) as plant:
        plant.start()
        plant.dcu.wait_for(r"rs485-1: read 8 of 8 meters", 20)
        assert (plant.dcu_data / "ballast").stat().st_size == ballast.OCTETS
        _fill(plant.dcu_data / "others")
        plant.dcu.wait_for(r"disk( is)? full", 30)
        plant.dcu.wait_for(r"stores again; 0 readings lost", 30)
        assert not (plant.dcu_data / "ballast").exists()
        _wait_for_alarm(plant, STORAGE_FAILED)


def _wait_for_alarm(plant, code):
    """Until the HES has it in its database: it may be there before it is acknowledged."""
    ends = time.monotonic() + 40
    while time.monotonic() < ends:
        hes = Queries(plant.hes_data)
        codes = [row["code"] for row in hes.alarms(last=10**9)]
        hes.close()
        if code in codes:
            return
        time.sleep(0.5)
    raise AssertionError(f"no alarm {code} at the HES, only {codes}")


def _fill(path, octets=10**9):
    with open(path, "wb", buffering=0) as file:
        try:
            for _ in range(0, octets, 4096):
                file.write(bytes(4096))
        except OSError:
            pass
