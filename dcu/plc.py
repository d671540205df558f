"""The network behind the module slot: keeps the driver of the module running, hears what it says,
and knows how each meter of the archive is reached.
"""

from dcu.alarm_codes import (
    GROUP_KEY_CHANGED,
    METER_UNKNOWN,
    NETWORK_CONFLICT,
    PORT_BACK,
    PORT_LOST,
)
from dcu.plc_door import STRICT
from dcu.plc_survey import Survey, guarded
from dcu.schema import PLC
from dcu.trace import Talk
from hal import coop
from hal.errors import NoReply, PortError, Refused, WireError
from wire import wrapper

RUNNING = "running"
NO_DEVICE = "no device is set (slot.device)"
_LOOK_MS = 2_000
_STRANGERS_MS = 60_000
_AT_ONCE = {"cenelec-a": 2, "cenelec-b": 2, "fcc": 4, "arib": 4, "rf": 4}  # docs/figures.md
_FAR_LQI = 136  # 24 dB: two that the module hears worse than that do not hear each other
# what is left of the bit rate of a band by headers, acknowledgements and the serial line
_BAUDS = {"cenelec-a": 9600, "cenelec-b": 9600, "fcc": 19200, "arib": 19200, "rf": 19200}
_USED_AT_START = (  # a change starts the module anew
    "slot.device",
    "slot.baud",
    "plc.band",
    "plc.pan",
    "plc.join_s",
    "plc.port",
    "plc.max_hops",
    "plc.pan_in_ip",
)


class Plc:
    """What a driver tells comes here: it is its `ears` (docs/plc.md).

    door    dcu/plc_door.py
    book    dcu/plc_book.py
    key     dcu/plc_key.py
    module  the driver; given by the board after it has been given this
    """

    def __init__(self, settings, archive, door, book, key, clock, log):
        self._settings = settings
        self._archive = archive
        self._clock = clock
        self._log = log
        self.door = door
        self.book = book
        self.key = key
        self.module = None
        self.survey = Survey(clock)
        self.alarm = lambda code, mp, text: log(text)
        self.notified = lambda record, apdu: None
        self.wants_in = door.wants_in
        self.joined = door.joined
        self.join_failed = door.join_failed
        self._traced = {}  # by short address: function(is sent, octets)
        self._lost = ""
        self._starts = 0
        self._is_rekeying = False

    # what a driver tells; nothing of it waits

    def left(self, short):
        eui = self.book.eui(short)
        if eui:
            self.door.put_out(eui, "has left the network")

    def pushed(self, short, payload):
        """What a meter says unasked."""
        record = self.record_of(short)
        if record is None:
            self.alarm(METER_UNKNOWN, 0, f"{PLC} address {short} says something unasked")
            return
        try:
            found = wrapper.parse(payload, 0, False)
        except WireError as error:
            found = None
            self._log(f"MP {record.mp}: {error}")
        if found and found[0] == len(payload):  # a datagram holds one
            self.notified(record, found[1].apdu)

    def said(self, short, is_sent, octets):
        """Of an exchange with a meter, to who traces it."""
        if short in self._traced:
            self._traced[short](is_sent, octets)

    def rival(self, pan):
        self.alarm(NETWORK_CONFLICT, 0, f"PAN {pan:04X}: give one of the two another (plc.pan)")

    def event(self, text):
        """What the module does, for the log; that it is lost, or back, is an alarm. While it is
        lost each try to reach it would fill the log: only other reasons are told, and what is no
        state of it: how far its new firmware is."""
        trouble = self.module.trouble or ""
        is_running, was_lost = self.module.state == RUNNING, self._lost
        is_state = text.startswith(f"module {self.module.state}")
        if not (is_state and was_lost) or is_running or trouble not in ("", was_lost):
            self._log(text)
        self._lost = "" if is_running else trouble or was_lost
        if is_running and was_lost:
            self.alarm(PORT_BACK, 0, f"{PLC} module")
        elif trouble and not was_lost:
            self.alarm(PORT_LOST, 0, f"{PLC} {trouble}")

    # who is there

    def record_of(self, short):
        """The row of the archive that has this address, or None."""
        eui = self.book.eui(short)
        return self._archive.find_eui(eui) if eui else None

    def node(self, record):
        """The short address of a meter; NoReply while it is not in the network, PortError while
        there is no module."""
        self.demand_running()
        if not record.eui:
            raise NoReply(f"MP {record.mp}: its row has no eui")
        short = self.book.short(record.eui)
        if short is None:
            raise NoReply(f"MP {record.mp} is not in the network")
        return short

    def talk_with(self, record):
        """What is said to this meter and by it, for a trace."""
        return Talk(record.place(), self._traced, self.node(record))

    def at_once(self):
        """How many meters are talked to at the same time."""
        return self._settings.get("plc.at_once") or _AT_ONCE[self._settings.get("plc.band")]

    def baud(self):
        """Bit/s, for the plan, of a meter that was not measured yet."""
        return _BAUDS[self._settings.get("plc.band")]

    def arrange(self, states):
        """The nearest and the farthest in turn. Two at the ends of different feeders do not hear
        each other: answering at the same time, they would both have to say it again."""
        left = sorted(states, key=self._distance)
        mixed = []
        while left:
            mixed.append(left.pop(-1 if len(mixed) % 2 else 0))
        return mixed

    def _distance(self, state):
        """Sorts by hops, then by how well the meter is heard."""
        short = self.book.short(state.record.eui)
        return self.survey.hops(short), -(self.survey.lqi(short) or 0), state.record.mp

    def goes_with(self, state, others):
        """Whether a meter may be read beside those: never two behind the same weak first hop,
        where each would wait for the repetitions of the other."""
        hop = self._weak_hop(state)
        return hop is None or hop not in [self._weak_hop(other) for other in others]

    def goes_well(self, state, others):
        """Whether no more than half of those talked to are far then: far ones on other feeders
        answer at the same time, and both have to say it again."""
        if not others or not self._is_far(state):
            return True
        return len([other for other in others if self._is_far(other)]) < self.at_once() // 2

    def _is_far(self, state):
        return (self.survey.lqi(self.book.short(state.record.eui)) or 0) < _FAR_LQI

    def _weak_hop(self, state):
        short = self.book.short(state.record.eui)
        hop = self.survey.first_hop(short) if short else None
        return hop if hop and self.survey.is_weak(hop) else None

    def demand_running(self):
        """The driver; PortError that says why not."""
        if not self._settings.get("slot.device"):
            raise PortError(NO_DEVICE)
        if self.module.state != RUNNING:
            raise PortError(
                f"module {self.module.state}: {self.module.trouble or 'wait a little'}"
            )
        return self.module

    def status(self):
        """None while there is no slot."""
        settings, module = self._settings, self.module
        if not settings.get("slot.device"):
            return None
        version = module.version
        return {
            "device": settings.get("slot.device"),
            "state": module.state,
            "trouble": module.trouble,
            "version": ".".join([str(number) for number in version[:3]]) if version else "",
            "band": settings.get("plc.band"),
            "pan": settings.get("plc.pan"),
            "starts": module.starts,
            "on_file": len(self._archive.meters(PLC)),
            "members": len(self.book.members()),
            "admission": self.door.mode,
            "open_s": self.door.open_left_s(),
        }

    # its life

    async def run(self, part):
        """For ever."""
        while True:
            part.alive()
            used = self._used()
            if not self._settings.get("slot.device"):
                await coop.sleep_ms(_LOOK_MS)
                continue
            tasks = [coop.spawn(self.module.run()), coop.spawn(self._look_after())]
            try:
                await self._watch(part, used, tasks)
            finally:
                await coop.stop(*tasks)
            self._log("module started anew: its settings have changed")

    def _used(self):
        return [self._settings.get(key) for key in _USED_AT_START]

    async def _watch(self, part, used, tasks):
        """Until its settings are others."""
        while self._used() == used:
            part.alive()
            for task in [each for each in tasks if each.done()]:
                await task  # our own mistake: who supervises us tells of it
            await coop.sleep_ms(_LOOK_MS)

    async def _look_after(self):
        """For ever: what is asked of the module now and then. A big table over a bad line takes
        minutes, in which we are well."""
        looked_ms = self._clock.ticks_ms()
        while True:
            await coop.sleep_ms(_LOOK_MS)
            if self.module.state != RUNNING:
                continue
            if self._starts != self.module.starts:
                self._starts = self.module.starts
                self.survey.forget()
                await guarded(self._finish_rekey())
            await guarded(self.survey.step(self.module, self.book.changes))
            if self._clock.ticks_ms() - looked_ms > _STRANGERS_MS:
                looked_ms = self._clock.ticks_ms()
                await guarded(self._put_strangers_out())

    async def _put_strangers_out(self):
        """Who was taken off the archive, or came while the door was open."""
        if self.door.mode != STRICT:
            return
        for short, eui in self.door.strangers():
            await self.kick(short, eui, "is not on file")

    async def kick(self, short, eui, why):
        """Out of the network. A meter of the archive may join again at once."""
        await self.demand_running().kick(short, eui)
        self.door.put_out(eui, why)

    async def _finish_rekey(self):
        """A change of the group key that a power cut or the loss of the module has broken off."""
        if not self.key.is_changing or self._is_rekeying:
            return
        if self.book.members():
            self._log("group key: the change that was broken off is begun again")
            await self.rekey()
        else:
            self.key.give_up_change()

    async def rekey(self):
        """A new group key; [EUI] of the members that have missed it, and have to join anew."""
        module = self.demand_running()
        members = self.book.members()
        if not members:
            raise Refused("there is no meter in the network")
        if self._is_rekeying:
            raise Refused("the meters are getting a new key already")
        self._is_rekeying = True
        try:
            missed = await module.rekey(members, self.key.begin_change())
            self.key.finish_change()
        finally:
            self._is_rekeying = False
        for _, eui in missed:
            self.door.put_out(eui, "has missed the new group key")
        text = f"{len(missed)} of {len(members)} meters have missed it"
        self.alarm(GROUP_KEY_CHANGED, 0, text)
        return [eui for _, eui in missed]
