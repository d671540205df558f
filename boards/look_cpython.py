"""What a DCU that does not run has stored: looked at in a copy of its data folder, for opening a
store may mend it, and evidence is left as it was found.
"""

import pathlib
import shutil
import tempfile

from boards import run, wiring
from boards.console_file import NAME as CONSOLE
from boards.store import open_store
from dcu.console import execute
from hal.clock import Clock
from hal.errors import Refused
from hal.files import Files
from storage.ballast import NAME as BALLAST

VERBS = ("alarms", "why", "data gaps", "data rates", "data show", "data export")
_LEFT_OUT = (CONSOLE, BALLAST)


async def look(files, verb, arguments, say):
    """(exit code, result) of one of VERBS. Whoever asks holds the folder."""
    with tempfile.TemporaryDirectory(prefix="opendcu-") as folder:
        _copy(files, folder)
        unit = _unit_of(Files(folder))
        await say(f"no DCU is running on {files.folder}: this is what it had stored")
        for text in unit.damage + unit.store.damage:
            await say(f"damaged, and left as it is: {text.replace(folder, files.folder)}")
        return await execute(unit, verb, arguments, say)


def _unit_of(files):
    unit = wiring.unit_of(run.BOARDS["pc"], files, Clock(), lambda part, text: None)
    return wiring.complete(unit, open_store(files))


def _copy(files, folder):
    for name in files.names(""):
        path = pathlib.Path(files.folder) / name
        if name in _LEFT_OUT or not path.is_file():
            continue
        try:
            shutil.copyfile(path, pathlib.Path(folder) / name)
        except OSError as error:
            raise Refused(f"{error.filename}: {error.strerror}; it is looked at in a copy")
