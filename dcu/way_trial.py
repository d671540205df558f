"""The way to the HES on trial, after the HES has changed it from afar.

A slip of its hand would cut the DCU off until somebody drives there. What was before is stored
with the change (dcu/settings.py), the link is made anew, and a login proves it. Without one within
uplink.confirm_s what was before comes back. Who stands at the device sees what comes of it: what
is changed there is on no trial, and ends one.
"""

from dcu.settings import HES
from hal import coop
from hal.errors import PortError, Refused

_WAY = ("uplink.channel", "uplink.mode", "uplink.port", "uplink.tls", "server.peers")
_NAMES = ("hes.main", "hes.sub", "terminal.area", "terminal.number")
_NETWORK = ("modem.apn", "modem.auth", "modem.user", "modem.password", "modem.auth_order")
_TLS = ("tls.ca", "tls.certificate", "tls.key", "tls.name", "tls.dates")
KEYS = _WAY + _NAMES + _NETWORK + _TLS
SETTLE_MS = 30_000  # for what is changed piece by piece, before the link is made anew
_LOOK_MS = 1_000


def noted(settings, has_led, get, changed, by):
    """What was before, {key: text}, for a change of the keys `changed` by whom; {}: no trial.

    has_led   whether a HES has come in this way; without that it is being commissioned
    get       function(key) -> value, as it would be from now on
    """
    before = settings.before
    ours = [key for key in changed if key in KEYS]
    if not ours:
        return before
    if by != HES:
        return {}
    is_of_way = "uplink.mode" in ours or "server.peers" in ours
    if is_of_way and get("uplink.mode") == "server" and not get("server.peers"):
        raise Refused("no server.peers are set: nobody could reach the DCU any more")
    if not before and not has_led:
        return {}
    found = {key: settings.text(key) for key in ours}
    found.update(before)
    return found


class WayTrial:
    """uplink   dcu/uplink.py: sessions counts logins; networks: grows, and the link is made anew

    came_back   why the last change was taken back; "" since then it was not
    """

    def __init__(self, settings, clock, uplink, log):
        self._settings = settings
        self._clock = clock
        self._uplink = uplink
        self._log = log
        self._seen = {}  # `before` of the settings, at the last look
        self._anew_ms = None  # when the link is to be made anew; None: it was
        self._until_ms = None
        self._sessions = 0
        self.came_back = ""
        settings.on_trial = self._noted

    def _noted(self, get, changed, by):
        return noted(self._settings, self._uplink.sessions > 0, get, changed, by)

    async def run(self, part):
        """For ever."""
        while True:
            part.alive()
            try:
                self._step(self._clock.ticks_ms())
            except PortError:
                pass  # the disk; at the next look
            await coop.sleep_ms(_LOOK_MS)

    def status(self):
        """keys: on trial; left_s: until they are taken back, or None."""
        left_s = None
        if self._settings.before and self._until_ms is not None:
            left_s = max(0, self._until_ms - self._clock.ticks_ms()) // 1000
        keys = sorted(self._settings.before)
        return {"keys": keys, "left_s": left_s, "came_back": self.came_back}

    def _step(self, now_ms):
        before = self._settings.before
        if before is not self._seen:
            self._seen = before
            self._begin(now_ms)
        elif before:
            self._judge(now_ms)

    def _begin(self, now_ms):
        """Or once more, after another change; or at the start of a DCU that went off meanwhile."""
        self._anew_ms = now_ms + SETTLE_MS
        self._until_ms = now_ms + 1000 * self._settings.get("uplink.confirm_s")
        if self._seen:
            self.came_back = ""
            self._log("uplink", f"on trial until the HES has logged in: {self._keys()}")

    def _judge(self, now_ms):
        if self._anew_ms is not None:
            if now_ms >= self._anew_ms:
                self._make_anew()
        elif self._uplink.sessions > self._sessions:
            self._log("uplink", f"kept, the HES has logged in: {self._keys()}")
            self._settings.keep()
        elif now_ms >= self._until_ms:
            self._put_back()

    def _make_anew(self):
        self._anew_ms = None
        self._sessions = self._uplink.sessions
        self._uplink.networks += 1

    def _put_back(self):
        reason = f"no login within {self._settings.get('uplink.confirm_s')} s"
        try:
            self._settings.put_all(sorted(self._seen.items()), by=f"the DCU: {reason}")
        except Refused as error:
            self._log("uplink", f"what was before cannot come back: {error}")
            self._settings.keep()
            return
        self.came_back = reason
        self._make_anew()

    def _keys(self):
        return ", ".join(sorted(self._seen))
