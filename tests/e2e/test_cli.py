"""The command line as a person uses it: wrong input gets one line, and the right exit code."""

import json
import os
import pty
import signal
import subprocess
import sys

import pytest

from tests.e2e.plant import ROOT

GOOD, WRONG_USE, PARTLY, NO_ANSWER = 0, 1, 3, 4


def dcu(*words):
    return subprocess.run(
        [sys.executable, "-m", "boards.cli_cpython"] + [str(word) for word in words],
        cwd=ROOT,
        input="",
        capture_output=True,
        text=True,
        timeout=60,
    )


_PROFILE = ("profile", "1", "1.0.99.1.0.255", "--data", "DIR")
WRONG = (  # words, what the line must say
    (("frobnicate",), "invalid choice"),
    (("run",), "--data"),
    (("run", "--data", "DIR", "--board", "toaster"), "there are: linux, pc"),
    (("run", "--data", "DIR", "--set", "hes.main"), "KEY=VALUE"),
    (("run", "--data", "DIR", "--set", "hes.main=nowhere"), "HOST:PORT"),
    (("run", "--data", "DIR", "--set", "no.such=1"), "no setting 'no.such'"),
    (("run", "--data", "DIR", "--set", "cosem.password=@/no/such/file"), "/no/such/file"),
    (("settings", "set", "hes.reply_s=0", "--data", "DIR"), "1 to 180"),
    (("settings", "set", "hes.reply_s", "--data", "DIR"), "KEY=VALUE"),
    (("meters", "add", "mp=0", "address=1", "--data", "DIR"), "1 to 1120"),
    (("meters", "add", "mp=1", "address=1", "colour=red", "--data", "DIR"), "colour"),
    (("meters", "add", "mp=1", "--data", "DIR"), "address is missing"),
    (("settings", "set", "hes.reply_s", "--data", "DIR"), "dcu settings: 'hes.reply_s': write"),
    (("settings", "set", "foo.bar=1", "--data", "DIR"), "`dcu settings list`"),
    (("meters", "import", "/tmp", "--data", "DIR"), "`dcu meters export`"),
    (("read", "1", "1.0.1.8.0", "--data", "DIR"), "as in 1.0.1.8.0.255"),
    (("scan", "--port", "rs485-1", "--range", "abc", "--data", "DIR"), "range 'abc'"),
    (("meters", "remove", "9", "--data", "DIR"), "no meter at MP 9"),
    (("meters", "remove", "x", "--data", "DIR"), "a number from 1"),
    (("meters", "import", "/no/such.csv", "--data", "DIR"), "/no/such.csv"),
    (("data", "clear", "--data", "DIR"), "dcu data clear --yes"),
    (("why", "1", "yesterday", "--data", "DIR"), "2026-11-22T10:15"),
    ((*_PROFILE, "--from", "2026-11-22", "--to", "2026-11-21"), "--to 2026-11-21: ends before"),
    (("scan", "--port", "rs485-9", "--data", "DIR"), "rs485-1, rs485-2, rs485-3"),
    (("scan", "--port", "rs485-1", "--range", "5-1", "--data", "DIR"), "1 to 16381"),
)


@pytest.mark.parametrize(("words", "told"), WRONG, ids=[told for _, told in WRONG])
def test_wrong_use_is_told_in_one_line(tmp_path, words, told):
    done = dcu(*[tmp_path if word == "DIR" else word for word in words])
    lines = (done.stdout + done.stderr).strip().split("\n")
    assert done.returncode == WRONG_USE
    assert told in lines[-1], lines
    assert len(lines) == 1, lines
    assert "Traceback" not in done.stderr


VERBS = ("", "run", "meters", "meters add", "read", "clock", "switch", "profile", "scan", "panel")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb):
    done = dcu(*verb.split(), "--help")
    assert done.returncode == GOOD
    assert "usage: dcu" in done.stdout


def test_the_archive_is_edited_without_a_running_dcu(tmp_path):
    data = ("--data", tmp_path / "d")
    assert dcu("meters", "add", "mp=5", "address=17", *data).returncode == GOOD
    secret = tmp_path / "secret"
    secret.write_text("topsecret\n")
    words = ("mp=6", "address=18", "client=1", "auth=lls", f"password=@{secret}")
    assert dcu("meters", "add", *words, *data).returncode == GOOD
    for words, told in (("mp=7 address=17", "duplicate address"), ("mp=5 address=9", "MP 5")):
        done = dcu("meters", "add", *words.split(), *data)
        assert done.returncode == WRONG_USE and told in done.stderr
    exported = dcu("meters", "export", *data).stdout
    assert "topsecret" not in exported and ",*,1,0" in exported
    file = tmp_path / "back.csv"
    file.write_text(exported + "8,x,0,dlms,rs485-1,16,none,,1,0\n")
    bad = dcu("meters", "import", file, *data)
    assert bad.returncode == WRONG_USE and "line 4" in bad.stderr
    file.write_text(exported)
    assert dcu("meters", "import", file, *data).returncode == GOOD
    rows = json.loads(dcu("meters", "list", "--json", *data).stdout)
    assert [row["mp"] for row in rows] == [5, 6]
    assert dcu("meters", "remove", "5", *data).returncode == GOOD


def test_without_a_running_dcu_a_read_says_how_to_start_one(tmp_path):
    for words in (("read", "1", "1.0.1.8.0.255"), ("status",), ("panel", "--text")):
        done = dcu(*words, "--data", tmp_path)
        assert done.returncode == NO_ANSWER, words
        assert "dcu run" in done.stderr


def test_a_password_that_nobody_can_give_is_no_traceback():
    done = dcu("panel", "--url", "http://127.0.0.1:1", "--text")
    assert done.returncode == WRONG_USE
    assert done.stderr.startswith("dcu panel: ") and "--password @FILE" in done.stderr


def test_a_mistyped_folder_is_not_taken_for_an_empty_one(tmp_path):
    for words in (("meters", "list"), ("settings", "list"), ("status",), ("panel", "--text")):
        done = dcu(*words, "--data", tmp_path / "typo")
        assert done.returncode == WRONG_USE, words
        assert "no folder" in done.stderr and not (tmp_path / "typo").exists()


def test_several_settings_are_changed_or_none(tmp_path):
    data = ("--data", tmp_path)
    assert dcu("settings", "set", "hes.reply_s=30", "hes.heartbeat_s=1", *data).returncode == 1
    listed = dcu("settings", "list", "--json", *data).stdout
    assert ["hes.reply_s", "20"] in [row[:2] for row in json.loads(listed)]
    done = dcu("settings", "set", "hes.reply_s=30", "hes.heartbeat_s=60", *data)
    assert (done.returncode, done.stdout) == (GOOD, "hes.heartbeat_s = 60\nhes.reply_s = 30\n")


def test_an_interrupted_scan_keeps_what_it_found_and_says_so(tmp_path):
    bus = tmp_path / "bus"
    sim = subprocess.Popen(
        [sys.executable, "-m", "meter_sim.cli", "rs485", "--port", bus, "--meters", "2"], cwd=ROOT
    )
    try:
        while not bus.exists():
            assert sim.poll() is None
        words = ["scan", "--port", "rs485-1", "--range", "17-90", "--set"]
        words += [f"rs485.1.device={bus}", "--data", tmp_path / "d"]
        scan = subprocess.Popen(
            [sys.executable, "-m", "boards.cli_cpython"] + [str(word) for word in words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for line in scan.stderr:
            if "nothing" in line:
                break
        scan.send_signal(signal.SIGINT)
        found, told = scan.communicate(timeout=30)
    finally:
        sim.terminate()
        sim.wait()
    assert scan.returncode == PARTLY and "interrupted" in told
    rows = [line for line in found.split("\n") if line[:1].isdigit()]
    assert [row.split(",")[:2] for row in rows] == [["1", "17"], ["2", "18"]]


def test_a_device_that_is_not_there_and_one_that_is_no_port(tmp_path):
    for device, told in (("/no/such/tty", "does not exist"), ("/etc/hostname", "not a")):
        words = ("--port", "rs485-1", "--range", "1-1", "--set", f"rs485.1.device={device}")
        done = dcu("scan", *words, "--data", tmp_path / "d")
        assert done.returncode == NO_ANSWER
        assert device in done.stderr and told in done.stderr


def test_a_port_without_meters_is_no_answer(tmp_path):
    master, slave = pty.openpty()
    try:
        words = ("--range", "17-17", "--set", f"rs485.1.device={os.ttyname(slave)}")
        done = dcu("scan", "--port", "rs485-1", *words, "--data", tmp_path / "d")
    finally:
        os.close(master)
        os.close(slave)
    assert done.returncode == NO_ANSWER
    assert "no meter answers on rs485-1" in done.stderr


def test_version_names_itself():
    assert dcu("version").stdout.startswith("opendcu ")
