"""A running DCU has its data folder for itself: verbs reach it, or leave the folder alone."""

import json
import shutil

import pytest

from tests.e2e.plant import Plant

INTERPRETERS = ("cpython", "micropython")


@pytest.fixture
def start(tmp_path):
    """Starts a DCU without meters or HES on either interpreter; ended after the test."""
    plants = []

    def start(interpreter):
        plant = Plant(tmp_path / interpreter, interpreter, {"hes.main": ""})
        plant.folder.mkdir()
        plant.start_dcu()
        plant.dcu.wait_for("power up", 20)
        plants.append(plant)
        return plant

    yield start
    for plant in plants:
        plant.stop()


def mps(plant):
    done = plant.call_dcu("meters", "list", "--json")
    assert done.returncode == 0 and "no DCU is running" not in done.stderr
    return [row["mp"] for row in json.loads(done.stdout)]


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_a_verb_on_a_copy_of_the_folder_does_not_reach_the_dcu(start, interpreter):
    plant = start(interpreter)
    assert mps(plant) == []
    original, copy = plant.dcu_data, plant.folder / "copy"
    shutil.copytree(original, copy)
    plant.dcu_data = copy
    assert plant.call_dcu("meters", "add", "mp=5", "address=17").returncode == 0
    assert plant.call_dcu("status").returncode == 4
    plant.dcu_data = original
    assert mps(plant) == []


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_with_a_damaged_console_file_nothing_is_written_behind_the_dcu(start, interpreter):
    plant = start(interpreter)
    console = plant.dcu_data / "console"
    whole = console.read_text()
    console.write_text("garbage")
    for words in (("meters", "add", "mp=5", "address=17"), ("settings", "set", "hes.reply_s=7")):
        done = plant.call_dcu(*words)
        assert done.returncode == 1 and "console is damaged" in done.stderr
    console.write_text(whole)
    assert mps(plant) == []


def test_without_the_console_file_the_lock_of_the_folder_says_that_a_dcu_runs(start):
    plant = start("cpython")
    (plant.dcu_data / "console").unlink()
    for words in (("meters", "add", "mp=5", "address=17"), ("settings", "list")):
        done = plant.call_dcu(*words)
        assert done.returncode == 1 and "is in use" in done.stderr
    second = Plant(plant.folder, settings={"hes.main": ""})
    second.start_dcu()
    try:
        second.dcu.wait_for("is in use", 20)
    finally:
        second.stop()


def test_a_damaged_console_file_does_not_keep_a_dcu_from_starting_again(start):
    plant = start("cpython")
    plant.dcu.kill()
    (plant.dcu_data / "console").write_text("garbage")
    plant.start_dcu()
    plant.dcu.wait_for("power up", 20)
    assert mps(plant) == []


DAMAGED = (  # the files damaged, what is told, how many meters are left
    (("archive.0", "archive.1"), "0 meters are on file; import them again", 0),
    (("archive.1",), "before the last change may be in use", 1),
    (("settings.0",), "defaults are in use; set them again", 2),
)


@pytest.mark.parametrize(("names", "told", "count"), DAMAGED, ids=[row[1] for row in DAMAGED])
def test_damage_in_the_folder_is_told_by_the_verbs_that_do_without_a_dcu(
    tmp_path, names, told, count
):
    plant = Plant(tmp_path)
    plant.call_dcu("meters", "add", "mp=1", "address=17")
    plant.call_dcu("meters", "add", "mp=2", "address=18")
    plant.call_dcu("settings", "set", "hes.reply_s=30")
    assert plant.call_dcu("settings", "list").stderr == ""
    for name in names:
        path = plant.dcu_data / name
        path.write_bytes(path.read_bytes()[:-1])
    rows = plant.call_dcu("meters", "list", "--json")
    assert len(json.loads(rows.stdout)) == count
    for words in (("settings", "list"), ("meters", "export"), ("meters", "remove", "9")):
        lines = plant.call_dcu(*words).stderr.strip().split("\n")
        assert told in lines[0] and str(plant.dcu_data / names[0]) in lines[0], lines
