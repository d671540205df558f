"""A cellular module on a serial port: what the uplink may ask of it.

The rungs, lowest first; each expects the one below it, whatever state the module was found in:

    await open()              power, rate, identity: the module answers. Also when it was left in
                              the middle of data, with sockets open, or at another rate
    await sim()               -> "ready", "locked", "absent" or "failed". "locked": the SIM wants a
                              PIN that is not set or was refused, or a PUK; it is never guessed
    await register(limit_ms)  -> "home" or "roaming"; PortError when the limit is over, saying
                              why not ("searching", "denied", ...)
    await activate()          -> our address. The data context is up. PortError when it is refused
    await connect(host, port, timeout_ms, kind="TCP")
                              -> a stream as those of hal/net.py; kind "UDP" likewise
    await serve(handler, host, port)
                              -> a server as that of hal/net.py (`port`, `close()`)
    await deactivate()        the context is down, and with it every stream
    await reset()             the reset line, or else the command for it; then `open` is due
    await close()             streams, context and port are let go; the module stays powered

Beside them:

    await online(limit_ms)    open, sim, register, activate, as far as they are due -> our address
    await ping(host, limit_ms)
                              -> round trip in ms, or None when nobody answers
    await status()            -> dict: state, signal_dbm, operator, registration, address, model,
                              imei, iccid, rate, sent, received ... as far as known; never raises
    await network_time()      -> UTC in s as the network says, or None
    is_online                 whether the context is up, for all that we know
    state                     words for display: "off", "silent", "SIM locked", "online" ...
    lost                      why the context went, or the module restarted, since `activate`; ""

Errors: PortError for the module or the network (device gone, command refused, no context, not
connected), NoReply for a module that is mute. After NoReply only `reset` or `open` help.
All are coroutines that may be cancelled; one command is on the line at a time.
"""

from drivers import modem_registration as registration
from drivers import modem_start as start
from drivers.modem_access import check_text
from drivers.modem_channel import Channel, label
from drivers.modem_data import define_context
from drivers.modem_rows import LOST, RESTARTED, fill
from drivers.modem_sockets import Sockets
from hal.errors import NoReply, PortError
from wire.at import command as at_command
from wire.at import fits, number

REGISTER_MS = 180_000
_PING_COUNT = 2
_PING_S = 5  # for each answer
_ATTACH = at_command("+CGATT=1", limit_ms=75_000)


class Modem:
    """open_port  function() -> a serial port at any rate, or PortError
    access     function() -> the Access (drivers/modem_access.py) to use from now on
    log        function(text)
    note       where it is kept which PIN was tried: `load()`, `save(octets)`
    lines      control pins that the board has: drivers/modem_start.Lines
    """

    def __init__(self, open_port, clock, access, log, note, lines=None):
        self._open_port = open_port
        self._clock = clock
        self._access = access
        self._log = log
        self._note = note
        self._lines = lines or start.Lines()
        self._channel = None
        self._sockets = None
        self._dialect = None
        self._facts = {}  # of status, while they hold
        self._octets = (0, 0)  # of sockets that are no more
        self.state = "off"
        self.lost = ""

    @property
    def is_online(self):
        return self._channel is not None and "address" in self._facts

    async def open(self):
        await self.close()
        self._say("starting")
        channel = self._channel = self._new_channel()
        is_good = False
        try:
            rate = await start.find(channel, self._lines, self._clock)
            rate = await start.use_rate(channel, rate)
            found = await start.introduce(channel, self._access().dialect)
            self._dialect = found[0]
            await start.set_up(channel, found[0], rate)
            is_good = True
        finally:
            if not is_good:
                await self._let_go("silent")
        self._facts = {"model": found[1], "imei": found[2], "rate": rate}
        self._facts["dialect"] = found[0].name
        self._sockets = Sockets(channel, self._clock, found[0], self._log)
        self._say(f"{found[1]} answers at {rate} bit/s")

    async def close(self):
        await self._let_go("off")

    async def _let_go(self, state):
        self._drop_sockets("the modem is closed")
        channel, self._channel = self._channel, None
        self.state = state
        if channel:
            await channel.close()

    async def reset(self):
        self._say("restarting")
        self._drop_sockets("the modem is restarted")
        if self._channel is None:
            self._channel = self._new_channel()
        try:
            await start.restart(self._channel, self._lines, self._clock, self._dialect)
        finally:
            await self._let_go("restarted")

    async def sim(self):
        access = self._access()
        check_text(access.pin, "modem.pin")
        channel = self._opened()
        found = await registration.sim(channel, self._dialect, access.pin, self._note)
        if found == registration.READY:
            self._facts["iccid"] = await start.first_word(channel, self._dialect.iccid)
        self._say(f"SIM {found}")
        return found

    async def register(self, limit_ms=REGISTER_MS):
        channel = self._opened()
        self._say("registering")
        found = await registration.register(channel, self._dialect, self._clock, limit_ms)
        self._say(f"registered, {found}")
        return found

    async def activate(self):
        values = self._access().values()
        channel = self._opened()
        self._say("dialling")
        await self._go_down("dialled anew")
        await channel.demand(_ATTACH)
        refused = ""
        for row in self._dialect.up:
            if row.when is None or values[row.when]:
                refused = await self._step(row, values) or refused
        command, index = self._dialect.address
        reply = await channel.ask(command)
        fields = [line.fields for line in reply.lines + [reply.last] if line.text != "OK"]
        if not reply.is_good or not fields or len(fields[0]) <= index:
            raise PortError(f"modem: no address from the network; {refused or reply.last.text}")
        self.lost = ""
        self._facts["address"] = fields[0][index].split(":")[0]
        self._say(f"online as {self._facts['address']}")
        return self._facts["address"]

    async def _step(self, row, values):
        """ "", or why a step was refused that may be; PortError for another."""
        reply = await self._opened().ask(fill(row.command, values))
        is_good = reply.is_good
        if is_good and row.code is not None:
            is_good = number(reply.last, row.code) == 0
        if is_good:
            return ""
        text = f"{label(row.command)}: {reply.last.text}"
        if row.is_needed:
            raise PortError(f"modem: {text}")
        return text

    async def define_context(self):
        """All that is due before pppd dials; then the port is to be closed for it."""
        await define_context(self._opened(), self._access().values()["apn"])
        self._say("ready to be dialled")

    async def deactivate(self):
        self._opened()
        await self._go_down("the context is down")
        self._say("context down")

    async def _go_down(self, text):
        self._end_sockets(text)
        for row in self._dialect.down:
            await self._opened().ask(row.command)

    async def connect(self, host, port, timeout_ms, kind="TCP"):
        check_text(host, "the name of the host")
        self._opened()
        return await self._sockets.connect(host, port, timeout_ms, kind)

    async def serve(self, handler, host, port):
        """`host` is not asked for: the network has given us one address."""
        self._opened()
        return await self._sockets.serve(handler, port)

    async def online(self, limit_ms=REGISTER_MS):
        if self.is_online:
            return self._facts["address"]
        channel = self._channel
        if channel is None or channel.trouble or not await channel.is_there():
            await self.open()
        found = await self.sim()
        if found != registration.READY:
            raise PortError(f"modem: SIM {found}")
        await self.register(limit_ms)
        return await self.activate()

    async def ping(self, host, limit_ms=_PING_COUNT * _PING_S * 1000 + 5_000):
        check_text(host, "the name of the host")
        channel = self._opened()
        row = self._dialect
        if row.resolve and not _is_address(host):
            command, index = row.resolve
            reply = await channel.ask(fill(command, {"host": host}))
            if not reply.is_good:
                return None
            host = reply.last.fields[index]
        values = {"host": host, "count": _PING_COUNT, "seconds": _PING_S}
        values["tenths"], values["limit_ms"] = 10 * _PING_S, 1000 * _PING_S
        reply = await channel.ask(fill(row.ping, values, limit_ms))
        return _round_trip_ms(row.echo, reply.lines)

    async def network_time(self):
        return await registration.network_time(self._opened())

    async def status(self):
        """A dict of texts and numbers; what is not known now is None, or left out."""
        facts = {"state": self.state, "lost": self.lost}
        facts.update(self._facts)
        facts["sent"], facts["received"] = self._counted()
        try:
            channel = self._opened()
            facts["signal_dbm"] = await registration.signal_dbm(channel)
            facts["registration"] = await registration.registration(channel, self._dialect)
            facts["operator"] = await registration.operator(channel)
        except (NoReply, PortError) as error:
            facts["trouble"] = str(error)
        return facts

    def _new_channel(self):
        return Channel(self._open_port(), self._clock, self._take, self._lose)

    def _counted(self):
        """(sent, received): octets of all sockets there have been."""
        sent, received = self._sockets.octets() if self._sockets else (0, 0)
        return self._octets[0] + sent, self._octets[1] + received

    def _opened(self):
        if self._sockets is None:  # also while it is started, or restarted
            raise PortError("modem: not open")
        return self._channel

    def _take(self, line):
        """What the module says unasked."""
        for urc in self._dialect.urcs if self._sockets else ():
            if fits(line, urc.pattern):
                if urc.meaning in (LOST, RESTARTED):
                    self._lose(f"the modem says {line.text}")
                elif urc.link is not None:
                    self._sockets.take(urc, line)
                return

    def _lose(self, text):
        self.lost = text
        self._end_sockets(text)
        self._say(f"offline: {text}")

    def _end_sockets(self, text):
        self._facts.pop("address", None)
        if self._sockets:
            self._sockets.end_all(text)

    def _drop_sockets(self, text):
        self._end_sockets(text)
        self._octets = self._counted()
        self._sockets = None

    def _say(self, state):
        self.state = state
        self._log(state)


def _is_address(host):
    parts = host.split(".")
    return len(parts) == 4 and all([part.isdigit() for part in parts])


def _round_trip_ms(echo, lines):
    """Of the first answer among the lines of a ping; None when there is none."""
    for line in lines:
        if len(line.fields) == echo.fields and fits(line, echo.pattern):
            units = number(line, echo.index)
            if units is not None and units < echo.lost:
                return units * echo.unit_ms
    return None
