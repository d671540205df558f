"""Whose turn it is: one holder at a time, urgent askers before the others, else first come."""

from hal import coop
from hal.errors import Refused


class Turn:
    """`take` and `give` must balance; a cancelled asker leaves the queue."""

    def __init__(self):
        self._urgent = []
        self._ordinary = []
        self.held = False
        self.left_open = None  # what a holder has left for the next one: to use, or to close

    async def take(self, urgent=False):
        if not self.held:
            self.held = True
            return
        queue = self._urgent if urgent else self._ordinary
        mine = coop.Event()
        queue.append(mine)
        try:
            await mine.wait()  # `give` hands over without letting go
        except coop.Cancelled:
            if mine in queue:
                queue.remove(mine)
            else:
                self.give()
            raise

    async def take_within(self, limit_ms, name):
        """Refused after `limit_ms`, saying that `name` is in use."""
        if not self.held:
            self.held = True
            return
        try:
            await coop.within_ms(limit_ms, self.take())
        except coop.Expired:
            raise Refused(f"{name} is in use")

    def give(self):
        assert self.held
        queue = self._urgent or self._ordinary
        if queue:
            queue.pop(0).set()
        else:
            self.held = False
