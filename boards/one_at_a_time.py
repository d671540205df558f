"""One program at a time works on a data folder: the running DCU, or a verb that does without."""

from hal import coop
from hal.errors import Refused

_TRIES = 20  # the other one may be a verb, which is soon done
_PAUSE_MS = 100


async def claim(files, shared=False):
    """Hold the folder as long as `files` lives, or Refused. MicroPython has no locks: what it
    runs on is held by nobody."""
    for _ in range(_TRIES):
        if files.claim(shared):
            return
        await coop.sleep_ms(_PAUSE_MS)
    raise Refused(
        f"{files.folder} is in use, by a DCU that its file `console` does not lead to or by "
        "another command: end that one first"
    )
