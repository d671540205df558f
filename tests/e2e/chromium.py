"""Debian's Chromium without a window, driven over two pipes; no test.

Reference: Chrome DevTools Protocol; --remote-debugging-pipe: JSON, each message ended by a zero
octet, read by the browser from descriptor 3 and written by it to 4.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import time

NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",  # there is none for root, and it loads our own page alone
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-extensions",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
_LIMIT_S = 20
_LOOK_S = 0.02


def binary():
    """Its path, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Chromium:
    """One page. `call` is a command of the protocol; `run` the value of a line of JavaScript."""

    def __init__(self, folder, width=1000, height=760):
        to_child, self._out = os.pipe()
        self._in, from_child = os.pipe()
        words = f'exec "$0" "$@" 3<&{to_child} 4>&{from_child}'
        options = [*_OPTIONS, f"--user-data-dir={folder}", "about:blank"]
        self._child = subprocess.Popen(
            ["bash", "-c", words, binary(), *options],
            pass_fds=(to_child, from_child),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_child)
        os.close(from_child)
        self._buffer = b""
        self._number = 0
        self._session = None
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(each["targetId"] for each in targets if each["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page, flatten=True)
        self._session = attached["sessionId"]
        self.call("Page.enable")
        self.resize(width, height)

    def call(self, method, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        until_s = time.monotonic() + _LIMIT_S
        while True:
            answer = self._next(until_s)
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]

    def _next(self, until_s):
        while b"\0" not in self._buffer:
            left_s = max(0, until_s - time.monotonic())
            assert select.select([self._in], [], [], left_s)[0], "no answer of the browser"
            octets = os.read(self._in, 1 << 16)
            assert octets, "the browser has ended"
            self._buffer += octets
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def resize(self, width, height, is_phone=False):
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=is_phone,
        )

    def run(self, script):
        given = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in given, given["exceptionDetails"]
        return given["result"].get("value")

    def open(self, url):
        self.call("Page.navigate", url=url)
        self.wait_for("document.readyState === 'complete' && location.href !== 'about:blank'")

    def wait_for(self, script, limit_s=_LIMIT_S):
        until_s = time.monotonic() + limit_s
        while not self.run(f"Boolean({script})"):
            assert time.monotonic() < until_s, f"never: {script}"
            time.sleep(_LOOK_S)

    def key(self, name, code):
        for kind in ("rawKeyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=name,
                code=name,
                windowsVirtualKeyCode=code,
            )

    def touch(self, selector, held_s=0):
        """A finger on the middle of an element."""
        x, y = self.run(
            f"(r => [r.x + r.width / 2, r.y + r.height / 2])"
            f"(document.querySelector('{selector}').getBoundingClientRect())"
        )
        points = [{"x": x, "y": y}]
        self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=points)
        time.sleep(held_s)
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def picture(self):
        """The page as it is seen, as the octets of a PNG file."""
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])

    def close(self):
        self._child.kill()
        self._child.wait()
        os.close(self._out)
        os.close(self._in)
