"""When the web page is open, and what is said while it is not."""

from boards.web import Web
from hal import coop
from tests.dual.listen_bench import Part
from tests.virtual import run_virtual


class Dcu:
    def __init__(self):
        self.settings = {"web.on": "no", "web.tls": "no", "panel.password": ""}
        self.settings.update({"web.address": "127.0.0.1", "web.port": 8080})
        self.said = []

    def log(self, part, text):
        self.said.append(text)


class Port:
    async def close(self):
        pass


def test_a_page_without_a_password_stays_closed_and_says_why_once():
    dcu = Dcu()
    web = Web(dcu)
    opened = []

    async def open_(address):
        opened.append(address)
        return Port()

    web._open = open_

    async def live():
        task = coop.spawn(web.run(Part()))
        for change in (
            {"web.on": "yes"},
            {"panel.password": "135791"},
            {"web.tls": "yes"},
            {"panel.password": ""},
            {"web.on": "no"},
        ):
            dcu.settings.update(change)
            await coop.sleep_ms(5_000)
        await coop.stop(task)

    run_virtual(live())
    plain, tls = "127.0.0.1:8080", "https://127.0.0.1:8080"
    why = "stays closed: the page asks for panel.password, and none is set"
    assert opened == [plain, tls]
    assert dcu.said == [
        f"web.address {plain} {why}",
        f"web.address {plain} is open",
        f"web.address {plain} is closed",
        f"web.address {tls} is open",
        f"web.address {tls} is closed",
        f"web.address {tls} {why}",
    ]
