"""Every service, and general blocks with windows and losses, with a client and a meter of other
make. Our side is on CPython here: it is the same on MicroPython by tests/dual."""

import json
import subprocess
import sys

import pytest

from tests.e2e.plant import ROOT, Process, free_port

LIMIT_S = 60
UNDEFINED, DENIED, UNAVAILABLE = 4, 3, 11


def running(name, *words):
    process = Process(name, [sys.executable, *words], lambda name, line: None)
    process.wait_for("listening", 20)
    return process


def outcomes(*words):
    done = subprocess.run(
        [sys.executable, *[str(each) for each in words]],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        cwd=ROOT,
        env={"PYTHONPATH": "."},
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "blocks, max_pdu, window",
    [("service", 300, 1), ("general", 64, 1), ("general", 64, 3), ("general", 65535, 3)],
)
def test_a_client_of_other_make_uses_every_service(blocks, max_pdu, window):
    port = free_port()
    server = running("server", "-m", "tests.interop.services_ours", "serve", port, 4)
    try:
        found = outcomes("tests/interop/services_client.py", port, blocks, max_pdu, window)
    finally:
        server.stop()
    lists = [[0, 0, DENIED, 0], [True, DENIED, True], [True, DENIED, True]]
    assert found == [True, lists, [True, False, True, True]]


@pytest.mark.parametrize(
    "max_pdu, window, lost",
    [(128, 1, "-"), (128, 3, "-"), (300, 7, "-"), (128, 3, "2,5,9"), (64, 5, "3,4,7,20")],
)
def test_a_meter_of_other_make_is_spoken_to_in_general_blocks(max_pdu, window, lost):
    port = free_port()
    meter = running("meter", "tests/interop/services_meter.py", port, max_pdu, window, lost)
    try:
        found = outcomes("-m", "tests.interop.services_ours", "ask", port, window)
    finally:
        meter.stop()
    got = [True, True, UNDEFINED]
    assert found == [True, [0, 0, UNDEFINED], [got, got], [True, UNAVAILABLE], True, True]
