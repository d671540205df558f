"""The log of a DCU whose standard output takes nothing: the DCU is to outlive it."""

import contextlib

from boards.run import log_of
from hal.clock import Clock


def logged_to(path, text, encoding="utf-8"):
    """What is in the file after one line of log."""
    with open(path, "w", buffering=1, encoding=encoding) as output:
        with contextlib.redirect_stdout(output):
            log_of(Clock())("storage", text)
        with contextlib.suppress(OSError):
            output.close()  # what the disk did not take is still in it
    if path == "/dev/full":
        return ""
    with open(path, encoding=encoding) as found:
        return found.read()


def test_a_full_disk_under_the_log_fails_nobody_who_logs():
    logged_to("/dev/full", "96 readings wait")


def test_a_line_that_the_encoding_of_the_output_has_not_fails_nobody_who_logs(tmp_path):
    logged_to(str(tmp_path / "log"), "failed: MP 1, …", "ascii")
    assert "MP 1" in logged_to(str(tmp_path / "log"), "failed: MP 1, …")
