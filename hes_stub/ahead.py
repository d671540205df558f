"""Rows asked for piece by piece, each before the one before it has come: however long a link takes
for one answer, it is never idle while there is a backlog.

A piece is a range of numbers, so that the next one is known beforehand. Where an answer is not all
of its range (numbers that are gone, rows too long for one answer) the next is asked for after it.
"""

import asyncio

from hes_stub.settle import settle

PIECE = 64  # rows: what a DCU gives in one answer


class Ahead:
    """`ask(first, last)` is awaited for the rows with these numbers, those of one answer."""

    def __init__(self, ask, highest):
        self._ask = ask
        self._highest = highest  # number that ever is
        self._next = None  # (first, task)
        self._is_steady = True  # so far each answer was all of its range

    async def rows(self, first, newest):
        """Those from number `first` on; `newest` is the last that there is."""
        last = first + PIECE - 1
        if not self._is_steady or last >= newest:
            await settle(self.give_up())
            return await self._ask(first, self._highest)
        asked = await self._asked(first, last)
        following = asyncio.create_task(self._ask(last, last + PIECE - 1))
        self._next = (last, following)
        found = await asked
        if found and found[-1].seq == last:
            return found
        self._is_steady = False
        return await self.rows(first, newest) if len(found) < 2 else found

    def give_up(self):
        """The task that nobody waits for now, or None."""
        task = self._next[1] if self._next else None
        self._next = None
        return task

    async def _asked(self, first, last):
        """The task that asks from `first` on: the one ahead, unless what was pushed meanwhile has
        brought us further."""
        at, task = self._next or (None, None)
        if at == first:
            self._next = None
            return task
        await settle(self.give_up())
        return asyncio.create_task(self._ask(first, last))
