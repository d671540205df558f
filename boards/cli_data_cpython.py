"""The verbs of `dcu` about tasks and data: a part of cli_cpython.py."""

from boards import do_cpython as do
from boards.words_cpython import described
from hal.errors import Refused

_MP = ("mp", None, "measuring point")
_TIME = "2026-11-23 or 2026-11-23T10:15, UTC"
_FIELDS = (
    "FIELD=VALUE; id, kind and period are needed: dcu tasks add id=1 kind=profile period=1h; "
    "docs/tasks.md has all fields"
)


def add(verbs, asking):
    """`asking` makes a verb with --data and --json: see cli_cpython.py."""
    _add_tasks(verbs, asking)
    _add_data(verbs, asking)
    alarms = asking(verbs, "alarms", "the newest alarms and events, with their severity", _alarms)
    alarms.add_argument("--last", default="20", metavar="COUNT", help="how many (20)")
    why = asking(verbs, "why", "why a reading is there, or is not", _why, _MP)
    why.add_argument("time", nargs="?", help=f"of the slot: {_TIME}; without: now")


def _add_tasks(verbs, asking):
    group = verbs.add_parser("tasks", **described("what is read when, and what that costs"))
    rows = group.add_subparsers(dest="what", required=True, metavar="VERB")
    file = ("file", None, "FILE.csv")
    asking(
        rows,
        "list",
        "the tasks, what came of each last, and when it is next",
        do.console("tasks list"),
    )
    asking(rows, "add", "one more task", _add, ("field", "+", _FIELDS))
    asking(rows, "remove", "take a task off", _remove, ("id", None, "its number"))
    asking(rows, "import", "take this list in place of the old one", _import, file)
    asking(rows, "export", "the tasks as CSV", do.console("tasks export"))
    asking(
        rows,
        "plan",
        "bus time of the tasks by port, the busiest minute, and what cannot fit",
        _plan,
        ("file", "?", "FILE.csv: of this list, which is not taken"),
    )


def _add_data(verbs, asking):
    group = verbs.add_parser(
        "data", **described("the stored readings, and those that are missing")
    )
    rows = group.add_subparsers(dest="what", required=True, metavar="VERB")
    mp = ("mp", "?", "measuring point; without: all")
    _spanned(asking(rows, "gaps", "the holes, and why", _gaps, mp))
    rates = asking(rows, "rates", "how much came in, and by when", _rates)
    rates.add_argument("--by", default="task", help="task, meter, port or day")
    _spanned(rates)
    _spanned(asking(rows, "show", "the stored readings of a meter", _show, _MP))
    _spanned(asking(rows, "export", "the stored readings of all meters as CSV", _export))
    clear = asking(
        rows, "clear", "all that was collected goes, at a restart; settings stay", _clear
    )
    clear.add_argument("--yes", action="store_true", help="yes, really: it cannot be undone")
    asking(rows, "backfill", "look for holes again and fill them", _backfill, mp)


def _spanned(verb):
    for option, name, usual in (("--from", "since", "a day ago"), ("--to", "until", "now")):
        verb.add_argument(option, dest=name, metavar="T", help=f"{_TIME}; {usual}")


def _span(options):
    return [do.utc_s(text) if text else "" for text in (options.since, options.until)]


def _alarms(options):
    return do.show(options, "alarms", [options.last])


def _add(options):
    return do.show(options, "tasks add", [do.as_object(options.field)])


def _remove(options):
    return do.show(options, "tasks remove", [options.id])


def _import(options):
    return do.show(options, "tasks import", [do.csv_of(options.file, "dcu tasks export")])


def _plan(options):
    file = [do.csv_of(options.file, "dcu tasks export")] if options.file else []
    return do.show(options, "tasks plan", file)


def _why(options):
    when = [do.utc_s(options.time)] if options.time else []
    return do.show(options, "why", [options.mp] + when)


def _gaps(options):
    return do.show(options, "data gaps", _span(options) + [options.mp] * bool(options.mp))


def _rates(options):
    return do.show(options, "data rates", _span(options) + [options.by])


def _show(options):
    return do.show(options, "data show", [options.mp] + _span(options))


def _export(options):
    return do.data_export(options, _span(options))


def _clear(options):
    if not options.yes:
        raise Refused(
            "readings, ledger and records would go, also what the HES does not have yet; "
            "the DCU restarts. If that is meant: dcu data clear --yes"
        )
    return do.show(options, "data clear", [])


def _backfill(options):
    return do.show(options, "data backfill", [options.mp] if options.mp else [])
