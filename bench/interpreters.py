"""The interpreters that a figure is taken on."""

from tests.conftest import micropython


def installed():
    """Their names; says so when MicroPython is not there."""
    if micropython() is None:
        print("micropython: not installed")
        return ("cpython",)
    return ("cpython", "micropython")
