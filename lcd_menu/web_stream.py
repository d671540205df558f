"""A connection as Microdot wants to read and write it, over a Stream of the HAL.

Microdot gets only what wire/http_request.py has let pass, whole: it cannot wait for ever, nor
stumble over what comes.
"""

from hal import coop
from wire import http_request

REQUEST_MS = 5_000  # for all of it
_READ_SIZE = 2048


async def request_of(stream, large=None):
    """All octets of one request, or None when it does not come in time. WireError for what is
    none of ours, PortError when the peer is gone. `large` as in wire/http_request.py."""
    try:
        return await coop.within_ms(REQUEST_MS, _whole(stream, large))
    except coop.Expired:
        return None


async def _whole(stream, large):
    octets = b""
    body_at = None
    while body_at is None:
        octets += await stream.read(_READ_SIZE, REQUEST_MS)
        body_at = http_request.head_end(octets)
    end = body_at + http_request.body_length(octets[:body_at], large)
    while len(octets) < end:
        octets += await stream.read(_READ_SIZE, REQUEST_MS)
    return octets[:end]


def text_of(body):
    """Of what is no text nothing: the reader refuses that."""
    try:
        return body.decode()
    except UnicodeError:
        return ""


class Reader:
    def __init__(self, octets):
        self._left = octets

    async def readline(self):
        return self._take(self._left.find(b"\n") + 1 or len(self._left))

    async def readexactly(self, size):
        return self._take(size)

    def _take(self, size):
        taken, self._left = self._left[:size], self._left[size:]
        return taken


class Writer:
    """The head goes out in one piece. `scheme` is "http" or "https"."""

    def __init__(self, stream, scheme):
        self._stream = stream
        self.scheme = scheme
        self.peer = stream.peer
        self._held = []
        self._is_head = True
        self.is_viewer = False  # whether it shows the frames

    async def awrite(self, octets):
        if self._is_head:
            self._held.append(octets)
            if octets != b"\r\n":
                return
            self._is_head = False
            octets = b"".join(self._held)
        await self._stream.write(octets)

    async def aclose(self):
        """Whoever serves the stream closes it."""

    def get_extra_info(self, name):
        return None
