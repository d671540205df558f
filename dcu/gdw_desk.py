"""Takes the 376.1 requests of one peer, and has them served one after the other: one that waits
for a meter holds up those after it, and nobody else."""

from hal import coop
from hal.errors import PortError

REQUESTS_MAX = 8  # that wait; more are dropped, as a terminal does that has no room


class GdwDesk:
    """send        coroutine function(Frame); PortError when the peer is gone
    say         function(text), for the log
    known       (whether the peer has dialled us, whether TLS has proved who he is)
    """

    def __init__(self, gdw, send, say, known):
        self._gdw = gdw
        self._send = send
        self._say = say
        self._known = known
        self._waiting = []
        self._worker = None

    def take(self, frame):
        if len(self._waiting) >= REQUESTS_MAX:
            self._say(f"more than {REQUESTS_MAX} requests of 376.1 at once")
            return
        self._waiting.append(frame)
        if self._worker is None or self._worker.done():
            self._worker = coop.spawn(self._work())

    def end(self):
        if self._worker:
            self._worker.cancel()

    async def _work(self):
        try:
            while self._waiting:
                await self._gdw.serve(self._waiting.pop(0), self._send, *self._known)
        except PortError:
            pass  # whoever reads from this peer sees the same, and ends the session
