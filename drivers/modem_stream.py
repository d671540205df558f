"""One socket of the module's own TCP/IP, as a stream (hal/README.md, "Streams").

The module keeps what has come until it is fetched, and says so once: after that word it is read
until nothing is left. Since a word may be lost, it is also looked at now and then.
"""

from drivers.modem_rows import fill
from hal import coop
from hal.errors import NoReply, PortError
from wire.at import fits, number

WRITE_MS = 60_000  # a module that has no room for so long has failed
LOOK_MS = 15_000
_FULL_MS = 500


class ModemStream:
    """peer is "host:port"; link the number of the socket; `closed(stream)` is told once."""

    def __init__(self, channel, clock, dialect, link, peer, kind, closed):
        self.peer = peer
        self.link = link
        self._channel = channel
        self._clock = clock
        self._dialect = dialect
        self._is_udp = kind == "UDP" and dialect.send_udp is not None
        self._closed = closed
        self._inbox = bytearray()
        self._may_have_more = True
        self._looked_ms = clock.ticks_ms()
        self._end = None  # why nothing more comes, once the module is empty
        self._is_open = True
        self._is_mine = True  # the socket; without its context its number is another's
        self._moved = coop.Event()
        self._writing = coop.Lock()
        self.sent = self.received = 0

    def has_more(self):
        """The module says that octets wait."""
        self._may_have_more = True
        self._moved.set()

    def ends(self, text, is_empty=False):
        """The peer has closed it, or the context is gone and `is_empty`: with all that waited."""
        self._end = self._end or text
        self._is_mine = self._is_mine and not is_empty
        self._may_have_more = self._is_mine
        self._moved.set()

    async def read(self, size, timeout_ms):
        """1 to `size` octets as soon as there are any; b"" after the silence. PortError when the
        connection is over, and the module with it."""
        deadline_ms = self._clock.ticks_ms() + timeout_ms
        while not self._inbox:
            self._check_open()
            now_ms = self._clock.ticks_ms()
            if self._may_have_more:
                await self._fetch()
            elif self._end:
                raise PortError(f"{self.peer}: {self._end}")
            elif now_ms - self._looked_ms >= LOOK_MS:
                await self._fetch()
            elif now_ms >= deadline_ms:
                return b""
            else:
                await self._wait(min(deadline_ms, self._looked_ms + LOOK_MS) - now_ms)
        data = bytes(self._inbox[:size])
        self._inbox[:size] = b""
        return data

    async def _wait(self, limit_ms):
        self._moved.clear()
        try:
            await coop.within_ms(limit_ms, self._moved.wait())
        except coop.Expired:
            pass

    async def _fetch(self):
        row = self._dialect
        self._may_have_more = False  # first: while we ask, it may be said anew
        self._looked_ms = self._clock.ticks_ms()
        command = fill(row.read.command, {"link": self.link, "size": row.piece})
        try:
            reply = await self._channel.ask(command, sink=self._take)
        except NoReply as error:
            raise PortError(f"{self.peer}: {error}")
        for line in reply.lines:
            if fits(line, row.counted.pattern):
                left = number(line, row.counted.index if row.left is None else row.left)
                self._may_have_more = self._may_have_more or bool(left)

    def _take(self, octets):
        self.received += len(octets)
        self._inbox.extend(octets)

    async def write(self, data):
        """Returns when the module has taken all. PortError when it does not within WRITE_MS."""
        async with self._writing:
            at = 0
            while at < len(data):
                piece = bytes(data[at : at + self._dialect.piece])
                await self._send(piece)
                self.sent += len(piece)
                at += len(piece)

    async def _send(self, piece):
        row = self._dialect
        host, _, port = self.peer.rpartition(":")
        values = {"link": self.link, "size": len(piece), "host": host, "port": port}
        command = fill((row.send_udp if self._is_udp else row.send).command, values)
        give_up_ms = self._clock.ticks_ms() + WRITE_MS
        while True:
            self._check_open()
            if self._end:
                raise PortError(f"{self.peer}: {self._end}")
            try:
                reply = await self._channel.ask(command, piece)
            except NoReply as error:
                raise PortError(f"{self.peer}: {self._end or error}")
            if reply.is_good:
                return
            if row.full is None or not fits(reply.last, row.full):
                why = self._end or "not sent: " + reply.last.text
                raise PortError(f"{self.peer}: {why}")
            if self._clock.ticks_ms() >= give_up_ms:
                raise PortError(f"{self.peer}: takes no data")
            await coop.sleep_ms(_FULL_MS)

    async def close(self):
        """Who still reads or writes gets a PortError. A second time does nothing."""
        if not self._is_open:
            return
        self._is_open = False
        self._moved.set()
        try:
            if self._is_mine:
                await self._channel.ask(fill(self._dialect.close.command, {"link": self.link}))
        except (NoReply, PortError):
            pass  # it is as good as closed: the next use of the module will tell
        finally:
            self._closed(self)

    def _check_open(self):
        if not self._is_open:
            raise PortError(f"{self.peer}: closed")
