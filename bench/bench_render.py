"""How long it takes to draw the panel, on both interpreters."""

import os
import subprocess

from bench import render_rate
from tests.conftest import ROOT, micropython


def main():
    render_rate.report("cpython")
    binary = micropython()
    if binary is None:
        print("panel, micropython: not installed")
        return
    environment = {**os.environ, "MICROPYPATH": ".:.frozen"}
    subprocess.run([binary, "bench/render_rate.py"], cwd=ROOT, env=environment, check=True)
