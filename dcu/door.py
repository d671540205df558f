"""Where the HES dials us, in server mode: one at a time, and only from addresses that are set."""

from dcu.listen import ANYWHERE, why_not
from dcu.pace import paced
from hal import coop
from hal.errors import NotAuthenticated, PortError


def who_is_missing(settings, is_server, host):
    """Why there is nobody to talk to, in words; "" while there may be somebody."""
    if is_server:
        return "" if settings.get("server.peers") else "nobody may dial (server.peers)"
    return "" if host else "no HES set (hes.main)"


class Door:
    """accepted  coroutine function(stream) -> the stream to talk over; PortError or
    NotAuthenticated for one who does not prove who he is
    """

    def __init__(self, settings, clock, log, accepted):
        self._accepted = accepted
        self._settings = settings
        self._say = paced(log, clock)
        self._server = None
        self._stream = None
        self._has_come = coop.Event()
        self._has_gone = coop.Event()

    async def open(self, serve, port):
        """`serve` as hal.net.serve; PortError when the port is taken."""
        await self.close()
        self._server = await serve(self._admit, ANYWHERE, port)

    async def close(self):
        server, self._server = self._server, None
        self.hang_up()
        if server:
            await server.close()

    async def caller(self, limit_ms):
        """The stream of who has dialled, or None when nobody has in time."""
        try:
            await coop.within_ms(limit_ms, self._has_come.wait())
        except coop.Expired:
            return None
        return self._stream

    def hang_up(self):
        """The next may come."""
        self._stream = None
        self._has_come.clear()
        self._has_gone.set()

    async def _admit(self, stream):
        """The stream is closed on return."""
        host = stream.peer.rpartition(":")[0]
        trouble = why_not(self._settings, host) or ("another is there" if self._stream else "")
        if trouble:
            self._say("uplink", f"{host} is not let in: {trouble}")
            return
        self._stream = stream  # nobody else comes meanwhile
        self._has_gone.clear()
        try:
            accepted = await self._accepted(stream)
        except (PortError, NotAuthenticated) as error:
            self._say("uplink", str(error))
            accepted = None
        if self._stream is not stream:  # it was hung up meanwhile, and another one may be there
            if accepted:
                await accepted.close()
        elif accepted:
            self._stream = accepted
            self._has_come.set()
            await self._has_gone.wait()
        else:
            self.hang_up()
