"""The link to the head-end system: does what the ladder says, and tells it what came of it.

What is done when is decided in dcu/ladder.py; what is said on a connection is dcu/session.py; what
carries it is one of dcu/bearers.py.
"""

from dcu import ladder as rungs
from dcu.beside import beside
from dcu.dice import dice
from dcu.door import Door, who_is_missing
from dcu.ladder import CLOSED, FAILED, IDLE, LOST, MUTE, OK, SILENT, UNTRUSTED, Ladder
from dcu.session import Session
from dcu.uplink_log import UplinkLog
from hal import coop
from hal.errors import NoReply, NotAuthenticated, PortError, Refused, WireError

SERVER = "server"  # of uplink.mode
DIAL_MS = 30_000
_SHORT_S = 60  # a good session that lasts less is short
_SHORTS_SAID = 3  # short sessions in a row, then the log says what it may be
_TICK_MS = 1_000
_WAY = ("uplink.channel", "uplink.mode", "server.peers", "hes.main", "hes.sub")
_TOTALS = ("heartbeats_missed", "redials", "resets")
_WITH_DOOR = (rungs.SERVE, rungs.PING)
_IN_SESSION = (rungs.LOGIN, rungs.ONLINE, rungs.BEAT)
_CONNECTED = _IN_SESSION + (rungs.SERVE,)


class Uplink:
    """bearers   {value of uplink.channel: bearer}
    faces     dcu.session.Faces
    tally     dcu/tally.py
    secure    dcu/secure.py
    """

    def __init__(self, settings, clock, log, bearers, faces, tally, secure):
        self.settings = settings
        self.clock = clock
        self.told = UplinkLog(log, clock)
        self.log = self.told.say
        self._bearers = bearers
        self.networks = 0  # grows when the network is another one: then it is dialled again
        self._way = None  # what _way_set gives, in use
        self.faces = faces
        self.tally = tally
        self._secure = secure
        self._door = Door(settings, clock, self.log, self._accepted)
        self._pfc = 0  # 376.1 frame counter
        self._ladder = None
        self._session = None
        self.state = "off"
        self.sessions = 0
        self.heartbeats = 0
        self.last_contact_s = 0

    async def run(self, part):
        """For ever."""
        if self._ladder and self._ladder.state in _CONNECTED:
            self._ladder.take(FAILED)  # a mistake of ours has ended what was open
        try:
            while True:
                part.alive()
                if self.is_to_end():
                    await self._change_way()
                missing = who_is_missing(self.settings, self._way[1] == SERVER, self._host())
                if missing:
                    await self._end_session()
                    self.state = missing
                    await coop.sleep_ms(_TICK_MS)
                else:
                    await self._step(part)
        finally:
            await self._end_session()
            await self._door.close()
            self.tally.save()

    async def _change_way(self):
        await self._end_session()
        await self._door.close()
        if self._way:
            await self._bearer().close()
        self._way = self._way_set()
        draw = dice(int(self.settings.terminal_id(), 16))
        is_server = self._way[1] == SERVER
        self._ladder = Ladder(self.settings.get, draw, is_server, self._bearer().holds_off)

    async def _step(self, part):
        ladder = self._ladder
        if ladder.state not in _IN_SESSION:
            await self._end_session()
        if ladder.state not in _WITH_DOOR:
            await self._door.close()
        self.state = ladder.text(self._host())
        if ladder.state == rungs.WAIT:
            self.log("uplink", self.state)
        event = await self._event_of(_DO[ladder.state](self, part))
        if not self.is_to_end():
            before = _totals(ladder)
            ladder.take(event)
            for name, amount in zip(_TOTALS, _totals(ladder)):
                self.count(name, amount - before[_TOTALS.index(name)])

    async def _event_of(self, doing):
        try:
            return await doing or OK
        except NoReply as error:
            self.log("uplink", str(error))
            return MUTE
        except NotAuthenticated as error:
            self.log("uplink", str(error))
            self._ladder.trouble = str(error)
            self._secure.tell(error)
            return UNTRUSTED
        except (PortError, WireError, Refused) as error:
            self.log("uplink", str(error))
            return LOST if self._bearer().is_lost else FAILED

    async def _start(self, part):
        return await beside(part, self._bearer().start())

    async def _sim(self, part):
        return await beside(part, self._bearer().sim())

    async def _register(self, part):
        limit_ms = self.settings.get("modem.register_s") * 1000
        return await beside(part, self._bearer().register(limit_ms))

    async def _dial(self, part):
        await beside(part, self._bearer().dial())

    async def _drop(self, part):
        await beside(part, self._bearer().drop())

    async def _reset(self, part):
        await beside(part, self._bearer().reset())

    async def _connect(self, part):
        kind = "UDP" if self._way[1] == "udp" else "TCP"
        way = self._bearer().connect, _split(self._host()) + (DIAL_MS, kind)
        stream = await beside(part, self._secure.dialled(*way, self.count), self.is_to_end)
        self._session = Session(self, stream, self._host())

    async def _login(self, part):
        if not await self._session.login(part):
            return self._unanswered("login")
        self.sessions += 1
        self.count("logins", 1)
        return OK

    async def _online(self, part):
        quiet_s = self._ladder.spread(self.settings.get("hes.heartbeat_s"))
        await self._session.serve(quiet_s * 1000, part)

    async def _beat(self, part):
        if not await self._session.beat(part):
            return self._unanswered("heartbeat")
        self.heartbeats += 1
        return OK

    async def _listen(self, part):
        port = self.settings.get("uplink.port")
        await beside(part, self._door.open(self._bearer().serve, port))

    async def _serve(self, part):
        """Until the HES that has dialled us has gone, or none has come for long."""
        stream = await self._caller(part)
        if stream is None:
            return LOST if self._bearer().is_lost else IDLE
        self._session = Session(self, stream, stream.peer, has_called=True)
        self._session.begin()
        self.sessions += 1
        self.count("logins", 1)
        self.state = "online"
        self.log("uplink", f"{stream.peer} has dialled")
        try:
            await self._session.serve(self.settings.get("uplink.idle_s") * 1000, part)
        except (PortError, WireError, NotAuthenticated) as error:
            self.log("uplink", str(error))
            if self._bearer().is_lost:
                return LOST
        finally:
            self._door.hang_up()
        return CLOSED

    async def _caller(self, part):
        """The stream of who has dialled us, or None when nobody has for long."""
        ends_ms = self.clock.ticks_ms() + self.settings.get("uplink.ping_s") * 1000
        while not (self.is_to_end() or self._bearer().is_lost):
            part.alive()
            stream = await self._door.caller(_TICK_MS)
            if stream or self.clock.ticks_ms() >= ends_ms:
                return stream
        return None

    async def _accepted(self, stream):
        return await self._secure.accepted(stream, self.count)

    def _unanswered(self, what):
        self.log("uplink", f"{self._host()}: {what} not answered")
        return SILENT

    async def _ping(self, part):
        host = self.settings.get("uplink.ping_host") or self._host()
        if not host:
            return OK  # of a server that knows nobody to ask
        is_there = await beside(part, self._bearer().answers(*_split(host)))
        return OK if is_there else SILENT

    async def _wait(self, part):
        ends_ms = self.clock.ticks_ms() + self._ladder.wait_s * 1000
        while self.clock.ticks_ms() < ends_ms and not self.is_to_end():
            part.alive()
            await coop.sleep_ms(_TICK_MS)

    async def _end_session(self):
        session, self._session = self._session, None
        if session:
            await session.close()
            lasted_s = (self.clock.ticks_ms() - session.began_ms) // 1000
            self._note_shortness(session.proved and lasted_s < _SHORT_S)

    def _note_shortness(self, is_short):
        """Good sessions that end soon, one after the other: two DCUs with one terminal ID would
        take the line from each other for ever."""
        shorts = self._ladder.shorts = self._ladder.shorts + 1 if is_short else 0
        if shorts == _SHORTS_SAID:
            text = f"the HES has ended {_SHORTS_SAID} sessions in a row soon after the login: "
            self.log("uplink", text + "has another DCU the same terminal ID?")

    def _bearer(self):
        return self._bearers[self._way[0]]

    def _host(self):
        """HOST:PORT of the HES whose turn it is; "" when none is set."""
        hosts = [host for host in map(self.settings.get, ("hes.main", "hes.sub")) if host]
        return hosts[self._ladder.turn % len(hosts)] if hosts else ""

    def is_to_end(self):
        """Whether the session, or the wait, is one of a setting that holds no more."""
        return self._way != self._way_set()

    def _way_set(self):
        channel, mode, peers, main, sub = map(self.settings.get, _WAY)
        whom = (main, sub) if mode != SERVER else (peers != "", self.settings.get("uplink.port"))
        return channel, mode, whom, self._secure.way(), self.networks

    def count(self, name, amount):
        if amount:
            self.tally.count(self._way[0], name, amount)

    def heard(self):
        """The HES has proved to be there."""
        self._ladder.heard()
        self._secure.heard()

    def status(self):
        ladder = self._ladder
        return {
            "state": self.state,
            "host": self._host() if ladder else "",
            "sessions": self.sessions,
            "heartbeats": self.heartbeats,
            "last_contact_s": self.last_contact_s,
            "heartbeats_missed": ladder.misses_total if ladder else 0,
            "redials": ladder.redials_total if ladder else 0,
            "resets": ladder.resets_total if ladder else 0,
            "volume": self.tally.status(),
            "tls": self._secure.version,
        }

    def next_pfc(self):
        self._pfc = (self._pfc + 1) % 256
        return self._pfc


_DO = {
    rungs.START: Uplink._start,
    rungs.SIM: Uplink._sim,
    rungs.REGISTER: Uplink._register,
    rungs.DIAL: Uplink._dial,
    rungs.CONNECT: Uplink._connect,
    rungs.LOGIN: Uplink._login,
    rungs.ONLINE: Uplink._online,
    rungs.BEAT: Uplink._beat,
    rungs.LISTEN: Uplink._listen,
    rungs.SERVE: Uplink._serve,
    rungs.PING: Uplink._ping,
    rungs.DROP: Uplink._drop,
    rungs.RESET: Uplink._reset,
    rungs.WAIT: Uplink._wait,
}


def _totals(ladder):
    return ladder.misses_total, ladder.redials_total, ladder.resets_total


def _split(host):
    name, _, port = host.rpartition(":")
    return name, int(port)
