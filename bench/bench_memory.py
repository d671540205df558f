"""Memory of a running DCU on both interpreters: with 96 meters on three buses, and what each meter
behind the module slot adds.
"""

import json
import sys
import tempfile

from bench.interpreters import show_each
from meter_sim.plc_world import PSK, eui
from tests.e2e.plant import Plant, Process

METERS_PER_BUS = 32
ROUNDS = 3
SETTINGS = (("collect.period_s", "15"), ("meter.reply_ms", "500"))
FEW, MORE = 50, 150  # meters behind the slot
_KINDS = {"cpython": "resident (RSS)", "micropython": "heap in use"}
_MP_BEFORE = 200
_ROUND_S = 60
_JOIN_S = 90


def main():
    show_each(_measure)
    show_each(_measure_slot)


def _measure(interpreter):
    with tempfile.TemporaryDirectory() as folder:
        plant = Plant(folder, interpreter, SETTINGS, meters_per_bus=METERS_PER_BUS)
        try:
            plant.start()
            seen = 0
            for _ in range(ROUNDS):
                plant.dcu.wait_for(f"rs485-1: read {METERS_PER_BUS} of", _ROUND_S, seen)
                seen = len(plant.dcu.lines)
            plant.hes.wait_for("fetched", _ROUND_S)
            status = _status(plant)
        finally:
            plant.stop()
    octets, meters = status["memory_octets"], status["meters"]
    kind = _KINDS[interpreter]
    return f"{octets / 1e6:.2f} MB {kind}, {meters['total']} meters, {meters['online']} online"


def _measure_slot(interpreter):
    few, more = [_with_slot(interpreter, meters) for meters in (FEW, MORE)]
    each_kb = (more - few) / (MORE - FEW) / 1e3
    return f"{each_kb:.1f} kB {_KINDS[interpreter]} for each meter behind the slot"


def _with_slot(interpreter, meters):
    """Octets, when all have joined and have been read twice."""
    with tempfile.TemporaryDirectory() as folder:
        path, band = f"{folder}/slot", "fcc"
        settings = [*SETTINGS, ("slot.device", path), ("plc.band", band), ("plc.psk", PSK.hex())]
        settings.append(("plc.join_s", "60"))  # simulated ones: a real second has many
        plant = Plant(folder, interpreter, settings, meters_per_bus=1)
        words = ["-m", "meter_sim.cli", "plc", "--port", path, "--meters", meters, "--speed"]
        plant.slot = Process("slot", [sys.executable, *words, "MAX", "--band", band], _unheard)
        try:
            plant.slot.wait_for("G3 module", 20)
            plant.start()
            _import(plant, meters)
            told = f"plc: read {meters} of {meters}"
            seen = 0
            for _ in range(2):
                plant.dcu.wait_for(told, _JOIN_S, seen)
                seen = len(plant.dcu.lines)
            return _status(plant)["memory_octets"]
        finally:
            plant.stop()


def _unheard(name, line):
    pass


def _import(plant, meters):
    lines = ["mp,address,channel,eui"]
    for number in range(1, meters + 1):
        lines.append(f"{_MP_BEFORE + number},{9_000_000 + number},plc,{eui(number).hex()}")
    file = plant.folder / "plc.csv"
    file.write_text("\n".join(lines) + "\n")
    done = plant.call_dcu("meters", "import", file)
    assert done.returncode == 0, done.stdout + done.stderr


def _status(plant):
    return json.loads(plant.call_dcu("status", "--json").stdout)


if __name__ == "__main__":
    main()
