"""Waits for what takes minutes, and lets it be seen that the part is alive meanwhile."""

from hal import coop
from hal.errors import PortError

_TICK_MS = 1_000


async def beside(part, coroutine, is_over=lambda: False):
    """Its result. It takes minutes, and each of its steps has a limit of its own. PortError when
    it is not to be waited for any more."""
    ended = coop.Event()
    task = coop.spawn(_then_set(coroutine, ended))
    try:
        while not ended.is_set():
            part.alive()
            if is_over():
                raise PortError("given up, for another setting")
            try:
                await coop.within_ms(_TICK_MS, ended.wait())
            except coop.Expired:
                pass
        return await task
    finally:
        await coop.stop(task)


async def _then_set(coroutine, event):
    try:
        return await coroutine
    finally:
        event.set()
