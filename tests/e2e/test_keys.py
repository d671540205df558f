"""The whole plant with keys: what the DCU and the HES say to each other is for nobody else."""

import json

from tests.e2e.plant import TERMINAL, Plant
from tests.e2e.tap import Tap

EK, AK, KEK = "00112233445566778899AABBCCDDEEFF", "D" * 32, "E" * 32
SETTINGS = (
    ("collect.period_s", "2"),
    ("collect.silent_after", "1"),
    ("meter.reply_ms", "100"),
    ("meter.attempts", "1"),
    ("hes.reply_s", "1"),
    ("hes.retry_min_s", "1"),
    ("hes.retry_max_s", "2"),
    ("cosem.ek", EK),
    ("cosem.ak", AK),
    ("cosem.kek", KEK),
)
# Requests, answers and pushes, ciphered; and what opens an association or refuses
CIPHERED = {0xC8, 0xC9, 0xCB, 0xCC, 0xCD, 0xCF, 0xDB}
OPENING = {0x60, 0x61, 0xD8}


def test_readings_and_alarms_arrive_ciphered_and_only_with_the_right_key(tmp_path):
    """The DCU under MicroPython; tests/hes has what the HES does with its keys on CPython."""
    file = tmp_path / "keys"
    file.write_text(f"ek={EK}\nak={AK}\nkek={KEK}\n")
    words = ("--dcu-key", f"@{file}", "--fetch-s", "1")
    plant = Plant(tmp_path, "micropython", SETTINGS, meters_per_bus=1, hes_words=words)
    tap = Tap(plant.hes_port)
    plant.settings["hes.main"] = f"127.0.0.1:{tap.port}"
    try:
        plant.start()
        plant.hes.wait_for(r"fetched \d+ readings", 20)
        plant.switch(1, 17, "off")
        plant.hes.wait_for("alarm of .*meter silent, MP 1", 20)
        _rekey(plant)
        _wrong_key(plant, file)
    finally:
        plant.stop()
        tap.close()
    tags = {apdu[0] for _, apdu in tap.apdus}
    assert 0xDB in tags and tags <= CIPHERED | OPENING, tags
    said = "\n".join(plant.hes.lines + plant.dcu.lines).upper()
    assert EK not in said and AK not in said and KEK not in said


def _rekey(plant):
    """The DCU comes again by itself, and is asked with the new keys."""
    done = plant.call_hes("rekey", TERMINAL, "--json")
    assert json.loads(done.stdout) == {"terminal": TERMINAL, "result": "good", "error": None}
    before = len(plant.hes.lines)
    plant.hes.wait_for(r"fetched \d+ readings", 20, before)


def _wrong_key(plant, file):
    """The DCU has other keys since: those of the file are not let in."""
    others = [f"cosem.{name}={'5a' * 16}" for name in ("ek", "ak")]
    assert plant.call_dcu("settings", "set", *others).returncode == 0
    assert plant.call_hes("rekey", TERMINAL, "--forget", "--yes").returncode == 0
    plant.hes.wait_for("association refused: .*wrong password or key", 20)
    plant.dcu.wait_for("did not prove who it is", 20)
