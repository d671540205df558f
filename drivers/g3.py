"""A G3-PLC or G3-RF coordinator module: brought up, kept alive, and what it may be asked.

A module says nothing when it has restarted: a request that was allowed before, and is not, tells.
It then gets network, keys and counters again, and the meters keep their addresses.
"""

from drivers import g3_start, g3_tables
from drivers.g3_admission import Admissions
from drivers.g3_channel import Channel
from drivers.g3_datagrams import REPLY_MS, Datagrams
from drivers.g3_meter_link import APDU_MAX, G3MeterLink
from drivers.g3_upgrade import Upgrade
from drivers.module_life import STARTING, Life
from hal import coop
from hal.errors import NoReply, PortError, Refused
from wire import usi_attributes as pib
from wire.hdlc_address import CLIENT_PUBLIC

_ALIVE_MS = 60_000  # of silence, before it is asked whether it is there
_NOTE_MS = 600_000  # between two looks at the frame counters
_LOOK_MS = 5_000


class G3Module:
    """open_port()  a serial port, or PortError
    network()       drivers/g3_start.Network
    note            load() -> FrameCounters or None, save(FrameCounters): kept over restarts
    ears            wants_in(eui) -> drivers/g3_admission.Admission or None; joined(eui, short),
                    join_failed(eui), left(short), pushed(short, payload), event(text), rival(pan),
                    said(short, is sent, payload)

    shelf           drivers/image_shelf.py

    None of the ears may wait.
    """

    broadcast_max = APDU_MAX
    needs_keys = True

    def __init__(self, open_port, clock, network, note, ears, shelf):
        self._open_port = open_port
        self._clock = clock
        self._network = network
        self._note = note
        self._ears = ears
        self._channel = self._datagrams = self._admissions = None
        self._pending = {}  # see drivers/g3_admission.py
        self._upgrade = Upgrade(clock, ears.event, shelf)
        self._life = Life(ears.event)
        self.version = None

    @property
    def state(self):
        return self._life.state

    @property
    def trouble(self):
        return self._life.trouble

    @property
    def starts(self):
        return self._life.starts

    async def run(self):
        """For ever."""
        await self._life.run(self.serve)

    async def serve(self):
        """Until the module is lost; `trouble` says why."""
        await self._life.serve(self._live, self._let_go)

    @property
    def is_upgrading(self):
        """It is lost for that reason alone: whoever calls `serve` calls it again at once."""
        return self._upgrade.is_under_way

    def expect_bootloader(self):
        """It has been found there: leave it, by whatever is needed, before anything else."""
        self._upgrade.suspect()

    def link(self, name, short, client=CLIENT_PUBLIC, logical=1):
        """See drivers/g3_meter_link.py."""
        return G3MeterLink(name, self, short, client, logical)

    async def close(self):
        await self._let_go()

    # what it may be asked; PortError while it is not running

    async def exchange(self, short, payload, reply_ms=REPLY_MS, urgent=False):
        """See drivers/g3_datagrams.py."""
        self._demand_running()
        return await self._datagrams.exchange(short, payload, reply_ms, urgent)

    async def broadcast(self, payload):
        self._demand_running()
        await self._datagrams.broadcast(payload)

    async def table(self, name):
        """See drivers/g3_tables.py: "routes", "neighbours", "positions"."""
        self._demand_running()
        return await g3_tables.table(self._channel, name)

    async def path(self, short):
        self._demand_running()
        return await g3_tables.path(self._channel, short)

    async def statistics(self):
        """Counters of the module, and of our side of it."""
        self._demand_running()
        found = await g3_tables.statistics(self._channel)
        found.update(self._datagrams.counts)
        found["line_damaged"] = sum(self._channel.damaged.values())
        found["line_repeated"] = self._channel.repeated
        return found

    async def kick(self, short, eui):
        """Nobody confirms it: a meter that is not heard of any more is gone."""
        self._demand_running()
        await self._channel.say("kick", {"short": short, "eui": eui})

    async def search(self):
        """Nothing is to be done: meters that want in ask by themselves."""

    async def forget_routes(self):
        raise Refused("a G3 module looks for its routes by itself")

    async def rekey(self, members, gmk):
        """A new group key for [(short, eui)]: given to each, taken into use by each, then by the
        module. Those that missed it, which have to join anew. The key has the other index. What
        was broken off may be begun again, with the same key and the module at the old one."""
        self._demand_running()
        admissions, channel = self._admissions, self._channel
        limit_ms = 1_000 * self._network().message_timeout_s
        admissions.is_rekeying = True
        try:
            await g3_start.put(channel, "lbp-", pib.LBP_REKEY_GMK, gmk)
            await channel.say("set-rekey-phase", {"on": 1})
            missed = []
            for is_distribution in (True, False):
                for member in members:
                    if member in missed:
                        continue
                    if not await admissions.rekey(*member, is_distribution, limit_ms):
                        missed.append(member)
            await channel.say("set-rekey-phase", {"on": 0})
            await channel.say("activate-new-key")
        finally:
            admissions.is_rekeying = False
        return missed

    async def upgrade(self, image):
        """A new firmware for the module, as wire/module_image.py has it. WireError when it is
        damaged, Refused when it is for another module or this one takes none; else it is back
        with it, or NoReply or WireError say why not, and it is given again at the next start."""
        self._demand_running()
        await self._upgrade.begin(self._channel, image)
        self._channel.fail("it gets a new firmware")
        await self._upgrade.done()

    def _demand_running(self):
        self._life.demand_running(self._channel)

    # its life

    async def _live(self):
        network = self._network()
        port = self._life.opened(self._open_port)
        await self._upgrade.leave_bootloader(port)
        channel = self._channel = Channel(port, self._clock, self._take, self._has_failed)
        self._datagrams = Datagrams(channel, self._clock, network, self._ears)
        self._admissions = Admissions(
            channel, self._clock, self._ears, self._pending, network.message_timeout_s
        )
        try:
            self.version = await g3_start.initialize(channel, network)
        except NoReply:
            self._upgrade.suspect()
            raise
        self._life.enter(STARTING)
        await g3_start.start(channel, network, self._note.load())
        self._life.running()
        await self._upgrade.confirm(channel)
        admitting = coop.spawn(self._admit())
        try:
            await self._watch(channel, admitting)
        finally:
            await coop.stop(admitting)

    async def _admit(self):
        try:
            await self._admissions.run()
        except PortError:
            pass  # _watch finds out by itself

    async def _watch(self, channel, admitting):
        """Until the module is lost: NoReply or PortError."""
        noted_ms = self._clock.ticks_ms()
        await self._note_counters(channel)
        while True:
            await channel.watch(_LOOK_MS)
            if admitting.done():
                await admitting  # it has failed: by our own mistake, which is not to be hidden
            now_ms = self._clock.ticks_ms()
            if now_ms - noted_ms >= _NOTE_MS:
                noted_ms = now_ms
                await self._note_counters(channel)
            elif now_ms - channel.heard_ms >= _ALIVE_MS:
                await self._ask_whether_alive(channel)

    async def _ask_whether_alive(self, channel):
        try:
            await g3_start.version(channel)
        except NoReply:  # a bad line is no dead module, and a start costs more than a question
            await g3_start.version(channel)

    async def _note_counters(self, channel):
        try:
            self._note.save(await g3_start.counters_of(channel))
        except (Refused, NoReply):
            pass  # the next time; the step at a restart is wide enough for many

    async def _let_go(self):
        channel = self._channel
        if channel:
            await channel.close()
            self._datagrams.end()
            self._channel = None

    def _has_failed(self, text):
        if self._datagrams:
            self._datagrams.end()

    def _take(self, message):
        """What the module says unasked."""
        takers = {
            "data.confirm": self._datagrams.confirmed,
            "data.indication": self._datagrams.arrived,
            "buffer": self._datagrams.buffers,
            "route-not-found": self._datagrams.lost_route,
            "join": self._admissions.asked,
            "joined": self._admissions.joined,
            "leave": lambda values: self._ears.left(values["short"]),
            "network-status": self._network_status,
        }
        if message.name in takers:
            takers[message.name](message.values)

    def _network_status(self, values):
        if values["status"] == 0x80:
            self._ears.rival(values["pan"])
