"""A head-end system that speaks TLS, and the uplink that dials it; no test."""

from hal import coop, tls
from hal.errors import NotAuthenticated, PortError
from tests.contract.tls_helpers import FILES, NOW_S, context, pipe
from tests.dual.scripted_hes import HesBench
from tests.virtual import run_virtual
from wire.demux import Demux

LIMIT_MS = 60_000
ON = (
    ("tls.ca", FILES + "ca.pem"),
    ("tls.name", "hes.example"),
    ("uplink.tls", "yes"),
    ("hes.retry_min_s", "10"),
    ("hes.retry_max_s", "40"),
)
MINE = (("tls.certificate", FILES + "dcu.pem"), ("tls.key", FILES + "dcu.key"))
SERVER = (("uplink.mode", "server"), ("server.peers", "10.0.0.9"), ("hes.main", ""))


class Far:
    """The HES's end, once the hands are shaken, as a CardboardStream is written to."""

    def __init__(self, bench, stream):
        self._bench, self._stream = bench, stream
        self._said = b""
        self._news = coop.Event()

    def says(self, octets):
        self._said += octets
        self._news.set()

    async def talk(self):
        writing = coop.spawn(self._write())
        try:
            while True:
                self._bench.hears(await self._stream.read(1024, LIMIT_MS))
        except PortError:
            pass
        finally:
            await coop.stop(writing)

    async def close(self):
        await self._stream.close()

    async def _write(self):
        while True:
            await self._news.wait()
            self._news.clear()
            octets, self._said = self._said, b""
            await self._stream.write(octets)


class TlsBench(HesBench):
    """`shown` is the Context of the HES; `ends` are the two of each connection, ours first."""

    def __init__(self, settings):
        super().__init__(settings)
        self.clock.set_utc(NOW_S)
        self.shown = context("", "hes")
        self.ends = []
        self.serving = []

    async def dial(self, host, port, timeout_ms):
        self.dials.append((self.now_s(), f"{host}:{port}"))
        near, far = pipe()
        self.ends.append((near, far))
        self.serving.append(coop.spawn(self._serve(far)))
        return near

    async def _serve(self, far):
        try:
            stream = await tls.accept(far, self.shown, LIMIT_MS, None)
        except (PortError, NotAuthenticated):
            return
        await self.served(stream)

    async def served(self, stream):
        self._demux = Demux()
        self.stream = Far(self, stream)
        await self.stream.talk()
        await stream.close()

    async def calls(self, trusts):
        """The HES dials: the raw end of the DCU, and the text of why it came to nothing."""
        near, far = pipe()
        self.ends.append((near, far))
        self.serving.append(coop.spawn(self.doors[4059](near_as_caller(near))))
        try:
            stream = await tls.connect(far, trusts, "07310001", 20_000, None)
        except (PortError, NotAuthenticated) as error:
            return str(error)
        self.serving.append(coop.spawn(self.served(stream)))
        return ""


def near_as_caller(near):
    near.peer = "10.0.0.9:50000"
    return near


def run(scene, settings=()):
    bench = TlsBench(tuple(ON) + tuple(settings))

    async def main():
        running = coop.spawn(bench.uplink.run(bench.part))
        await scene(bench)
        assert not running.done()
        await coop.stop(running, *bench.serving)

    run_virtual(main())
    assert bench.part.longest_ms < 100_000, bench.part.longest_ms
    return bench
