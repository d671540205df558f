"""Asks the running DCU, or where that does without one its data folder: for the verbs of `dcu`."""

import pathlib
import sys

from boards import look_cpython, run, wiring
from boards.console_file import ask
from boards.one_at_a_time import answer_or_claim
from boards.warn_cpython import warnings
from dcu.console import execute
from dcu.exit_codes import NO_ANSWER
from dcu.verb_words import change_settings, texts_of
from dcu.verbs_scan import scan_asked
from hal import coop
from hal.clock import Clock
from hal.errors import Refused
from hal.files import Files

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


def answer_of(options, verb, arguments, found=None):
    """(exit code, result) of the running DCU; without one, of the data folder where that does.

    `found` gets each dict that comes before the result.
    """
    if verb not in _MAKING:
        must_be_there(options)

    def hear(said):
        if isinstance(said, dict):
            found(said)
        else:
            tell(said)

    return coop.run(_ask_or_do(options.data, verb, arguments, hear))


async def _ask_or_do(folder, verb, arguments, hear):
    files = Files(folder)

    def asking():
        return ask(files, verb, arguments, hear, ANSWER_MS)

    async def say(said):
        hear(said)

    is_offline = verb.split()[0] in _OFFLINE
    is_changing = is_offline and verb not in _LOOKING
    answer = await answer_or_claim(asking, files, shared=not is_changing)
    if answer is not None:
        return answer
    if verb in look_cpython.VERBS:
        return await look_cpython.look(files, verb, arguments, say)
    if not is_offline:
        return NO_ANSWER, f"no DCU is running on {folder}; start one: dcu run --data {folder}"
    if verb == "meters list":
        tell(f"no DCU is running on {folder}: how the meters are is not known")
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
        tell(f"dcu {verb}: {line}")
    return await execute(unit, verb, arguments, say)


def _unit_of(files):
    return wiring.unit_of(run.BOARDS["pc"], files, Clock(), lambda part, text: None)


def must_be_there(options):
    """A mistyped folder must not look like one whose meters are gone."""
    if not pathlib.Path(options.data).is_dir():
        raise Refused(
            f"no folder {options.data}: dcu run, dcu meters add or dcu settings set make one"
        )


def tell(text):
    print(text, file=sys.stderr)
