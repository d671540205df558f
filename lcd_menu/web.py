"""The panel in a browser: a page, its keys, and the frames as they change (server-sent events).

The pages behind a login are rows of _ROUTES; a page for maintenance has its rows in a file as
web_tasks.py, a section and a link in page/index.html, and a script of its own.

Reference: HTML Living Standard, 9.2 (server-sent events); RFC 6265bis (SameSite).
"""

import json

from hal.errors import Refused, WireError
from lcd_menu.differences import runs
from lcd_menu.owner import WEB
from lcd_menu.web_sessions import COOKIE, Sessions
from lcd_menu.web_stream import Reader, Writer, request_of, text_of
from lcd_menu.web_tasks import LARGE
from lcd_menu.web_tasks import ROUTES as TASK_ROUTES

PEERS_MAX = 12  # connections at once; one more is closed
VIEWERS_MAX = 4  # of those, how many show the frames
LOOK_MS = 500  # what time brings is looked for so often
_SILENCE_LOOKS = 20  # then a comment goes out, which finds out who has gone
_TOLD = ("text", "lit", "contrast", "lamps", "keys", "size")
_KEEP_ALIVE = b":\n\n"
_FOLDER = "/page/"
_FILES = (
    ("/", "index.html", "text/html"),
    ("/panel.css", "panel.css", "text/css"),
    ("/panel.js", "panel.js", "text/javascript"),
    ("/tasks.js", "tasks.js", "text/javascript"),
)
_HEADERS = (
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    ("Connection", "close"),
)
_BAD_REQUEST = b"HTTP/1.0 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Site:
    """panel         boards/panel.py
    password      function() -> that of the panel
    random_token  function() -> what nobody can guess
    guessed       function(), when somebody guesses
    lock          lcd_menu/lock.py, for this page alone
    log           function(text)
    settings      function() -> [(key, value as it may be shown, what it is)]
    ask           coroutine function(verb, words) -> (exit code, result, what it has said), as the
                  console does it
    microdot      the package of this name
    """

    def __init__(
        self, panel, password, random_token, guessed, lock, log, settings, ask, clock, microdot
    ):
        self._panel = panel
        self.log = log
        self.ask = ask
        self._all_settings = settings
        self._clock = clock
        self._response = microdot.Response
        longest = max(LARGE.values())
        microdot.Request.max_content_length = microdot.Request.max_body_length = longest
        self._peers = self._viewers = 0
        self.sessions = Sessions(password, random_token, guessed, lock)
        self._app = self._application(microdot.Microdot())

    async def serve(self, stream, scheme="http"):
        """One connection, which is one request; over TLS its scheme is "https"."""
        if self._peers >= PEERS_MAX:
            return
        self._peers += 1
        writer = Writer(stream, scheme)
        try:
            octets = await request_of(stream, LARGE)
            if octets:
                await self._app.handle_request(Reader(octets), writer)
        except WireError:
            await stream.write(_BAD_REQUEST)
        finally:
            self._peers -= 1
            self._viewers -= writer.is_viewer

    def _application(self, app):
        for path, name, kind in _FILES:
            app.route(path)(self._file(name, kind))
        for method, path, handler in _ROUTES + TASK_ROUTES:
            app.route(path, methods=[method])(self._handler(handler, path in _OPEN))
        app.after_request(_with_headers)
        app.after_error_request(_with_headers)
        return app

    def _file(self, name, kind):
        async def send(request):
            with open(__file__.rpartition("/")[0] + _FOLDER + name, "rb") as file:
                return self._response(file.read(), headers={"Content-Type": kind})

        return send

    def _handler(self, handler, is_open):
        """Only for who has logged in, unless it `is_open`; from pages of ours alone."""

        async def handle(request):
            if request.method == "POST" and not _is_ours(request):
                return "", 403
            token = request.cookies.get(COOKIE)
            now_ms = self._clock.ticks_ms()
            if not is_open and not self.sessions.has(token, now_ms):
                return "", 401
            return await handler(self, request, token, now_ms)

        return handle

    async def _login(self, request, token, now_ms):
        lock, writer = self.sessions.lock, request.sock[1]
        is_try = not lock.wait_ms(now_ms)
        token = self.sessions.open(text_of(request.body), now_ms)
        if is_try:
            self.log(f"{writer.peer} {'has logged in' if token else 'gave a wrong password'}")
        if not token:
            return {"wait_s": (lock.wait_ms(now_ms) + 999) // 1000}, 403
        secure = "; Secure" if writer.scheme == "https" else ""
        cookie = f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{secure}"
        return "", 204, {"Set-Cookie": cookie}

    async def _logout(self, request, token, now_ms):
        self.sessions.close(token)
        self._panel.give(token)
        return "", 204

    async def _session(self, request, token, now_ms):
        return "", 204

    async def _settings(self, request, token, now_ms):
        return self._all_settings()

    async def _screen(self, request, token, now_ms):
        return self._panel.press("")

    async def _key(self, request, token, now_ms):
        self.sessions.used(token, now_ms)
        try:
            self._panel.press(text_of(request.body), token, WEB)
        except Refused as refusal:
            return {"error": str(refusal)}, 409
        return "", 204

    async def _events(self, request, token, now_ms):
        writer = request.sock[1]
        if self._viewers >= VIEWERS_MAX:
            return "", 503
        self._viewers += 1
        writer.is_viewer = True
        frames = _Frames(self._panel, lambda: self._is_viewing(token))
        return self._response(frames, headers={"Content-Type": "text/event-stream"})

    def _is_viewing(self, token):
        return self.sessions.has(token, self._clock.ticks_ms())


_OPEN = ("/login",)  # also to who has not logged in
_ROUTES = (  # method, path, what answers
    ("POST", "/login", Site._login),
    ("POST", "/logout", Site._logout),
    ("GET", "/session", Site._session),
    ("GET", "/screen", Site._screen),
    ("GET", "/settings", Site._settings),
    ("POST", "/key", Site._key),
    ("GET", "/events", Site._events),
)


class _Frames:
    """The body of an answer that does not end: an event whenever the panel has changed."""

    def __init__(self, panel, is_wanted):
        self._panel = panel
        self._is_wanted = is_wanted
        self._sent = None

    def __aiter__(self):
        return self

    async def __anext__(self):
        for _ in range(_SILENCE_LOOKS):
            if not self._is_wanted():
                raise StopAsyncIteration
            event = self._event()
            if event:
                return event
            await self._panel.changed(LOOK_MS)
        return _KEEP_ALIVE

    def _event(self):
        """What differs from what was sent before, or None."""
        shown = self._panel.shown()
        before, self._sent = self._sent, shown
        if shown == before:
            return None
        told = {name: shown[name] for name in _TOLD if not before or shown[name] != before[name]}
        is_same_size = before and before["size"] == shown["size"]
        old = before["frame"] if is_same_size else bytes(len(shown["frame"]))
        told["runs"] = [(at, octets.hex()) for at, octets in runs(old, shown["frame"])]
        return b"data: " + json.dumps(told).encode() + b"\n\n"


async def _with_headers(request, response):
    for name, value in _HEADERS:
        response.headers[name] = value
    return response


def _is_ours(request):
    """Whether a page of this site has asked: browsers say so, and no page can pretend it."""
    headers = request.headers
    return headers.get("Origin") == f"{request.sock[1].scheme}://{headers.get('Host', '')}"
