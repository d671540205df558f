"""Answers the DLMS requests of one peer: those to the DCU itself at once, those to the meters
behind it, by the gateway header, each in a task of its own."""

from hal import coop
from hal.errors import PortError
from wire import gateway

PASSING_MAX = 8  # gateway requests under way at once; more are not answered


class Desk:
    """server       wire.server.ServerAssociation, this peer's own
    transparent  coroutine function(wrapper frame, peer) -> payload that answers it, or None;
                 None: this peer is not led to meters
    send         coroutine function(apdu, source, destination); PortError when the peer is gone
    say          function(text), for the log
    """

    def __init__(self, peer, server, transparent, send, say):
        self._peer = peer
        self._server = server
        self._transparent = transparent
        self._send = send
        self._say = say
        self._passing = []

    async def take(self, frame):
        """One wrapper frame of the peer. PortError when it cannot be answered."""
        if gateway.is_gateway(frame.apdu) and self._transparent:
            self._passing = [task for task in self._passing if not task.done()]
            if len(self._passing) < PASSING_MAX:
                self._passing.append(coop.spawn(self._pass_through(frame)))
            else:
                self._say(f"more than {PASSING_MAX} gateway requests at once")
            return
        answer = self._server.answer(frame.source, frame.destination, frame.apdu)
        while answer is not None:
            await self._send(answer, frame.destination, frame.source)
            answer = self._server.more(frame.source)

    def end(self):
        for task in self._passing:
            task.cancel()

    async def _pass_through(self, frame):
        answer = await self._transparent(frame, self._peer)
        try:
            if answer is not None:
                await self._send(answer, frame.destination, frame.source)
        except PortError:
            pass  # whoever reads from this peer sees the same, and ends the session
