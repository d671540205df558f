"""Bulk data through a simulated module on a pty with the pace of 38400 bit/s, in real time."""

import os
import subprocess
import sys
import tempfile
import time

from bench.interpreters import show_each
from tests.conftest import ROOT, micropython

DIALECTS = ("sim800", "sim76", "quectel")
_WAIT_S = 10


def main():
    for dialect in DIALECTS:
        print(f"modem, {dialect}, 38400 bit/s:", flush=True)
        show_each(lambda interpreter, dialect=dialect: _measure(interpreter, dialect))


def _measure(interpreter, dialect):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "modem")
        words = ["-m", "meter_sim.cli", "modem", "--port", path, "--dialect", dialect, "--pace"]
        module = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            ends_s = time.monotonic() + _WAIT_S
            while not os.path.exists(path) and time.monotonic() < ends_s:
                time.sleep(0.05)
            binary = sys.executable if interpreter == "cpython" else micropython()
            environment = {**os.environ, "MICROPYPATH": ".:.frozen", "PYTHONPATH": "."}
            done = subprocess.run(
                [binary, "bench/modem_rate.py", path],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
            )
        finally:
            module.terminate()
            module.wait(_WAIT_S)
    return done.stdout.strip() or done.stderr


if __name__ == "__main__":
    main()
