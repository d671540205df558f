"""The serial line to a G3 module: requests with their confirms, and all else that it says.

There is no acknowledgement of a frame and no number in it. What confirms a request is said in
one table; a confirm has to repeat what the request was about. A lost request or confirm is asked
again, which is why everything in the table may be said twice.
"""

from collections import namedtuple

from drivers.module_line import ModuleLine
from hal import coop
from hal.errors import NoReply, PortError, Refused, WireError
from wire import usi, usi_commands

_LOCAL_MS = 2_500  # what the module does by itself, with the time of the line
_ATTEMPTS = 3

# confirm: its name. echo: fields that it repeats. limit_ms: how long it may take
Transaction = namedtuple("Transaction", ("confirm", "echo", "limit_ms", "attempts"))

_ATTRIBUTE = ("attribute", "index")
TRANSACTIONS = {
    "initialize": Transaction("status", (), 10_000, _ATTEMPTS),
    "get.request": Transaction("get.confirm", _ATTRIBUTE, _LOCAL_MS, _ATTEMPTS),
    "set.request": Transaction("set.confirm", _ATTRIBUTE, _LOCAL_MS, _ATTEMPTS),
    "mac-get.request": Transaction("mac-get.confirm", _ATTRIBUTE, _LOCAL_MS, _ATTEMPTS),
    "mac-set.request": Transaction("mac-set.confirm", _ATTRIBUTE, _LOCAL_MS, _ATTEMPTS),
    "lbp-set.request": Transaction("lbp-set.confirm", _ATTRIBUTE, _LOCAL_MS, _ATTEMPTS),
    "network-start.request": Transaction("network-start.confirm", (), 15_000, _ATTEMPTS),
    "reset.request": Transaction("reset.confirm", (), 10_000, 1),
    "route-discovery.request": Transaction("route-discovery.confirm", (), 40_000, 1),
    "path-discovery.request": Transaction("path-discovery.confirm", ("destination",), 45_000, 1),
    "identify.request": Transaction("identify.confirm", (), _LOCAL_MS, 2),
    "enter-bootloader.request": Transaction("enter-bootloader.confirm", (), _LOCAL_MS, 1),
    "reboot.request": Transaction("reboot.confirm", (), _LOCAL_MS, 1),
}


class ModuleRefused(Refused):
    """The module has answered with a status that is not 0."""

    def __init__(self, name, status):
        super().__init__(f"module: {name}: status {status:02X}")
        self.status = status


class _Waiter:
    def __init__(self, name, values):
        row = TRANSACTIONS[name]
        self.name = name
        self.code = usi_commands.code(name)
        self.confirm = row.confirm
        self.echo = [(field, values[field]) for field in row.echo]
        self.answer = None
        self.ended = coop.Event()

    def takes(self, message):
        if message.name == "status":
            is_mine = message.values["command"] == self.code
            return is_mine and (self.confirm == "status" or message.values["status"] != 0)
        same = [message.values.get(field) == value for field, value in self.echo]
        return message.name == self.confirm and all(same)


class Channel:
    """port             a serial port (hal/README.md), ours until `close`
    take(message)       gets what confirms no request
    failed(text)        called once, when the port has failed or the module has forgotten all
    """

    def __init__(self, port, clock, take, failed):
        self._clock = clock
        self._take = take
        self._failed = failed
        self._deframer = usi.Deframer()
        self._waiting = []
        self._turns = {}  # by confirm: one request of a kind at a time
        self.heard_ms = clock.ticks_ms()
        self.repeated = self.unknown = 0
        self._line = ModuleLine(port, self._hear, self._has_failed)
        self.fail, self.close = self._line.fail, self._line.close
        self.demand, self.watch = self._line.demand, self._line.watch

    @property
    def damaged(self):
        """{kind of damage: frames}"""
        return self._deframer.damaged

    @property
    def trouble(self):
        """Why it is of no use any more, or None."""
        return self._line.trouble

    def _has_failed(self, text):
        """All that wait are told, and so is who made it."""
        self._failed(text)
        for waiter in self._waiting:
            waiter.ended.set()

    async def say(self, name, values=None):
        """A message that is not confirmed, or whose confirm comes to `take`."""
        await self._write(usi_commands.encode(name, values))

    async def ask(self, name, values=None):
        """The values of the confirm. ModuleRefused when its status is not 0; NoReply when there
        is none, each time; PortError when the port fails or the module has restarted."""
        row = TRANSACTIONS[name]
        payload = usi_commands.encode(name, values)
        async with self._turns.setdefault(row.confirm, coop.Lock()):
            for attempt in range(row.attempts):
                self.repeated += attempt > 0
                answer = await self._once(_Waiter(name, values or {}), payload, row.limit_ms)
                if answer:
                    return _judged(name, answer)
        raise NoReply(f"module: no answer to {name}")

    async def _once(self, waiter, payload, limit_ms):
        self._waiting.append(waiter)
        try:
            await self._write(payload)
            await coop.within_ms(limit_ms, waiter.ended.wait())
        except coop.Expired:
            return None
        finally:
            self._waiting.remove(waiter)
        if waiter.answer is None:
            raise PortError(f"module: {self.trouble}")
        return waiter.answer

    async def _write(self, payload):
        # the doubled flag brings a module back into step that has missed one
        await self._line.write(bytes([usi.FLAG]) + usi.encode(payload))

    async def _hear(self, octets):
        self._deframer.feed(octets)
        while True:
            try:
                payload = self._deframer.next_frame()
                if payload is None:
                    return
                message = usi_commands.decode(payload)
            except WireError:
                self.unknown += 1
                continue
            self.heard_ms = self._clock.ticks_ms()
            self._sort(message)

    def _sort(self, message):
        for waiter in self._waiting:
            if waiter.answer is None and waiter.takes(message):
                waiter.answer = message
                waiter.ended.set()
                break
        else:
            self._take(message)
        if _has_restarted(message):
            self.fail("the module has restarted")


def _has_restarted(message):
    """There is no other sign of it: what has been allowed is not any more."""
    values = message.values
    return message.name == "booted" or (
        message.name == "status" and values["status"] == usi_commands.NOT_ALLOWED
    )


def _judged(name, message):
    status = message.values["status"]
    if status != usi_commands.GOOD:
        raise ModuleRefused(name, status)
    return message.values
