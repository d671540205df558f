"""Settings: one schema, one check, all or nothing. Runs on both interpreters."""

from dcu.schema import SCHEMA, allowed, find, parse, whole
from dcu.settings import Settings
from tests.kept import Kept, refusal

EDGES = (  # key, the last texts allowed, the first refused
    ("terminal.area", ("0000", "9999"), ("000", "00000", "07A1", "", "²³¹⁰")),
    ("terminal.number", ("0001", "FFFE"), ("0000", "FFFF", "FFF", "00000", "000g", "00ff")),
    (
        "panel.password",
        ("", "000001", "999999"),
        ("000000", "12345", "1234567", "12345a"),
    ),
    ("modem.pin", ("", "0000", "12345678"), ("123", "123456789", "12a4", "²³¹⁰")),
    ("hes.main", ("", "h:1", "10.0.0.1:65535"), ("h:0", "h:65536", "h", ":5", "a b:5", "h:")),
    ("hes.heartbeat_s", ("2", "3600"), ("1", "3601", "-2", "2.5", "", " 2", "2s", "²")),
    ("rs485.1.baud", ("300", "115200"), ("301", "0", "")),
    ("rs485.1.parity", ("N", "E", "O"), ("n", "", "X")),
    ("rs485.1.device", ("", "x" * 127), ("x" * 128, "a\nb")),
    ("cosem.password", ("", "p" * 64), ("p" * 65, "tab\t")),
    ("cosem.ek", ("", "0" * 32, "aF" * 32), ("0" * 30, "0" * 34, "0" * 48, "0" * 66, "g" * 32)),
    ("collect.period_s", ("2", "86400"), ("1", "86401")),
    ("meter.attempts", ("1", "10"), ("0", "11")),
    ("meter.refused_s", ("60", "86400"), ("59", "86401")),
    ("meter.inactivity_s", ("0", "86400"), ("-1", "86401")),
)


def test_every_default_is_itself_allowed_and_every_key_is_there_once():
    keys = [setting.key for setting in SCHEMA]
    assert len(set(keys)) == len(keys)
    for setting in SCHEMA:
        parse(setting, setting.default)
        assert setting.help and allowed(setting)


def test_both_sides_of_every_kind_of_limit():
    for key, good, bad in EDGES:
        for text in good:
            parse(find(key), text)
        for text in bad:
            told = refusal(parse, find(key), text)
            assert key in told and "allowed" in told, (key, text, told)


def test_every_number_has_both_limits_tested_on_both_sides():
    for setting in SCHEMA:
        if setting.kind == "number":
            for inside in (setting.low, setting.high):
                assert parse(setting, str(inside)) == inside
            for outside in (setting.low - 1, setting.high + 1):
                assert refusal(parse, setting, str(outside)), setting.key


def test_a_whole_number_is_written_in_ascii_digits():
    assert whole("0012", 1, 12) == 12
    for text in ("", "-1", "1.0", "1e3", "٣", "9" * 13, "13"):
        assert whole(text, 1, 12) is None, text


def test_an_unknown_key_names_its_neighbours():
    assert "hes.main" in refusal(find, "hes.host")
    assert "hes" in refusal(find, "nonsense")


def test_a_change_is_stored_and_read_again():
    kept = Kept()
    Settings(kept).put("terminal.number", "00FF")
    again = Settings(kept)
    assert again.get("terminal.number") == "00FF"
    assert again.terminal_id() == "073100FF"
    assert again.system_title() == b"ODC\x00\x07\x31\x00\xff"


def test_a_refused_change_changes_nothing_and_stores_nothing():
    kept = Kept()
    settings = Settings(kept)
    assert refusal(settings.put_all, [("terminal.number", "00FF"), ("hes.reply_s", "0")])
    assert settings.get("terminal.number") == "0001"
    assert kept.saves == 0


def test_what_the_disk_refuses_is_not_in_use():
    kept = Kept()
    settings = Settings(kept)
    kept.full = True
    assert "no space" in refusal(settings.put, "hes.reply_s", "30")
    assert settings.get("hes.reply_s") == 20


def test_a_stored_value_that_no_longer_fits_falls_back_and_is_named():
    settings = Settings(Kept(b"hes.reply_s=0\nterminal.area=07X1\nhes.heartbeat_s=60\n"))
    assert settings.get("hes.reply_s") == 20
    assert settings.get("terminal.area") == "0731"
    assert settings.get("hes.heartbeat_s") == 60
    assert sorted(settings.fallen_back) == ["hes.reply_s", "terminal.area"]


def test_a_stored_key_that_is_no_more_is_passed_over():
    assert Settings(Kept(b"old.key=1\nhes.reply_s=30\n")).get("hes.reply_s") == 30


def test_a_secret_shows_only_that_it_is_there():
    settings = Settings(Kept())
    assert settings.shown("cosem.password") == ""
    settings.put("cosem.password", "topsecret")
    assert settings.shown("cosem.password") == "(set)"
    assert "topsecret" not in refusal(settings.put, "cosem.password", "topsecret\n")


def test_address_2_is_shown_as_people_are_used_to():
    settings = Settings(Kept())
    settings.put_all([("terminal.number", "00AF")])
    assert settings.terminal_shown() == settings.terminal_id() == "073100AF"
    settings.put("gdw.a2_shown", "decimal")
    assert (settings.terminal_shown(), settings.terminal_id()) == ("0731-175", "073100AF")


def test_peers_are_addresses():
    setting = find("server.peers")
    for text in ("", "any", "10.0.0.5", "10.0.0.5,255.255.255.255", "fe80::1,10.0.0.5"):
        assert parse(setting, text) == text
    for text in (
        "foo",
        "10.0.0",
        "10.0.0.256",
        "10.0.0.5,",
        "10.0.0.5 10.0.0.6",
        "a::g",
        "any,any",
    ):
        error = refusal(parse, setting, text)
        assert "IP addresses" in error, text
