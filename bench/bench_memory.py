"""Memory of a running DCU with 96 meters on three buses, on both interpreters."""

import json
import tempfile

from bench.interpreters import show_each
from tests.e2e.plant import Plant

METERS_PER_BUS = 32
ROUNDS = 3
SETTINGS = (("collect.period_s", "15"), ("meter.reply_ms", "500"))
_ROUND_S = 60


def main():
    show_each(_measure)


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
            status = json.loads(plant.call_dcu("status", "--json").stdout)
        finally:
            plant.stop()
    kind = "heap in use" if interpreter == "micropython" else "resident (RSS)"
    octets = status["memory_octets"]
    meters = status["meters"]
    return f"{octets / 1e6:.2f} MB {kind}, {meters['total']} meters, {meters['online']} online"
