"""A stream that tells how much it carries: what is paid for, with TLS and what came to nothing."""


class Counted:
    """As the `stream` in it; count(name, octets) is told of what is "sent" and "received"."""

    is_secured = False

    def __init__(self, stream, count):
        self.peer = stream.peer
        self._stream = stream
        self._count = count

    async def read(self, size, timeout_ms):
        octets = await self._stream.read(size, timeout_ms)
        self._count("received", len(octets))
        return octets

    async def write(self, octets):
        await self._stream.write(octets)
        self._count("sent", len(octets))

    async def close(self):
        await self._stream.close()
