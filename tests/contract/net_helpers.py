"""Pairs of streams and raw sockets for the tests of the network; no test."""

import socket

from hal import coop, net
from hal.errors import PortError

HOST = "127.0.0.1"
LIMIT_MS = 5_000


async def failure(coroutine):
    """The text of the PortError that it raises within LIMIT_MS."""
    try:
        found = await coop.within_ms(LIMIT_MS, coroutine)
    except PortError as error:
        return str(error)
    raise AssertionError("no PortError but %r" % (found,))


async def read_all(stream, size):
    """`size` octets, in however many pieces."""
    found = b""
    while len(found) < size:
        data = await stream.read(4096, LIMIT_MS)
        assert data, "silent after %d octets" % len(found)
        found += data
    return found


class Pair:
    """A client and the server's end of the same connection, until `close`."""

    async def open(self):
        self._accepted = []
        self._arrived = coop.Event()
        self.ended = coop.Event()
        self.server = await net.serve(self._hold, HOST, 0)
        self.client = await net.connect(HOST, self.server.port, LIMIT_MS)
        self.far = await coop.within_ms(LIMIT_MS, self.accepted())
        return self

    async def accepted(self):
        """The server's end of the next connection."""
        while not self._accepted:
            self._arrived.clear()
            await self._arrived.wait()
        return self._accepted.pop(0)

    async def _hold(self, stream):
        self._accepted.append(stream)
        self._arrived.set()
        await self.ended.wait()

    async def close(self):
        await self.client.close()
        await self.server.close()


def with_pair(check):
    """Run `check(pair)`."""

    async def main():
        pair = await Pair().open()
        try:
            await check(pair)
        finally:
            await pair.close()

    coop.run(main())


def raw_listener(backlog):
    """(socket, port) that accepts nobody by itself."""
    for port in range(19_000, 19_500):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.bind(socket.getaddrinfo(HOST, port, 0, socket.SOCK_STREAM)[0][-1])
        except OSError:
            listener.close()
            continue
        listener.listen(backlog)
        return listener, port
    raise AssertionError("no free port")
