"""What can carry the uplink, alike for the ladder: the machine's own network, a cellular module.

A bearer has coroutines for the states of dcu/ladder.py, which it is told in order:

    start()  sim() -> "ok", "locked", "absent"  register(limit_ms) -> "ok", "denied"
    dial()   drop()   reset()   close()
    connect(host, port, timeout_ms, kind) -> a stream of hal/README.md; kind is "TCP" or "UDP"
    serve(handler, host, port) -> a server of hal/README.md
    answers(host, port) -> whether anything is there, be it a refusal

    is_lost     the data context has gone by itself
    holds_off   whether a restart is a burden to others

Errors: PortError, Refused (a setting that cannot be) and, for a module that is mute, NoReply.
"""

from hal.errors import PortError

PING_MS = 10_000
_SIM_EVENTS = {"ready": "ok", "locked": "locked", "absent": "absent"}


class Ethernet:
    """The network of the machine: it is there, or nothing here can bring it.

    tcp, udp  coroutine functions(host, port, timeout_ms) -> stream, as hal.net.connect
    serve     as hal.net.serve
    answers   as hal.net.answers
    """

    is_lost = False
    holds_off = False

    def __init__(self, tcp, udp, serve, answers):
        self._ways = {"TCP": tcp, "UDP": udp}
        self.serve = serve
        self._answers = answers

    async def connect(self, host, port, timeout_ms, kind):
        return await self._ways[kind](host, port, timeout_ms)

    async def start(self):
        pass

    async def sim(self):
        return "ok"

    async def register(self, limit_ms):
        return "ok"

    async def answers(self, host, port):
        return await self._answers(host, port, PING_MS)

    dial = drop = reset = close = start


class Ppp:
    """A cellular module whose port pppd has while it is online, so that the machine's own network
    carries the uplink. Nothing can be asked of the module then.

    modem    drivers/modem.py
    link     hal/ppp.py
    start_   coroutine function: has pppd dial
    network  Ethernet, above
    """

    holds_off = True

    def __init__(self, modem, link, start_, network):
        self._modem = modem
        self._link = link
        self._start = start_
        self._cellular = Cellular(modem)
        self.sim, self.register = self._cellular.sim, self._cellular.register
        self.connect, self.serve = network.connect, network.serve
        self.answers = network.answers

    @property
    def is_lost(self):
        return not self._link.is_up()

    async def start(self):
        await self._link.stop()
        await self._modem.open()

    async def dial(self):
        await self._modem.define_context()
        await self._modem.close()
        await self._start()

    async def drop(self):
        """The module is in data mode, or not any more: it is found anew."""
        await self.start()
        await self._modem.sim()

    async def reset(self):
        await self._link.stop()
        await self._modem.reset()

    async def close(self):
        await self._link.stop()
        await self._modem.close()


class Cellular:
    """`modem` is as drivers/modem.py."""

    holds_off = True

    def __init__(self, modem):
        self._modem = modem
        self.connect = modem.connect
        self.serve = modem.serve
        self.start = modem.open
        self.reset = modem.reset
        self.close = modem.close

    @property
    def is_lost(self):
        return not self._modem.is_online

    async def sim(self):
        return _SIM_EVENTS.get(await self._modem.sim(), "failed")

    async def register(self, limit_ms):
        try:
            await self._modem.register(limit_ms)
        except PortError as error:
            if (await self._modem.status()).get("registration") == "denied":
                return "denied"
            raise error
        return "ok"

    async def dial(self):
        """Also for a module that has restarted by itself: what is due below is done first."""
        await self._modem.online()

    async def drop(self):
        if self._modem.is_online:
            await self._modem.deactivate()

    async def answers(self, host, port):
        return await self._modem.ping(host) is not None
