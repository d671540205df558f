"""TLS between the DCU and its HES: what the settings say of it, and whom it lets through.

Who dials checks the name; who is dialled wants a certificate of the caller. Where TLS is set
nothing goes without it: what cannot be made secure is not made at all.
"""

from dcu.alarm_codes import AUTHENTICATION_FAILURE, CERTIFICATE_ENDS
from dcu.civil import DAY_S
from dcu.counted import Counted
from dcu.tls_schema import ALWAYS
from hal import tls
from hal.errors import NotAuthenticated, Refused

WARN_DAYS = 30
HANDSHAKE_MS = 60_000  # over a slow module it takes some seconds
_FILES = ("tls.ca", "tls.certificate", "tls.key")
_OF_SESSION = _FILES + ("uplink.tls", "tls.name", "tls.dates")
_WITH_FILES = _FILES + ("uplink.tls", "uplink.mode", "web.tls")


def check(get, keys):
    """Refused when TLS could not work as it is set; `keys` were changed.

    get  function(key) -> value, as it would be from now on
    """
    if not [key for key in keys if key in _WITH_FILES]:
        return
    ca, certificate, key = [get(each) for each in _FILES]
    is_on = get("uplink.tls") == "yes"
    if is_on and not ca:
        raise Refused("uplink.tls: first tls.ca, the file of the CA that signs the HES")
    if is_on and get("uplink.mode") == "udp":
        raise Refused("uplink.tls: not over UDP; uplink.mode must be client or server")
    if is_on and get("uplink.mode") == "server" and not certificate:
        raise Refused("uplink.tls: who is dialled needs tls.certificate and tls.key")
    if get("web.tls") == "yes" and not certificate:
        raise Refused("web.tls: first tls.certificate and tls.key, which the page shows")
    if is_on or [each for each in keys if each in _FILES and get(each)]:
        both = (certificate, key) if is_on or (certificate and key) else ("", "")
        tls.load(ca, *both)


class Secure:
    """alarm   function(code, mp, text)"""

    def __init__(self, settings, clock, alarm):
        self._settings = settings
        self._clock = clock
        self._alarm = alarm
        self._has_told = False
        self.version = ""  # of the last connection over TLS, as in "TLSv1.2"
        self._day = None  # when dates were looked at last
        self._accepting = None  # Context of who dials us

    def way(self):
        """What is set; a session under other settings holds no more."""
        return [] if self._is_off() else [self._settings.get(key) for key in _OF_SESSION]

    async def dialled(self, connect, way, count):
        """The stream that connect(*way), a coroutine function of dcu/bearers.py, brings, with TLS
        around it if it is set. NotAuthenticated when it is not the HES, or nobody can say.

        count  of dcu/counted.py
        """

        async def dial():
            return Counted(await connect(*way), count)

        if self._is_off():
            self.version = ""
            return await dial()
        return await self._told(self._dialled(dial, self._settings.get("tls.name") or way[0]))

    async def accepted(self, stream, count):
        """Likewise, of one that has dialled us."""
        stream = Counted(stream, count)
        return stream if self._is_off() else await self._told(self._accepted(stream))

    async def _dialled(self, dial, name):
        context, now_s = self._context(), self._now_s()
        try:
            return await tls.connect(await dial(), context, name, HANDSHAKE_MS, now_s)
        except tls.Again:
            return await tls.connect(await dial(), context, name, HANDSHAKE_MS, now_s)

    async def _accepted(self, stream):
        context = self._context_of_server()
        return await tls.accept(stream, context, HANDSHAKE_MS, self._now_s())

    async def _told(self, shaking):
        self.version = ""
        try:
            stream = await shaking
            self.version = stream.version()
            return stream
        except NotAuthenticated as error:
            self.tell(error)
            raise error

    def tell(self, error):
        """An alarm for the first NotAuthenticated since the HES was heard."""
        if not self._has_told:
            self._has_told = True
            self._alarm(AUTHENTICATION_FAILURE, 0, f"TLS: {error}")

    def heard(self):
        """By the HES, of late."""
        self._has_told = False
        day = self._clock.utc_s() // DAY_S
        if self._clock.is_set and day != self._day and not self._is_off():
            self._day = day
            self._look_ahead()

    def _look_ahead(self):
        """An event a day, from some weeks before a certificate here runs out."""
        for key in ("tls.ca", "tls.certificate"):
            path = self._settings.get(key)
            if not path:
                continue
            try:
                last_s, text = tls.valid_until(path)
            except Refused:
                continue  # the next connection will say so
            if last_s - self._clock.utc_s() < WARN_DAYS * DAY_S:
                self._alarm(CERTIFICATE_ENDS, 0, f"{key} {path}: valid until {text}")

    def _is_off(self):
        return self._settings.get("uplink.tls") == "no"

    def _context(self, known=None):
        """Read anew for each connection: certificates are renewed while we run."""
        if self._settings.get("uplink.mode") == "udp":
            raise NotAuthenticated("TLS is not done over UDP (uplink.tls, uplink.mode)")
        paths = [self._settings.get(key) for key in _FILES]
        if not paths[0]:
            raise NotAuthenticated("no CA is set for TLS (tls.ca)")
        try:
            return tls.load(*paths, known=known)
        except Refused as error:
            raise NotAuthenticated(str(error))

    def _context_of_server(self):
        """The same as long as the files are: hal.tls.Again is for the next connection."""
        if not self._settings.get("tls.certificate"):
            raise NotAuthenticated("no certificate of ours is set (tls.certificate, tls.key)")
        self._accepting = self._context(self._accepting)
        return self._accepting

    def _now_s(self):
        """UTC, or None where a clock that is not set must not keep out the HES that sets it."""
        if self._clock.is_set:
            return self._clock.utc_s()
        if self._settings.get("tls.dates") == ALWAYS:
            raise NotAuthenticated("the clock is not set: dates cannot be judged (tls.dates)")
        return None
