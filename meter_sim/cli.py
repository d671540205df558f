"""The program meter-sim: simulated meters on a pty, a real serial port, or over IP.

Exit codes: 0 good, 1 wrong use, 4 no answer.
"""

import argparse
import sys
import time

from meter_sim import control, faults, modem_cli, plant, plc_cli
from meter_sim.frames import ADDRESS
from meter_sim.listener import TcpListener, UdpListener
from meter_sim.loop import Loop, now_ms
from meter_sim.meter import MAX_INFO, REPLY_MS, WINDOW, Meter
from meter_sim.mode_e import CALLED, RATE, RATES, ModeE
from meter_sim.options import APPLICATION, application, text_or_file, whole
from meter_sim.outlet import Outlet
from meter_sim.plant import Plant
from meter_sim.port import PortUnusable, open_port
from meter_sim.serial_bus import SerialBus

METERS_MAX = 256
PORT_MAX = 0xFFFF
LOOPBACK = "127.0.0.1"
WRONG_USE, NO_ANSWER = 1, 4
PARITY_BITS = {"N": 0, "E": 1, "O": 1}


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(WRONG_USE, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments=None):
    given = _parser().parse_args(arguments)
    return given.run(given)


def rs485(given):
    """Run the meters on a serial bus until SIGINT or SIGTERM."""
    try:
        here = _plant(given)
        # a call at 300 bit/s, if that is how the meters are entered
        baud, parity = (CALLED.baud, CALLED.parity) if given.mode_e else (given.baud, given.parity)
        port = open_port(given.port, baud, parity)
    except (ValueError, PortUnusable) as wrong:
        return _wrong(wrong)
    try:
        return _serve_bus(port, here, given)
    except (PortUnusable, control.ControlUnusable) as wrong:
        return _wrong(wrong)
    finally:
        port.close()


def _serve_bus(port, here, given):
    if given.mode_e:
        here.enter(lambda meter: ModeE(meter, port.their_line, given.mode_e))
    loop = Loop()
    bus = SerialBus(loop, port, here, _octet_ms(port, here, given))
    outlet = Outlet(loop, here)

    def after():
        bus.tell()
        outlet.flush()

    here.after = after
    return _serve(loop, here, given, port.announce, f"on {given.port}")


def _octet_ms(port, here, given):
    """The function that SerialBus wants: one start bit, and one to stop."""
    if not given.pace:
        return lambda: 0
    if given.mode_e:
        return lambda: 10_000 / here.line(now_ms()).baud
    octet_ms = (10 + PARITY_BITS[given.parity]) * 1000 / given.baud
    return lambda: octet_ms


def wrapper(given):
    """Run the meters, each at a port of IP, until SIGINT or SIGTERM."""
    loop, listeners = Loop(), []
    try:
        here = _plant(given)
        outlet = Outlet(loop, here)
        here.after = outlet.flush
        listen = UdpListener if given.udp else TcpListener
        for n, meter in enumerate(here.meters()):
            port = given.port and given.port + n
            if port > PORT_MAX:
                raise ValueError(f"ports end at {PORT_MAX}: take fewer meters or a lower --port")
            listeners.append(listen(loop, meter, given.host, port, here.utc_s, here.after))
        ports = f"at {given.host}, ports {' '.join(str(one.port) for one in listeners)}"
        return _serve(loop, here, given, lambda: None, ports)
    except (ValueError, PortUnusable, control.ControlUnusable) as wrong:
        return _wrong(wrong)
    finally:
        for one in listeners:
            one.close()


def _plant(given):
    """The meters as they are wanted; ValueError says what cannot be."""
    last = given.first + given.meters - 1
    if last > ADDRESS[1]:
        raise ValueError(f"addresses end at {ADDRESS[1]}: take fewer meters or a lower --first")
    common = application(given)
    meters = [
        Meter(
            address,
            seed=given.seed,
            max_info=given.max_info,
            window=given.window,
            reply_ms=given.reply_ms,
            **common,
        )
        for address in range(given.first, last + 1)
    ]
    here = Plant(meters, given.utc_offset)
    for fault in given.fault:
        address, _, text = fault.partition(":")
        here.add_fault(address, text)
    return here


def _serve(loop, here, given, announce, where):
    loop.stop_on_signals()
    listener = given.control and control.Control(given.control, loop, here.command)
    last = given.first + given.meters - 1
    try:
        announce()
        print(f"meters {given.first}..{last} of seed {given.seed} {where}", flush=True)
        loop.run()
    finally:
        if listener:
            listener.close()
    return 0


def modem(given):
    """Run a simulated cellular module until SIGINT or SIGTERM."""
    try:
        modem_cli.run(given, text_or_file(given.pin) if given.pin else "")
    except (argparse.ArgumentTypeError, ValueError) as wrong:
        return _wrong(wrong)
    except (PortUnusable, control.ControlUnusable) as wrong:
        return _wrong(wrong)
    return 0


def plc(given):
    """Run a simulated G3 or 376.2 module and its meters until SIGINT or SIGTERM."""
    try:
        plc_cli.run(given)
    except (ValueError, PortUnusable, control.ControlUnusable) as wrong:
        return _wrong(wrong)
    return 0


def truth(given):
    """What a meter measures at a second, as JSON."""
    at_s = time.time() if given.at is None else given.at
    print(plant.truth_line(Meter(given.address, seed=given.seed), at_s))
    return 0


def tell(given):
    """Send one command to a running meter-sim."""
    try:
        answer = control.ask(given.path, " ".join(given.words))
    except control.ControlUnusable as silent:
        print(f"meter-sim: {silent}", file=sys.stderr)
        return NO_ANSWER
    if answer.startswith("error: "):
        return _wrong(answer.removeprefix("error: "))
    print(answer)
    return 0


def _wrong(what):
    print(f"meter-sim: {what}", file=sys.stderr)
    return WRONG_USE


_ADDRESS = whole(*ADDRESS)
_SECONDS = whole(-(1 << 40), 1 << 40)
_SEED = whole(0, 999_999)
_FAULT_HELP = "a meter that is not well: ADDRESS:KIND[:ARGUMENT], see below; may be repeated"
_METERS = (
    (("--meters",), {"required": True, "type": whole(1, METERS_MAX), "help": "how many"}),
    (("--first",), {"type": _ADDRESS, "default": 17, "help": "address of the first (17)"}),
    (("--seed",), {"type": _SEED, "default": 0, "help": "of the load curves (0)"}),
    (("--reply-ms",), {"type": whole(0, 60_000), "default": REPLY_MS, "help": f"({REPLY_MS})"}),
    (("--max-info",), {"type": whole(*MAX_INFO), "default": 128, "help": "per frame (128)"}),
    (("--window",), {"type": whole(*WINDOW), "default": 1, "help": "frames in a row (1)"}),
    *APPLICATION,
    (("--utc-offset",), {"type": _SECONDS, "default": 0, "help": "seconds ahead of now"}),
    (("--fault",), {"action": "append", "default": [], "help": _FAULT_HELP}),
    (("--control",), {"metavar": "PATH", "help": "a unix socket for meter-sim control"}),
)
_MODE_E_HELP = "enter by IEC 62056-21 at 300 7E1; Z is the rate to go on with, 0 to 6 (5)"
_RS485 = (
    (("--port",), {"required": True, "help": "a pty is made there; or a real serial port"}),
    *_METERS,
    (("--pace",), {"action": "store_true", "help": "keep real octet timing on a pty"}),
    (("--baud",), {"type": whole(300, 921_600), "default": 9600, "help": "bit/s (9600)"}),
    (("--parity",), {"choices": PARITY_BITS, "default": "N", "help": "(N)"}),
    (
        ("--mode-e",),
        {"nargs": "?", "const": RATE, "choices": RATES, "metavar": "Z", "help": _MODE_E_HELP},
    ),
)
_WRAPPER = (
    (
        ("--port",),
        {"required": True, "type": whole(0, 0xFFFF), "help": "of the first meter; 0: any"},
    ),
    *_METERS,
    (("--host",), {"default": LOOPBACK, "help": f"where to listen ({LOOPBACK})"}),
    (("--udp",), {"action": "store_true", "help": "over UDP instead of TCP"}),
)
_TRUTH = (
    (("--address",), {"required": True, "type": _ADDRESS, "help": "of the meter"}),
    (("--seed",), {"type": _SEED, "default": 0, "help": "of the load curves (0)"}),
    (("--at",), {"metavar": "UTC", "type": _SECONDS, "help": "second (now)"}),
)
_COMMANDS = "; ".join(f"{verb} {usage}".strip() for verb, (_, usage) in plant.COMMANDS.items())
_CONTROL = (
    (("path",), {"metavar": "PATH", "help": "what was given as --control"}),
    (("words",), {"metavar": "COMMAND", "nargs": "+", "help": _COMMANDS}),
)
VERBS = (
    ("rs485", rs485, _RS485, "run meters on one bus until interrupted"),
    ("wrapper", wrapper, _WRAPPER, "run meters over TCP or UDP until interrupted"),
    ("modem", modem, modem_cli.ARGUMENTS, "run a cellular module until interrupted"),
    ("plc", plc, plc_cli.ARGUMENTS, "run a G3 or 376.2 module with its meters until interrupted"),
    ("control", tell, _CONTROL, "switch a running meter off or on, or ask it"),
    ("truth", truth, _TRUTH, "print what a meter measures at a second"),
)


def _parser():
    parser = _Parser(prog="meter-sim", description="Simulated DLMS/COSEM meters.")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for name, run, arguments, summary in VERBS:
        verb = verbs.add_parser(name, help=summary, description=f"{summary}.")
        verb.set_defaults(run=run)
        for names, how in arguments:
            verb.add_argument(*names, **how)
        if run in (rs485, wrapper):
            verb.epilog = "faults:" + faults.__doc__.partition("\n")[2]
            verb.formatter_class = argparse.RawDescriptionHelpFormatter
        if run in (modem, plc):
            own = modem_cli if run is modem else plc_cli
            verb.epilog = "commands:\n" + own.COMMANDS
            verb.formatter_class = argparse.RawDescriptionHelpFormatter
    return parser


if __name__ == "__main__":
    sys.exit(main())
