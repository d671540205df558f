"""A meter that is called at 300 bit/s, on a real pseudo-terminal whose rate the meter looks at."""

import os
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT
from tests.contract.test_serial_cpython import under_micropython

PATIENCE_S = 20


@pytest.fixture
def meter(tmp_path):
    path = str(tmp_path / "bus")
    words = ["-m", "meter_sim.cli", "rs485", "--port", path, "--meters", "1", "--mode-e", "6"]
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL)
    end_s = time.monotonic() + PATIENCE_S
    while not os.path.exists(path):
        assert process.poll() is None and time.monotonic() < end_s
        time.sleep(0.02)
    yield path
    process.terminate()
    process.wait(PATIENCE_S)


def under_cpython(*words):
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("run", (under_cpython, under_micropython))
def test_a_meter_is_called_into_hdlc_at_the_rate_that_it_offers(meter, run):
    done = run("tests/contract/mode_e_run.py", meter)
    assert done.stdout == "read\n", done.stdout + done.stderr
