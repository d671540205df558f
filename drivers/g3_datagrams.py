"""UDP datagrams to the meters of a G3 network and from them, through a module.

DATA.confirm says that the first hop has taken a packet, no more: that a meter was reached says its
answer. Each exchange has a port of its own, so that a late answer is not taken for the next one.
"""

from drivers.g3_credits import Credits
from drivers.g3_tables import has_route
from drivers.turn import Turn
from hal import coop
from hal.errors import NoReply, PortError, WireError
from wire import ip6, usi_commands

PAYLOAD_MAX = 940  # octets of UDP: a module's receive buffer has 1024, with the escapes of few
REPLY_MS = (10_000, 30_000)  # for an answer, by attempt
_CONFIRM_MS = 40_000  # a route may have to be found before the first hop
_NO_ROOM_MS = 1_000
_NO_ROOM_MAX = 5  # times in a row that the module has no buffer
_ROOM_MS = 60_000  # of waiting for one
_PORT_FIRST, _PORTS = 0xF0B0, 16  # those that 6LoWPAN compresses best
_HANDLES = 255


class _Asked:
    """One datagram on its way. status: of its confirm; answer: payload of what came back."""

    def __init__(self, short, port):
        self.short = short
        self.port = port
        self.status = self.answer = self.room = None
        self.has_no_route = False
        self.moved = coop.Event()


class Datagrams:
    """channel     drivers/g3_channel.py
    network        drivers/g3_start.py
    ears           told pushed(short, payload), what a meter says unasked to our DLMS port, and
                   said(short, is sent, payload), all that is asked and answered
    """

    def __init__(self, channel, clock, network, ears):
        self._channel = channel
        self._clock = clock
        self._network = network
        self._ears = ears
        self._credits = Credits()
        self._pending = {}  # by handle
        self._asked = {}  # by (short address, our port)
        self._turns = {}  # by short address
        self._ports = {}  # by short address: the one that was used last
        self._handle = 0
        self.counts = {"sent": 0, "repeated": 0, "answered": 0, "late": 0, "damaged": 0}
        self.counts.update({"no_room": 0, "no_route": 0, "no_confirm": 0})

    async def exchange(self, short, payload, reply_ms=REPLY_MS, urgent=False):
        """The payload that answers `payload` at a meter's DLMS port: one exchange with a meter at
        a time. It is sent once for each limit in `reply_ms`; then NoReply."""
        turn = self._turns.setdefault(short, Turn())
        await turn.take(urgent)
        try:
            return await self._exchange(short, payload, reply_ms)
        finally:
            turn.give()
            if not turn.held:
                self._turns.pop(short, None)

    async def _exchange(self, short, payload, reply_ms):
        self._ports[short] = (self._ports.get(short, -1) + 1) % _PORTS
        asked = _Asked(short, _PORT_FIRST + self._ports[short])
        packet = self._packet(short, asked.port, payload)
        key = (short, asked.port)
        self._asked[key] = asked
        try:
            for attempt, limit_ms in enumerate(reply_ms):
                self.counts["repeated"] += attempt > 0
                self._ears.said(short, True, payload)
                if await self._attempt(asked, packet, limit_ms):
                    self.counts["answered"] += 1
                    self._ears.said(short, False, asked.answer)
                    return asked.answer
        finally:
            self._asked.pop(key)
        raise NoReply(f"meter {short:04X} does not answer")

    async def broadcast(self, payload):
        """To all meters; that it was sent is all that anybody knows."""
        asked = _Asked(ip6.BROADCAST, _PORT_FIRST)
        packet = self._packet(ip6.BROADCAST, asked.port, payload)
        handle = await self._send(asked, packet)
        try:
            await self._until(asked, lambda: asked.status is not None, _CONFIRM_MS)
        finally:
            self._settle(handle, asked)

    def _packet(self, short, port, payload):
        assert len(payload) <= PAYLOAD_MAX
        network = self._network
        source = ip6.address(0, network.pan, network.has_pan_in_address)
        destination = ip6.address(short, network.pan, network.has_pan_in_address)
        return ip6.encode(ip6.Datagram(source, destination, port, network.port, payload))

    async def _attempt(self, asked, packet, limit_ms):
        """Whether an answer came. One route discovery, and a few waits for a buffer, are part
        of it."""
        has_looked = False
        for _ in range(_NO_ROOM_MAX):
            await self._deliver(asked, packet, limit_ms)
            if asked.answer is not None:
                return True
            if asked.status == usi_commands.NO_BUFFERS:
                self.counts["no_room"] += 1
                await self._credits.wait(_NO_ROOM_MS)
            elif asked.has_no_route and not has_looked:
                has_looked = True
                await self._find_route(asked.short)
            elif asked.has_no_route:
                raise NoReply(f"meter {asked.short:04X}: no route")
            else:
                return False
        return False

    async def _deliver(self, asked, packet, limit_ms):
        """Sent, and waited for, until there is an answer, a refusal, or no time left."""
        asked.status, asked.has_no_route = None, False
        handle = await self._send(asked, packet)
        try:
            moved = await self._until(asked, lambda: _is_judged(asked), _CONFIRM_MS)
            self.counts["no_confirm"] += not moved
            if asked.status == usi_commands.GOOD and asked.answer is None:
                await self._until(asked, lambda: _is_over(asked), limit_ms)
        finally:
            self._settle(handle, asked)

    async def _until(self, asked, is_reached, limit_ms):
        """Whether it was reached in time. PortError when the module is lost."""
        deadline_ms = self._clock.ticks_ms() + limit_ms
        while not is_reached():
            left_ms = deadline_ms - self._clock.ticks_ms()
            asked.moved.clear()
            try:
                await coop.within_ms(max(0, left_ms), asked.moved.wait())
            except coop.Expired:
                return False
            self._channel.demand()
        return True

    async def _send(self, asked, packet):
        """The handle under which the module will confirm it."""
        asked.room = await self._room(len(packet))
        handle = self._new_handle()
        self._pending[handle] = asked
        values = {"handle": handle, "discover": 1, "qos": 0, "packet": packet}
        if asked.short == ip6.BROADCAST:
            values["discover"] = 0
        self.counts["sent"] += 1
        try:
            await self._channel.say("data.request", values)
        except PortError:
            self._settle(handle, asked)
            raise
        return handle

    async def _room(self, size):
        deadline_ms = self._clock.ticks_ms() + _ROOM_MS
        while True:
            room = self._credits.take(size)
            if room:
                return room
            self._channel.demand()
            left_ms = deadline_ms - self._clock.ticks_ms()
            if left_ms <= 0:
                self._credits.doubted()
                continue
            await self._credits.wait(left_ms)

    def _new_handle(self):
        for _ in range(_HANDLES):
            self._handle = self._handle % _HANDLES + 1
            if self._handle not in self._pending:
                break
        return self._handle

    def _settle(self, handle, asked):
        """Confirmed or not, its buffer is not ours any more."""
        self._pending.pop(handle, None)
        if asked.room:
            self._credits.give(asked.room)
            asked.room = None

    async def _find_route(self, short):
        self.counts["no_route"] += 1
        try:
            await has_route(self._channel, short, self._network.max_hops)
        except NoReply:
            pass  # the packet itself will tell

    # what the module says

    def confirmed(self, values):
        asked = self._pending.pop(values["handle"], None)
        if asked is None:
            return
        asked.status = values["status"]
        asked.has_no_route = asked.status == usi_commands.ROUTE_ERROR
        if asked.status == usi_commands.NO_BUFFERS:
            self._credits.refused(asked.room)
        self._settle(values["handle"], asked)
        asked.moved.set()

    def buffers(self, values):
        self._credits.indicated(values["free"])

    def lost_route(self, values):
        """ROUTE-NOT-FOUND: a relay could not pass a packet on."""
        for asked in self._asked.values():
            if asked.short == values["destination"] and asked.answer is None:
                asked.has_no_route = True
                asked.moved.set()

    def arrived(self, values):
        try:
            datagram = ip6.decode(values["packet"])
        except WireError:
            self.counts["damaged"] += 1
            return
        short = ip6.short_address(datagram.source)
        asked = self._asked.get((short, datagram.destination_port))
        if asked and asked.answer is None and datagram.source_port == self._network.port:
            asked.answer = datagram.payload
            asked.moved.set()
        elif short is not None and datagram.destination_port == self._network.port:
            self._ears.pushed(short, datagram.payload)
        else:
            self.counts["late"] += 1

    def end(self):
        """The module is lost: all that wait find out."""
        for asked in list(self._asked.values()) + list(self._pending.values()):
            asked.moved.set()
        self._credits.wake()


def _is_judged(asked):
    return asked.status is not None or _is_over(asked)


def _is_over(asked):
    return asked.answer is not None or asked.has_no_route
