"""The verbs of `hes` without a server: what they print, and wrong use in one line."""

import json

import pytest

from hes_stub.cli import VERBS, main
from hes_stub.database import ALARMS, READINGS, Database, Position
from hes_stub.folder import Folder
from hes_stub.rows import Alarm, Meter, Reading

TERMINAL = "07310001"


@pytest.fixture
def folder(tmp_path):
    database = Database(tmp_path / "hes.db")
    database.logged_in(TERMINAL, "127.0.0.1:40022")
    rows = [Reading(seq, seq, 900, (900, seq, None, None, 0, 230000, 5, 6)) for seq in (1, 2)]
    database.store(TERMINAL, READINGS, rows, Position(1, 2, ""))
    database.store(TERMINAL, ALARMS, [Alarm(1, 900, 2, 3, "text", "alarm")], Position(1, 1, ""))
    meter = Meter(1, "17", "0", "dlms", "rs485-1", 16, "none", "online")
    database.replace_meters(TERMINAL, [meter])
    database.close()
    return str(tmp_path)


def call(capsys, *words):
    """(exit code, output, errors)"""
    try:
        code = main([str(word) for word in words])
    except SystemExit as end:
        code = end.code
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_every_verb_has_help(capsys):
    for verb in [row[0].__name__ for row in VERBS]:
        code, out, _ = call(capsys, verb, "--help")
        assert code == 0 and "--data" in out


@pytest.mark.parametrize("verb", ["dcus", "readings", "alarms"])
def test_json_is_one_document_with_the_names_of_the_tables(folder, capsys, verb):
    code, out, _ = call(capsys, verb, "--data", folder, "--json")
    document = json.loads(out)
    assert code == 0 and list(document) == [verb]
    assert {row["terminal"] for row in document[verb]} == {TERMINAL}


def test_people_get_tables(folder, capsys):
    assert "127.0.0.1:40022" in call(capsys, "dcus", "--data", folder)[1]
    assert "rs485-1" in call(capsys, "meters", TERMINAL, "--data", folder)[1]
    assert "1970-01-01 00:15:00Z" in call(capsys, "readings", "--data", folder)[1]
    assert "meter silent" in call(capsys, "alarms", "--data", folder)[1]


def test_filters_choose_rows(folder, capsys):
    out = call(capsys, "readings", "--data", folder, "--mp", 2, "--json")[1]
    assert [row["seq"] for row in json.loads(out)["readings"]] == [2]
    out = call(capsys, "readings", "--data", folder, "--last", 1, "--json")[1]
    assert [row["seq"] for row in json.loads(out)["readings"]] == [2]
    assert call(capsys, "readings", "--data", folder, "--mp", 9)[1] == "no readings\n"


@pytest.mark.parametrize(
    "words, told",
    [
        (["dcus", "--data", "/nonexistent"], "hes serve --data"),
        (["meters", "07310099"], "hes dcus"),
        (["readings", "--terminal", "07310099"], "hes dcus"),
        (["alarms", "--terminal", "07310099"], "hes dcus"),
        (["meters", "0731"], "07310001"),
        (["readings", "--last", "0"], "from 1 to"),
        (["read", TERMINAL, "0", "1.0.1.8.0.255"], "from 1 to"),
        (["read", TERMINAL, "1", "1.0.1.8"], "1.0.1.8"),
        (["read", TERMINAL, "1", "0/1.0.1.8.0.255/2"], "class"),
        (["serve", "--port", "70000"], "from 0 to"),
        (["serve", "--fetch-s", "0"], "from 1 to"),
        (["serve", "--dial", "4059"], "192.0.2.7:4059"),
        (["serve", "--dial", "dcu:0"], "192.0.2.7:4059"),
        (["serve", "--dial", "dcu:65536"], "192.0.2.7:4059"),
        (["serve", "--dcu-password", "secret"], "@FILE"),
        (["serve", "--meter-password", "@/nonexistent"], "/nonexistent"),
        (["settings", TERMINAL, "hes.reply_s"], "write it like hes.reply_s=20"),
        (["dance"], "--help"),
        ([], "--help"),
    ],
)
def test_wrong_use_is_one_line_and_exit_1(folder, capsys, words, told):
    data = [] if "--data" in words or not words else ["--data", folder]
    code, out, err = call(capsys, *words, *data)
    assert (code, out) == (1, "") and err.count("\n") == 1 and told in err


def test_without_a_server_nobody_answers(folder, capsys):
    code, _, err = call(capsys, "read", TERMINAL, "1", "1.0.1.8.0.255", "--data", folder)
    assert code == 4 and err.count("\n") == 1 and "hes serve" in err


def test_files_that_are_damaged_are_told_with_what_mends_it(tmp_path, capsys):
    (tmp_path / "hes.db").write_bytes(b"garbage " * 1000)
    for words in (["dcus"], ["readings"], ["serve", "--port", "0", "--web", "0"]):
        code, _, err = call(capsys, *words, "--data", tmp_path)
        assert code == 1 and "hes.db is damaged: move it away" in err, words
    for text in ("{", "[]", "{}", "5", '{"host": "x"}'):
        (tmp_path / "serve.json").write_text(text)
        code, _, err = call(capsys, "read", TERMINAL, 1, "1.0.1.8.0.255", "--data", tmp_path)
        assert code == 1 and "start `hes serve` again" in err, text


def test_an_address_that_is_not_of_this_machine_is_told_once_and_by_its_option(tmp_path, capsys):
    for option in ("--bind", "--web-bind"):
        for address in ("192.0.2.1", "fe80::z"):
            words = ("serve", "--port", 0, "--web", 0, option, address, "--data", tmp_path)
            code, _, err = call(capsys, *words)
            assert code == 1 and err.startswith(f"hes: {option} {address}: ")
            assert err.count(address) == 1 and f"give {option} an address" in err


def test_the_password_of_a_wrong_use_is_not_repeated(folder, capsys):
    code, _, err = call(capsys, "serve", "--dcu-password", "Geheim1234", "--data", folder)
    assert code == 1 and "Geheim1234" not in err


def test_a_key_file_is_told_of_before_anything_is_served(tmp_path, capsys):
    file = tmp_path / "keys"
    file.write_text(f"ek={'0' * 32}\nak={'1' * 32}\n")
    for words, told in (
        (("--dcu-key", "0" * 32), "--dcu-key takes @FILE"),
        (("--dcu-key", f"@{tmp_path}/none"), "none: No such file"),
        (("--dcu-key", f"@{file}", "--dcu-password", f"@{file}"), "leave one of them out"),
    ):
        code, out, err = call(capsys, "serve", *words, "--data", tmp_path / "data")
        assert (code, out) == (1, "") and told in err and "0" * 32 not in err
    assert not (tmp_path / "data").exists()


def test_no_concentrator_is_connected_to_a_server_that_was_killed(tmp_path, capsys):
    database = Database(tmp_path / "hes.db")
    database.logged_in(TERMINAL, "127.0.0.1:40022")  # and never closed
    for is_served in (False, True, False):
        serving = Folder(tmp_path)
        if is_served:
            serving.claim()
        _, out, _ = call(capsys, "dcus", "--data", tmp_path, "--json")
        assert json.loads(out)["dcus"][0]["connected"] == is_served
        if is_served:
            serving._lock.close()
