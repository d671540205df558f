"""The DCU's client reads a meter of other make, on both interpreters."""

import json
import subprocess
import sys

import pytest

from tests.e2e.plant import ROOT, Process, free_port
from tests.interop import matrix

LIMIT_S = 60
PASSWORD = "12345678"
CLOCK, ENERGY, SCALER = [8, "0.0.1.0.0.255", 2], [3, "1.0.1.8.0.255", 2], [3, "1.0.1.8.0.255", 3]
COLUMNS, BUFFER = [7, "1.0.99.1.0.255", 3], [7, "1.0.99.1.0.255", 2]
MISSING = [1, "0.0.96.99.0.255", 2]
WH, UNDEFINED = 30, 4


def simulated(case, port):
    words = [f"{sys.prefix}/bin/pydlms", "simulate", "--port", port]
    words += ["--client", "16:0", "--client", f"1:1:{PASSWORD}"]
    if case.transport.startswith("hdlc"):
        words += ["--hdlc", "--hdlc-window", case.transport[-1]]
    meter = Process("meter", words, lambda name, line: None)
    meter.wait_for("listening", 20)
    return meter


def our_client(interpreter, file):
    words = ["-m", "tests.interop.our_client", str(file)]
    binary = sys.executable if interpreter == "cpython" else f"{sys.prefix}/bin/micropython"
    done = subprocess.run(
        [binary, *words],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        cwd=ROOT,
        env={"PYTHONPATH": ".", "MICROPYPATH": ".:.frozen"},
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout)


@pytest.mark.parametrize("interpreter", ("cpython", "micropython"))
@pytest.mark.parametrize("case", matrix.run(matrix.METERS), ids=matrix.name_of)
def test_a_meter_of_other_make_is_read(case, interpreter, tmp_path):
    port = free_port()
    meter = simulated(case, port)
    given = {
        "port": port,
        "link": case.transport.partition(",")[0],
        "client": 1 if case.mechanism == "lls" else 16,
        "address": 1,
        "row": {"auth": case.mechanism, "password": PASSWORD if case.mechanism == "lls" else ""},
        "attributes": [CLOCK, ENERGY, SCALER, COLUMNS, MISSING, BUFFER],
    }
    (tmp_path / "given").write_text(json.dumps(given))
    try:
        rows = our_client(interpreter, tmp_path / "given")
    finally:
        meter.stop()
    assert [dar for dar, _ in rows] == [0, 0, 0, 0, UNDEFINED, 0]
    clock, energy, scaler, columns, _, buffer = [value for _, value in rows]
    assert len(bytes.fromhex(clock)) == 12 and energy > 0 and scaler[1] == WH
    assert [column[1] for column in columns] == ["0000010000ff", "0100010800ff"]
    values = [row[1] for row in buffer]
    assert len(values) > 20 and values == sorted(values)
