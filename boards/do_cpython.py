"""What the verbs of `dcu` do: ask the running DCU, or without one the data folder; print; exit.

Each function gets the options of boards/cli_cpython.py and returns an exit code.
"""

import json
import pathlib
import sys
from datetime import UTC, datetime
from getpass import getpass

from boards import panel_cpython, panel_places_cpython, run, show_cpython, trace_cpython, wiring
from boards.console_file import ask
from boards.one_at_a_time import answer_or_claim
from boards.warn_cpython import warnings
from dcu.console import execute
from dcu.exit_codes import GOOD, NO_ANSWER
from dcu.read_now import attributes_of
from dcu.unit import VERSION
from dcu.verb_words import change_settings, texts_of
from dcu.verbs_image import FILE
from dcu.verbs_plc import MODULE_FILE
from dcu.verbs_scan import scan_asked
from hal import coop
from hal.clock import Clock
from hal.errors import Refused
from hal.files import Files
from lcd_menu.engine import keys_of

ANSWER_MS = 120_000  # the running DCU is silent for longer: given up
_OFFLINE = ("meters", "settings", "scan", "tasks")  # verbs that need no running DCU
_LOOKING = (
    "meters list",
    "meters export",
    "settings list",
    "tasks list",
    "tasks export",
)  # these change nothing
_MAKING = ("meters add", "meters import", "settings set", "scan")  # these may make the data folder


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
    code, result = _ask(options, "read", words, trace.found)
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
    _must_be_there(options)
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
        _must_be_there(options)
    found = (lambda row: None) if options.json else show_cpython.ScanRows().found
    words = [options.port, options.range] + [as_object(options.set)] * bool(options.set)
    code, result = _ask(options, "scan", words, found)
    if isinstance(result, str):
        print(f"dcu scan: {result}", file=sys.stderr)
    elif options.json:
        show_cpython.show("scan", result, True)
    return code


def panel(options):
    keys = keys_of(options.keys)
    if options.url:
        place = panel_places_cpython.Page(options.url, _password(options))
    else:
        _must_be_there(options)
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
    return _show(options, verb, *_ask(options, verb, arguments, found))


def _show(options, verb, code, result):
    if isinstance(result, str) and code:
        print(f"dcu {verb}: {result}", file=sys.stderr)
    else:
        show_cpython.show(verb, result, options.json)
    return code


def _ask(options, verb, arguments, found=None):
    """(exit code, result) of the running DCU; without one, of the data folder where that does.

    `found` gets each dict that comes before the result.
    """
    if verb not in _MAKING:
        _must_be_there(options)

    def hear(said):
        if isinstance(said, dict):
            found(said)
        else:
            _tell(said)

    return coop.run(_ask_or_do(options.data, verb, arguments, hear))


async def _ask_or_do(folder, verb, arguments, hear):
    files = Files(folder)

    def asking():
        return ask(files, verb, arguments, hear, ANSWER_MS)

    is_offline = verb.split()[0] in _OFFLINE
    is_changing = is_offline and verb not in _LOOKING
    answer = await answer_or_claim(asking, files, shared=not is_changing)
    if answer is not None:
        return answer
    if not is_offline:
        return NO_ANSWER, f"no DCU is running on {folder}; start one: dcu run --data {folder}"
    if verb == "meters list":
        _tell(f"no DCU is running on {folder}: how the meters are is not known")

    async def say(said):
        hear(said)

    return await _do(files, verb, arguments, say)


async def _do(files, verb, arguments, say):
    """(exit code, result) by the data folder alone."""
    if verb == "scan" and arguments[2:]:  # a port is made of its settings: these come first
        unit = _unit_of(files)
        scan_asked(unit, *arguments)
        for line in change_settings(unit, texts_of(arguments.pop())):
            await say(line)
    unit = _unit_of(files)
    for line in warnings(unit, files):
        _tell(f"dcu {verb}: {line}")
    return await execute(unit, verb, arguments, say)


def _unit_of(files):
    return wiring.unit_of(run.BOARDS["pc"], files, Clock(), lambda part, text: None)


def _must_be_there(options):
    """A mistyped folder must not look like one whose meters are gone."""
    if not pathlib.Path(options.data).is_dir():
        raise Refused(
            f"no folder {options.data}: dcu run, dcu meters add or dcu settings set make one"
        )


def _tell(text):
    print(text, file=sys.stderr)
