"""The command `dcu`: runs the DCU, and talks to a running one through its console.

Exit codes: 0 good, 1 wrong use, 3 partly done, 4 no answer, 5 refused.
"""

import argparse
import sys

from boards import cli_data_cpython, cli_plc_cpython, decode_cpython, run
from boards import do_cpython as do
from boards.words_cpython import described
from dcu.exit_codes import GOOD, NO_ANSWER, PARTLY, WRONG_USE
from hal.errors import DcuError, NoReply

_ENDED_BY_CTRL_C = ("run", "panel")  # these have no other end
_MP = ("mp", None, "measuring point")
_DATA_HELP = "folder of the DCU: settings, archive, stored readings"


def main(words=None):
    words = sys.argv[1:] if words is None else words
    sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
    options = _parser().parse_args(words)
    try:
        return options.function(options)
    except DcuError as error:
        print(f"dcu {words[0]}: {error}", file=sys.stderr)
        return NO_ANSWER if isinstance(error, NoReply) else WRONG_USE
    except BrokenPipeError:  # the reader of our output has seen enough
        return GOOD
    except KeyboardInterrupt:
        if words[0] in _ENDED_BY_CTRL_C:
            return GOOD
        print(f"dcu {words[0]}: interrupted", file=sys.stderr)
        return PARTLY


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        print(f"{self.prog}: {message}; see {self.prog} --help", file=sys.stderr)
        sys.exit(WRONG_USE)


def _parser():
    parser = _Parser(prog="dcu", description="An open data concentrator unit.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_run(verbs)
    _add_meters(verbs)
    _add_settings(verbs)
    _add_asking(verbs)
    _add_image(verbs)
    cli_data_cpython.add(verbs, _asking)
    cli_plc_cpython.add(verbs, _asking)
    decode_cpython.add(verbs)
    _add_meter_verbs(verbs)
    version = verbs.add_parser("version", **described("which version this is"))
    version.add_argument("--json", action="store_true", help="print one JSON document")
    version.set_defaults(function=do.version)
    return parser


def _add_run(verbs):
    verb = verbs.add_parser("run", **described("run the DCU until Ctrl-C"))
    verb.add_argument("--data", required=True, metavar="DIR", help=_DATA_HELP)
    verb.add_argument("--board", default="pc", help=", ".join(sorted(run.BOARDS)))
    _add_set(verb)
    verb.set_defaults(function=do.run_dcu)


def _add_set(verb):
    verb.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change a setting, for good; KEY=@FILE takes a secret from a file; "
        "`dcu settings list` shows all keys",
    )


def _asking(verbs, name, help_, function, *arguments):
    """A verb with --data, --json and positional arguments ((name, nargs, help), …)."""
    verb = verbs.add_parser(name, **described(help_))
    for argument, count, text in arguments:
        verb.add_argument(argument, nargs=count, help=text)
    verb.add_argument("--data", required=True, metavar="DIR", help=_DATA_HELP)
    verb.add_argument("--json", action="store_true", help="print one JSON document")
    verb.set_defaults(function=function)
    return verb


def _add_meters(verbs):
    group = verbs.add_parser("meters", **described("the meter archive"))
    rows = group.add_subparsers(dest="what", required=True, metavar="VERB")
    _asking(rows, "list", "the meters on file and how they are", do.console("meters list"))
    _asking(
        rows,
        "add",
        "one more meter: dcu meters add mp=1 address=17 channel=rs485-1 --data DIR; a password "
        "or key as password=@FILE",
        do.meters_add,
        ("field", "+", "FIELD=VALUE; mp and address are needed"),
    )
    _asking(rows, "remove", "take a meter off", do.meters_remove, _MP)
    _asking(rows, "import", "take all rows, or none", do.meters_import, ("file", None, "FILE.csv"))
    _asking(rows, "export", "as CSV, passwords and keys masked", do.console("meters export"))


def _add_settings(verbs):
    group = verbs.add_parser("settings", **described("the settings"))
    rows = group.add_subparsers(dest="what", required=True, metavar="VERB")
    _asking(rows, "list", "every setting", do.console("settings list"))
    _asking(rows, "set", "change settings", do.settings_set, ("pair", "+", "KEY=VALUE"))


def _add_meter_verbs(verbs):
    clock = _asking(verbs, "clock", "a meter's clock", do.clock, _MP)
    clock.add_argument("--set", action="store_true", help="set it to the time of the DCU")
    switch = _asking(
        verbs, "switch", "a meter's switch", do.switch, _MP, ("what", None, "state, on or off")
    )
    switch.add_argument("--yes", action="store_true", help="on and off: a consumer will feel it")
    profile = _asking(
        verbs,
        "profile",
        "rows of a meter's profile",
        do.profile,
        _MP,
        ("obis", None, "its OBIS code"),
    )
    for option, name in (("--from", "since"), ("--to", "until")):
        profile.add_argument(
            option,
            dest=name,
            required=True,
            metavar="T",
            help="2026-11-22 or 2026-11-22T10:15, UTC",
        )


def _add_image(verbs):
    image = _asking(
        verbs,
        "image",
        "give meters a new firmware; goes on where it was when it is broken off",
        do.image,
        ("meters", None, "MP[,MP…], or a port: rs485-1"),
        ("file", None, "the image, as the maker of the meters gives it"),
    )
    image.add_argument("--name", required=True, help="its identifier, as the maker says")
    image.add_argument("--activate", action="store_true", help="and have the meters start it")
    image.add_argument("--yes", action="store_true", help="needed with --activate")


def _add_asking(verbs):
    _asking(verbs, "status", "how the running DCU is", do.console("status"))
    help_ = "the way to the HES, what has gone over it, and what has happened to it of late (log)"
    uplink = _asking(verbs, "uplink", help_, do.uplink)
    uplink.add_argument("what", nargs="?", choices=("log",), help="the last lines of the log")
    help_ = "the address on Ethernet (eth.ipv4), and a change on trial, which is kept by keep"
    ethernet = _asking(verbs, "ethernet", help_, do.ethernet)
    ethernet.add_argument("what", nargs="?", choices=("keep",), help="the change is good")
    read = _asking(
        verbs,
        "read",
        "read a meter now, through the running DCU",
        do.read,
        _MP,
        ("obis", None, "OBIS[,OBIS…] or CLASS/OBIS/ATTRIBUTE"),
    )
    read.add_argument("--trace", action="store_true", help="and what goes over the bus, in words")
    scan = _asking(verbs, "scan", "find DLMS meters; prints rows for `dcu meters import`", do.scan)
    scan.add_argument("--port", required=True, help="rs485-1, rs485-2 or rs485-3")
    scan.add_argument("--range", default="1-32", metavar="LOW-HIGH", help="addresses; 1-32")
    _add_set(scan)
    panel = verbs.add_parser("panel", **described("the front panel, in this terminal; q leaves"))
    place = panel.add_mutually_exclusive_group(required=True)
    place.add_argument("--data", metavar="DIR", help=_DATA_HELP)
    place.add_argument("--url", help="of its web page: http://HOST:PORT; asks for its password")
    panel.add_argument("--password", metavar="@FILE", help="of the panel, for --url")
    panel.set_defaults(function=do.panel)
    panel.add_argument("--text", action="store_true", help="print the screen once, as text")
    panel.add_argument("--png", metavar="FILE", help="draw the screen once, as a picture")
    panel.add_argument("--keys", default="", help='keys to press first: "down*3 enter"')


if __name__ == "__main__":
    sys.exit(main())
