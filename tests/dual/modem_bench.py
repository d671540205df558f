"""A modem driver with a simulated module under it, in virtual time."""

from drivers.modem import Modem
from drivers.modem_access import Access
from hal import coop
from hal.errors import DcuError
from meter_sim.modem import Nature
from tests.dual.modem_town import DIALECTS, a_module, echo
from tests.kept import Kept
from tests.virtual import VirtualClock, run_virtual

WAYS = ((0, 0.0), (1, 0.0), (7, 0.3))  # split, chatter
HES = ("192.0.2.1", 4000)
NASTY = (
    b'a\r\nOK\r\n> \x00\x1a\x1b\r\n+QIURC: "closed",0\r\n'
    b"0, CLOSED\r\n+CIPRXGET: 2,0,9,9\r\nERROR\r\n+++"
)


class Bench:
    def __init__(self, dialect, split=0, chatter=0.0, seed=1, is_paced=False):
        self.clock = VirtualClock()
        self.nature = Nature()
        self.nature.split = split
        self.nature.chatter = chatter
        parts = a_module(self.clock, dialect, self.nature, seed, is_paced)
        self.module, self.port, self.town, self.timers = parts
        self.lines = []
        self.note = Kept()
        self.access = self.access_with()
        self.modem = Modem(
            self.open_port, self.clock, lambda: self.access, self.lines.append, self.note
        )
        self.ports = 0

    def access_with(self, password="hidden", pin=""):
        return Access(apn="cmnet", user="u", password=password, pin=pin, auth="pap")

    def open_port(self):
        self.ports += 1
        self.port.is_open = True
        return self.port

    def run(self, play):
        """What `await play(bench)` returns, in virtual time."""

        async def whole():
            running = coop.spawn(self.timers.run())
            try:
                return await play(self)
            finally:
                await self.modem.close()
                await coop.stop(running)

        return run_virtual(whole())


def each(play, ways=WAYS, dialects=None):
    """Play with every dialect, whole and in pieces, quiet and with notifications between."""
    for dialect in dialects or sorted(DIALECTS):
        for seed, (split, chatter) in enumerate(ways, 1):
            bench = Bench(dialect, split, chatter, seed)
            try:
                bench.run(play)
            except (AssertionError, DcuError):
                print(dialect, split, chatter, bench.lines[-5:], bench.module.heard[-12:])
                raise


async def error_of(coroutine, kind=DcuError):
    """The text of the error that it ends in."""
    try:
        await coroutine
    except kind as error:
        return str(error)
    raise AssertionError("it ended well")


async def read_all(stream, size, limit_ms=30_000):
    """`size` octets of a stream."""
    got = b""
    while len(got) < size:
        data = await stream.read(256, limit_ms)
        assert data, got
        got += data
    return got


async def connected(bench, answer=echo):
    bench.town.hosts[HES[1]] = answer
    await bench.modem.online()
    return await bench.modem.connect(HES[0], HES[1], 30_000)


async def forget(bench):
    """The DCU restarts, and knows nothing of the module."""
    await bench.modem.close()
    bench.modem = Modem(
        bench.open_port, bench.clock, lambda: bench.access, bench.lines.append, bench.note
    )
