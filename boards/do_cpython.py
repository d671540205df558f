"""What the verbs of `dcu` do: ask the running DCU, or without one the data folder; print; exit.

Each function gets the options of boards/cli_cpython.py and returns an exit code.
"""

import json
import pathlib
import sys
from datetime import UTC, datetime
from getpass import getpass

from boards import (
    panel_cpython,
    panel_places_cpython,
    run,
    show_cpython,
    show_data_cpython,
    trace_cpython,
)
from boards.asking_cpython import answer_of, must_be_there, tell
from dcu.exit_codes import GOOD
from dcu.read_now import attributes_of
from dcu.unit import VERSION
from dcu.verbs_image import FILE
from dcu.verbs_plc import MODULE_FILE
from hal.errors import Refused
from hal.files import Files
from lcd_menu.engine import keys_of


def run_dcu(options):
    words = ["--data", options.data, "--board", options.board]
    for text in options.set:
        words += ["--set", text]
    return run.main(words)


def version(options):
    print(json.dumps({"version": VERSION}) if options.json else f"opendcu {VERSION}")
    return GOOD


def console(verb):
    """A verb without arguments of its own."""
    return lambda options: show(options, verb, [])


def uplink(options):
    return show(options, "uplink log" if options.what else "uplink", [])


def ethernet(options):
    return show(options, "ethernet keep" if options.what else "ethernet", [])


def meters_add(options):
    return show(options, "meters add", [as_object(options.field)])


def meters_remove(options):
    return show(options, "meters remove", [options.mp])


def meters_import(options):
    return show(options, "meters import", [csv_of(options.file, "dcu meters export")])


def csv_of(path, example):
    """The text of a CSV file; `example` is what prints one."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not text"
        raise Refused(f"{path}: {reason}; give a CSV file, as `{example}` prints it")


def settings_set(options):
    return show(options, "settings set", [as_object(options.pair)])


def read(options):
    """With --trace, what went over the bus comes first, each frame explained in a line; in JSON
    it is a part of the answer, or beside the "error"."""
    attributes_of(options.obis.split(","))  # before anybody is asked
    words = [options.mp, options.obis] + ["trace"] * options.trace
    trace = trace_cpython.Printer(is_silent=options.json)
    code, result = answer_of(options, "read", words, trace.found)
    if options.trace and options.json:
        error = {"error": result} if isinstance(result, str) else result
        show_cpython.show("read", {**error, "trace": trace.pieces}, True)
        return code
    return _show(options, "read", code, result)


def clock(options):
    return show(options, "clock", [options.mp] + ["set"] * options.set)


def switch(options):
    return show(options, "switch", [options.mp, options.what] + ["yes"] * options.yes)


def image(options):
    """The file goes into the data folder; the running DCU reads it there."""
    if options.activate and not options.yes:
        raise Refused("--activate has the meters start the new image: say --yes, too")
    _hand_over(options, FILE)
    words = [options.meters, options.name] + ["activate"] * options.activate
    return show(options, "image", words)


def module_upgrade(options):
    """As `image`, for the module in the slot."""
    _hand_over(options, MODULE_FILE)
    return show(options, "plc upgrade", ["yes"] * options.yes)


def _hand_over(options, name):
    """The file that was named, as `name` in the data folder."""
    must_be_there(options)
    try:
        octets = pathlib.Path(options.file).read_bytes()
    except OSError as error:
        raise Refused(f"{options.file}: {error.strerror}")
    Files(options.data).replace(name, octets)


def profile(options):
    times = [utc_s(text) for text in (options.since, options.until)]
    if int(times[0]) > int(times[1]):
        raise Refused(f"--from {options.since} --to {options.until}: ends before it begins")
    return show(options, "profile", [options.mp, options.obis] + times)


def utc_s(text):
    """UTC seconds, as text, of a date or date and time in ISO 8601; without a zone it is UTC."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"{text!r}: write a time as 2026-11-22, 2026-11-22T10:15 or …T10:15+01:00")
    return str(int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()))


def scan(options):
    """Prints each row as soon as it is found: a scan is long, and may be interrupted."""
    if not options.set:
        must_be_there(options)
    found = (lambda row: None) if options.json else show_cpython.ScanRows().found
    words = [options.port, options.range] + [as_object(options.set)] * bool(options.set)
    code, result = answer_of(options, "scan", words, found)
    if isinstance(result, str):
        print(f"dcu scan: {result}", file=sys.stderr)
    elif options.json:
        show_cpython.show("scan", result, True)
    return code


def data_export(options, span):
    """Standard output is the CSV, and nothing else."""
    export = show_data_cpython.Export(options.json)
    code, result = answer_of(options, "data export", span, export.found)
    if code or not options.json:
        tell(f"dcu data export: {result}")
    else:
        show_cpython.show("data export", export.all, True)
    return code


def panel(options):
    keys = keys_of(options.keys)
    if options.url:
        place = panel_places_cpython.Page(options.url, _password(options))
    else:
        must_be_there(options)
        place = panel_places_cpython.Console(Files(options.data))
    try:
        panel_cpython.attach(place, keys, options.text, options.png)
    finally:
        place.close()
    return GOOD


def _password(options):
    if options.password:
        return run.pair(f"password={options.password}")[1]
    if not sys.stdin.isatty():
        raise Refused("nobody can be asked for the password of the panel: give --password @FILE")
    try:
        return getpass("Password of the panel: ")
    except EOFError:
        raise Refused("no password was given")


def as_object(words):
    """The KEY=VALUE words as a JSON object, each key once."""
    texts = {}
    for key, text in map(run.pair, words):
        if key in texts:
            raise Refused(f"{key} is given twice")
        texts[key] = text
    return json.dumps(texts)


def show(options, verb, arguments, found=None):
    """Ask, print the answer for people or as JSON, and return the exit code."""
    return _show(options, verb, *answer_of(options, verb, arguments, found))


def _show(options, verb, code, result):
    if isinstance(result, str) and code:
        print(f"dcu {verb}: {result}", file=sys.stderr)
    else:
        show_cpython.show(verb, result, options.json)
    return code
