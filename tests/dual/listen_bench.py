"""What stands around the listeners in tests: a server, sockets and settings of cardboard."""

from dcu.listen import TcpListener
from dcu.listen_udp import UdpListener
from dcu.settings import Settings
from hal import coop
from hal.errors import PortError
from tests.dual.northbound import CardboardStream
from tests.kept import Kept
from tests.part import Part
from tests.virtual import VirtualClock, run_virtual
from wire import wrapper

PORT = 4059
GET = b"\xc0\x01\xc1 what?"


class Server:
    """A server association of cardboard: it counts what one peer asks."""

    def __init__(self):
        self.asked = 0

    def answer(self, client, logical, octets):
        self.asked += 1
        return b"%d of %d" % (self.asked, client)

    def more(self, client):
        return None


class Socket:
    """UDP of cardboard: `arrives(message, host, port)`; `sent` is [(message, host, port)]."""

    def __init__(self):
        self.waiting = []
        self.sent = []
        self.is_open = True
        self._news = coop.Event()

    def arrives(self, message, host="10.0.0.1", port=5000):
        self.waiting.append((message, host, port))
        self._news.set()

    async def read(self, timeout_ms):
        if not self.waiting:
            self._news.clear()
            try:
                await coop.within_ms(timeout_ms, self._news.wait())
            except coop.Expired:
                return None
        return self.waiting.pop(0)

    async def write(self, message, host, port):
        if port == 0:
            raise PortError(f"{host}:{port}: refused")
        self.sent.append((message, host, port))

    def close(self):
        self.is_open = False


class Bench:
    """`handler` is what the listener gave to its server; `opened` the ports, in order."""

    def __init__(self):
        self.settings = Settings(Kept())
        self.settings.put("server.peers", "any")
        self.clock = VirtualClock()
        self.said = []
        self.opened = []
        self.handler = None
        self.refuses = None
        self.is_open = False
        self.leads_to_meters = False
        self.sockets = []
        self.part = Part()

    def log(self, part, text):
        self.said.append(text)

    async def open_server(self, handler, host, port):
        if self.refuses:
            raise self.refuses
        self.handler, self.is_open = handler, True
        self.opened.append(port)
        return self

    async def close(self):
        self.is_open = False

    async def open_udp(self, host, port):
        self.opened.append(port)
        self.sockets.append(Socket())
        return self.sockets[-1]

    def passing(self):
        return self.transparent if self.leads_to_meters else None

    async def transparent(self, frame, peer):
        await coop.sleep_ms(100)
        return b"\xe7 meter for " + peer.encode()

    def peer(self, name="10.0.0.1:5000"):
        """A stream that has just been accepted."""
        stream = CardboardStream()
        stream.peer = name
        stream.task = coop.spawn(self.handler(stream))
        return stream

    def tcp(self):
        return TcpListener(
            self.settings, self.clock, self.log, self.open_server, Server, self.passing
        )

    def udp(self):
        return UdpListener(
            self.settings, self.clock, self.log, self.open_udp, Server, self.passing
        )


def run(scene, listener, port=PORT):
    """`scene(bench)` beside the listener that `listener(bench)` makes; the port is set."""
    bench = Bench()
    bench.settings.put_all([("server.tcp_port", str(port)), ("server.udp_port", str(port))])

    async def main():
        task = coop.spawn(listener(bench).run(bench.part))
        await coop.sleep_ms(10)
        await scene(bench)
        await coop.stop(task)

    run_virtual(main())
    return bench


def asked(client, apdu=GET):
    return wrapper.encode(wrapper.Wrapper(client, 1, apdu))


def told(octets):
    """The APDUs in what a peer was sent."""
    deframer = wrapper.Deframer()
    deframer.feed(octets)
    apdus = []
    while True:
        frame = deframer.next_frame()
        if frame is None:
            return apdus
        apdus.append(frame.apdu)
