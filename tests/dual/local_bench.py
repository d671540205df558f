"""A tool at the local port of the DCU, in virtual time: HDLC and dialogues, on cardboard."""

from drivers.hdlc_station import HdlcStation
from hal import coop
from hal.errors import PortError
from tests.dual.cosem_peer import CLIENTS, PASSWORD, PUBLIC, Objects
from tests.dual.northbound import CardboardStream
from tests.part import Part
from tests.virtual import VirtualClock, run_virtual
from wire import association, dialogue, hdlc
from wire.hdlc_link import HdlcClient
from wire.server import ServerAssociation

PHYSICAL = 17
ONE = hdlc.server_address(0, 1, 1)
TWO = hdlc.server_address(1, PHYSICAL, 2)
FOUR = hdlc.server_address(1, PHYSICAL, 4)
_WAIT_MS = 50


class CardboardPort(CardboardStream):
    """`echoes`: what the DCU writes it hears, too, as behind an optical head."""

    def __init__(self, echoes):
        super().__init__(self.says if echoes else None)
        self.is_closed = False

    def close(self):
        self.is_closed = True


class Bench:
    def __init__(self, echoes=False):
        self.clock = VirtualClock()
        self.objects = Objects()
        self.part = Part(self.clock)
        self.ports = []
        self.opened_ms = []
        self.refuses = False
        self.reports = []
        self.said = []
        self._echoes = echoes
        self.station = HdlcStation(
            "local port",
            self._open,
            self.clock,
            PHYSICAL,
            lambda: ServerAssociation(self.objects, CLIENTS),
            lambda is_lost, text: self.reports.append((is_lost, text)),
            self.said.append,
        )

    def _open(self):
        self.opened_ms.append(self.clock.ticks_ms())
        if self.refuses:
            raise PortError("/dev/ttyUSB9: does not exist")
        self.ports.append(CardboardPort(self._echoes))
        return self.ports[-1]

    async def heard(self, *pieces):
        return await heard_on(self.ports[-1], *pieces)

    def tool(self, address=TWO, sap=PUBLIC, max_info=128, window=1):
        return Tool(
            self.heard, HdlcClient(address, hdlc.client_address(sap), max_info, window), sap
        )


async def heard_on(port, *pieces):
    """The octets that the DCU writes after it has got these, a pause after each."""
    before = len(port.written)
    for piece in pieces:
        port.says(piece)
        await coop.sleep_ms(_WAIT_MS)
    return port.written[before:]


class Tool:
    """`heard` of (octets) is what the DCU writes after it has got them."""

    def __init__(self, heard, link, sap):
        self._heard = heard
        self._sap = sap
        self.link = link
        self.frames = 0  # that the DCU has sent

    async def open(self, **options):
        """The link and the association."""
        assert await self.say(self.link.connect()) == ("connected",)
        if self._sap == PUBLIC:
            return await self.do(dialogue.associate(**options))
        return await self.do(dialogue.associate(association.LLS, PASSWORD, **options))

    async def do(self, talk):
        request = next(talk)
        while True:
            answer = await self.ask(request)
            try:
                request = talk.send(answer)
            except StopIteration as end:
                return end.value

    async def ask(self, apdu):
        """A talk in general blocks may give several at once, but not with us."""
        if isinstance(apdu, tuple):
            (apdu,) = apdu
        outcome = await self.say(self.link.send(apdu))
        assert outcome[0] == "apdu", outcome
        return outcome[1]

    async def say(self, octets):
        """How the link takes what comes after these octets; None: nothing, or nothing new."""
        while True:
            outcome = None
            for frame in frames_in(await self._heard(octets)):
                self.frames += 1
                outcome = self.link.receive(frame) or outcome
            if not outcome or outcome[0] != "write":
                return outcome
            octets = outcome[1]


def frames_in(octets):
    deframer = hdlc.Deframer()
    deframer.feed(octets)
    frames = []
    while True:
        frame = deframer.next_frame()
        if frame is None:
            return frames
        frames.append(frame)


def run(scene, **options):
    """`scene(bench)` beside a station; its port is open."""
    bench = Bench(**options)

    async def main():
        task = coop.spawn(bench.station.run(bench.part))
        await coop.sleep_ms(10)
        await scene(bench)
        await coop.stop(task)

    run_virtual(main())
    return bench
