"""Keeps Ethernet as eth.ipv4 says, and takes back a change that nothing has proved.

A change is a trial, noted before it is applied. A login of the HES over it proves it; where the
HES is not reached by Ethernet, an answer of the gateway; or a person says `keep`. Without that
within eth.confirm_s, or when the power is cut before, the setting from before comes back.
"""

import json
from collections import namedtuple

from dcu import ipv4
from dcu.verb_words import NO_JSON
from hal import coop
from hal.errors import PortError, Refused
from wire.ipv4 import dotted

_LOOK_MS = 1_000
_CHECK_MS = 10_000  # whether it is still as it was made, and after a failure
_DHCP_AGAIN_MS = 300_000  # a udhcpc that somebody has ended
_KEYS = ("eth.interface", "eth.ipv4")

# [interface, text of eth.ipv4]: kept, and on trial (None: nothing is); before: [address/mask,
# gateway] that the system had given
_Note = namedtuple("_Note", ("kept", "trial", "before"))


class Ethernet:
    """
    machine   hal/ethernet.py
    kept      load() -> bytes or None and save(bytes), durable on return
    uplink    sessions: counts logins; networks: grows, and it dials again
    """

    def __init__(self, machine, kept, settings, clock, uplink, log):
        self._machine = machine
        self._kept = kept
        self._settings = settings
        self._clock = clock
        self._uplink = uplink
        self._log = log
        self._note = _note_of(kept.load(), settings.get(_KEYS[0]))
        self._applied = None
        self._keep = None  # what a person has said is to be kept
        self._until_ms = None  # end of the trial
        self._sessions = 0
        self._again_ms = self._dhcp_ms = clock.ticks_ms()
        self._bad = None  # what has failed, and has to give way to what is kept
        self._reason = ""
        if self._note.trial == self._wanted() != self._note.kept:
            self._bad, self._reason = self._note.trial, "the power was cut in its trial"
        self.state = "by the system"
        self.came_back = ""  # why the last change was taken back

    def status(self):
        """How it is. trial_s: seconds until a change that is on trial is taken back, or None;
        kept: the setting that then comes back; the others as the attributes and settings."""
        interface, way = self._wanted()
        return {
            "interface": interface,
            "ipv4": way,
            "state": self.state,
            "trial_s": self._left_s(),
            "kept": self._note.kept[1],
            "came_back": self.came_back,
        }

    def keep(self):
        """Whoever commissions it says that the new setting is good. Refused: none is on trial."""
        if self._wanted() == self._note.kept:
            raise Refused("no change of Ethernet is on trial")
        self._keep = self._wanted()

    async def run(self, part):
        """For ever."""
        while True:
            part.alive()
            await self._step()
            await coop.sleep_ms(_LOOK_MS)

    async def _step(self):
        if self._bad and not self._put_back():
            return
        wanted, now_ms = self._wanted(), self._clock.ticks_ms()
        try:
            if wanted != self._applied:
                if wanted != self._note.kept or now_ms >= self._again_ms:
                    await self._apply(wanted)
            elif self._until_ms is not None:
                await self._judge(now_ms)
            elif now_ms >= self._again_ms:
                await self._look(wanted)
        except PortError as error:
            self._fail(wanted, str(error))

    def _wanted(self):
        return [self._settings.get(key) for key in _KEYS]

    def _left_s(self):
        if self._until_ms is None:
            return None
        return max(0, self._until_ms - self._clock.ticks_ms()) // 1000

    async def _apply(self, wanted):
        is_trial = wanted != self._note.kept
        self._until_ms = None
        if wanted[1] == ipv4.SYSTEM:
            await self._leave_to_system()
            self._applied = wanted
            self._save(wanted, None, [])
            return
        if is_trial:
            await self._begin_trial(wanted)
        had = await self._machine.state(wanted[0])
        await self._bring(wanted)
        has = await self._machine.state(wanted[0])
        self._sessions = self._uplink.sessions
        if is_trial or had.addresses != has.addresses:
            self._uplink.networks += 1
        self._applied = wanted
        self._again_ms = self._clock.ticks_ms()
        if is_trial:
            self._log("ethernet", f"{wanted[1]} is on trial on {wanted[0]}")
            self._until_ms = self._again_ms + 1000 * self._settings.get("eth.confirm_s")
        elif self._note.trial:
            self._save(wanted, None, self._note.before)

    async def _begin_trial(self, wanted):
        interface, way = wanted
        found = await self._machine.state(interface)
        if found.has_carrier is None:
            raise PortError(f"there is no interface {interface}; set eth.interface")
        if way != ipv4.DHCP:
            await self._check_free(interface, way, found)
        before = self._note.before
        if self._note.kept[1] == ipv4.SYSTEM and not self._note.trial:
            before = [found.addresses[0], found.gateway] if found.addresses else []
        self._save(self._note.kept, wanted, before)
        self.came_back = ""

    async def _check_free(self, interface, way, found):
        address = dotted(ipv4.fixed(way).address)
        own = [each.split("/")[0] for each in found.addresses]
        if address not in own and await self._machine.is_taken(interface, address):
            raise PortError(f"{address} is taken by another machine on {interface}")

    async def _bring(self, wanted):
        interface, way = wanted
        resolv = self._settings.get("eth.resolv")
        if way == ipv4.DHCP:
            self._dhcp_ms = self._clock.ticks_ms() + _DHCP_AGAIN_MS
            await self._machine.dhcp(interface, resolv, "dcu-" + self._settings.terminal_id())
            return
        address, gateway, servers = _words(way)
        found = await self._machine.state(interface)
        if found.addresses != [address] or found.gateway != gateway or found.lease:
            await self._machine.fixed(interface, address, gateway, servers, resolv)

    async def _leave_to_system(self):
        """Nothing is touched of a machine whose network never was ours."""
        self.state = "by the system"
        interface, way = self._note.trial or self._note.kept
        if way == ipv4.SYSTEM:
            return
        found = await self._machine.state(interface)
        is_ours = found.lease or way != ipv4.DHCP and _words(way)[0] in found.addresses
        before = self._note.before if is_ours else []  # after a power cut the system has been here
        await self._machine.system(interface, self._settings.get("eth.resolv"), *before)
        self._uplink.networks += 1

    async def _judge(self, now_ms):
        """Of a trial: whether it is proved, or over."""
        wanted = self._applied
        found = await self._tell(wanted)
        proof = await self._proof(wanted, found)
        if proof:
            self._log("ethernet", f"{wanted[1]} is kept: {proof}")
            self._save(wanted, None, self._note.before)
            self._until_ms = None
        elif now_ms >= self._until_ms:
            raise PortError(f"not proved within {self._settings.get('eth.confirm_s')} s")

    async def _proof(self, wanted, found):
        """In words, or ""."""
        if self._keep == wanted:
            return "so it was said"
        if not found.addresses or (wanted[1] == ipv4.DHCP and not found.lease):
            return ""  # without a lease the address from before is still there, and goes
        settings = self._settings
        if settings.get("uplink.channel") == "ethernet" and settings.get("hes.main"):
            return "the HES logged in" if self._uplink.sessions > self._sessions else ""
        if not found.gateway:
            return "there is no gateway to ask"
        answers = await self._machine.answers(wanted[0], found.gateway)
        return "the gateway answers" if answers else ""

    async def _look(self, wanted):
        """Whether it is still as it was made; somebody may have set it by hand."""
        self._again_ms = self._clock.ticks_ms() + _CHECK_MS
        if wanted[1] == ipv4.SYSTEM:
            return
        found = await self._tell(wanted)
        if not found.has_carrier:
            return
        if wanted[1] == ipv4.DHCP:
            is_lost = not found.lease and self._clock.ticks_ms() >= self._dhcp_ms
        else:
            is_lost = _words(wanted[1])[0] not in found.addresses
        if is_lost:
            self._log("ethernet", f"{wanted[0]} has lost its address; made anew")
            await self._bring(wanted)

    async def _tell(self, wanted):
        """The state of the interface, which is then in `state` in words."""
        found = await self._machine.state(wanted[0])
        if found.has_carrier is None:
            self.state = f"no interface {wanted[0]}"
        elif not found.has_carrier:
            self.state = "cable unplugged"
        elif wanted[1] == ipv4.DHCP and not found.lease:
            self.state = "asks for an address"
        else:
            self.state = " ".join(found.addresses) or "no address"
        return found

    def _fail(self, wanted, text):
        """A trial is over; what is kept is tried again in a while."""
        self._log("ethernet", f"{wanted[1]} on {wanted[0]}: {text}")
        self.state = text
        self._again_ms = self._clock.ticks_ms()
        if wanted == self._note.kept:
            self._again_ms += _CHECK_MS
        else:
            self._bad, self._reason = wanted, text
            self._put_back()

    def _put_back(self):
        """The kept setting, unless somebody has set another one meanwhile. False while the disk
        refuses. It is applied by the next step."""
        get = self._settings.get
        if self._wanted() != self._bad:
            self._bad, self._until_ms = None, None
            return True
        pairs = [pair for pair in zip(_KEYS, self._note.kept) if pair[1] != get(pair[0])]
        try:
            self._settings.put_all(pairs, by=f"the DCU: {self._reason}")
        except PortError:
            return False
        self.came_back = self._reason
        self._bad, self._until_ms, self._applied = None, None, None
        return True

    def _save(self, kept, trial, before):
        """PortError: it is not noted, and nothing of it is to be done."""
        note = _Note(kept, trial, before)
        if note != self._note:
            self._kept.save(json.dumps(list(note)).encode())
            self._note = note
        if kept == self._keep:
            self._keep = None


def _words(way):
    """(address/mask, gateway or "", [server]) of a fixed address."""
    fixed = ipv4.fixed(way)
    gateway = "" if fixed.gateway is None else dotted(fixed.gateway)
    servers = [dotted(each) for each in fixed.dns]
    return f"{dotted(fixed.address)}/{fixed.prefix}", gateway, servers


def _note_of(octets, interface):
    nothing = _Note([interface, ipv4.SYSTEM], None, [])
    try:
        values = json.loads((octets or b"[]").decode())
    except NO_JSON:
        return nothing
    return _Note(*values) if isinstance(values, list) and len(values) == 3 else nothing
