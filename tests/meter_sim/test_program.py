"""The program meter-sim, as a process: its port, its pace, its control, its words."""

import json
import os
import pathlib
import select
import signal
import socket
import stat
import subprocess
import time
import tty

import pytest

from meter_sim import cli, control
from meter_sim.curve import curve_of
from meter_sim.loop import Loop
from tests.meter_sim.conftest import METER_SIM, PATIENCE_S
from tests.meter_sim.reader import frame, frames_in

SNRM = frame(b"\x02\x23", b"\x21", 0x93)
UA_LENGTH = 33
SILENCE_S = 0.2
ATTEMPTS = 20  # of what a busy machine may delay and never speed up


def run(*words):
    return subprocess.run((*METER_SIM, *words), capture_output=True, text=True, timeout=60)


def exchange(path, octets, length=UA_LENGTH, patience_s=PATIENCE_S):
    """What comes back, and after how many seconds."""
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
    try:
        return exchange_fd(fd, octets, length, patience_s)
    finally:
        os.close(fd)


def exchange_fd(fd, octets, length=UA_LENGTH, patience_s=PATIENCE_S):
    start, answer = time.monotonic(), b""
    os.write(fd, octets)
    while len(answer) < length:
        if not select.select([fd], [], [], patience_s)[0]:
            break
        answer += os.read(fd, 1000)
    return answer, time.monotonic() - start


def test_a_pty_with_a_stable_link_is_raw_and_survives_the_reader_closing_it(bus):
    path = bus()
    assert os.path.islink(path) and stat.S_ISCHR(os.stat(path).st_mode)
    for _ in range(2):
        answer, _ = exchange(path, SNRM)
        assert frames_in(answer)[0].control == 0x73
    every_octet = frame(b"\x02\x23", b"\x21", 0x93, bytes(range(1, 256)))
    assert frames_in(exchange(path, every_octet, 9)[0])[0].control == 0x1F, "no octet is eaten"


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGTERM))
def test_a_signal_ends_it_cleanly_and_takes_the_link_away(bus, tmp_path, number):
    path = bus("--control", str(tmp_path / "control"))
    bus.process.send_signal(number)
    assert bus.process.wait(PATIENCE_S) == 0
    assert os.listdir(tmp_path) == [] and not os.path.lexists(path)
    assert bus.process.stdout.read() == ""


def test_a_stale_link_is_replaced(bus, tmp_path):
    os.symlink("/dev/pts/99999", tmp_path / "bus")
    assert exchange(bus(), SNRM)[0]


def test_after_a_kill_it_starts_again_in_the_same_places(bus, tmp_path):
    options = ("--control", str(tmp_path / "control"))
    bus(*options)
    bus.process.kill()
    bus.process.wait(PATIENCE_S)
    assert exchange(bus(*options), SNRM)[0]
    assert run("control", str(tmp_path / "control"), "on", "17").stdout == "ok\n"


def test_a_link_that_is_in_use_is_not_taken(bus):
    path = bus()
    second = run("rs485", "--port", path, "--meters", "1")
    assert second.returncode == 1 and "alive" in second.stderr
    assert exchange(path, SNRM)[0]


def test_a_real_serial_port_is_used_as_it_is(bus):
    master, slave = os.openpty()
    tty.setraw(slave)
    bus(port=os.ttyname(slave))
    assert frames_in(exchange_fd(master, SNRM)[0])[0].control == 0x73
    bus.process.terminate()
    assert bus.process.wait(PATIENCE_S) == 0
    os.close(master)
    os.close(slave)


def test_a_serial_port_that_goes_away_ends_it_with_a_line(bus):
    master, slave = os.openpty()
    bus(port=os.ttyname(slave))
    os.close(slave)
    os.close(master)
    assert bus.process.wait(PATIENCE_S) == 1
    assert "is gone" in bus.process.stdout.read()


def test_answers_that_nobody_reads_do_not_stop_it(bus):
    path = bus()
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
    for _ in range(40):
        os.write(fd, 100 * SNRM)  # in all 132 KB of answers: more than a pty holds
    while exchange_fd(fd, b"", length=4000, patience_s=SILENCE_S)[0]:
        pass
    assert frames_in(exchange_fd(fd, SNRM)[0])[0].control == 0x73
    for _ in range(40):
        os.write(fd, 100 * SNRM)
    bus.process.terminate()
    assert bus.process.wait(PATIENCE_S) == 0
    os.close(fd)


def test_pace_takes_the_time_of_the_wire(bus):
    fd = os.open(bus("--pace", "--baud", "1200", "--parity", "E"), os.O_RDWR | os.O_NOCTTY)
    wire_s = (len(SNRM) + UA_LENGTH) * 11 / 1200
    for _ in range(ATTEMPTS):
        first, first_s = exchange_fd(fd, SNRM, length=1)
        rest, rest_s = exchange_fd(fd, b"", length=UA_LENGTH - len(first))
        assert len(first + rest) == UA_LENGTH and first_s + rest_s >= wire_s
        if first_s + rest_s < wire_s + 0.05 and rest_s > 0.1:
            break
    else:
        raise AssertionError("never on time, or all octets at once")
    os.close(fd)


def test_control_switches_a_meter_off_and_on(bus, tmp_path):
    control = str(tmp_path / "control")
    path = bus("--control", control)
    assert stat.S_IMODE(os.stat(control).st_mode) == 0o600
    assert run("control", control, "off", "17").stdout == "ok\n"
    assert exchange(path, SNRM, patience_s=SILENCE_S)[0] == b""
    assert run("control", control, "on", "17").stdout == "ok\n"
    assert exchange(path, SNRM)[0]
    assert run("control", control, "fault", "17", "silent").stdout == "ok\n"
    assert exchange(path, SNRM, patience_s=SILENCE_S)[0] == b""
    assert run("control", control, "clear", "17").stdout == "ok\n"
    assert exchange(path, SNRM)[0]
    truth = json.loads(run("control", control, "truth", "17").stdout)
    assert truth["energy_import_wh"] == curve_of(0, 17).energy_import_wh(truth["utc_s"])


def test_faults_can_be_given_at_the_start(bus):
    path = bus("--fault", "17:off:0", "--fault", "18:slow:150", "--seed", "4")
    assert exchange(path, SNRM, patience_s=SILENCE_S)[0] == b""
    answer, elapsed_s = exchange(path, frame(b"\x02\x25", b"\x21", 0x93))
    assert answer and elapsed_s >= 0.15


def test_truth_is_what_the_curve_says():
    said = json.loads(run("truth", "--seed", "3", "--address", "20", "--at", "1763850000").stdout)
    assert said == {"address": 20, "seed": 3, "utc_s": 1_763_850_000} | curve_of(3, 20).truth(
        1_763_850_000
    )


RS485 = ("rs485", "--meters", "2", "--port")


@pytest.mark.parametrize(
    "words, said",
    (
        ((), "--help"),
        (("fly",), "fly"),
        (("rs485", "--port", "x"), "--meters"),
        ((*RS485, "x", "--meters", "0"), "from 1 to 256"),
        ((*RS485, "x", "--meters", "257"), "from 1 to 256"),
        ((*RS485, "x", "--max-info", "2031"), "from 32 to 2030"),
        ((*RS485, "x", "--first", "16381"), "--first"),
        ((*RS485, "x", "--fault", "17:loud"), "silent, slow"),
        ((*RS485, "x", "--fault", "30:slow"), "17, 18"),
        ((*RS485, "x", "--fault", "17:off:9-3"), "off:FROM-TO"),
        ((*RS485, "x", "--password", "@/does/not/exist"), "/does/not/exist"),
        ((*RS485, "x", "--suite", "1"), "--auth"),
        ((*RS485, "x", "--auth", "gmac", "--guek", "00" * 15), "suite 0 wants 32"),
        ((*RS485, "x", "--auth", "gmac", "--guek", "no"), "hexadecimal"),
        ((*RS485, "x", "--auth", "gmac", "--open", "--policy", "both"), "--open"),
        ((*RS485, "x", "--auth", "ecdsa", "--suite", "1"), "--signing-key"),
        ((*RS485, "/does/not/exist/bus"), "/does/not/exist/bus"),
        ((*RS485, "/tmp"), "no serial port"),
        ((*RS485, "/dev/null"), "/dev/null"),
        ((*RS485, "x", "--mode-e", "7"), "--mode-e"),
        (("modem", "--port", "x", "--far", "no-such-program 1"), "no such program"),
        (("modem", "--port", "x", "--far", "'cat"), "--far"),
        (("truth", "--address", "0"), "from 1 to 16381"),
        (("wrapper", "--meters", "2"), "--port"),
        (("wrapper", "--meters", "2", "--port", "65536"), "from 0 to 65535"),
        (("wrapper", "--meters", "2", "--port", "0", "--host", "no.such.host.invalid"), "listen"),
    ),
)
def test_wrong_use_is_one_line_that_says_how_to_mend_it(words, said, tmp_path):
    done = subprocess.run(
        (*METER_SIM, *words),
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).parents[2])},
    )
    assert done.returncode == 1 and done.stdout == ""
    assert said in done.stderr and done.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == []


def test_wrong_control_says_what_and_nobody_there_is_no_answer(bus, tmp_path):
    control = str(tmp_path / "control")
    bus("--control", control)
    for words, said in ((("jump",), "off, on"), (("off", "9"), "17, 18"), (("off",), "ADDRESS")):
        done = run("control", control, *words)
        assert done.returncode == 1 and said in done.stderr
    assert run("control", str(tmp_path / "nobody"), "off", "17").returncode == 4


def test_256_meters_fit_on_a_bus():
    assert cli._parser().parse_args((*RS485, "x", "--meters", "256")).meters == 256


def test_a_command_line_of_more_than_1000_octets_ends_the_connection(bus, tmp_path):
    control_path = str(tmp_path / "control")
    bus("--control", control_path)
    for octets, answers in ((control.LINE_MAX, True), (control.LINE_MAX + 1, False)):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(PATIENCE_S)
            peer.connect(control_path)
            peer.sendall(b"x" * octets)
            if answers:
                peer.sendall(b"\n")
            assert peer.recv(100).startswith(b"error: no command") is answers


def test_a_control_socket_that_cannot_be_is_wrong_use(bus, tmp_path):
    control, other = str(tmp_path / "control"), str(tmp_path / "other")
    bus("--control", control)
    os.symlink(tmp_path / "nowhere", tmp_path / "dangling")
    for path, said in ((control, "in use"), (str(tmp_path / "dangling"), "no socket")):
        done = run("rs485", "--port", other, "--meters", "1", "--control", path)
        assert done.returncode == 1 and said in done.stderr and done.stderr.count("\n") == 1
        assert not os.path.lexists(other)


@pytest.mark.parametrize("verb", ((), ("rs485",), ("wrapper",), ("control",), ("truth",)))
def test_every_verb_has_help(verb):
    done = run(*verb, "--help")
    assert done.returncode == 0 and "usage: " in done.stdout


def test_a_signal_that_comes_before_the_loop_runs_is_not_lost():
    loop = Loop()
    loop.stop()
    loop.run()
    loop.at(0, lambda _: loop.stop())
    loop.run()
