"""The page of the panel in a browser, on a DCU of its own; no test.

python -m tests.e2e.panel_page      takes the pictures in docs/web/, and says how fast it is
"""

import contextlib
import pathlib
import subprocess
import sys
import tempfile
import time

from tests.dual.panel_plant import PASSWORD
from tests.e2e.chromium import Chromium, binary
from tests.e2e.plant import ROOT, Process, free_port

FOLDER = ROOT / "docs" / "web"
PHONE = (360, 740)
KEYS_TIMED = 20
METERS = 32
TASKS = (
    {"id": "1", "kind": "profile", "period": "1h", "meters": "all"},
    {"id": "2", "kind": "billing", "period": "1d", "offset": "10m", "window": "6h"},
    {"id": "3", "kind": "clock", "period": "1d", "offset": "3h", "meters": "rs485-1"},
)
_ARROWS = {"ArrowUp": 38, "ArrowDown": 40, "ArrowLeft": 37, "ArrowRight": 39, "Enter": 13}
_KEY_CODES = {**_ARROWS, "Escape": 27}
# Milliseconds from the key to the picture on the canvas, for each of some keys.
_TIMED = """(async () => {
  const pen = CanvasRenderingContext2D.prototype, draw = pen.putImageData;
  let drawn = () => {};
  pen.putImageData = function (...rest) { draw.apply(this, rest); drawn(); };
  const found = [];
  for (let count = 0; count < KEYS; count++) {
    const began_ms = performance.now();
    const key = count % 2 ? "ArrowUp" : "ArrowDown";
    const seen = new Promise((then) => { drawn = then; });
    document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    await seen;
    found.push(performance.now() - began_ms);
    await new Promise((then) => setTimeout(then, 30));
  }
  pen.putImageData = draw;
  return found;
})()"""


@contextlib.contextmanager
def running(folder, interpreter=(sys.executable,), environment=None, settings=()):
    """(a DCU, the address of its page)"""
    port = free_port()
    words = [*interpreter, "-m", "boards.run", "--data", folder]
    pairs = (f"panel.password={PASSWORD}", "web.on=yes", f"web.port={port}", *settings)
    for pair in pairs:
        words += ["--set", pair]
    dcu = Process("dcu", words, lambda *row: None, environment)
    try:
        dcu.wait_for("is open", 20)
        scheme = "https" if "web.tls=yes" in settings else "http"
        yield dcu, f"{scheme}://127.0.0.1:{port}"
    finally:
        dcu.kill()


def log_in(page, url):
    page.open(url)
    page.wait_for("!document.getElementById('login').hidden")
    page.run(
        f"document.getElementById('password').value = '{PASSWORD}',"
        "document.getElementById('login').requestSubmit()"
    )
    page.wait_for("document.getElementById('text').textContent.includes('Terminal')")


def shows(page, text):
    page.wait_for(f"document.getElementById('text').textContent.includes('{text}')")


def press(page, *keys):
    for key in keys:
        page.key(key, _KEY_CODES[key])


def put_meters(folder):
    """On file before the DCU starts: their port has no device, and nobody answers."""
    rows = [f"{mp},{mp + 16},rs485-1" for mp in range(1, METERS + 1)]
    pathlib.Path(folder + ".csv").write_text("\n".join(["mp,address,channel", *rows]) + "\n")
    words = [sys.executable, "-m", "boards.cli_cpython", "meters", "import", folder + ".csv"]
    subprocess.run([*words, "--data", folder], cwd=ROOT, check=True)


def open_tasks(page):
    page.run("document.querySelector('a[href=\"#tasks\"]').click()")
    page.wait_for("document.querySelectorAll('#task-rows tr').length")


def store_task(page, **fields):
    """Fill the form and send it."""
    sets = [f"form.elements['{name}'].value = '{text}';" for name, text in fields.items()]
    steps = f"{''.join(sets)} form.requestSubmit()"
    page.run(
        "(() => { const form = document.getElementById('task');"
        f"document.getElementById('task-form').open = true; {steps} }})()"
    )


def task_says(page, text):
    page.wait_for(f"document.getElementById('task-said').textContent.includes('{text}')")


def key_to_pixel_ms(page):
    """[ms] of each of KEYS_TIMED keys, on a page of the menu."""
    return page.run(_TIMED.replace("KEYS", str(KEYS_TIMED)))


def pictures(page, url):
    """(name of the file, its octets) of what docs/panel.md shows."""
    page.open(url)
    page.wait_for("!document.getElementById('login').hidden")
    yield "login.png", page.picture()
    log_in(page, url)
    press(page, "Enter", "ArrowDown")
    shows(page, "> Time")
    yield "panel.png", page.picture()
    page.run("document.querySelector('a[href=\"#settings\"]').click()")
    page.wait_for("document.querySelectorAll('#settings tbody tr').length")
    yield "settings.png", page.picture()
    open_tasks(page)
    for fields in TASKS:
        store_task(page, **fields)
        task_says(page, f"task {fields['id']} ")
    page.run("document.getElementById('task-form').open = false")
    yield "tasks.png", page.picture()
    page.run("document.querySelector('a[href=\"#panel\"]').click()")
    page.resize(*PHONE, True)
    time.sleep(0.3)
    yield "phone.png", page.picture()


def main():
    if binary() is None:
        sys.exit("no chromium to take pictures of the page with: apt install chromium")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        put_meters(folder + "/dcu")
        _, url = stack.enter_context(running(folder + "/dcu"))
        page = Chromium(folder + "/browser")
        try:
            for name, octets in pictures(page, url):
                (FOLDER / name).write_bytes(octets)
            spent_ms = sorted(key_to_pixel_ms(page))
        finally:
            page.close()
    median, worst = spent_ms[len(spent_ms) // 2], spent_ms[-1]
    print(f"panel in a browser, key to pixel: median {median:.0f} ms, longest {worst:.0f} ms")


if __name__ == "__main__":
    main()
