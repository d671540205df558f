"""kill -9 of the DCU or the HES, at any moment: nothing that was acknowledged is lost.

make soak          KILLS=500, SEED=1 on both interpreters
"""

import os
import random
import time

import pytest

from dcu.alarm_codes import POWER_UP
from hes_stub.queries import Queries
from tests.e2e import facts
from tests.e2e.plant import Plant

SETTINGS = (
    ("collect.period_s", "2"),
    ("meter.reply_ms", "300"),
    ("hes.heartbeat_s", "2"),
    ("hes.reply_s", "3"),
    ("hes.retry_min_s", "1"),
    ("hes.retry_max_s", "2"),
)
SEED = int(os.environ.get("SEED", 2026))
KILLS = int(os.environ.get("KILLS", 20))
SETTLE_S = 40
PROGRESS = 20  # kills


@pytest.mark.timeout(240 + 5 * KILLS)
@pytest.mark.parametrize("interpreter", ["cpython", "micropython"])
def test_no_acknowledged_reading_and_no_alarm_is_lost(tmp_path, interpreter):
    plant = Plant(tmp_path, interpreter, SETTINGS)
    prng = random.Random(SEED)
    try:
        plant.start()
        plant.hes.wait_for("fetched", 30)
        starts = 1 + _kill(plant, prng)
        _settle(plant)
    finally:
        plant.stop()
    hes = Queries(plant.hes_data)
    readings, alarms = hes.readings(last=10**9), hes.alarms(last=10**9)
    hes.close()
    store = facts.open_store(plant)
    for good, text in (facts.lost_readings(store, readings), facts.lost_alarms(store, alarms)):
        assert good, text
    assert not [row for row in readings if facts.untrue(row)]
    assert [row["code"] for row in alarms].count(POWER_UP) == starts


def _kill(plant, prng):
    """Kill and start again, KILLS times; how often that was the DCU."""
    dcu_kills = 0
    for number in range(1, KILLS + 1):
        if number % PROGRESS == 0:
            print(f"{number} of {KILLS} kills, seed {SEED}", flush=True)
        time.sleep(prng.uniform(0.2, 1.8))
        if prng.random() < 0.5:
            plant.dcu.wait_for("power up", 30)
            plant.dcu.kill()
            plant.start_dcu()
            dcu_kills += 1
        else:
            plant.hes.kill()
            plant.start_hes()
    return dcu_kills


def _settle(plant):
    """Wait until the HES has fetched what there is."""
    plant.dcu.wait_for("registered at", SETTLE_S)
    plant.hes.wait_for("fetched", SETTLE_S)
    ends = time.monotonic() + SETTLE_S
    while time.monotonic() < ends:
        hes = Queries(plant.hes_data)
        backlog = [dcu["backlog"] for dcu in hes.dcus()]
        hes.close()
        status = plant.call_dcu("status", "--json")
        if backlog == [0] and '"waiting": 0' in status.stdout:
            return
        time.sleep(1)
    raise AssertionError(f"still not fetched: {backlog}")
