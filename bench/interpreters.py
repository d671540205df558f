"""Figures that are taken on each interpreter."""

from tests.conftest import micropython


def show_each(measure):
    """A line with what `measure(interpreter)` says; one that says so when it is not installed."""
    for interpreter in ("cpython", "micropython"):
        is_there = interpreter == "cpython" or micropython()
        text = measure(interpreter) if is_there else "not installed"
        print(f"{interpreter:<12} {text}", flush=True)
