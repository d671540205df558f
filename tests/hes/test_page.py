"""The status page: everything from the wire is text on it, and it needs nothing from elsewhere."""

import re

from hes_stub import page

EVIL = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
DCU = {
    "terminal": "07310001",
    "connected": 1,
    "peer": "127.0.0.1:40022",
    "heard_s": 1_700_000_000,
    "heartbeat_s": None,
    "fetched_s": 1_700_000_000,
    "meters": 24,
    "readings": 96,
    "backlog": 3,
    "version": EVIL,
}
METER = {
    "terminal": "07310001",
    "mp": 3,
    "channel": EVIL,
    "address": EVIL,
    "protocol": EVIL,
    "auth": "none",
    "state": EVIL,
    "slot_s": 1 << 62,
    "energy_import_wh": 12345,
}
ALARM = {
    "terminal": "07310001",
    "seq": 5,
    "severity": "alarm",
    "time_s": -1,
    "name": "meter silent",
    "mp": 3,
    "text": EVIL,
}
EVENT = {"terminal": "07310001", "time_s": 1_700_000_000, "text": EVIL}


def test_markup_from_the_wire_is_shown_as_text():
    text = page.status([DCU], [METER], [ALARM], [EVENT])
    assert "<script" not in text and "<img" not in text
    assert text.count("&lt;script&gt;") == 7


def test_the_page_needs_nothing_from_elsewhere_and_refreshes_itself():
    text = page.status([DCU], [METER], [ALARM], [EVENT])
    assert not re.search(r"(src|href)=|url\(|@import", text.replace("src=x", ""))
    assert f'http-equiv="refresh" content="{page.REFRESH_S}"' in text
    assert 'name="viewport" content="width=device-width' in text


def test_the_page_shows_dcus_meters_and_alarms():
    text = page.status([DCU], [METER], [ALARM], [])
    for shown in ("07310001", "127.0.0.1:40022", "2023-11-14 22:13:20Z", "12345", "meter silent"):
        assert shown in text


def test_an_empty_page_says_so():
    assert "none has registered yet" in page.status([], [], [], [])


def test_what_is_wrong_stands_out():
    assert 'class="bad"' not in page.status([DCU], [], [], [])
    assert 'class="bad"' in page.status([{**DCU, "connected": 0}], [], [], [])
