"""What the command line prints of things that a meter may have said."""

from boards import show_cpython

Y9999_END_S = 253_402_300_799


def row(obis, attribute=2, **more):
    return {"obis": obis, "class": 3, "attribute": attribute, **more}


def test_an_attribute_that_is_refused_is_named_as_it_was_typed(capsys):
    rows = [row("1.0.1.8.0.255", n, error="read-write denied") for n in (2, 9)]
    result = {"mp": 5, "channel": "rs485-1", "address": 17, "values": rows}
    show_cpython.show("read", result, False)
    lines = capsys.readouterr().out.split("\n")
    assert lines[1].split() == ["1.0.1.8.0.255", "read-write", "denied"]
    assert lines[2].split()[0] == "3/1.0.1.8.0.255/9"


def test_a_time_is_shown_as_a_date_and_one_beyond_all_dates_as_its_seconds(capsys):
    rows = [row("0.0.1.0.0.255", value="", utc_s=Y9999_END_S + n) for n in (0, 1)]
    result = {"mp": 5, "channel": "rs485-1", "address": 17, "values": rows}
    show_cpython.show("read", result, False)
    shown = capsys.readouterr().out.split("\n")
    assert "9999-12-31 23:59:59Z" in shown[1]
    assert "253402300800 s of UTC" in shown[2]


def test_what_a_meter_says_does_not_steer_the_terminal(capsys):
    rows = [row("0.0.96.1.0.255", value="\x1b[2J4711\nMP 6")]
    rows.append(row("0.0.42.0.0.255", value="Zähler 5"))
    result = {"mp": 5, "channel": "rs485-1", "address": 17, "values": rows}
    show_cpython.show("read", result, False)
    shown = capsys.readouterr().out
    assert "\\x1b[2J4711\\nMP 6" in shown and "Zähler 5" in shown
    assert "\x1b" not in shown and len(shown.split("\n")) == 4


def test_a_meter_that_was_not_read_since_start_is_not_said_to_have_never_been(capsys):
    row = {"mp": 1, "channel": "rs485-1", "address": 17, "client": 16, "auth": "none"}
    row.update(state="unknown", learned="", reason="not asked yet", last_good_s=None)
    show_cpython.show("meters list", [row], False)
    assert "not since start" in capsys.readouterr().out


def test_rows_of_a_profile_do_not_steer_the_terminal_either(capsys):
    result = {"mp": 5, "columns": [{"obis": "0.0.96.11.0.255"}], "rows": [[0, "\x1b[2Jdoor"]]}
    show_cpython.show("profile", result, False)
    shown = capsys.readouterr().out
    assert "\\x1b[2Jdoor" in shown and "\x1b" not in shown


def test_the_local_port_is_told_of_if_there_is_one(capsys):
    counts = {"stored": 0, "waiting": 0, "unstored": 0, "lost": 0}
    status = {
        "uplink": {"state": "online", "heartbeats": 0, "volume": []},
        "meters": {"total": 0},
        "ports": [],
        "rounds": {},
        "plc": None,
        "memory_octets": 0,
        "utc_s": 0,
        "clock_set": True,
        **{name: counts for name in ("readings", "records", "alarms")},
        **{name: "" for name in ("terminal", "version", "board", "interpreter")},
    }
    is_open = {"open": True, "trouble": None, "clients": 0}
    for local, words in (
        (None, ""),
        (is_open, "local port open\n"),
        ({**is_open, "clients": 1}, "local port open; a client"),
        ({**is_open, "open": False, "trouble": "/dev/ttyS9: gone"}, "local port /dev/ttyS9"),
        ({**is_open, "open": False}, "local port not open yet"),
    ):
        show_cpython.show("status", {**status, "local": local}, False)
        shown = capsys.readouterr().out
        assert words in shown and ("local" in shown) == bool(words)


def test_the_module_slot_is_told_of_in_a_line():
    module = {
        "state": "running",
        "trouble": None,
        "version": "2.1.7",
        "members": 19,
        "on_file": 20,
    }
    shown = show_cpython._plc({**module, "open_s": 0})
    assert shown == "module 2.1.7 running; 19 of 20 meters in the network"
    module.update(state="lost", trouble="no such device", version="")
    shown = show_cpython._plc({**module, "open_s": 60})
    assert shown.startswith("module lost (no such device); ") and "open to all for 60 s" in shown


def test_an_object_list_is_a_line_for_each_object_by_its_name(capsys):
    listed = [[8, 0, "0000010000ff", [[], []]], [1, 0, "aA-zZ0", []], ["odd"]]
    read = {"obis": "0.0.40.0.0.255", "class": 15, "attribute": 2, "value": listed}
    result = {"mp": 5, "channel": "rs485-1", "address": 17, "values": [read]}
    show_cpython.show("read", result, False)
    head, *lines = capsys.readouterr().out.splitlines()[1:]
    assert "3 objects" in head
    assert lines[0].split() == ["8", "0", "0.0.1.0.0.255"]
    assert lines[1].split()[2] == "97.65.45.122.90.48" and "odd" in lines[2]


def test_a_profile_without_rows_says_so(capsys):
    result = {"mp": 5, "obis": "1.0.99.1.0.255", "columns": [], "rows": []}
    show_cpython.show("profile", result, False)
    assert capsys.readouterr().out.splitlines()[-1] == "no rows"


def test_the_uplink_is_told_of_with_its_module_and_nothing_that_drives_a_terminal(capsys):
    row = dict.fromkeys(
        ("sent", "received", "logins", "heartbeats_missed", "redials", "resets", "online_s"), 7
    )
    status = {
        **row,
        **{"channel": "modem", "mode": "client", "state": "online", "host": "main:5020"},
        **{"sessions": 2, "heartbeats": 5, "last_contact_s": 0, "tls": "TLSv1.2"},
        "volume": [{**row, "period": "last day", "when": "2026-11-22", "bearer": "modem"}],
        "module": {
            "model": "EC25",
            "operator": "\x1b[2JNet",
            "registration": "home",
            "signal_dbm": -71,
        },
        "trial": {"keys": ["hes.main", "hes.sub"], "left_s": 70, "came_back": "no login"},
    }
    show_cpython.show("uplink", status, False)
    shown = capsys.readouterr().out
    for words in (
        "uplink     modem, client, TLSv1.2: online\n",
        "HES        main:5020; heard not since start\n",
        "2 sessions, 5 heartbeats answered and 7 missed, 7 redials, 7 resets\n",
        "in the home network, -71 dBm\n",
        "2026-11-22 modem: 7 octets sent, 7 received",
        "came back  no login\n",
        "on trial   70 s more, then back without a login: hes.main, hes.sub\n",
    ):
        assert words in shown, shown
    module = {**dict.fromkeys(status["module"])}
    trial = {"keys": [], "left_s": None, "came_back": ""}
    status.update(module=module, host="", trial=trial)
    show_cpython.show("uplink", status, False)
    shown = capsys.readouterr().out
    assert "trial" not in shown and "came back" not in shown
    assert "module     not known yet\n" in shown and "none set (hes.main)" in shown
    show_cpython.show("uplink log", [(0, "\x1b[2J closed")], False)
    show_cpython.show("uplink log", [], False)
    shown = capsys.readouterr().out
    assert "closed\nnothing yet\n" in shown and "\x1b" not in shown


def test_a_structure_is_shown_in_words_and_not_as_python(capsys):
    rows = [row("1.0.99.1.0.255", 3, value=[[3, "0100010800ff", 2, 0], None, ["x", []]])]
    result = {"mp": 5, "channel": "rs485-1", "address": 17, "values": rows}
    show_cpython.show("read", result, False)
    assert "[[3; 1.0.1.8.0.255; 2; 0]; none; [x; []]]" in capsys.readouterr().out
