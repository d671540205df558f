"""How long the visit of a meter takes, beside a gurux-dlms client with its own defaults.

Meters that answer after 60 ms on a paced bus of 9600 bit/s, in real time. Both sides ask for the
same values; a figure stands only when the profile and the event log came out the same.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from tests.conftest import ROOT
from tests.e2e.plant import Process

PROGRAMS = ("turns_gurux", "turns_ours")
VISITS = 3
ADDRESS = 17
DAY_S, SLOT_S = 86_400, 900
START_S = 30
METERS = (  # what the meters can, and their options
    ("long frames, window 7", ("--max-info", "2030", "--window", "7")),
    ("frames of 128 octets, window 1", ()),
)
REGISTERS = """1.0.1.8.0.255 1.0.1.8.1.255 1.0.1.8.2.255 1.0.1.8.3.255 1.0.1.8.4.255 1.0.2.8.0.255
1.0.2.8.1.255 1.0.2.8.2.255 1.0.1.7.0.255 1.0.32.7.0.255 1.0.31.7.0.255 1.0.14.7.0.255""".split()
EVENTS = 3  # times that the supply goes and comes, for the log


def main():
    """All at the same time, each with a bus of its own: it is the wire that takes the time."""
    pairs = [(program, options) for _, options in METERS for program in PROGRAMS]
    given = _given()
    with ThreadPoolExecutor(len(pairs)) as pool:
        found = iter(list(pool.map(lambda pair: _visited(*pair, given), pairs)))
    for title, _ in METERS:
        print(f"a meter with {title}:")
        gurux, ours = next(found), next(found)
        for what, (text, wanted, kept) in TITLES.items():
            print(f"  {text}")
            _show(gurux[what], ours[what], wanted, kept)


def _visited(program, options, given):
    with tempfile.TemporaryDirectory() as folder:
        port, control = f"{folder}/tty", f"{folder}/control"
        words = [sys.executable, "-m", "meter_sim.cli", "rs485", "--port", port, "--pace"]
        words += ["--meters", 1, "--first", ADDRESS, "--reply-ms", 60, "--control", control]
        meters = Process("meters", [*words, *options], lambda name, line: None)
        try:
            meters.wait_for("meters", START_S)
            for command in ("off", "on") * EVENTS:
                _output("meter_sim.cli", "control", control, command, ADDRESS)
            path = pathlib.Path(folder) / "given.json"
            path.write_text(json.dumps({"port": port, **given}))
            return json.loads(_output(f"bench.{program}", path))
        finally:
            meters.stop()


def _given():
    newest_s = int(time.time()) // SLOT_S * SLOT_S
    return {
        "address": ADDRESS,
        "password": "12345678",
        "registers": REGISTERS,
        "profile": "1.0.99.1.0.255",
        "range": [newest_s - DAY_S + SLOT_S, newest_s],
        "log": "0.0.99.98.0.255",
        "visits": VISITS,
    }


def _output(module, *words):
    command = [sys.executable, "-m", module, *[str(word) for word in words]]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout


def _show(gurux, ours, wanted, kept):
    theirs_ms = _middle(gurux)["ms"]
    for name, visits in {"gurux-dlms": gurux, **ours}.items():
        middle = _middle(visits)
        line = f"    {name:<11} {middle['ms']:6} ms {middle['octets']:6} octets"
        line += f" {middle['turns']:4} turn-rounds"
        if visits is not gurux:
            line += f"  {middle['ms'] / theirs_ms:.3f} of gurux-dlms, wanted {wanted}"
        print(line)
        if any(kept(visit) != kept(gurux[0]) for visit in visits):
            print(f"    void: {name} has other values")


def _middle(visits):
    return sorted(visits, key=lambda visit: visit["ms"])[len(visits) // 2]


def _kept(visit):
    """What is the same on both buses: how many values, the profile, the events without times."""
    *registers, profile, log = visit["values"]
    return len(registers), profile, sorted(event[1:] for event in log)


def _count(visit):
    return len(visit["values"])


TITLES = {
    "registers": (f"{len(REGISTERS)} registers and the clock", 0.4, _count),
    "daily": ("daily read-out: these, 96 rows x 4 channels, event log", 0.6, _kept),
}
