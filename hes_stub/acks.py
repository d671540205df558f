"""Tells a DCU how far its records are stored here, one telling on the way at a time.

It is not waited for: the next records are on the way meanwhile. What is told late, or never,
costs the DCU room and nothing else.
"""

import asyncio


class Acks:
    def __init__(self, acknowledge, told):
        """`acknowledge(seq)` is a coroutine function; `told` is what the DCU knows already."""
        self._acknowledge = acknowledge
        self._told = told
        self._task = None

    async def up_to(self, seq):
        """Soon it will know that all up to `seq` is stored here, as it is."""
        await self.done()
        if seq > self._told:
            self._told = seq
            self._task = asyncio.create_task(self._acknowledge(seq))

    async def done(self):
        """What has been told was heard. Errors as those of `acknowledge`."""
        task, self._task = self._task, None
        if task:
            await task

    def give_up(self):
        """The task that nobody waits for now, or None."""
        task, self._task = self._task, None
        return task
