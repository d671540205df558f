"""A simulated G3 coordinator module: octets of its serial port in, octets out.

Written from the public description of such modules, apart from the firmware. It has no ports
and no sockets: `out(octets)` takes what it says, `events` is meter_sim/plc_events.py, `net` is
meter_sim/plc_net.py. Like the modem it runs on MicroPython, too.
"""

from meter_sim import plc_usi
from meter_sim.plc_boot import Bootloader
from meter_sim.plc_faults import Faults
from meter_sim.plc_pib import Pib

OK, NOT_ALLOWED, UNKNOWN, WRONG = range(4)  # of STATUS
BAUD = 38400
CONFIRM_MS = 4
START_MS = 600
INITIALIZE = 0x0A
ASKED_LATER = (0x00, 0x1E, 0x1F, 0x2F, 0x33, 0x47, 0x48, 0x49, 0x7F)  # no confirm of a request
KINDS = {0xFF: 2}  # of IDENTIFY, by band; else G3-PLC
BOOTED = b"\x7f"


class Module:
    """is_extended: it knows the commands of ours, and says when it has started."""

    def __init__(self, events, out, chance, baud=BAUD, is_extended=False, is_paced=True):
        self.events = events
        self.chance = chance
        self.baud = baud
        self.is_extended = is_extended
        self.is_paced = is_paced
        self.faults = Faults()
        self.counters = {"sent": 0, "received": 0, "timeout": 0, "no_route": 0}
        self.heard = []  # the last commands, for tests
        self.is_present = True
        self.starts = 0
        self.version = (1, 0, 0)
        self.boot = Bootloader(events, self._line_says, self._start_from_boot)
        self.is_in_boot = False
        self._out = out
        self._said_ms = 0.0
        self.net = self.pib = self.requests = None

    def plug(self, net, requests):
        """requests: meter_sim/plc_requests.py."""
        self.net = net
        self.pib = Pib(net, self.counters)
        self.requests = requests
        self._forget()

    def _forget(self):
        self.is_initialized = False
        self.ear = plc_usi.Ear()
        self.net.reset()
        self.pib.reset()
        self.requests.reset()

    def reboot(self, reason=2):
        """All but what the nodes know is gone. A real one says nothing."""
        self.starts += 1
        self._forget()
        self.boot.reset()
        self.is_in_boot = not self.boot.is_whole
        if self.is_extended and not self.is_in_boot:
            said = BOOTED + bytes((reason,) + tuple(self.version))
            self.events.after(START_MS, self.say, said)

    def enter_boot(self):
        """From now on the line is the bootloader's, and the network has no module."""
        self.starts += 1
        self._forget()
        self.is_in_boot = True

    def _start_from_boot(self, version):
        self.version = version or self.version
        self.is_in_boot = False
        self.reboot(3)

    def hear(self, octets, baud=BAUD):
        if not self.is_present:
            return
        if baud != self.baud:
            octets = bytes([octet ^ 0xA5 for octet in octets])
        if self.is_in_boot:
            self.events.after(CONFIRM_MS, self.boot.hear, octets)
            return
        for payload in self.ear.payloads(octets):
            self.heard = self.heard[-199:] + [payload[0]]
            self.events.after(CONFIRM_MS, self._take, payload, self.starts)

    def _take(self, payload, starts):
        if starts != self.starts:
            return
        command = payload[0]
        if command == INITIALIZE:
            self._initialize(payload)
        elif not self.is_initialized and command < 0x60:
            self.status(NOT_ALLOWED, command)
        else:
            self.requests.take(command, payload[1:])

    def _initialize(self, payload):
        if len(payload) != 3 or payload[2] != 1 or payload[1] != self.net.air.band.code:
            self.status(WRONG, INITIALIZE)
            return

        def ready(starts):
            if starts == self.starts:
                self.is_initialized = True
                self.status(OK, INITIALIZE)

        self._forget()
        self.events.after(START_MS, ready, self.starts)

    def status(self, status, command):
        self.say(bytes((0, status, command)))

    def say(self, payload):
        """One frame, after all that it says already, at the pace of the line."""
        if not self.is_present:
            return
        if payload[0] not in ASKED_LATER or payload[0] == 0x1E:
            if self.chance() < self.faults.lose_confirm:
                return
        if not self.is_in_boot:
            self._line_says(self.faults.spoil(plc_usi.frame(payload), self.chance))

    def _line_says(self, octets):
        now_ms = self.events.now_ms
        took_ms = len(octets) * 10_000 / self.baud if self.is_paced else 0
        self._said_ms = max(self._said_ms, now_ms + self.faults.late_ms) + took_ms
        self.events.after(self._said_ms - now_ms, self._through, octets)

    def _through(self, octets):
        if self.is_present:
            self._out(octets)

    def tell(self, name, node):
        """What the network notices: see plc_net.py."""
        short = node.short.to_bytes(2, "big")
        if name == "join":
            self.say(b"\x47" + node.eui)
        elif name == "joined":
            self.say(b"\x48" + node.eui + short)
        else:
            self.say(b"\x49" + short)
