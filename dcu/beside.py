"""Waits for what takes minutes, and lets it be seen that the part is alive meanwhile."""

from hal import coop
from hal.errors import DcuError, PortError

_TICK_MS = 1_000


async def beside(part, coroutine, is_over=lambda: False):
    """Its result. It takes minutes, and each of its steps has a limit of its own. PortError when
    it is not to be waited for any more."""
    ended = coop.Event()
    outcome = []
    task = coop.spawn(_settle(coroutine, outcome, ended))
    try:
        while not ended.is_set():
            part.alive()
            if is_over():
                raise PortError("given up, for another setting")
            try:
                await coop.within_ms(_TICK_MS, ended.wait())
            except coop.Expired:
                pass
        await task
        result, error = outcome[0]
        if error:
            raise error
        return result
    finally:
        await coop.stop(task)


async def _settle(coroutine, outcome, ended):
    """An expected failure is handed over: one that ends a task which nobody awaits just then is
    printed by MicroPython, with its whole way."""
    try:
        outcome.append((await coroutine, None))
    except DcuError as error:
        outcome.append((None, error))
    finally:
        ended.set()
