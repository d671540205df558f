"""The verb `meter-sim plc`: a simulated G3 module with its network of meters on a pty."""

import os
import random
import time

from meter_sim import control, plc_commands, plc_phy
from meter_sim.loop import Loop, now_ms
from meter_sim.meter import Meter
from meter_sim.options import moment, whole
from meter_sim.plc_module import BAUD
from meter_sim.plc_world import World
from meter_sim.port import PortUnusable, open_port
from meter_sim.wrapper import Wrapper

READ_MAX = 4096
DLMS_PORT = 4059
SPEEDS = {"REALTIME": 1, "MAX": 60}  # times real time; more would outrun the host's time-outs
FIRST_ADDRESS = 17  # of the meter that is node 1
METERS_MAX = 2000

COMMANDS = "\n".join(
    f"  {verb} {usage}".rstrip() for verb, (_, usage) in plc_commands.COMMANDS.items()
)
ARGUMENTS = (
    (("--port",), {"required": True, "help": "a pty is made there; or a real serial port"}),
    (("--meters",), {"type": whole(1, METERS_MAX), "required": True, "help": "how many"}),
    (("--seed",), {"type": whole(0, 999_999), "default": 0, "help": "of all that is random (0)"}),
    (("--band",), {"choices": plc_phy.BANDS, "default": "cenelec-a", "help": "(cenelec-a)"}),
    (("--speed",), {"choices": SPEEDS, "default": "REALTIME", "help": "MAX: 60 times as fast"}),
    (("--baud",), {"type": whole(1200, 921_600), "default": BAUD, "help": f"({BAUD})"}),
    (("--extended",), {"action": "store_true", "help": "it knows IDENTIFY, REBOOT and BOOTED"}),
    (
        ("--at",),
        {
            "action": "append",
            "default": [],
            "metavar": "'SECONDS COMMAND'",
            "help": "a command, so many simulated seconds after the start; may be repeated",
        },
    ),
    (("--control",), {"metavar": "PATH", "help": "a unix socket for meter-sim control"}),
)


def meter_answers(number, seed, utc_s):
    """The application of a node: a DLMS meter behind the wrapper at UDP port 4059.

    utc_s(now_ms)  the time the meters live in. The meter is made when it is asked first.
    """
    wrappers = []

    def answer(asked, now_ms):
        _, port, payload = asked
        if port != DLMS_PORT:
            return b""
        if not wrappers:
            wrappers.append(Wrapper(Meter(FIRST_ADDRESS - 1 + number, seed=seed), stream_max=1))
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
        try:
            octets = os.read(self._port.fd, READ_MAX)
        except OSError:
            octets = b""
        if not octets:
            raise PortUnusable(f"{self._port.name} is gone: plug it in, start again")
        self.world.events.run_until(self.simulated_ms())
        self.world.module.hear(octets, self._their_baud())

    def _their_baud(self):
        """Of a real port only our own rate is known, and it is the module's."""
        return self._port.their_line().baud or self.world.module.baud

    def say(self, octets):
        try:
            os.write(self._port.fd, octets)
        except OSError:
            pass  # nobody reads, or the port is gone (see _read): a wire does not wait

    def command(self, line):
        self.world.events.run_until(self.simulated_ms())
        return plc_commands.command(self.world, line)


def run(given):
    """Until SIGINT or SIGTERM. PortUnusable and ControlUnusable say what cannot be; ValueError
    what is wrong with the script."""
    script = [moment(text, plc_commands.COMMANDS) for text in given.at]
    port = open_port(given.port, given.baud, "N")
    try:
        loop = Loop()
        drive = Drive(loop, port, SPEEDS[given.speed])
        began_s = time.time()
        drive.world = World(
            given.meters,
            given.seed,
            given.band,
            drive.say,
            random.Random(given.seed).random,
            lambda number: meter_answers(number, given.seed, lambda ms: began_s + ms / 1000),
            baud=given.baud,
            is_extended=given.extended,
            is_paced=given.speed == "REALTIME",
        )
        drive.world.events.changed = drive.follow
        drive.world.power_on()
        for seconds, words in script:
            drive.world.events.after(1000 * seconds, plc_commands.command, drive.world, words)
        _serve(loop, drive, given, port)
    finally:
        port.close()


def _serve(loop, drive, given, port):
    loop.stop_on_signals()
    listener = given.control and control.Control(given.control, loop, drive.command)
    try:
        port.announce()
        words = f"{given.band}, {given.meters} meters of seed {given.seed}"
        print(f"G3 module, {words}, at {given.baud} bit/s on {given.port}", flush=True)
        loop.run()
    finally:
        if listener:
            listener.close()
