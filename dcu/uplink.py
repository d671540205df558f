"""The link to the head-end system: dial, register, keep alive, serve, and dial again.

The DCU registers and keeps the link with Q/GDW 376.1 AFN 02 frames that carry its terminal ID;
over the same connection the HES is DLMS client of the DCU (IEC 62056-47 wrapper) and, by the
gateway header, of the meters behind it.
"""

from dcu.desk import Desk
from hal import coop
from hal.errors import PortError, WireError
from wire import qgdw3761, wrapper
from wire.demux import Demux

LOGIN_TRIES = 3  # unanswered in a row, then the link is dropped
HEARTBEAT_MISSES = 3
DIAL_MS = 20_000
WRITE_MS = 60_000  # a HES that does not take a frame for so long has failed
RETRY_MIN_S = 1
_STEADY = 10  # a session that lasts so many times the pause was no short one
_SHORTS_SAID = 3  # short sessions in a row, then the log says what it may be
BAD_PIECES_MAX = 20  # damaged frames in one session, then the peer is no HES
_READ_SIZE = 1024
_TICK_MS = 1_000


class Uplink:
    """`dial(host, port, timeout_ms)` gives a stream; `serve()` gives a DLMS server association
    with answer(wrapper frame) -> APDU or None; `transparent(frame, peer)` a coroutine that
    gives the gateway's answer; `push(session)` is awaited beside each registered session.
    """

    def __init__(self, settings, clock, log, dial, serve, transparent, push):
        self.settings = settings
        self.clock = clock
        self.log = log
        self._dial = dial
        self.serve = serve
        self.transparent = transparent
        self.push = push
        self._pfc = 0  # 376.1 frame counter
        self.state = "off"
        self.sessions = 0
        self.heartbeats = 0
        self.last_contact_s = 0

    async def run(self, part):
        """For ever. Pauses between dials double from 1 s to hes.retry_max_s until a session
        has proved itself by an answered heartbeat or a request of the HES."""
        pause_s = RETRY_MIN_S
        turn = 0
        shorts = _Shorts(self.log)
        while True:
            part.alive()
            hosts = [self.settings.get(key) for key in ("hes.main", "hes.sub")]
            hosts = [host for host in hosts if host]
            if not hosts:
                self.state = "no HES set (hes.main)"
                await coop.sleep_ms(_TICK_MS)
                continue
            began_ms = self.clock.ticks_ms()
            proved = await self._session(hosts[turn % len(hosts)], part)
            pause_max_s = self.settings.get("hes.retry_max_s")
            if proved:
                lasted_s = (self.clock.ticks_ms() - began_ms) // 1000
                pause_s = shorts.pause_s_after(lasted_s, pause_max_s)
            else:
                turn += 1  # the other host, if there is one
            self._say(f"waiting {pause_s} s to dial again")
            await self._pause(pause_s, part)
            pause_s = min(2 * pause_s, pause_max_s)

    async def _pause(self, pause_s, part):
        for _ in range(pause_s):
            part.alive()
            await coop.sleep_ms(_TICK_MS)

    async def _session(self, host, part):
        """One connection from dial to close. True when the HES has proved to be there."""
        name, _, port = host.rpartition(":")
        self.state = f"dialling {host}"
        try:
            stream = await self._dial(name, int(port), DIAL_MS)
        except PortError as error:
            self.log("uplink", str(error))
            return False
        session = Session(self, stream, host)
        try:
            await session.keep(part)
        except (PortError, WireError) as error:
            self.log("uplink", str(error))
        finally:
            session.end()
            await stream.close()
            self.state = "closed"
        return session.proved

    def _say(self, state):
        self.state = state
        self.log("uplink", state)

    def status(self):
        return {
            "state": self.state,
            "sessions": self.sessions,
            "heartbeats": self.heartbeats,
            "last_contact_s": self.last_contact_s,
        }

    def next_pfc(self):
        self._pfc = (self._pfc + 1) % 256
        return self._pfc


class _Shorts:
    """Good sessions that end soon, one after the other: two DCUs with one terminal ID would
    take the line from each other for ever, once a second."""

    def __init__(self, log):
        self._log = log
        self._in_a_row = 0
        self._pause_s = RETRY_MIN_S

    def pause_s_after(self, lasted_s, pause_max_s):
        if lasted_s >= _STEADY * self._pause_s:
            self._in_a_row, self._pause_s = 0, RETRY_MIN_S
            return RETRY_MIN_S
        self._in_a_row += 1
        if self._in_a_row == _SHORTS_SAID:
            text = f"the HES has ended {_SHORTS_SAID} sessions in a row soon after the login: "
            self._log("uplink", text + "has another DCU the same terminal ID?")
        pause_s = self._pause_s
        self._pause_s = min(2 * pause_s, pause_max_s)
        return pause_s


class Session:
    """One connection. A single task reads; requests through the gateway get a task each."""

    def __init__(self, uplink, stream, host):
        self._uplink = uplink
        self._settings = uplink.settings
        self._clock = uplink.clock
        self._stream = stream
        self._host = host
        self._demux = Demux()
        self._desk = Desk("HES", uplink.serve(), uplink.transparent, self.send, self._say_at_host)
        self._confirmed = False  # an AFN 00 came since the last frame of ours
        self._heard_ms = self._clock.ticks_ms()
        self._bad_pieces = 0
        self._pushing = None  # the task beside this session
        self._registered = False
        self.proved = False

    async def keep(self, part):
        """Register, then serve and send heartbeats until something fails."""
        await self._ask(qgdw3761.LOGIN, LOGIN_TRIES, part)
        self._registered = True
        self._uplink.sessions += 1
        self._say("online", f"registered at {self._host} as {self._settings.terminal_id()}")
        self._pushing = coop.spawn(self._uplink.push(self))
        while True:
            await self._listen(self._is_quiet, part)
            await self._ask(qgdw3761.HEARTBEAT, HEARTBEAT_MISSES, part)
            self.proved = True
            self._uplink.heartbeats += 1

    async def send(self, apdu, source=1, destination=1):
        """An APDU of ours to the HES, in the wrapper."""
        await self._write(wrapper.encode(wrapper.Wrapper(source, destination, apdu)))

    def end(self):
        self._desk.end()
        if self._pushing:
            self._pushing.cancel()

    async def _write(self, octets):
        """All of it within WRITE_MS, or the stream is closed: it has half a frame on it."""
        is_whole = False
        try:
            await coop.within_ms(WRITE_MS, self._stream.write(octets))
            is_whole = True
        except coop.Expired:
            raise PortError(f"{self._host}: takes no data for {WRITE_MS // 1000} s")
        finally:
            if not is_whole:
                await self._stream.close()

    def _say(self, state, text):
        self._uplink.state = state
        self._uplink.log("uplink", text)

    def _is_quiet(self):
        quiet_ms = self._settings.get("hes.heartbeat_s") * 1000
        return self._clock.ticks_ms() - self._heard_ms >= quiet_ms

    def _confirmed_or_past(self, ends_ms):
        return lambda: self._confirmed or self._clock.ticks_ms() >= ends_ms

    async def _ask(self, function, tries, part):
        """Send an AFN 02 frame until it is confirmed; PortError after `tries` silences."""
        area, number = self._settings.get("terminal.area"), self._settings.get("terminal.number")
        address = qgdw3761.address_from_terminal(area, number)
        frame = qgdw3761.link_frame(address, function, self._uplink.next_pfc())
        for _ in range(tries):
            self._confirmed = False
            if not self._registered:
                self._uplink.state = f"registering at {self._host}"
            await self._write(qgdw3761.encode(frame))
            ends_ms = self._clock.ticks_ms() + self._settings.get("hes.reply_s") * 1000
            await self._listen(self._confirmed_or_past(ends_ms), part)
            if self._confirmed:
                return
        what = "login" if function == qgdw3761.LOGIN else "heartbeat"
        raise PortError(f"{self._host}: {what} not answered {tries} times; the link is dropped")

    async def _listen(self, done, part):
        """Take what comes until `done()`; looks at it once a second when nothing comes."""
        while not done():
            part.alive()
            data = await self._stream.read(_READ_SIZE, _TICK_MS)
            if data:
                self._demux.feed(data)
                await self._take_all(part)

    async def _take_all(self, part):
        while True:
            part.alive()
            try:
                message = self._demux.next_message()
            except WireError as error:
                self._damaged(error.reason)  # without the octets: an AARQ has the password in it
                continue
            if message is None:
                return
            self._heard_ms = self._clock.ticks_ms()
            self._uplink.last_contact_s = self._clock.utc_s()
            kind, frame = message
            await (self._take_gdw(frame) if kind == "gdw" else self._take_wrapper(frame))

    def _damaged(self, text):
        self._bad_pieces += 1
        self._uplink.log("uplink", f"{self._host} sent what is dropped: {text}")
        if self._bad_pieces > BAD_PIECES_MAX:
            raise PortError(f"{self._host}: too many damaged frames; the link is dropped")

    async def _take_gdw(self, frame):
        """A confirmation, or a request that this version does not know and denies. What is for
        many terminals is not answered, and there is nothing yet that it could do."""
        if frame.is_group or frame.number == qgdw3761.NUMBER_BROADCAST:
            return
        if qgdw3761.terminal_text(frame) != self._settings.terminal_id():
            self._damaged(f"a frame for terminal {qgdw3761.terminal_text(frame)}")
        elif frame.afn == qgdw3761.AFN_CONFIRM:
            try:
                self._confirmed = qgdw3761.is_confirmed(frame)
            except WireError as error:
                self._damaged(error.reason)
                return
            if not self._confirmed:
                self._uplink.log("uplink", f"{self._host} denies what was sent")
        elif qgdw3761.wants_answer(frame):
            await self._write(qgdw3761.encode(qgdw3761.denial(frame)))

    async def _take_wrapper(self, frame):
        if not (self._registered or self._confirmed):
            self._damaged("a DLMS request before the login was confirmed")
            return
        self.proved = True
        await self._desk.take(frame)

    def _say_at_host(self, text):
        self._uplink.log("uplink", f"{self._host}: {text}")
