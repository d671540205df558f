"""What the verbs of `hes` share: how an answer is told, and arguments that several have."""

import json
import sys

from hes_stub import report
from hes_stub.arguments import terminal_id
from hes_stub.errors import GOOD, NO_ANSWER, PARTLY, REFUSED, HesError

EXIT_CODES = {"good": GOOD, "partly": PARTLY, "no answer": NO_ANSWER, "refused": REFUSED}
TERMINAL = (("terminal",), {"type": terminal_id, "metavar": "TERMINAL", "help": "like 07310001"})
JSON = (("--json",), {"action": "store_true", "help": "print one JSON document"})


def tell(options, answer, lines):
    """The exit code. lines(answer): what a person reads of a good one."""
    if options.json:
        print(json.dumps(answer))
    elif answer["error"]:
        print(f"hes: {answer['error']}", file=sys.stderr)
    else:
        print("\n".join(lines(answer)))
    return EXIT_CODES[answer["result"]]


def show(options, name, columns, rows):
    if options.json:
        print(json.dumps({name: rows}))
    else:
        print("\n".join(report.table(columns, rows)) if rows else f"no {name}")
    return GOOD


def csv_of(path, verb):
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not text"
        raise HesError(f"{path}: {reason}; give a CSV file, as `hes {verb} TERMINAL` prints it")
