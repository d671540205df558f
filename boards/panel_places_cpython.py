"""Where `dcu panel` finds the panel: at the console of the DCU of a data folder, or over the
network at its web page. Each has `await press(key, name)`, which gives what boards/panel.py
shows, and `close()`.
"""

import http.client
import json
import ssl
import urllib.parse

from boards.console_file import ask
from hal import coop
from hal.errors import NoReply, Refused, WireError

_ANSWER_MS = 5_000
_LOOK = ""


class Console:
    def __init__(self, files):
        self._files = files

    async def press(self, key, *name):
        answer = await ask(self._files, "panel", [key, *name], lambda text: None, _ANSWER_MS)
        if answer is None:
            raise NoReply(
                f"no DCU is running on {self._files.folder}; start one: dcu run --data …"
            )
        code, result = answer
        if code:
            raise Refused(result)
        return result

    def close(self):
        pass


_LINKS = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


class Page:
    """url       "http://HOST:PORT" or "https://HOST:PORT"; a CA that the system does not know is
              named by the environment, SSL_CERT_FILE
    password  of the panel
    """

    def __init__(self, url, password):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in _LINKS or not parts.hostname or parts.path.strip("/"):
            raise Refused(f"{url!r}: write http://HOST:PORT, or https://")
        self._host, self._scheme = parts.netloc, parts.scheme
        self._cookie = ""
        status, headers, body = self._asked("POST", "/login", password)
        if status != http.client.NO_CONTENT:
            raise Refused(_why(body))
        self._cookie = headers.get("Set-Cookie", "").partition(";")[0]

    async def press(self, key, *name):
        return await coop.aside(self._press, key)

    def close(self):
        """Log out: there are few sessions, and others want one."""
        try:
            self._asked("POST", "/logout")
        except NoReply:
            pass  # it ends by itself

    def _press(self, key):
        if key != _LOOK:
            status, _, body = self._asked("POST", "/key", key)
            if status != http.client.NO_CONTENT:
                raise Refused(_text_of(body, "error") or "the session has ended: log in again")
        status, _, body = self._asked("GET", "/screen")
        if status != http.client.OK:
            raise NoReply(f"{self._host}: the session has ended: log in again")
        return _object(body)

    def _asked(self, method, path, body=None):
        """(status, headers, octets) of one request."""
        link = _LINKS[self._scheme](self._host, timeout=_ANSWER_MS / 1000)
        try:
            headers = {"Origin": f"{self._scheme}://{self._host}", "Cookie": self._cookie}
            link.request(method, path, body, headers)
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise NoReply(f"{self._host}: {_words(error)}")
        finally:
            link.close()


_FAILURES = (  # the first that fits is said
    (ssl.SSLCertVerificationError, "its certificate is not trusted: name its CA by SSL_CERT_FILE"),
    (ssl.SSLError, "no TLS there, or another: with web.tls=no it is http://"),
    (ConnectionRefusedError, "nobody listens: web.on=yes and a password of the panel open it"),
    (TimeoutError, "no answer"),
    (http.client.RemoteDisconnected, "closed without an answer: with web.tls=yes it is https://"),
    (ConnectionResetError, "closed without an answer: with web.tls=yes it is https://"),
    (http.client.HTTPException, "no web page answers there"),
)


def _words(error):
    for kind, words in _FAILURES:
        if isinstance(error, kind):
            return f"{words} ({error})"
    return str(error)


def _why(body):
    wait_s = _text_of(body, "wait_s")
    return f"wrong password of the panel; wait {wait_s} s" if wait_s else "wrong password"


def _text_of(body, name):
    """A value of the answer; "" when it has none."""
    try:
        return json.loads(body).get(name, "")
    except (ValueError, AttributeError):
        return ""


def _object(body):
    try:
        return json.loads(body)
    except ValueError:
        raise WireError("the page answers with no JSON")
