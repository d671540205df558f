"""A head-end system that does what a test tells it, and the uplink that dials it."""

from dcu.bearers import Ethernet
from dcu.secure import Secure
from dcu.session import Faces
from dcu.settings import Settings
from dcu.tally import Tally
from dcu.uplink import Uplink
from hal import coop
from hal.errors import PortError
from tests.dual.northbound import CardboardStream
from tests.kept import Kept
from tests.part import Part
from tests.virtual import VirtualClock, run_virtual
from wire import gateway, qgdw3761, wrapper
from wire.demux import Demux

GET = b"\xc0\x01\xc1\x00\x01"  # the bench answers an APDU of any kind
QUICK = (("uplink.jitter_percent", "0"), ("hes.retry_min_s", "1"), ("hes.host_tries", "1"))
TERMINAL = "07310001"
PUSHED = wrapper.Wrapper(1, 1, b"\x0fpush")


class HesBench:
    """`answers` is {function of AFN 02: function(frame) -> the HES's frame, None: silence}.

    `dials` and `links` are lists of (seconds since the start, host or function), `frames` are the
    376.1 frames of the DCU but the link frames, `apdus` its wrappers, `stream` is the last one.
    """

    def __init__(self, settings=()):
        self.settings = Settings(Kept())
        self.settings.put("hes.main", "main:5020")
        self.settings.put_all(QUICK)
        for key, text in settings:
            self.settings.put(key, text)
        self.clock = VirtualClock()
        self.part = Part(self.clock)
        self.answers = {1: qgdw3761.confirmation, 3: qgdw3761.confirmation}
        self.down = []  # hosts that refuse
        self.unplugged = []  # hosts that do not even that
        self.dials, self.links, self.frames, self.apdus, self.said = [], [], [], [], []
        self.link_frames = []
        self.stream = None
        self.pushing = 0
        self.doors = {}
        self.udp_dials = 0
        self.asked = []  # of the gateway
        self.under_way = 0
        self.meters_answer = coop.Event()
        self.meters_answer.set()
        self.events = []
        self.alarms = []
        self.tally_kept = Kept()
        self.tally = self.new_tally()
        self.uplink = self.uplink_over({"ethernet": self.ethernet()})

    def alarm(self, code, mp, text):
        self.alarms.append((code, text))

    def new_tally(self):
        """What a DCU that starts anew has."""

        def event(code, mp, text):
            self.events.append(text)

        return Tally(self.tally_kept, self.clock, self.settings.get, event)

    def ethernet(self):
        return Ethernet(self.dial, self.dial_udp, self.serve, self.is_there)

    def uplink_over(self, bearers):
        return Uplink(
            self.settings,
            self.clock,
            lambda part, text: self.said.append(text),
            bearers,
            Faces(lambda: self, lambda: self, self.transparent, Denier(), (self.push,)),
            self.tally,
            Secure(self.settings, self.clock, self.alarm),
        )

    def now_s(self):
        return round(self.clock.ticks_ms() / 1000)

    async def is_there(self, host, port, timeout_ms):
        """No more than a ping: it is no dial."""
        return host not in self.unplugged

    async def dial_udp(self, host, port, timeout_ms):
        self.udp_dials += 1
        return await self.dial(host, port, timeout_ms)

    async def serve(self, handler, host, port):
        """A server of cardboard: `self.doors` is {port: handler}."""
        if port in self.doors:
            raise PortError(f"{host}:{port}: address already in use")
        self.doors[port] = handler
        return Door(self.doors, port)

    async def call(self, host="10.0.0.9", port=4059):
        """The HES dials: (stream, task of the handler)."""
        self._demux = Demux()
        self.stream = CardboardStream(self.hears)
        self.stream.peer = f"{host}:50000"
        return self.stream, coop.spawn(self.doors[port](self.stream))

    async def dial(self, host, port, timeout_ms):
        self.dials.append((self.now_s(), f"{host}:{port}"))
        if host in self.down:
            raise PortError(f"{host}:{port}: connection refused")
        self._demux = Demux()
        self.stream = CardboardStream(self.hears)
        return self.stream

    def hears(self, octets):
        self._demux.feed(octets)
        while True:
            message = self._demux.next_message()
            if message is None:
                return
            kind, frame = message
            if kind == "wrapper":
                self.apdus.append(frame)
            elif frame.afn == qgdw3761.AFN_LINK:
                self._link(frame)
            else:
                self.frames.append(frame)

    def _link(self, frame):
        function = qgdw3761.parse_link(frame).function
        self.links.append((self.now_s(), function))
        self.link_frames.append(qgdw3761.encode(frame))
        answer = self.answers[function]
        said = answer(frame) if answer else None
        if said:
            self.says_frame(said)

    def says_frame(self, frame):
        self.stream.says(qgdw3761.encode(frame))

    def asks(self, apdu=GET, source=1, destination=1):
        self.stream.says(wrapper.encode(wrapper.Wrapper(source, destination, apdu)))

    def asks_meter(self, address):
        self.asks(gateway.encode(gateway.Gateway(True, 1, b"%d" % address, GET)))

    def answer(self, source, destination, apdu):
        """In place of the DLMS server; what begins with C0 and "silent" is not answered."""
        return None if bytes(apdu[:7]) == b"\xc0silent" else b"\xc4" + bytes(apdu)

    def more(self, client):
        return None

    async def transparent(self, frame, peer):
        self.asked.append(frame)
        self.under_way += 1
        try:
            await self.meters_answer.wait()
            asked = gateway.decode(frame.apdu)
            return gateway.encode(gateway.Gateway(False, 1, asked.address, b"\xc4\x01"))
        finally:
            self.under_way -= 1

    async def push(self, session):
        self.pushing += 1
        try:
            await session.send(PUSHED.apdu)
            await coop.sleep_ms(100_000_000)
        finally:
            self.pushing -= 1

    def functions(self, function):
        """When the DCU sent its logins (1) or heartbeats (3)."""
        return [at_s for at_s, sent in self.links if sent == function]

    def heard(self, text):
        return [line for line in self.said if text in line]


class Denier:
    """In place of dcu/gdw.py: what is for the terminal is denied."""

    def is_ours(self, frame):
        return qgdw3761.terminal_text(frame) == TERMINAL and not frame.is_group

    def is_taken(self, frame):
        return True

    def clock_octets(self):
        return b""

    async def serve(self, frame, send, has_called, is_secured):
        if qgdw3761.wants_answer(frame):
            await send(qgdw3761.denial(frame))


class Door:
    def __init__(self, doors, port):
        self._doors = doors
        self.port = port

    async def close(self):
        self._doors.pop(self.port)


def run(scene, settings=()):
    """The bench after `scene(bench)`, beside a running uplink; the DCU was never late."""
    bench = HesBench(settings)

    async def main():
        running = coop.spawn(bench.uplink.run(bench.part))
        await scene(bench)
        assert not running.done()
        await coop.stop(running)

    run_virtual(main())
    assert bench.part.longest_ms < 100_000, bench.part.longest_ms
    return bench


async def seconds(count):
    await coop.sleep_ms(1000 * count)


def pauses(times_s):
    return [b - a for a, b in zip(times_s, times_s[1:])]


def frame_of_hes(afn, terminal=TERMINAL, body=b"\x00\x00\x01\x00", control=0x4B, seq=0x70):
    """A 376.1 request downwards."""
    number = int(terminal[4:], 16)
    is_group, msa, events, time = False, 1, b"", b""
    return qgdw3761.Frame(
        control, terminal[:4], number, is_group, msa, afn, seq, body, events, time, 2
    )


def answers(bench):
    return [each for each in bench.apdus if each != PUSHED]


async def ask_and_see(bench):
    """The link serves: a request is answered."""
    before = len(answers(bench))
    bench.asks()
    await seconds(1)
    assert len(answers(bench)) == before + 1
