"""The command line as a person uses it: wrong input gets one line, and the right exit code."""

import json
import os
import pty
import subprocess
import sys

import pytest

from tests.e2e.plant import ROOT

GOOD, WRONG_USE, NO_ANSWER = 0, 1, 4


def dcu(*words):
    return subprocess.run(
        [sys.executable, "-m", "boards.cli_cpython"] + [str(word) for word in words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


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
    (("meters", "add", "mp=1", "--data", "DIR"), "address"),
    (("meters", "remove", "9", "--data", "DIR"), "no meter at MP 9"),
    (("meters", "remove", "x", "--data", "DIR"), "a number from 1"),
    (("meters", "import", "/no/such.csv", "--data", "DIR"), "/no/such.csv"),
    (("scan", "--port", "rs485-9", "--data", "DIR"), "rs485-1, rs485-2, rs485-3"),
    (("scan", "--port", "rs485-1", "--range", "5-1", "--data", "DIR"), "1 to 16381"),
)


@pytest.mark.parametrize(("words", "told"), WRONG, ids=[told for _, told in WRONG])
def test_wrong_use_is_told_in_one_line(tmp_path, words, told):
    done = dcu(*[tmp_path / "d" if word == "DIR" else word for word in words])
    lines = (done.stdout + done.stderr).strip().split("\n")
    assert done.returncode == WRONG_USE
    assert told in lines[-1], lines
    assert len(lines) == 1, lines
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("verb", ["", "run", "meters", "meters add", "read", "scan", "panel"])
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
    assert "duplicate address" in dcu("meters", "add", "mp=7", "address=17", *data).stderr
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
        done = dcu(*words, "--data", tmp_path / "d")
        assert done.returncode == NO_ANSWER, words
        assert "dcu run" in done.stderr


def test_a_device_that_is_not_there_and_one_that_is_no_port(tmp_path):
    for device, told in (("/no/such/tty", "does not exist"), ("/etc/hostname", "")):
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
