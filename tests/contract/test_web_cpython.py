"""The web page of the panel: who is let in, what is told, and what hostile peers get. Microdot is
a package that MicroPython has not in these tests: tests/e2e/test_web.py runs it there too."""

import json
import pathlib

import pytest

from hal import coop
from hal.errors import PortError
from lcd_menu import web
from lcd_menu.owner import LOCAL, TERMINAL
from lcd_menu.web import PEERS_MAX, VIEWERS_MAX
from lcd_menu.web_sessions import IDLE_MS, SESSIONS_MAX
from lcd_menu.web_stream import REQUEST_MS
from tests.contract.web_bench import CSV, HOST, ROW, Bench, request
from tests.dual.northbound import CardboardStream
from tests.dual.panel_plant import PASSWORD
from tests.virtual import run_virtual

FIRST_LOAD_MAX = 60_000
TASKS_READ = [path for method, path, _ in web.TASK_ROUTES if method == "GET"]
TASKS_DONE = [(method, path) for method, path, _ in web.TASK_ROUTES if method == "POST"]


def test_the_first_load_is_small_and_asks_nobody_else():
    bench, total = Bench(), 0
    for path, _, kind in web._FILES:
        status, fields, body = bench.ask("GET", path, fields=f"Host: {HOST}\r\n")
        assert (status, fields["content-type"]) == (200, kind)
        assert b"http:" not in body and b"https:" not in body and b"url(" not in body
        assert "default-src 'none'" in fields["content-security-policy"]
        assert fields["cache-control"] == "no-store"
        total += len(body) + sum([len(name) + len(fields[name]) + 4 for name in fields])
    assert total <= FIRST_LOAD_MAX
    assert total < 25_000, f"{total} octets: panel.md says less"


def test_nothing_is_answered_before_the_login_but_the_page():
    bench = Bench()
    paths = ("/events", "/session", "/settings", "/screen", *TASKS_READ)
    for method, path in (*[("GET", path) for path in paths], ("POST", "/key"), *TASKS_DONE):
        assert bench.ask(method, path)[0] == 401
        assert bench.ask(method, path, token="0" * 32)[0] == 401
    assert bench.panel.press("")["lit"]
    token = bench.login()
    assert bench.ask("GET", "/session", token=token)[0] == 204
    assert bench.ask("GET", "/nothing", token=token)[0] == 404
    assert bench.ask("GET", "/key", token=token)[0] == 405


def test_a_cookie_is_for_the_browser_alone_and_for_this_site_alone():
    _, fields, _ = Bench().ask("POST", "/login", PASSWORD)
    assert fields["set-cookie"].endswith("; Path=/; HttpOnly; SameSite=Strict")


def test_pages_of_others_press_no_key():
    bench = Bench()
    token = bench.login()
    for origin in ("", "Origin: http://evil.example\r\n", "Origin: null\r\n"):
        fields = f"Host: {HOST}\r\n{origin}"
        for path, body in (
            ("/key", "up"),
            ("/login", PASSWORD),
            ("/logout", ""),
            ("/tasks/add", ROW),
            ("/tasks/remove", "1"),
            ("/tasks/import", CSV),
        ):
            assert bench.ask("POST", path, body, fields, token)[0] == 403
    assert bench.ask("GET", "/session", token=token)[0] == 204


def test_guessing_is_slowed_told_and_does_not_lock_the_keypad():
    bench = Bench()
    assert [bench.login("000000"), bench.login("999999"), bench.guesses] == [0, 0, 0]
    assert (bench.login("999998"), bench.guesses) == (60, 1)
    assert bench.login() == 60, "the right one waits too"
    bench.plant.dcu.clock.ms += 60_000
    assert (bench.login("999997"), bench.guesses) == (120, 2)
    assert bench.lines == ["10.0.0.9:50000 gave a wrong password"] * 4
    bench.panel.press("wake")
    assert not bench.panel._menu.lock.wrong
    bench.plant.dcu.clock.ms += 120_000
    assert len(bench.login()) == 32 and bench.login("1") == 0
    assert bench.lines[4] == "10.0.0.9:50000 has logged in"
    assert not [line for line in bench.lines if PASSWORD in line or "999" in line]


def test_without_a_password_of_the_panel_nobody_is_let_in():
    bench = Bench()
    token = bench.login()
    bench.settings.put("panel.password", "")
    assert bench.ask("GET", "/session", token=token)[0] == 401
    for typed in ("", "000000", PASSWORD, "é"):
        assert bench.login(typed) == 0


def test_a_session_ends_by_itself_by_the_user_and_with_the_password():
    bench = Bench()
    token = bench.login()
    bench.plant.dcu.clock.ms += IDLE_MS
    assert bench.ask("POST", "/key", "wake", token=token)[0] == 204
    bench.plant.dcu.clock.ms += IDLE_MS + 1
    assert bench.ask("POST", "/key", "wake", token=token)[0] == 401
    token = bench.login()
    assert bench.ask("POST", "/logout", token=token)[0] == 204
    assert bench.ask("GET", "/session", token=token)[0] == 401
    token = bench.login()
    bench.settings.put("panel.password", "135793")
    assert bench.ask("GET", "/session", token=token)[0] == 401


def test_one_login_more_ends_the_one_that_was_quiet_longest():
    bench = Bench()
    tokens = []
    for _ in range(SESSIONS_MAX + 1):
        bench.plant.dcu.clock.ms += 1
        tokens.append(bench.login())
    open_ = [bench.ask("GET", "/session", token=token)[0] == 204 for token in tokens]
    assert open_ == [False] + [True] * SESSIONS_MAX


def test_keys_are_taken_and_refused_as_on_the_panel():
    bench = Bench()
    one, two = bench.login(), bench.login()
    assert bench.ask("POST", "/key", "enter", token=one)[0] == 204
    assert bench.panel.press("")["rows"][0].startswith("Menu")
    status, _, body = bench.ask("POST", "/key", "down", token=two)
    assert status == 409 and "a browser has the keys" in json.loads(body)["error"]
    assert bench.ask("POST", "/key", "rm -rf", token=one)[0] == 409
    bench.panel.press("wake", "t", TERMINAL)
    bench.panel.press("wake", "keypad", LOCAL)
    status, _, body = bench.ask("POST", "/key", "down", token=one)
    assert status == 409 and "the panel itself has the keys" in json.loads(body)["error"]


def test_who_logs_out_gives_the_keys_back_and_leaves_the_panel_locked():
    bench = Bench()
    one, two = bench.login(), bench.login()
    bench.ask("POST", "/key", "enter", token=one)
    bench.panel._menu.lock.is_open = True
    bench.ask("POST", "/logout", token=two)
    assert bench.panel._menu.lock.is_open, "another's going is nothing to it"
    bench.ask("POST", "/logout", token=one)
    assert not bench.panel._menu.lock.is_open
    assert bench.panel.shown()["rows"][0].startswith("OpenDCU") and not bench.panel.shown()["keys"]
    bench.panel.press("enter", "terminal")
    assert bench.panel.shown()["rows"][0].startswith("Menu")


def watched(bench, token, while_watching):
    """The events of a viewer, as values."""
    stream = CardboardStream()

    async def main():
        stream.says(request("GET", "/events", token=token))
        viewer = coop.spawn(bench.site.serve(stream))
        await coop.sleep_ms(10)
        await while_watching(stream)
        stream.hangs_up()
        for _ in range(50):
            await coop.sleep_ms(web.LOOK_MS)
        assert viewer.done()
        with pytest.raises(PortError):
            await viewer

    run_virtual(main())
    pieces = stream.written.partition(b"\r\n\r\n")[2].split(b"\n\n")
    assert pieces.pop() == b""
    return [json.loads(piece[6:]) if piece[:5] == b"data:" else piece for piece in pieces]


def test_frames_are_told_as_differences_as_soon_as_a_key_is_pressed():
    bench = Bench()
    token = bench.login()
    frames = []

    async def keys(stream):
        for key in ("enter", "down"):
            frames.append(bench.panel.shown()["frame"])
            before = len(stream.written)
            bench.panel.press(key, token, 0)
            await coop.sleep_ms(1)
            assert len(stream.written) > before, "not at once"
        frames.append(bench.panel.shown()["frame"])

    told = watched(bench, token, keys)
    assert len(told) == 3
    shown = bytearray(3200)
    for event, frame in zip(told, frames):
        for at, octets in event["runs"]:
            shown[at : at + len(octets) // 2] = bytes.fromhex(octets)
        assert shown == frame
    assert told[0]["lamps"]["run"] and told[0]["lit"] and sorted(told[2]) == ["runs", "text"]
    assert "> Time" in told[2]["text"] and len(told[2]["runs"]) < 40


def test_a_viewer_learns_what_time_brings_and_is_left_when_he_has_gone():
    bench = Bench()
    token = bench.login()

    async def night(stream):
        bench.plant.dcu.clock.ms += 60_000
        await coop.sleep_ms(web.LOOK_MS)

    told = watched(bench, token, night)
    assert not told[1]["lit"]
    assert bench.site._viewers == bench.site._peers == 0


def test_a_viewer_is_not_told_more_when_the_session_ends():
    bench = Bench()
    token = bench.login()
    stream = CardboardStream()

    async def main():
        stream.says(request("GET", "/events", token=token))
        viewer = coop.spawn(bench.site.serve(stream))
        await coop.sleep_ms(10)
        bench.site.sessions.close(token)
        await coop.sleep_ms(web.LOOK_MS)
        assert viewer.done()

    run_virtual(main())


def test_viewers_and_connections_have_limits():
    bench = Bench()
    token = bench.login()
    streams = [CardboardStream() for _ in range(VIEWERS_MAX + 1)]
    idle = [CardboardStream() for _ in range(PEERS_MAX - VIEWERS_MAX)]

    async def main():
        for stream in streams:
            stream.says(request("GET", "/events", token=token))
            coop.spawn(bench.site.serve(stream))
        await coop.sleep_ms(10)
        assert b" 200 " in streams[-2].written[:20] and b" 503 " in streams[-1].written[:20]
        for stream in idle:
            coop.spawn(bench.site.serve(stream))
        await coop.sleep_ms(10)
        assert await bench.exchange(request("GET", "/")) == b""
        await coop.sleep_ms(REQUEST_MS)
        assert b" 200 " in await bench.exchange(request("GET", "/"))

    run_virtual(main())


def test_who_sends_slowly_or_nothing_is_hung_up_on():
    bench = Bench()
    stream = CardboardStream()

    async def main():
        serving = coop.spawn(bench.site.serve(stream))
        for octet in request("GET", "/"):
            stream.says(bytes([octet]))
            await coop.sleep_ms(REQUEST_MS // 10)
        assert serving.done()

    run_virtual(main())
    assert stream.written == b"" and bench.site._peers == 0


def test_what_is_no_request_of_a_browser_gets_a_short_answer(capfd):
    bench = Bench()
    for octets in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /../../etc/passwd HTTP/1.1\r\n\r\n",
        b"GET /?%zz HTTP/1.1\r\nHost: h\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 99999\r\n\r\n",
        b"A" * 5000,
    ):
        answer = run_virtual(bench.exchange(octets))
        assert answer.startswith(b"HTTP/1.0 400 ") and len(answer) < 100
    assert bench.ask("GET", "/../../etc/passwd")[0] == 404
    assert bench.ask("HEAD", "/")[2] == b""
    assert capfd.readouterr() == ("", ""), "hostile peers fill no log"


def test_no_secret_is_in_the_page():
    for path in (pathlib.Path(web.__file__).parent / "page").iterdir():
        assert PASSWORD not in path.read_text() and "localStorage" not in path.read_text()
