"""The program meter-sim: a bus of simulated meters on a pty or a real serial port.

Exit codes: 0 good, 1 wrong use, 4 no answer.
"""

import argparse
import sys
import time

from meter_sim import control, faults, plant
from meter_sim.frames import ADDRESS
from meter_sim.loop import Loop
from meter_sim.meter import MAX_INFO, REPLY_MS, WINDOW, Meter
from meter_sim.options import APPLICATION, application, whole
from meter_sim.plant import Plant
from meter_sim.port import PortUnusable, open_port

METERS_MAX = 256
WRONG_USE, NO_ANSWER = 1, 4
PARITY_BITS = {"N": 0, "E": 1, "O": 1}


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(WRONG_USE, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments=None):
    given = _parser().parse_args(arguments)
    return given.run(given)


def rs485(given):
    """Run the meters until SIGINT or SIGTERM."""
    addresses = range(given.first, given.first + given.meters)
    if addresses[-1] > ADDRESS[1]:
        return _wrong(f"addresses end at {ADDRESS[1]}: take fewer meters or a lower --first")
    try:
        here = Plant(_meters(given, addresses), given.utc_offset)
        for fault in given.fault:
            address, _, text = fault.partition(":")
            here.add_fault(address, text)
        port = open_port(given.port, given.baud, given.parity)
    except (ValueError, PortUnusable) as wrong:
        return _wrong(wrong)
    try:
        return _serve(port, here, given)
    except (PortUnusable, control.ControlUnusable) as wrong:
        return _wrong(wrong)
    finally:
        port.close()


def _meters(given, addresses):
    common = application(given)
    return [
        Meter(
            address,
            seed=given.seed,
            max_info=given.max_info,
            window=given.window,
            reply_ms=given.reply_ms,
            **common,
        )
        for address in addresses
    ]


def _serve(port, here, given):
    octet_ms = (10 + PARITY_BITS[given.parity]) * 1000 / given.baud if given.pace else 0
    loop = Loop(port, here, octet_ms)
    loop.stop_on_signals()
    listener = given.control and control.Control(given.control, loop, here.command)
    last = given.first + given.meters - 1
    try:
        port.announce()
        print(f"meters {given.first}..{last} of seed {given.seed} on {given.port}", flush=True)
        loop.run()
    finally:
        if listener:
            listener.close()
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
_RS485 = (
    (("--port",), {"required": True, "help": "a pty is made there; or a real serial port"}),
    (("--meters",), {"required": True, "type": whole(1, METERS_MAX), "help": "how many"}),
    (("--first",), {"type": _ADDRESS, "default": 17, "help": "address of the first (17)"}),
    (("--seed",), {"type": _SEED, "default": 0, "help": "of the load curves (0)"}),
    (("--pace",), {"action": "store_true", "help": "keep real octet timing on a pty"}),
    (("--baud",), {"type": whole(300, 921_600), "default": 9600, "help": "bit/s (9600)"}),
    (("--parity",), {"choices": PARITY_BITS, "default": "N", "help": "(N)"}),
    (("--reply-ms",), {"type": whole(0, 60_000), "default": REPLY_MS, "help": f"({REPLY_MS})"}),
    (("--max-info",), {"type": whole(*MAX_INFO), "default": 128, "help": "per frame (128)"}),
    (("--window",), {"type": whole(*WINDOW), "default": 1, "help": "frames in a row (1)"}),
    (("--utc-offset",), {"type": _SECONDS, "default": 0, "help": "seconds ahead of now"}),
    (("--fault",), {"action": "append", "default": [], "help": _FAULT_HELP}),
    *APPLICATION,
    (("--control",), {"metavar": "PATH", "help": "a unix socket for meter-sim control"}),
)
_TRUTH = (
    (("--address",), {"required": True, "type": _ADDRESS}),
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
        if run is rs485:
            verb.epilog = "faults:" + faults.__doc__.partition("\n")[2]
            verb.formatter_class = argparse.RawDescriptionHelpFormatter
    return parser


if __name__ == "__main__":
    sys.exit(main())
