"""How long it takes to draw the panel, on both interpreters, and the heap that the menu takes."""

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
    for words in (["render_rate.py"], ["panel_heap.py", "en"], ["panel_heap.py", "zh"]):
        script = [binary, "bench/" + words[0], *words[1:]]
        subprocess.run(script, cwd=ROOT, env=environment, check=True)
