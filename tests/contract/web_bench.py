"""The web page of a cardboard DCU, and how it is asked; no test."""

import json

import microdot

from boards import web
from boards.panel import Panel
from dcu.schema import SCHEMA
from lcd_menu.lock import Lock
from lcd_menu.web import Site
from tests.dual.northbound import CardboardStream
from tests.dual.panel_plant import PASSWORD, Plant
from tests.virtual import run_virtual

HOST = "192.168.1.5:8080"
OURS = f"Host: {HOST}\r\nOrigin: http://{HOST}\r\n"
ROW = '{"id": "1", "kind": "clock", "period": "1d"}'
CSV = "id,kind,period,meters\n1,clock,1d,all\n2,switch,1h,77\n"


class Bench:
    def __init__(self, plant=None):
        self.plant = plant or Plant(2)
        self.settings = self.plant.dcu.settings
        self.panel = Panel(self.plant.dcu, self.plant.memory)
        self.guesses = 0
        self.lines = []
        self.tokens = 0
        self.site = Site(
            self.panel,
            lambda: self.settings.get("panel.password"),
            self.token,
            self.guessed,
            Lock(),
            self.lines.append,
            lambda: [(row.key, self.settings.shown(row.key), row.help) for row in SCHEMA],
            lambda verb, words: web.ask(self.plant.dcu, verb, words),
            self.plant.dcu.clock,
            microdot,
        )

    def token(self):
        self.tokens += 1
        return f"{self.tokens:032x}"

    def guessed(self):
        self.guesses += 1

    async def exchange(self, octets):
        """What a connection that sends `octets` gets."""
        stream = CardboardStream()
        stream.says(octets)
        await self.site.serve(stream)
        return stream.written

    def ask(self, method, path, body="", fields=OURS, token=None):
        """(status, fields in small letters, body) of one request."""
        answer = run_virtual(self.exchange(request(method, path, body, fields, token)))
        head, _, body = answer.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        rows = [line.partition(": ") for line in lines[1:]]
        return int(lines[0].split()[1]), {name.lower(): value for name, _, value in rows}, body

    def login(self, typed=PASSWORD):
        """The token of a session, or how long to wait."""
        status, fields, body = self.ask("POST", "/login", typed)
        if status == 204:
            return fields["set-cookie"].partition("=")[2].partition(";")[0]
        assert status == 403 and "set-cookie" not in fields
        return json.loads(body)["wait_s"]


def request(method, path, body="", fields=OURS, token=None):
    cookie = f"Cookie: other=1; session={token}\r\n" if token else ""
    head = f"{method} {path} HTTP/1.1\r\n{fields}{cookie}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body.encode()
