"""Tasks of questions whose answers nobody wants any more, but which are on their way."""

import asyncio


async def settle(*tasks):
    """They are done on return, and what they raised is nobody's. Some may be None."""
    left = [task for task in tasks if task]
    if not left:
        return
    try:
        await asyncio.wait(left)
    except asyncio.CancelledError:
        for task in left:
            task.cancel()
        raise
    finally:
        for task in left:
            if task.done() and not task.cancelled():
                task.exception()
