"""How well a running DCU uses an RS485 bus of 9600 bit/s, in real time, on both interpreters.

32 simulated meters on a pty that keeps the pace of the wire, 20 ms from question to answer. What
this machine costs, bench_bus (in virtual time) does not have.
"""

import json
import sys
import tempfile

from bench.interpreters import show_each
from tests.e2e.plant import FIRST_ADDRESS, Plant, Process

METERS = 32
RESPONSE_MS = 20
OCTET_MS = 10_000 / 9600
SETTINGS = (("collect.period_s", "20"), ("collect.fill_obis", ""))  # rounds, and nothing else
_ROUND_S = 60


def main():
    show_each(_measure)


def _measure(interpreter):
    """Of a round that is not the first: the scalers are known."""
    with tempfile.TemporaryDirectory() as folder:
        plant = Plant(folder, interpreter, SETTINGS, meters_per_bus=METERS)
        try:
            _start(plant)
            wire_ms, exchanges, _ = _after_round(plant, 0)
            wire_after_ms, exchanges_after, round_ms = _after_round(plant, len(plant.dcu.lines))
        finally:
            plant.stop()
    wire_ms = wire_after_ms - wire_ms
    busy_ms = wire_ms + (exchanges_after - exchanges) * RESPONSE_MS
    return (
        f"bus efficiency, {METERS} paced meters: {busy_ms / round_ms:.3f};"
        f" octets per read-out: {wire_ms / OCTET_MS / METERS:.0f}; round: {round_ms / 1000:.1f} s"
    )


def _start(plant):
    """The DCU with one bus, and without a HES."""
    words = [sys.executable, "-m", "meter_sim.cli", "rs485", "--port", plant.tty(1), "--pace"]
    words += ["--meters", METERS, "--first", FIRST_ADDRESS, "--reply-ms", RESPONSE_MS]
    plant.sims[1] = Process("bus 1", words, lambda name, line: None)
    plant.sims[1].wait_for("meters", _ROUND_S)
    plant.import_meters()
    plant.start_dcu()


def _after_round(plant, line):
    """(wire_ms, exchanges, duration in ms) of the bus after the next round that is read whole."""
    plant.dcu.wait_for(f"rs485-1: read {METERS} of {METERS}", _ROUND_S, line)
    status = json.loads(plant.call_dcu("status", "--json").stdout)
    (port,) = [port for port in status["ports"] if port["name"] == "rs485-1"]
    return port["wire_ms"], port["exchanges"], status["rounds"]["rs485-1"]["last_round_ms"]
