"""`make demo` goes on until Ctrl-C and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.e2e.facts import processes_of
from tests.e2e.plant import ROOT


@pytest.mark.parametrize("interpreter", ["cpython", "micropython"])
def test_an_interrupted_demo_leaves_no_process(tmp_path, interpreter):
    demo = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.demo", "--check", "--interpreter", interpreter],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": ".", "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in demo.stdout:
        if "registered at" in line:
            break
    else:
        raise AssertionError("the DCU did not register")
    assert processes_of(tmp_path)
    for _ in range(3):  # an impatient person
        demo.send_signal(signal.SIGINT)
        time.sleep(0.05)
    demo.communicate(timeout=30)
    assert not processes_of(tmp_path)
    assert list(tmp_path.iterdir()) == []
