"""The verb `meter-sim modem`: a simulated cellular module on a pty, or on a real serial port."""

import random

from meter_sim import (
    control,
    modem_commands,
    modem_quectel,
    modem_sim76,
    modem_sim800,
    modem_sim5320,
)
from meter_sim.loop import Loop, now_ms
from meter_sim.modem import Module, Nature
from meter_sim.modem_common import BAUDS
from meter_sim.modem_far import FarEnd
from meter_sim.modem_network import Network
from meter_sim.options import moment, whole
from meter_sim.port import open_port, read, write

DIALECTS = {
    "sim800": modem_sim800,
    "sim76": modem_sim76,
    "sim5320": modem_sim5320,
    "quectel": modem_quectel,
}
PIECE = 16  # octets; the buffer of a common UART

ARGUMENTS = (
    (("--port",), {"required": True, "help": "a pty is made there; or a real serial port"}),
    (("--dialect",), {"choices": DIALECTS, "default": "sim800", "help": "(sim800)"}),
    (("--baud",), {"type": int, "choices": BAUDS, "default": 115200, "help": "(115200)"}),
    (("--pace",), {"action": "store_true", "help": "keep real octet timing on a pty"}),
    (("--boot-ms",), {"type": whole(0, 60_000), "default": 2_000, "help": "(2000)"}),
    (("--pin",), {"metavar": "@FILE", "help": "the SIM asks for it after each start"}),
    (("--seed",), {"type": whole(0, 999_999), "default": 0, "help": "of what is random (0)"}),
    (
        ("--at",),
        {
            "action": "append",
            "default": [],
            "metavar": "'SECONDS COMMAND'",
            "help": "a command of meter-sim control, so long after the start; may be repeated",
        },
    ),
    (("--far",), {"metavar": "COMMAND", "help": "answers ATD*99#, as `pppd notty …`; none"}),
    (("--control",), {"metavar": "PATH", "help": "a unix socket for meter-sim control"}),
)
COMMANDS = "\n".join(
    f"  {verb} {usage}".rstrip() for verb, (_, usage) in modem_commands.COMMANDS.items()
)


class Line:
    """The serial line between a port and a module, at the rates that both have just now."""

    def __init__(self, loop, port, is_paced):
        self._loop = loop
        self._port = port
        self._is_paced = is_paced
        self._heard_ms = self._said_ms = 0
        self.module = None
        loop.watch(port.fd, self._read)

    def _octet_ms(self, baud):
        return 10_000 / baud if self._is_paced and baud > 0 else 0

    def _read(self):
        octets = read(self._port)
        baud = self._their_baud()
        self._heard_ms = max(now_ms(), self._heard_ms) + len(octets) * self._octet_ms(baud)
        self._loop.at(self._heard_ms, lambda heard: self.module.hear(heard, baud), octets)

    def _their_baud(self):
        """Of a real port only our own rate is known, and it is the module's."""
        return self._port.their_line().baud or self.module.baud

    def say(self, octets):
        """At the module's rate; who listens at another one hears noise."""
        if self._their_baud() != self.module.baud:
            octets = bytes(octet ^ 0xA5 for octet in octets)
        octet_ms = self._octet_ms(self.module.baud)
        when_ms = max(now_ms(), self._said_ms)
        self._said_ms = when_ms + len(octets) * octet_ms
        for at in range(0, len(octets), PIECE if octet_ms else len(octets)):
            piece = octets[at : at + PIECE] if octet_ms else octets
            when_ms += len(piece) * octet_ms
            self._loop.at(when_ms, self._write, piece)

    def _write(self, octets):
        write(self._port, octets)


class Timers:
    """The loop as a module wants it."""

    def __init__(self, loop):
        self.at = loop.at
        self.now_ms = now_ms


def run(given, pin):
    """Until SIGINT or SIGTERM. PortUnusable and ControlUnusable say what cannot be; ValueError
    what is wrong with the script."""
    script = [moment(text, modem_commands.COMMANDS) for text in given.at]
    port = open_port(given.port, given.baud, "N")
    try:
        loop = Loop()
        line = Line(loop, port, given.pace)
        nature = Nature()
        nature.baud, nature.boot_ms = given.baud, given.boot_ms
        chance = random.Random(given.seed).random
        dialect = DIALECTS[given.dialect]
        module = Module(dialect, Timers(loop), Network(loop), line.say, nature, chance)
        line.module = module
        module.far = FarEnd(loop, given.far) if given.far else None
        if pin:
            nature.pin, nature.is_locked, module.sim = pin, True, "pin"
        for seconds, words in script:
            loop.at(now_ms() + 1000 * seconds, lambda w: modem_commands.command(module, w), words)
        _serve(loop, module, given, port)
    finally:
        port.close()


def _serve(loop, module, given, port):
    def told(line):
        return modem_commands.command(module, line)

    loop.stop_on_signals()
    listener = given.control and control.Control(given.control, loop, told)
    try:
        port.announce()
        words = f"{module.dialect.MODEL} at {module.baud} bit/s on {given.port}"
        print(f"modem {words}", flush=True)
        loop.run()
    finally:
        if listener:
            listener.close()
