"""Figures that are taken on each interpreter."""

import os
import subprocess

from tests.conftest import ROOT, micropython


def show_each(measure):
    """A line with what `measure(interpreter)` says; one that says so when it is not installed."""
    for interpreter in ("cpython", "micropython"):
        is_there = interpreter == "cpython" or micropython()
        text = measure(interpreter) if is_there else "not installed"
        print(f"{interpreter:<12} {text}", flush=True)


def on_micropython(heap, script, *arguments):
    """Runs bench/`script`, which prints its figures, or says that there is no MicroPython."""
    if not micropython():
        print(f"{script}, micropython: not installed")
        return
    words = [micropython(), "-X", f"heapsize={heap}", "bench/" + script, *arguments]
    environment = {**os.environ, "MICROPYPATH": ".:.frozen"}
    subprocess.run(words, cwd=ROOT, env=environment, check=True)
