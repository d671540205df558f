"""The command `dcu`: runs the DCU, and talks to a running one through its console.

Exit codes: 0 good, 1 wrong use, 3 partly done, 4 no answer, 5 refused.
"""

import argparse
import sys

from boards import panel_cpython, run, show_cpython, wiring
from boards.console_file import ask
from dcu.console import NO_ANSWER, WRONG_USE, execute
from dcu.unit import VERSION
from hal import coop
from hal.clock import Clock
from hal.errors import DcuError, NoReply, Refused
from hal.files import Files

ANSWER_MS = 120_000  # the running DCU is silent for longer: given up
_OFFLINE = ("meters", "settings", "scan")  # verbs that need no running DCU
_DATA_HELP = "folder of the DCU: settings, archive, stored readings"


def main(words=None):
    words = sys.argv[1:] if words is None else words
    sys.stdout.reconfigure(line_buffering=True)
    options = _parser().parse_args(words)
    try:
        return options.function(options)
    except DcuError as error:
        print(f"dcu {words[0]}: {error}", file=sys.stderr)
        return NO_ANSWER if isinstance(error, NoReply) else WRONG_USE
    except (KeyboardInterrupt, BrokenPipeError):
        return 0


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
    version = verbs.add_parser("version", help="which version this is")
    version.set_defaults(function=_version)
    return parser


def _add_run(verbs):
    verb = verbs.add_parser("run", help="run the DCU until Ctrl-C")
    verb.add_argument("--data", required=True, metavar="DIR", help=_DATA_HELP)
    verb.add_argument("--board", default="pc", help=", ".join(sorted(run.BOARDS)))
    _add_set(verb)
    verb.set_defaults(function=_run)


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
    verb = verbs.add_parser(name, help=help_, description=help_)
    for argument, count, text in arguments:
        verb.add_argument(argument, nargs=count, help=text)
    verb.add_argument("--data", required=True, metavar="DIR", help=_DATA_HELP)
    verb.add_argument("--json", action="store_true", help="print one JSON document")
    verb.set_defaults(function=function)
    return verb


def _add_meters(verbs):
    group = verbs.add_parser("meters", help="the meter archive")
    rows = group.add_subparsers(dest="what", required=True, metavar="VERB")
    _asking(rows, "list", "the meters on file and how they are", _console("meters list"))
    _asking(
        rows,
        "add",
        "one more meter: dcu meters add mp=1 address=17 channel=rs485-1 --data DIR; a password "
        "as password=@FILE",
        _meters_add,
        ("field", "+", "FIELD=VALUE; mp and address are needed"),
    )
    _asking(rows, "remove", "take a meter off", _meters_remove, ("mp", None, "measuring point"))
    _asking(rows, "import", "take all rows, or none", _meters_import, ("file", None, "FILE.csv"))
    _asking(rows, "export", "as CSV, passwords masked", _console("meters export"))


def _add_settings(verbs):
    group = verbs.add_parser("settings", help="the settings")
    rows = group.add_subparsers(dest="what", required=True, metavar="VERB")
    _asking(rows, "list", "every setting", _console("settings list"))
    _asking(rows, "set", "change settings", _settings_set, ("pair", "+", "KEY=VALUE"))


def _add_asking(verbs):
    _asking(verbs, "status", "how the running DCU is", _console("status"))
    _asking(
        verbs,
        "read",
        "read a meter now, through the running DCU",
        _read,
        ("mp", None, "measuring point"),
        ("obis", None, "OBIS[,OBIS…] or CLASS/OBIS/ATTRIBUTE"),
    )
    scan = _asking(verbs, "scan", "find DLMS meters; prints rows for `dcu meters import`", _scan)
    scan.add_argument("--port", required=True, help="rs485-1, rs485-2 or rs485-3")
    scan.add_argument("--range", default="1-32", metavar="LOW-HIGH", help="addresses; 1-32")
    _add_set(scan)
    panel = verbs.add_parser("panel", help="the front panel, in this terminal; q leaves")
    panel.add_argument("--data", required=True, metavar="DIR", help=_DATA_HELP)
    panel.set_defaults(function=_panel)
    panel.add_argument("--text", action="store_true", help="print the screen once, as text")
    panel.add_argument("--keys", default="", help='keys to press first: "down enter"')


def _run(options):
    words = ["--data", options.data, "--board", options.board]
    for text in options.set:
        words += ["--set", text]
    return run.main(words)


def _version(options):
    print(f"opendcu {VERSION}")
    return 0


def _console(verb):
    return lambda options: _show(options, verb, [])


def _meters_add(options):
    pairs = [run.pair(text) for text in options.field]
    return _show(options, "meters add", [",".join([f"{key}={text}" for key, text in pairs])])


def _meters_remove(options):
    return _show(options, "meters remove", [options.mp])


def _meters_import(options):
    try:
        with open(options.file, encoding="utf-8-sig") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{options.file}: {getattr(error, 'strerror', None) or 'is not text'}")
    return _show(options, "meters import", [text])


def _settings_set(options):
    for key, text in [run.pair(text) for text in options.pair]:
        code = _show(options, "settings set", [key, text])
        if code:
            return code
    return 0


def _read(options):
    return _show(options, "read", [options.mp, options.obis])


def _scan(options):
    low, dash, high = options.range.partition("-")
    for key, text in [run.pair(text) for text in options.set]:
        code, result = _ask(options, "settings set", [key, text])
        _to_stderr("", result)
        if code:
            return code
    return _show(options, "scan", [options.port, low, high if dash else low])


def _panel(options):
    panel_cpython.attach(options.data, options.keys.split(), options.text)
    return 0


def _show(options, verb, arguments):
    """Ask, print the answer for people or as JSON, and return the exit code."""
    code, result = _ask(options, verb, arguments)
    if isinstance(result, str) and code:
        print(f"dcu {verb}: {result}", file=sys.stderr)
    else:
        show_cpython.show(verb, result, options.json)
    return code


def _ask(options, verb, arguments):
    """(exit code, result) of the running DCU; without one, of the data folder where that does."""
    return coop.run(_ask_or_do(options, verb, arguments))


async def _ask_or_do(options, verb, arguments):
    files = Files(options.data)
    answer = await ask(files, verb, arguments, lambda text: _to_stderr("", text), ANSWER_MS)
    if answer is not None:
        return answer
    if verb.split()[0] not in _OFFLINE:
        return NO_ANSWER, f"no DCU is running on {options.data}; start one: dcu run --data …"

    async def say(text):
        _to_stderr("", text)

    unit = wiring.unit_of(run.BOARDS["pc"], files, Clock(), _to_stderr)
    return await execute(unit, verb, arguments, say)


def _to_stderr(part, text):
    print(f"{part}: {text}" if part else text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
