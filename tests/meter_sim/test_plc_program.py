"""The program meter-sim plc, as a process: its port, its script, its control, its words."""

import json
import os
import select
import signal
import subprocess
import termios
import time

from meter_sim import cli, control
from tests.meter_sim.conftest import METER_SIM, PATIENCE_S

INITIALIZE = bytes.fromhex("7e00e50a00014e0c7e")
READY = bytes.fromhex("7e00e500000aef4d7e")


def at_rate(path, rate):
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
    modes = termios.tcgetattr(fd)
    modes[4] = modes[5] = rate
    termios.tcsetattr(fd, termios.TCSANOW, modes)
    return fd


def test_a_module_on_a_pty_answers_is_told_what_to_do_and_ends_at_a_signal(tmp_path):
    path, own = str(tmp_path / "plc"), str(tmp_path / "control")
    words = ("plc", "--port", path, "--meters", "3", "--speed", "MAX", "--control", own)
    module = subprocess.Popen((*METER_SIM, *words, "--at", "1 off 2"), stdout=subprocess.PIPE)
    try:
        assert b"3 meters of seed 0" in module.stdout.readline()
        told = module.stdout.readline()
        assert b"025349FFFE000001 to 025349FFFE000003, key (PSK) AB103411" in told
        fd = at_rate(path, termios.B38400)
        os.write(fd, INITIALIZE)
        assert select.select([fd], [], [], PATIENCE_S)[0]
        assert os.read(fd, 100) == READY
        os.close(fd)
        ends_s = time.monotonic() + PATIENCE_S
        while "off" not in control.ask(own, "nodes") and time.monotonic() < ends_s:
            time.sleep(0.01)
        states = [node["state"] for node in json.loads(control.ask(own, "nodes"))]
        assert states == ["searching", "off", "searching"]
        assert control.ask(own, "dance").startswith("error: no command")
    finally:
        module.send_signal(signal.SIGTERM)
        assert module.wait(PATIENCE_S) == 0
    assert not os.path.lexists(path)


def test_a_376_2_module_says_who_it_is_at_its_own_rate(tmp_path):
    path = str(tmp_path / "plc")
    words = ("plc", "--protocol", "376.2", "--port", path, "--meters", "2", "--speed", "MAX")
    module = subprocess.Popen((*METER_SIM, *words), stdout=subprocess.PIPE)
    try:
        assert b"Q/GDW 376.2 module, broadband, 2 meters" in module.stdout.readline()
        assert module.stdout.readline() == b"meters 700000000001 to 700000000002\n"
        fd = at_rate(path, termios.B9600)
        os.write(fd, bytes.fromhex("680f00410000000000000301004516"))
        assert select.select([fd], [], [], PATIENCE_S)[0]
        assert b"SMS1" in os.read(fd, 100)
        os.close(fd)
    finally:
        module.send_signal(signal.SIGTERM)
        assert module.wait(PATIENCE_S) == 0


def test_wrong_use_is_one_line(tmp_path, capsys):
    path = str(tmp_path / "plc")
    for words in (
        ("--at", "x off 1"),
        ("--at", "1 dance"),
        ("--meters", "0"),
        ("--band", "am"),
        ("--band", "broadband"),
        ("--drive", "module"),
        ("--protocol", "376.2", "--band", "fcc"),
        ("--protocol", "376.2", "--extended"),
        ("--protocol", "376.2", "--scenario", "wrong-keys"),
        ("--scenario", "flood"),
        ("--protocol", "376.2", "--at", "1 leave 2"),
    ):
        try:
            code = cli.main(["plc", "--port", path, "--meters", "3", *words])
        except SystemExit as end:
            code = end.code
        assert (code, capsys.readouterr().err.count("\n")) == (1, 1), words
