"""Who may join a G3 network: each asker is put to the DCU, one after the other.

The module has one register for the key of a meter, and derives what it needs of it when the
address is assigned: register and address go together. A meter with another key, and one that is
lost on the way, fail without a word; they are known by the time that has gone. So may be one that
has joined, and only the word of it was lost: before a meter is given up its way is looked for. A
meter that is in the network asks no more, so one that was given up is looked for now and then.
"""

from drivers.g3_tables import has_route, path
from hal import coop
from hal.errors import NoReply, PortError, Refused
from wire import usi_attributes, usi_commands

WAITING_MAX = 20  # askers; more will ask again
PENDING_MAX = 64  # admitted, and not heard of yet
_LOOK_MS = 5_000
_TRIES_MAX = 4  # a question to the module may get lost, too
_LOOK_AGAIN_MS = 600_000
_LOOKS_MAX = 24


class Admission:
    """The short address for a meter, and its key. Never shown."""

    def __init__(self, short, psk):
        assert len(psk) == usi_attributes.KEY_OCTETS
        self.short = short
        self.psk = psk


class Admissions:
    """ears     wants_in(eui) -> Admission or None; joined(eui, short), join_failed(eui)
    pending  {eui: (short address, since when, how often looked for, whether it was given up)} of
             those that are admitted and not heard of yet: it outlives a restart of the module
    """

    def __init__(self, channel, clock, ears, pending, timeout_s):
        self._channel = channel
        self._clock = clock
        self._ears = ears
        self._expiry_ms = 6_000 * timeout_s  # three messages, each said twice
        self._waiting = []
        self._arrived = coop.Event()
        self._pending = pending
        self._psk = None  # in the module
        self._rekeyed = {}  # by EUI: event
        self.is_rekeying = False
        self.ignored = 0

    async def run(self):
        """For ever; ends with PortError when the module is lost."""
        verifying = coop.spawn(self._verify())
        try:
            while True:
                await self._answer(await self._next())
        finally:
            await coop.stop(verifying)

    async def _next(self):
        """The one who asked first."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        return self._waiting.pop(0)

    async def _verify(self):
        """Whoever has not been heard of in time: may it have joined, and the word was lost?"""
        while not self._channel.trouble:
            await coop.sleep_ms(_LOOK_MS)
            now_ms = self._clock.ticks_ms()
            for eui, row in list(self._pending.items()):
                limit_ms = _LOOK_AGAIN_MS if row[3] else self._expiry_ms
                if now_ms - row[1] > limit_ms:
                    await self._judge(eui, *row)

    async def _judge(self, eui, short, since_ms, tries, is_given_up):
        has_joined = False
        try:
            has_joined = await self._is_there(short)
        except NoReply:
            if tries < _TRIES_MAX and not is_given_up and eui in self._pending:
                self._pending[eui] = (short, since_ms, tries + 1, False)
                return
        except PortError:
            return
        if self._pending.pop(eui, None) is None:
            return  # it has been heard of meanwhile
        if has_joined:
            self._ears.joined(eui, short)
            return
        if not is_given_up:
            self._ears.join_failed(eui)
        if tries < _LOOKS_MAX:
            self._pending[eui] = (short, self._clock.ticks_ms(), tries + 1, True)

    def asked(self, values):
        """JOIN.indication."""
        eui = values["eui"]
        if eui in self._waiting or len(self._waiting) >= WAITING_MAX:
            self.ignored += eui not in self._waiting
            return
        self._waiting.append(eui)
        self._arrived.set()

    def joined(self, values):
        """JOINED.indication: of who joins, and of who has taken a new key."""
        eui = values["eui"]
        event = self._rekeyed.pop(eui, None)
        if event:
            event.set()
            return
        self._pending.pop(eui, None)
        self._ears.joined(eui, values["short"])

    async def _answer(self, eui):
        short = usi_commands.BUSY_REKEYING
        if not self.is_rekeying:
            admission = self._ears.wants_in(eui)
            short = admission.short if admission else usi_commands.DECLINED
            if admission and not await self._has_psk(admission.psk):
                return  # it will ask again
            if admission and len(self._pending) < PENDING_MAX:
                self._pending[eui] = (short, self._clock.ticks_ms(), 0, False)
        await self._channel.say("assign", {"eui": eui, "short": short})

    async def _has_psk(self, psk):
        if psk == self._psk:
            return True
        self._psk = None
        values = {"attribute": usi_attributes.LBP_PSK, "index": 0, "value": psk}
        try:
            await self._channel.ask("lbp-set.request", values)
        except (NoReply, Refused):
            return False
        self._psk = psk
        return True

    async def _is_there(self, short):
        try:
            await path(self._channel, short)
        except Refused:
            return await has_route(self._channel, short)
        return True

    async def rekey(self, short, eui, is_distribution, limit_ms):
        """Whether a member has taken the next key, or taken it into use; two attempts."""
        values = {"short": short, "eui": eui, "distribute": 1 if is_distribution else 0}
        for _ in range(2):
            event = self._rekeyed[eui] = coop.Event()
            try:
                await self._channel.say("rekey", values)
                await coop.within_ms(limit_ms, event.wait())
                self._channel.demand()
                return True
            except coop.Expired:
                pass
            finally:
                self._rekeyed.pop(eui, None)
        return False
