"""Waits for what takes minutes, and lets it be seen that the part is alive meanwhile."""

from hal import coop

_TICK_MS = 1_000


async def beside(part, coroutine):
    """Its result. It takes minutes, and each of its steps has a limit of its own."""
    ended = coop.Event()
    task = coop.spawn(_then_set(coroutine, ended))
    try:
        while not ended.is_set():
            part.alive()
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
