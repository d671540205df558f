"""The module slot of the demo: a simulated G3 module with 20 meters, one of them not on file
until the HES has given its row.
"""

import sys

from dcu.alarm_codes import METER_UNKNOWN
from meter_sim.curve import curve_of
from meter_sim.plc_cli import FIRST_ADDRESS
from meter_sim.plc_world import PSK, eui

METERS, STRANGER = 20, 13
SEED, BAND = 4, "fcc"
MP_BEFORE = 100  # the meter of node 1 is MP 101
PASSWORD = "12345678"
READ_MP = MP_BEFORE + 5
ON_FILE = [number for number in range(1, METERS + 1) if number != STRANGER]


def path(plant):
    return plant.folder / "slot"


def words(plant):
    """The command that runs the module."""
    made = [sys.executable, "-m", "meter_sim.cli", "plc", "--port", path(plant)]
    made += ["--control", plant.folder / "slot.control", "--meters", METERS, "--seed", SEED]
    return made + ["--band", BAND]


def settings(plant):
    return {"slot.device": path(plant), "plc.band": BAND, "plc.psk": PSK.hex()}


def rows():
    """For `dcu meters import`."""
    lines = ["mp,address,channel,client,auth,password,eui"]
    for number in ON_FILE:
        lines.append(f"{_place(number)},1,lls,{PASSWORD},{eui(number).hex()}")
    return "\n".join(lines) + "\n"


def _place(number):
    return f"{MP_BEFORE + number},{20_261_123_000 + number},plc"


def truth_of(mp, utc_s):
    return curve_of(SEED, FIRST_ADDRESS - 1 + mp - MP_BEFORE).truth(utc_s)


def play(plant, screen, limit_s):
    """They join, one is refused; the HES gives its row, and it is in, too."""
    stranger = eui(STRANGER).hex().upper()
    screen.say(f"{METERS} meters behind the module slot join; {stranger} is not on file")
    plant.dcu.wait_for(f"unknown meter.*{stranger} asks to join: declined", limit_s)
    for number in ON_FILE:
        plant.dcu.wait_for(f"MP {MP_BEFORE + number}, has joined as", limit_s)
    screen.say(f"{len(ON_FILE)} are in the network")
    plant.dcu.wait_for(f"plc: read {len(ON_FILE)} of {len(ON_FILE)} meters", limit_s)
    file = plant.folder / "stranger.csv"
    row = f"{_place(STRANGER)},16,{eui(STRANGER).hex()}"
    file.write_text(f"mp,address,channel,client,eui\n{row}\n")
    screen.say(f"hes archive {plant.terminal} --set: {row}")
    done = plant.call_hes("archive", plant.terminal, "--set", file)
    assert done.returncode == 0, done.stdout + done.stderr
    for order in ("off", "on"):  # else it would ask again after some minutes
        plant.tell_slot(order, STRANGER)
    plant.dcu.wait_for(f"MP {MP_BEFORE + STRANGER}, has joined as", limit_s)
    told = plant.call_hes("network", plant.terminal).stdout.split("\n")
    screen.say(f"hes network {plant.terminal}: {told[0]}")
    assert f"{METERS} in the network" in told[0], told


def facts(readings, alarms):
    """Of readings and alarms as they are at the HES."""
    mine = [row for row in readings if row["mp"] > MP_BEFORE]
    read = {row["mp"] for row in mine}
    told = [row for row in alarms if row["code"] == METER_UNKNOWN]
    stranger = eui(STRANGER).hex().upper()
    everybody = read >= {MP_BEFORE + number for number in ON_FILE}
    return [
        (everybody, f"{len(read)} meters behind the module slot were read, {len(mine)} readings"),
        (any(stranger in row["text"] for row in told), "the refused meter is told of at the HES"),
    ]
