"""The program meter-sim as a process, for the tests of it."""

import re
import subprocess
import sys

import pytest

METER_SIM = (sys.executable, "-m", "meter_sim.cli")
PATIENCE_S = 5


@pytest.fixture
def bus(tmp_path):
    """start(*options) -> the path of a bus that is ready; all are ended afterwards."""
    started = []

    def start(*options, port=None):
        path = str(port or tmp_path / "bus")
        words = ("rs485", "--port", path, "--meters", "2", "--reply-ms", "0", *options)
        process = subprocess.Popen(
            (*METER_SIM, *words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(process)
        start.process, start.said = process, process.stdout.readline()
        return path

    yield start
    for process in started:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()  # a meter-sim that hangs fails the test and is not left behind
            raise
        finally:
            process.stdout.close()


@pytest.fixture
def sim():
    """start(*options) -> the ports of the meters of a running meter-sim."""
    started = []

    def start(*options):
        words = (
            *METER_SIM,
            "wrapper",
            "--port",
            "0",
            "--meters",
            "2",
            "--reply-ms",
            "0",
            *options,
        )
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        started.append(process)
        said = process.stdout.readline().decode()
        return [int(port) for port in re.findall(r"\d+", said.partition("ports")[2])]

    yield start
    for process in started:
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
        process.stdout.close()
