"""The dual runner itself runs on both interpreters."""

import sys


def test_this_file_runs_on_an_interpreter_that_names_itself():
    assert sys.implementation.name in ("cpython", "micropython")
