"""One program at a time works on a data folder: the running DCU, or a verb that does without."""

from hal import coop
from hal.errors import Refused

_TRIES = 20  # the other one may be a verb, which is soon done
_PAUSE_MS = 100


async def claim(files, shared=False):
    """Hold the folder as long as `files` lives, or Refused. MicroPython has no locks: what it
    runs on is held by nobody."""
    await answer_or_claim(_nobody, files, shared)


async def answer_or_claim(ask, files, shared):
    """What the coroutine `ask()` returns, or None when the folder is held instead. Who holds it
    may be a DCU that has just been started, and will answer in a moment."""
    for _ in range(_TRIES):
        answer = await ask()
        if answer is not None or files.claim(shared):
            return answer
        await coop.sleep_ms(_PAUSE_MS)
    raise Refused(
        f"{files.folder} is in use, by a DCU that is starting, or that its file `console` does "
        "not lead to, or by another command: wait, or end that one first"
    )


async def _nobody():
    return None
