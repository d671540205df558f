"""The web page of the DCU: open while the settings say so and the panel has a password."""

from boards.panel_memory import WEB
from dcu.alarm_codes import AUTHENTICATION_FAILURE, LOGIN
from dcu.console import execute
from dcu.listen import Door
from dcu.schema import SCHEMA
from hal import net, tls
from hal.errors import NotAuthenticated, PortError, Refused
from hal.token import random_token
from lcd_menu.lock import Lock
from lcd_menu.web import Site

_SCHEMES = {"no": "", "yes": "https://"}  # by web.tls
_HANDSHAKE_MS = 5_000
_HANDSHAKES_MAX = 12  # at once; one more is closed
_NO_PASSWORD = "the page asks for panel.password, and none is set"
_GUESSED = "web page: wrong password, three times and more in a row"


class Web:
    def __init__(self, dcu):
        self._dcu = dcu
        self._site = None

    async def run(self, part):
        """For ever: open, closed and opened anew as the settings change."""
        dcu = self._dcu
        door = Door("web.address", self._wanted, self._why_shut, dcu.log, self._open, _close)
        await door.keep_following(part)

    def _wanted(self):
        """ "ADDRESS:PORT" with its scheme, or "" for closed."""
        settings = self._dcu.settings
        scheme = _SCHEMES[settings.get("web.tls")]
        address = f"{scheme}{settings.get('web.address')}:{settings.get('web.port')}"
        return address if settings.get("web.on") == "yes" else ""

    def _why_shut(self):
        return "" if self._dcu.settings.get("panel.password") else _NO_PASSWORD

    async def _open(self, address):
        self._site = self._site or _site_of(self._dcu)
        scheme, _, place = address.rpartition("//")
        host, _, port = place.rpartition(":")
        serve = self._over_tls() if scheme else self._site.serve
        return await net.serve(serve, host, int(port))

    def _over_tls(self):
        """The certificate is that of now: another one is for the next opening."""
        settings = self._dcu.settings
        try:
            context = tls.load("", settings.get("tls.certificate"), settings.get("tls.key"))
        except Refused as error:
            raise PortError(str(error))
        shaking = []

        async def serve(stream):
            if len(shaking) >= _HANDSHAKES_MAX:
                return
            shaking.append(stream)
            try:
                secured = await tls.accept(stream, context, _HANDSHAKE_MS, None)
            except NotAuthenticated:
                return  # a browser that does not trust us, or speaks in clear
            finally:
                shaking.remove(stream)
            try:
                await self._site.serve(secured, "https")
            finally:
                await secured.close()

        return serve


async def _close(server):
    await server.close()


async def ask(dcu, verb, words):
    """As the console answers, and what it has said meanwhile."""
    said = []

    async def say(text):
        said.append(text)

    exit_code, result = await execute(dcu, verb, words, say)
    return exit_code, result, said


def _site_of(dcu):
    try:
        import microdot  # dual: a package for both, of which no other part has need
    except ImportError:
        raise PortError("the package microdot is not installed: pip install microdot")
    memory = dcu.panel.memory

    def entered():
        dcu.alarms.raise_alarm(LOGIN, 0, "at the page of the panel")

    lock = Lock(memory.wrong(WEB), memory.note_wrong(WEB), dcu.clock.ticks_ms(), entered)
    return Site(
        dcu.panel,
        lambda: dcu.settings.get("panel.password"),
        random_token,
        lambda: dcu.alarms.raise_alarm(AUTHENTICATION_FAILURE, 0, _GUESSED),
        lock,
        lambda text: dcu.log("web", text),
        lambda: [(row.key, dcu.settings.shown(row.key), row.help) for row in SCHEMA],
        lambda verb, words: ask(dcu, verb, words),
        dcu.clock,
        microdot,
    )
