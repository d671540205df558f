"""A Q/GDW 376.2 module: brought up, kept alive, and what it may be asked.

To the DCU it is what a G3 module is (drivers/g3.py, docs/plc.md). A meter is known by its number,
which stands for an EUI-64, and is a member as soon as it is in the module's list; keys none has.

`exchange` carries octets of the meter's serial line, which the module hands on: HDLC frames, see
drivers/gdw3762_meter_link.py. What all are told, and what meters say unasked, is in the DLMS
wrapper, as with the other modules.
"""

from drivers import gdw3762_start, gdw3762_tables, gdw3762_unasked
from drivers.gdw3762_channel import ALL_DONE, Channel
from drivers.gdw3762_meter_link import Lines
from drivers.gdw3762_nodes import Nodes
from drivers.gdw3762_reading import Monitor
from drivers.gdw3762_round import Round
from drivers.gdw3762_upgrade import upgrade
from drivers.module_life import RUNNING, STARTING, Life
from drivers.turn import Turn
from hal import coop
from hal.errors import NoReply, PortError, Refused
from wire import qgdw3762_units as units
from wire.hdlc_address import CLIENT_PUBLIC

_ALIVE_MS = 60_000  # of silence, before it is asked whether it is there
_LOOK_MS = 5_000
_SEARCH_EVERY_MS = 86_400_000
_SEARCH_FIRST_MS = 60_000
_INSTALL_MS = 20_000  # until a module starts with its new firmware
_STARTED_MS = 15_000  # in which it may still be saying, again, that it has started
_REPLIES_MS = (1, 1)  # two attempts: how long each lasts says the module


class Gdw3762Module:
    """open_port()  a serial port, or PortError
    master()        drivers/gdw3762_start.Master
    ears            as for drivers/g3.py
    """

    broadcast_max = gdw3762_unasked.APDU_MAX
    needs_keys = False

    def __init__(self, open_port, clock, master, ears):
        self._open_port = open_port
        self._clock = clock
        self._master = master
        self._ears = ears
        self._channel = self._monitor = self._round = None
        self._nodes = Nodes(ears, lambda: self._master().listed())
        self._ways = {}  # by digits
        self._lines = Lines(self, clock, ears.said)
        self._turn = Turn()
        self._began_ms = self._search_ms = 0
        self._is_installing = False
        self._life = Life(ears.event)
        self._counts = {"sent": 0, "answered": 0, "not_reached": 0, "no_confirm": 0}
        self._counts.update({"busy": 0, "rounds": 0, "late": 0})
        self.identity = self.works = None

    @property
    def state(self):
        return self._life.state

    @property
    def trouble(self):
        return self._life.trouble

    @property
    def starts(self):
        return self._life.starts

    @property
    def version(self):
        return self.identity.version if self.identity else None

    async def run(self):
        """For ever."""
        await self._life.run(self.serve)

    async def serve(self):
        """Until the module is lost; `trouble` says why."""
        await self._life.serve(self._live, self._let_go)

    @property
    def is_upgrading(self):
        return self._is_installing

    def link(self, name, short, client=CLIENT_PUBLIC, logical=1):
        """See drivers/gdw3762_meter_link.py."""
        return self._lines.link(name, short, client, logical)

    async def close(self):
        await self._let_go()

    # what it may be asked; PortError while it is not running

    async def exchange(self, short, payload, reply_ms=_REPLIES_MS, urgent=False):
        """What the meter says at its serial line. It is told once for each limit in `reply_ms`,
        and the module says how long it takes; then NoReply."""
        self._demand_running()
        assert 0 < len(payload) <= units.PAYLOAD_MAX
        digits = self._nodes.digits(short)
        if digits is None:
            raise NoReply(f"meter {short} is not in the list of the module")
        if self._round is None or (urgent and self.works.reading & units.BY_CONCENTRATOR):
            answer = await self._ask_now(digits, payload, len(reply_ms), urgent)
        else:
            answer = await self._round.ask(digits, payload, len(reply_ms))
        if not answer:
            raise NoReply(f"meter {digits} does not answer")
        self._counts["answered"] += 1
        return answer

    async def _ask_now(self, digits, payload, attempts, urgent):
        """One meter at a time; a round of the module waits for it."""
        await self._turn.take(urgent)
        try:
            if self._round:
                await self._channel.ask("pause")
                self._round.interrupted()
            try:
                for _ in range(attempts):
                    answer = await self._monitor.ask(digits, payload)
                    if answer:
                        return answer
            finally:
                if self._round and not self._channel.trouble:
                    await self._channel.ask("resume")
            return b""
        finally:
            self._turn.give()

    async def broadcast(self, payload):
        """To all meters; that it was sent is all that anybody knows."""
        self._demand_running()
        limit_ms = 1000 * self.works.broadcast_s + 5_000
        data = units.broadcast(gdw3762_unasked.to_all(payload))
        await self._channel.ask("broadcast", data, limits_ms=(limit_ms,))

    async def table(self, name):
        """See drivers/gdw3762_tables.py: "routes", "neighbours", "positions"."""
        self._demand_running()
        return await gdw3762_tables.table(self._channel, self._nodes, self._ways, name)

    async def path(self, short):
        self._demand_running()
        return await gdw3762_tables.path(self._channel, self._nodes, self._ways, short)

    async def statistics(self):
        """Counters of the module, and of our side of it."""
        self._demand_running()
        found = await gdw3762_tables.statistics(self._channel)
        found.update(self._counts)
        found["line_damaged"] = self._channel.damaged
        found["line_repeated"] = self._channel.repeated
        return found

    async def kick(self, short, eui):
        """Out of the list: it is not read any more."""
        self._demand_running()
        await self._nodes.remove(self._channel, short)

    async def search(self):
        """For meters that are not on file, soon; `ears` are asked whether they may be in it."""
        self._demand_running()
        self._search_ms = 0

    async def forget_routes(self):
        self._demand_running()
        await self._nodes.forget(self._channel)

    async def rekey(self, members, gmk):
        raise Refused("a 376.2 module has no group key")

    async def upgrade(self, image):
        """A new firmware for the module, as wire/module_image.py has it. WireError when it is
        damaged, Refused when it is for another module; else it restarts with it, or NoReply or
        WireError say why not, and it goes on with its own."""
        self._demand_running()
        await upgrade(self._channel, self.identity, self.works, image, self._ears.event)
        self._is_installing = True
        self._channel.fail("it starts with a new firmware")

    def _demand_running(self):
        self._life.demand_running(self._channel)

    # its life

    async def _live(self):
        given, self._is_installing = self._is_installing, False
        if given:
            await coop.sleep_ms(_INSTALL_MS)
        master = self._master()
        port = self._life.opened(self._open_port)
        self._began_ms = self._clock.ticks_ms()
        channel = self._channel = Channel(
            port, self._clock, master.address, self._take, self._has_failed
        )
        self.identity, self.works = await gdw3762_start.introduce(channel, master)
        self._life.enter(STARTING)
        await self._nodes.settle(channel)
        limit_s = gdw3762_start.timeout_s(self.works)
        self._monitor = Monitor(channel, self._clock, self._nodes, limit_s, self._counts)
        self._round = None
        reading = self.works.reading
        if reading == units.BY_MODULE or (reading & units.BY_MODULE and not master.is_driven):
            self._round = Round(channel, self._clock, self._counts)
        elif reading & units.BY_MODULE:
            await channel.ask("pause")  # it may be going round
        self._life.running()
        if given:
            self._ears.event(f"module runs firmware {self.version[0]}.{self.version[1]}")
        await self._watch(channel)

    async def _watch(self, channel):
        """Until the module is lost: NoReply or PortError."""
        self._search_ms = self._clock.ticks_ms() + _SEARCH_FIRST_MS
        while True:
            await channel.watch(_LOOK_MS)
            await self._nodes.add_news(channel)
            now_ms = self._clock.ticks_ms()
            master = self._master()
            if now_ms >= self._search_ms and master.search_min:
                self._search_ms = now_ms + _SEARCH_EVERY_MS
                data = units.search(master.search_min, gdw3762_start.clock(master.civil_s()))
                await self._guarded(channel.ask("search", data))
            elif now_ms - channel.heard_ms >= _ALIVE_MS:
                await self._compare(channel)

    async def _guarded(self, asking):
        try:
            await asking
        except Refused:
            pass  # this module does not search

    async def _compare(self, channel):
        """A module that has restarted may have no list any more."""
        count = units.node_count(await channel.ask("node-count"))
        if count != len(self._nodes):
            raise PortError(f"module: it has {count} nodes, and should have {len(self._nodes)}")

    async def _let_go(self):
        channel = self._channel
        if channel:
            await channel.close()
            if self._round:
                self._round.end()
            self._channel = None

    def _has_failed(self, text):
        if self._round:
            self._round.end()

    def _take(self, frame):
        """What the module begins; (AFN, Fn, data) to answer with. WireError when it is damaged."""
        takers = {
            (0x03, 10): self._has_restarted,
            (0x06, 1): self._has_found,
            (0x06, 2): lambda frame: self._round and self._round.reported(frame.data),
            (0x06, 3): self._is_over,
            (0x06, 4): self._has_found,
            (0x06, 5): self._has_said,
        }
        key = (frame.afn, frame.fn)
        if key == (0x14, 1):
            data = self._round.wants(frame.data) if self._round else units.to_read(b"")
            return 0x14, 1, data
        if key == (0x14, 2):
            return 0x14, 2, gdw3762_start.clock(self._master().civil_s())
        if key not in takers:
            return 0x00, units.DENY, bytes([units.UNSUPPORTED])
        takers[key](frame)
        return ALL_DONE

    def _has_restarted(self, frame):
        units.works(frame.data)
        is_news = self._clock.ticks_ms() - self._began_ms > _STARTED_MS
        if self.state == RUNNING and is_news:
            self._channel.fail("the module has restarted")

    def _is_over(self, frame):
        if units.over(frame.data) == units.READING_OVER and self._round:
            self._round.is_over()

    def _has_found(self, frame):
        for digits in units.found(frame.fn, frame.data):
            self._nodes.found(digits)

    def _has_said(self, frame):
        short = self._nodes.short(frame.source) if frame.source else None
        if short is None:
            self._counts["late"] += 1
            return
        for payload in gdw3762_unasked.wrapped(units.event(frame.data)):
            self._ears.pushed(short, payload)
