"""Two ends of a pipe of cardboard, and TLS on both of them; no test."""

from hal import coop, tls
from hal.errors import NotAuthenticated, PortError
from tests.virtual import run_virtual

FILES = "tests/tls/"
NAME = "hes.example"
LIMIT_MS = 10_000
NOW_S = 1_795_000_000  # 2026-11-18
ROOM = 8_192  # octets that the pipe holds


class PipeEnd:
    """As hal.net.Stream. `hands_over`: octets of a write that arrive at once; `carries`: octets
    after which the line is cut; `passed`: how many have come through."""

    def __init__(self, name):
        self.peer = name
        self.other = None
        self.inbox = b""
        self.news = coop.Event()
        self.taken = coop.Event()
        self.is_open = True
        self.hands_over = None
        self.carries = None
        self.passed = 0
        self.goes_after_writing = False
        self.spoils = None  # the number of an octet that arrives changed
        self.is_being_read = False
        self.first = None  # octet of all that was written
        self.longest = 0  # octets that were written at once

    async def read(self, size, timeout_ms):
        assert not self.is_being_read, "one task at a time reads"
        self.is_being_read = True
        try:
            return await self._read(size, timeout_ms)
        finally:
            self.is_being_read = False

    async def _read(self, size, timeout_ms):
        while True:
            self._check_open()
            if self.inbox:
                size = min(size, self.hands_over or size)
                octets, self.inbox = self.inbox[:size], self.inbox[size:]
                self.taken.set()
                return octets
            if not self.other.is_open:
                raise PortError(f"{self.peer}: closed by the peer")
            self.news.clear()
            try:
                await coop.within_ms(timeout_ms, self.news.wait())
            except coop.Expired:
                return b""

    async def write(self, octets):
        self.longest = max(self.longest, len(octets))
        for start in range(0, len(octets), ROOM):
            while len(self.other.inbox) >= ROOM and self.is_open and self.other.is_open:
                self.other.taken.clear()
                await self.other.taken.wait()
            self._check_open()
            if not self.other.is_open:
                raise PortError(f"{self.peer}: closed by the peer")
            self._carry(octets[start : start + ROOM])
        if self.goes_after_writing:
            await self.close()

    def _carry(self, octets):
        if self.carries is not None and self.passed + len(octets) >= self.carries:
            octets = octets[: self.carries - self.passed]
            self._cut()
        at = -1 if self.spoils is None else self.spoils - self.passed
        if 0 <= at < len(octets):
            octets = octets[:at] + bytes([octets[at] ^ 0x41]) + octets[at + 1 :]
        self.first = octets[0] if not self.passed and octets else self.first
        self.passed += len(octets)
        self.other.inbox += octets
        self.other.news.set()

    def _cut(self):
        self.is_open = False

    async def close(self):
        self.is_open = False
        for event in (self.news, self.taken, self.other.news, self.other.taken):
            event.set()

    def _check_open(self):
        if not self.is_open:
            raise PortError(f"{self.peer}: closed")


def pipe():
    """(the client's end, the server's end)"""
    near, far = PipeEnd("hes:5020"), PipeEnd("10.0.0.9:50000")
    near.other, far.other = far, near
    return near, far


def context(ca="ca", mine=""):
    """Of files of tests/tls; "" is none."""
    roots = ca and f"{FILES}{ca}.pem"
    return tls.load(roots, mine and f"{FILES}{mine}.pem", mine and f"{FILES}{mine}.key")


class Meeting:
    """A client and a server that have shaken hands, or the text of why they have not."""

    def __init__(self, client=None, server=None, name=NAME, now_s=NOW_S, hands_over=None):
        self.client_context = client or context()
        self.server_context = server or context("", "hes")
        self.name = name
        self.now_s = now_s
        self.ends = pipe()
        for end in self.ends:
            end.hands_over = hands_over
        self.near = self.far = None
        self.trouble = ["", ""]  # of the client, of the server
        self.kinds = [None, None]

    async def shake(self, limit_ms=LIMIT_MS):
        near, far = self.ends
        await coop.gather(
            self._side(0, tls.connect(near, self.client_context, self.name, limit_ms, self.now_s)),
            self._side(1, tls.accept(far, self.server_context, limit_ms, self.now_s)),
        )
        return self

    async def _side(self, which, shaking):
        try:
            stream = await shaking
            if which:
                self.far = stream
            else:
                self.near = stream
        except (PortError, NotAuthenticated) as error:
            self.trouble[which], self.kinds[which] = str(error), type(error)

    async def close(self):
        for stream in (self.near, self.far):
            if stream:
                await stream.close()


def met(check, **arguments):
    """Run `check(meeting)` after a handshake that went well."""

    async def main():
        meeting = await Meeting(**arguments).shake()
        assert meeting.near and meeting.far, meeting.trouble
        try:
            await check(meeting)
        finally:
            await meeting.close()

    run_virtual(main())


def refused(**arguments):
    """The Meeting after a handshake that the client, or the server, has not let through."""
    meeting = Meeting(**arguments)

    async def main():
        await meeting.shake()
        await meeting.close()

    run_virtual(main())
    return meeting


async def read_all(stream, size):
    found = b""
    while len(found) < size:
        octets = await stream.read(4_096, LIMIT_MS)
        assert octets, f"silent after {len(found)} octets"
        found += octets
    return found
