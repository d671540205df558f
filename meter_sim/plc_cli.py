"""The verb `meter-sim plc`: a simulated G3 or Q/GDW 376.2 module with its meters on a pty."""

import random
import time

from meter_sim import control, gdw3762_air, gdw3762_commands, plc_commands, plc_phy, plc_scenarios
from meter_sim.gdw3762_module import BAUD as BAUD_3762
from meter_sim.gdw3762_module import BOTH, CONCENTRATOR, MODULE
from meter_sim.gdw3762_world import World as World3762
from meter_sim.gdw3762_world import digits_of
from meter_sim.loop import Loop, now_ms
from meter_sim.meter import Meter
from meter_sim.options import moment, whole
from meter_sim.plc_module import BAUD
from meter_sim.plc_world import PSK, World, eui
from meter_sim.port import open_port, read, write
from meter_sim.wrapper import Wrapper

DLMS_PORT = 4059
SPEEDS = {"REALTIME": 1, "MAX": 60}  # times real time; more would outrun the host's time-outs
FIRST_ADDRESS = 17  # of the meter that is node 1
METERS_MAX = 2000

G3, GDW3762 = "g3", "376.2"
DRIVES = {"concentrator": CONCENTRATOR, "module": MODULE, "both": BOTH}


def _listed(commands):
    return "\n".join(f"  {verb} {usage}".rstrip() for verb, (_, usage) in commands.items())


def _told(scenarios):
    return "\n".join(f"  {name:<16} {what}" for name, (what, _) in scenarios.items())


COMMANDS = (
    f"{_listed(plc_commands.COMMANDS)}\n\n"
    f"commands with --protocol 376.2:\n{_listed(gdw3762_commands.COMMANDS)}\n\n"
    f"scenarios:\n{_told(plc_scenarios.SCENARIOS)}"
)
_BANDS_HELP = (
    f"g3: {', '.join(plc_phy.BANDS)} (cenelec-a); "
    f"376.2: {', '.join(gdw3762_air.BANDS)} (broadband)"
)
ARGUMENTS = (
    (("--port",), {"required": True, "help": "a pty is made there; or a real serial port"}),
    (("--meters",), {"type": whole(1, METERS_MAX), "required": True, "help": "how many"}),
    (("--seed",), {"type": whole(0, 999_999), "default": 0, "help": "of all that is random (0)"}),
    (("--protocol",), {"choices": (G3, GDW3762), "default": G3, "help": "of the module (g3)"}),
    (("--band",), {"help": _BANDS_HELP}),
    (("--drive",), {"choices": DRIVES, "help": "376.2: who drives the reading (both)"}),
    (("--speed",), {"choices": SPEEDS, "default": "REALTIME", "help": "MAX: 60 times as fast"}),
    (
        ("--baud",),
        {"type": whole(1200, 921_600), "help": f"({BAUD}; with 376.2 {BAUD_3762}, even parity)"},
    ),
    (
        ("--extended",),
        {"action": "store_true", "help": "g3: it knows IDENTIFY, REBOOT and BOOTED"},
    ),
    (
        ("--at",),
        {
            "action": "append",
            "default": [],
            "metavar": "'SECONDS COMMAND'",
            "help": "a command, so many simulated seconds after the start; may be repeated",
        },
    ),
    (
        ("--scenario",),
        {"action": "append", "default": [], "metavar": "NAME", "help": "a script; see below"},
    ),
    (("--control",), {"metavar": "PATH", "help": "a unix socket for meter-sim control"}),
)


def meter_answers(number, seed, utc_s, made=lambda number, meter: None):
    """The application of a node: a DLMS meter behind the wrapper at UDP port 4059.

    utc_s(now_ms)  the time the meters live in. The meter is made when it is asked first.
    """
    wrappers = []

    def answer(asked, now_ms):
        _, port, payload = asked
        if port != DLMS_PORT:
            return b""
        if not wrappers:
            meter = Meter(FIRST_ADDRESS - 1 + number, seed=seed)
            made(number, meter)
            wrappers.append(Wrapper(meter, stream_max=1))
        return wrappers[0].datagram(payload, utc_s(now_ms))

    return answer


class Drive:
    """Keeps the simulated time at so many times the real one, and the port at the module."""

    def __init__(self, loop, port, speed):
        self._loop = loop
        self._port = port
        self._speed = speed
        self._start_ms = now_ms()
        self._wanted_ms = None
        self.world = None
        loop.watch(port.fd, self._read)

    def simulated_ms(self):
        return (now_ms() - self._start_ms) * self._speed

    def follow(self):
        """Have the loop wake us for what is due next."""
        next_ms = self.world.events.next_ms()
        if next_ms is not None and (self._wanted_ms is None or next_ms < self._wanted_ms):
            self._wanted_ms = next_ms
            self._loop.at(self._start_ms + next_ms / self._speed, self._due)

    def _due(self, _):
        self._wanted_ms = None
        self.world.events.run_until(self.simulated_ms())
        self.follow()

    def _read(self):
        octets = read(self._port)
        self.world.events.run_until(self.simulated_ms())
        self.world.module.hear(octets, self._their_baud())

    def _their_baud(self):
        """Of a real port only our own rate is known, and it is the module's."""
        return self._port.their_line().baud or self.world.module.baud

    def say(self, octets):
        write(self._port, octets)

    def command(self, line):
        self.world.events.run_until(self.simulated_ms())
        return self.world.command(line)


def serial_answers(number, seed, utc_s):
    """The application of a node of 376.2: a DLMS meter over HDLC, behind a module that hands
    octets on. All have HDLC address 1: nobody else is on their line."""
    meters = []

    def answer(asked, now_ms):
        if not meters:
            own = FIRST_ADDRESS - 1 + number
            meters.append(Meter(own, seed=seed, bus_address=1))
        return meters[0].receive(asked[1], now_ms, utc_s(now_ms))

    return answer


def run(given):
    """Until SIGINT or SIGTERM. PortUnusable and ControlUnusable say what cannot be; ValueError
    what is wrong with the script."""
    make, commands, baud, parity = _protocol(given)
    script = [moment(text, commands) for text in given.at] + plc_scenarios.script(
        given.scenario, commands
    )
    port = open_port(given.port, baud, parity)
    try:
        loop = Loop()
        drive = Drive(loop, port, SPEEDS[given.speed])
        began_s = time.time()
        drive.world = make(
            drive.say, random.Random(given.seed).random, lambda ms: began_s + ms / 1000
        )
        drive.world.events.changed = drive.follow
        drive.world.power_on()
        for seconds, words in script:
            drive.world.events.after(1000 * seconds, drive.world.command, words)
        _serve(loop, drive, given, port)
    finally:
        port.close()


def _protocol(given):
    """(function that makes the world, its commands, bit/s, parity)"""
    if given.protocol == GDW3762:
        if given.extended:
            raise ValueError("--extended is for --protocol g3: 376.2 has no such commands")
        band, baud = _band(given, gdw3762_air.BANDS, "broadband"), given.baud or BAUD_3762
        return (
            _maker(World3762, given, band, baud, serial_answers),
            gdw3762_commands.COMMANDS,
            baud,
            "E",
        )
    if given.drive:
        raise ValueError("--drive is for --protocol 376.2: behind a G3 module the DCU reads")
    band, baud = _band(given, plc_phy.BANDS, "cenelec-a"), given.baud or BAUD
    return _maker(World, given, band, baud, meter_answers), plc_commands.COMMANDS, baud, "N"


def _band(given, bands, usual):
    band = given.band or usual
    if band not in bands:
        raise ValueError(f"--band {band}: with --protocol {given.protocol} {', '.join(bands)}")
    return band


def _maker(world, given, band, baud, answers):
    nature = {"baud": baud, "is_paced": given.speed == "REALTIME"}
    if given.protocol == G3:
        nature["is_extended"] = given.extended
    else:
        nature["drive"] = DRIVES[given.drive or "both"]

    def make(say, chance, utc_s):
        def answer_of(number):
            return answers(number, given.seed, utc_s)

        return world(given.meters, given.seed, band, say, chance, answer_of, **nature)

    return make


def _meters_are(given):
    """What a DCU has to know of them."""
    if given.protocol == GDW3762:
        return f"meters {digits_of(1)} to {digits_of(given.meters)}"
    ends = " to ".join(eui(number).hex().upper() for number in (1, given.meters))
    return f"meters with EUI-64 {ends}, key (PSK) {PSK.hex().upper()}"


def _serve(loop, drive, given, port):
    loop.stop_on_signals()
    listener = given.control and control.Control(given.control, loop, drive.command)
    try:
        port.announce()
        module = drive.world.module
        name = "G3" if given.protocol == G3 else f"Q/GDW {GDW3762}"
        words = f"{drive.world.band}, {given.meters} meters of seed {given.seed}"
        print(f"{name} module, {words}, at {module.baud} bit/s on {given.port}")
        print(_meters_are(given), flush=True)
        loop.run()
    finally:
        if listener:
            listener.close()
