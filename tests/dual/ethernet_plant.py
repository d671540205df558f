"""Ethernet on a machine of cardboard, for the tests of what takes changes of it back."""

from dcu.ethernet import Ethernet
from dcu.settings import Settings
from hal.errors import PortError
from hal.ethernet import State
from storage.slots import Slots
from tests.disk import Disk
from tests.part import run_through
from tests.virtual import VirtualClock

FIRST, LEASE = "10.0.0.9/24", "10.0.0.100/24"


class Machine:
    """It has FIRST of its operating system. `taken` and `answering` are on the cable."""

    def __init__(self):
        self.is_there = self.has_carrier = self.has_server = True
        self.addresses, self.gateway, self.lease = [FIRST], "10.0.0.1", ""
        self.taken, self.answering = (), ("10.0.0.1",)
        self.fails = ""
        self.meanwhile = lambda: None  # called while it is asked
        self.done = []

    async def state(self, interface):
        there = self.has_carrier if self.is_there else None
        return State(there, list(self.addresses), self.gateway, self.lease)

    async def fixed(self, interface, address, gateway, servers, resolv):
        self._note("fixed", address)
        self.addresses, self.gateway, self.lease = [address], gateway, ""

    async def dhcp(self, interface, resolv, hostname):
        self._note("dhcp", hostname)
        if self.has_server:
            self.addresses, self.gateway, self.lease = [LEASE], "10.0.0.1", LEASE

    async def system(self, interface, resolv, address="", gateway=""):
        self._note("system", address)
        if address:
            self.addresses, self.gateway = [address], gateway
        self.lease = ""

    def _note(self, what, text):
        if self.fails:
            raise PortError(self.fails)
        self.done.append((what, text))

    async def is_taken(self, interface, address):
        self.meanwhile()
        return address in self.taken

    async def answers(self, interface, address):
        return address in self.answering


class Uplink:
    def __init__(self, machine):
        self._machine = machine
        self.reached = ()  # addresses from which the HES can be reached
        self._dialled = self._sessions = self.networks = 0

    @property
    def sessions(self):
        """It dials again when the network is another one."""
        if self._dialled != self.networks and self._machine.addresses[0] in self.reached:
            self._dialled = self.networks
            self._sessions += 1
        return self._sessions


class Plant:
    """A machine and an Ethernet for it. It is also the Part that is to be alive."""

    def __init__(self, hes="hes.example:8000"):
        self.machine = Machine()
        self.uplink = Uplink(self.machine)
        self.disk = Disk()
        self.clock = VirtualClock()
        self.told, self.lines = [], []
        self.lived = 0
        self.start()
        self.settings.put_all([("hes.main", hes), ("eth.confirm_s", "60")])

    def start(self):
        """As after a power cut."""
        self.settings = Settings(Slots(self.disk, "settings", []))
        self.settings.told = lambda keys, by: self.told.append(by)
        self.ethernet = Ethernet(
            self.machine,
            Slots(self.disk, "ethernet", []),
            self.settings,
            self.clock,
            self.uplink,
            lambda part, text: self.lines.append(text),
        )

    def alive(self):
        self.lived += 1

    def set(self, text):
        return lambda: self.settings.put("eth.ipv4", text)

    def run(self, *steps):
        """Waits so many seconds, or calls; the setting afterwards."""
        run_through(self.ethernet.run(self), steps)
        return self.settings.get("eth.ipv4")
