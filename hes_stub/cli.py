"""`hes`: the head-end system on the command line. One row of VERBS is one verb."""

import functools
import json
import os
import sys

from hes_stub import client, gdw_file, gdw_words, report, tls
from hes_stub import network as network_words
from hes_stub.arguments import PORT_MAX, Parser, host_and_port, key_value, terminal_id, whole
from hes_stub.errors import GOOD, PARTLY, HesError
from hes_stub.folder import Folder
from hes_stub.items import parse
from hes_stub.queries import Queries
from hes_stub.telling import EXIT_CODES, JSON, TERMINAL, csv_of, show, tell

DATA_VARIABLE = "HES_DATA"
DATA_DEFAULT = "hes-data"
LAST_DEFAULT = 20
_KEYS_NOW = {  # by --forget
    False: "new keys, kept in hes.db",
    True: "the keys of --dcu-key from the next connection on; if they fail, those that it had",
}


def main(arguments=None):
    options = _parser().parse_args(arguments)
    try:
        return options.verb(options)
    except HesError as error:
        print(f"hes: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except KeyboardInterrupt:
        return GOOD if options.verb is serve else PARTLY


def serve(options):
    from hes_stub.server import run  # the others need no web server: they start faster

    return run(options)


def certificates(options):
    from hes_stub.certificates import make  # the others need no such tools: they start faster

    return make(options)


def dcus(options):
    rows = Queries(options.data).dcus()
    if not Folder(options.data).is_served():
        for row in rows:
            row["connected"] = 0
    code = show(options, "dcus", report.DCUS, rows)
    for row in rows if not options.json else ():
        if row["notice"]:
            print(row["notice"])
    return code


def meters(options):
    rows = _of_known(options).meters(options.terminal)
    return show(options, "meters", report.METERS, rows)


def readings(options):
    rows = _of_known(options).readings(options.terminal, options.mp, options.last)
    return show(options, "readings", report.READINGS, rows)


def alarms(options):
    rows = _of_known(options).alarms(options.terminal, options.mp, options.last)
    return show(options, "alarms", report.ALARMS, rows)


def records(options):
    rows = _of_known(options).records(options.terminal, options.mp, options.last)
    return show(options, "records", report.RECORDS, rows)


def _of_known(options):
    """The Queries, or HesError for a terminal that was never here: it may be mistyped."""
    queries = Queries(options.data)
    known = [row["terminal"] for row in queries.dcus()]
    if options.terminal not in [None, *known]:
        raise HesError(f"no terminal {options.terminal} has registered; see `hes dcus`")
    return queries


def read(options):
    parse(options.items, options.attribute)  # wrong use is said before anybody is asked
    request = {
        "terminal": options.terminal,
        "mp": options.mp,
        "items": options.items,
        "attribute": options.attribute,
        "logical": options.logical,
    }
    answer = client.ask(Folder(options.data), client.READ_PATH, request)
    if options.json:
        print(json.dumps(answer))
    else:
        for line in report.items(answer["items"]):
            print(line)
        if answer["error"]:
            print(f"hes: {answer['error']}", file=sys.stderr)
    return EXIT_CODES[answer["result"]]


def tasks(options):
    request = {"terminal": options.terminal, "csv": None}
    if options.set:
        request["csv"] = csv_of(options.set, "tasks")
    answer = client.ask(Folder(options.data), client.TASKS_PATH, request)
    return tell(options, answer, lambda it: [it["csv"].rstrip("\n"), *report.plan(it["plan"])])


def archive(options):
    csv = csv_of(options.set, "archive") if options.set else None
    request = {"terminal": options.terminal, "csv": csv}
    answer = client.ask(Folder(options.data), client.ARCHIVE_PATH, request)
    return tell(options, answer, lambda answer: [answer["csv"].rstrip("\n")])


def network(options):
    request = {"terminal": options.terminal}
    answer = client.ask(Folder(options.data), client.NETWORK_PATH, request)
    return tell(options, answer, network_words.lines)


def settings(options):
    request = {"terminal": options.terminal, "lines": options.pair}
    answer = client.ask(Folder(options.data), client.SETTINGS_PATH, request)
    keys = {line.partition("=")[0] for line in options.pair}

    def wanted(answer):
        return [line for line in answer["lines"] if not keys or line.partition("=")[0] in keys]

    return tell(options, answer, wanted)


def gdw(options):
    ask = functools.partial(client.ask, Folder(options.data), client.GDW_PATH)
    answer = gdw_file.answer_to(ask, gdw_words.request(options), options)
    return tell(options, answer, gdw_words.lines)


def rekey(options):
    if options.forget and not options.yes:
        raise HesError(
            "the keys that only this DCU and hes.db have are forgotten as soon as it is let in by"
            " those of the key file; until then both are tried. If it has those of the file:"
            f" hes rekey {options.terminal} --forget --yes"
        )
    request = {"terminal": options.terminal, "forget": options.forget}
    answer = client.ask(Folder(options.data), client.REKEY_PATH, request)
    done = f"terminal {options.terminal}: {_KEYS_NOW[options.forget]}"
    return tell(options, answer, lambda answer: [done])


_PORT = {"type": whole(0, PORT_MAX), "metavar": "PORT"}
_DIAL = {
    "type": host_and_port,
    "action": "append",
    "default": [],
    "metavar": "HOST:PORT",
    "help": "of a DCU that is in server mode: dial it; for several, several times",
}
_FILTERS = (
    (("--terminal",), {"type": terminal_id, "help": "of this terminal only"}),
    (("--mp",), {"type": whole(0, 0xFFFF), "help": "of this measuring point only"}),
    (("--last",), {"type": whole(1, 10**9), "default": LAST_DEFAULT, "help": "how many"}),
    JSON,
)
_ITEMS_HELP = "OBIS codes with commas between, like 1.0.1.8.0.255, or class/OBIS/attribute"
_FILE = {"metavar": "@FILE"}
VERBS = (
    (
        serve,
        "accept concentrators, fetch what they have, show the status page",
        (
            (("--port",), {**_PORT, "default": 4059, "help": "for DCUs (4059; 0: any free one)"}),
            (("--udp",), {**_PORT, "help": "for DCUs over UDP, too (none)"}),
            (("--bind",), {"default": "0.0.0.0", "help": "address for DCUs (0.0.0.0)"}),
            (("--dial",), _DIAL),
            (
                ("--web",),
                {**_PORT, "default": 8080, "help": "of the page (8080; 0: any free one)"},
            ),
            (("--web-bind",), {"default": "127.0.0.1", "help": "address of the page (127.0.0.1)"}),
            (("--meter-password",), {**_FILE, "help": "first line: LLS password of the meters"}),
            (("--dcu-password",), {**_FILE, "help": "first line: LLS password of the DCUs"}),
            *tls.ARGUMENTS,
            (("--dcu-key",), {**_FILE, "help": "lines ek=, ak=, kek=: keys of the DCUs, in hex"}),
            (
                ("--fetch-s",),
                {"type": whole(1, 86_400), "default": 30, "help": "seconds between fetches (30)"},
            ),
        ),
    ),
    (
        certificates,
        "a CA of one's own, and what it signs for the HES and its DCUs: for a trial of TLS",
        tls.CERTIFICATES_ARGUMENTS,
    ),
    (dcus, "the concentrators that have registered", (JSON,)),
    (meters, "the meters of a concentrator", (TERMINAL, JSON)),
    (readings, "stored readings, newest last", _FILTERS),
    (alarms, "stored alarms, newest last", _FILTERS),
    (
        read,
        "ask a meter now, through its concentrator",
        (
            TERMINAL,
            (("mp",), {"type": whole(1, 0xFFFF), "metavar": "MP", "help": "measuring point"}),
            (("items",), {"metavar": "OBIS[,OBIS...]", "help": _ITEMS_HELP}),
            (("--attribute",), {"type": whole(1, 127), "default": 2, "help": "attribute (2)"}),
            (("--logical",), {"type": whole(1, 16383), "default": 1, "help": "device (1)"}),
            JSON,
        ),
    ),
    (
        gdw,
        "ask a concentrator, or order, by Q/GDW 376.1",
        (TERMINAL, *gdw_words.ARGUMENTS, JSON),
    ),
    (records, "stored records of tasks, newest last", _FILTERS),
    (
        tasks,
        "the task list of a concentrator, and what it costs there",
        (
            TERMINAL,
            (("--set",), {"metavar": "FILE.csv", "help": "give it this list instead"}),
            JSON,
        ),
    ),
    (
        archive,
        "the meter archive of a concentrator, and rows for it",
        (
            TERMINAL,
            (("--set",), {"metavar": "FILE.csv", "help": "rows, each in place of its MP's"}),
            JSON,
        ),
    ),
    (
        network,
        "the module slot of a concentrator, and the meters behind it",
        (TERMINAL, JSON),
    ),
    (
        settings,
        "all settings of a concentrator, or others for some of them",
        (
            TERMINAL,
            (
                ("pair",),
                {"nargs": "*", "metavar": "KEY=VALUE", "type": key_value, "help": "change"},
            ),
            JSON,
        ),
    ),
    (
        rekey,
        "give a concentrator new keys, which nobody else has",
        (
            TERMINAL,
            (
                ("--forget",),
                {"action": "store_true", "help": "no: it has those of --dcu-key (again)"},
            ),
            (("--yes",), {"action": "store_true", "help": "needed with --forget"}),
            JSON,
        ),
    ),
)


def _parser():
    parser = Parser(prog="hes", description="A thin head-end system for opendcu.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for function, text, arguments in VERBS:
        verb = verbs.add_parser(function.__name__, help=text, description=text, allow_abbrev=False)
        data = os.environ.get(DATA_VARIABLE, DATA_DEFAULT)
        verb.add_argument("--data", default=data, metavar="DIR", help=f"data folder ({data})")
        for names, settings in arguments:
            verb.add_argument(*names, **settings)
        verb.set_defaults(verb=function)
    return parser


if __name__ == "__main__":
    sys.exit(main())
