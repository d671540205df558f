"""Whose turn it is: one holder at a time, urgent askers before the others, else first come.

Of the others one comes after so many urgent ones in a row, that they are not kept out for ever.
"""

from hal import coop
from hal.errors import Refused


class Turn:
    """`take` and `give` must balance; a cancelled asker leaves the queue.

    in_a_row   urgent askers served while another one waits
    """

    def __init__(self, in_a_row=4):
        self._in_a_row = in_a_row
        self._urgent_served = 0
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
        queue = self._next()
        if queue:
            queue.pop(0).set()
        else:
            self.held = False

    def _next(self):
        """The queue whose turn it is."""
        is_their_turn = self._urgent_served >= self._in_a_row
        if not self._urgent or (self._ordinary and is_their_turn):
            self._urgent_served = 0
            return self._ordinary
        self._urgent_served += bool(self._ordinary)
        return self._urgent
