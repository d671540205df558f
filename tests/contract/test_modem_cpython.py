"""The modem driver with the program `meter-sim modem` on a real pseudo-terminal."""

import os
import subprocess
import sys
import time

import pytest

from meter_sim import control
from tests.conftest import ROOT
from tests.contract.test_mode_e_cpython import under_cpython
from tests.contract.test_serial_cpython import under_micropython

PATIENCE_S = 20
SAID = "as a client True\nover TLS True\nas a server True\npinged True\nrate 38400\n"


@pytest.fixture
def module(tmp_path):
    """start(*options) -> the path of its port."""
    started = []

    def start(*options):
        path = str(tmp_path / "modem")
        words = ["-m", "meter_sim.cli", "modem", "--port", path, *options]
        words += ["--control", path + ".control"]
        process = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL)
        started.append(process)
        end_s = time.monotonic() + PATIENCE_S
        while not os.path.exists(path):
            assert process.poll() is None and time.monotonic() < end_s
            time.sleep(0.02)
        return path

    yield start
    for process in started:
        process.terminate()
        process.wait(PATIENCE_S)


@pytest.mark.parametrize(
    "run, dialect", [(under_cpython, "sim800"), (under_micropython, "quectel")]
)
def test_a_module_on_a_terminal_carries_real_connections_both_ways(module, run, dialect):
    path = module("--dialect", dialect)
    control.ask(path + ".control", "split 7")
    done = run("tests/contract/modem_run.py", path)
    assert done.stdout == SAID, done.stdout + done.stderr
    assert " 38400 bit/s" in control.ask(path + ".control", "status")
