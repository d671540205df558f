"""One connection with the HES: registered by 376.1 frames, then served.

The DCU registers and keeps the link with Q/GDW 376.1 AFN 02 frames that carry its terminal ID;
over the same connection the HES is DLMS client of the DCU (IEC 62056-47 wrapper) and, by the
gateway header, of the meters behind it. What is done when something fails is not said here.
"""

from collections import namedtuple

from dcu.desk import Desk
from dcu.gdw_desk import GdwDesk
from dcu.pace import FRAMES_MAX, FRAMES_MS, Pace
from hal import coop
from hal.errors import PortError, WireError
from wire import qgdw3761, wrapper
from wire.demux import Demux

WRITE_MS = 60_000  # a HES that does not take a frame for so long has failed
BAD_PIECES_MAX = 20  # damaged frames in one session, then the peer is no HES
_READ_SIZE = 1024
_TICK_MS = 1_000


Faces = namedtuple("Faces", ("serve", "serve_callers", "transparent", "gdw", "pushes"))
"""What serves a HES: the DLMS server association, `serve()`, for one that we have dialled, and
`serve_callers()` for one that has dialled us, of whom nobody knows who he is; both have
answer(source, destination, apdu). `transparent(frame, peer)`, a coroutine, gives the gateway's
answer, or None; `gdw` is dcu/gdw.py; each of
`pushes`, push(session), another, runs beside each registered session."""


class Session:
    """One connection. A single task reads; requests through the gateway get a task each."""

    def __init__(self, uplink, stream, host, has_called=False):
        self._uplink = uplink  # its settings, clock, log, and what serves the HES
        self._settings = uplink.settings
        self._clock = uplink.clock
        self._stream = stream
        self._host = host
        self._demux = Demux()
        faces = uplink.faces
        known = has_called, stream.is_secured
        server = faces.serve_callers() if has_called else faces.serve()
        self._desk = Desk("HES", server, faces.transparent, self.send, self._say_at_host)
        self._gdw = faces.gdw
        self._gdw_desk = GdwDesk(faces.gdw, self._send_gdw, self._say_at_host, known)
        self._reports = {}  # number of one that is to be confirmed: whether it is
        self._confirmed = False  # an AFN 00 came since the last frame of ours
        self._heard_ms = self._clock.ticks_ms()
        self._bad_pieces = 0
        self._pace = Pace(self._clock, FRAMES_MAX, FRAMES_MS) if has_called else None
        self._pushing = []  # the tasks beside this session
        self._link_frame = None  # (function, octets): repeated as it is until it is confirmed
        self._registered = False
        self.began_ms = self._counted_ms = self._heard_ms
        self.proved = False

    async def login(self, part):
        """Ask to be registered, once. True when the HES confirms in time."""
        if await self._ask(qgdw3761.LOGIN, part):
            text = f"registered at {self._host} as {self._settings.terminal_id()}"
            self._uplink.log("uplink", text)
            self.begin()
        return self._registered

    def begin(self):
        """From now on it is served. Who has dialled us need not be registered at."""
        self._registered = True
        self._pushing = [coop.spawn(push(self)) for push in self._uplink.faces.pushes]

    async def beat(self, part):
        """One heartbeat. True when the HES confirms in time."""
        is_confirmed = await self._ask(qgdw3761.HEARTBEAT, part)
        self.proved = self.proved or is_confirmed
        return is_confirmed

    async def serve(self, quiet_ms, part):
        """Until nothing has come for `quiet_ms`, or `uplink.is_to_end()`."""
        ends = self._uplink.is_to_end
        await self._listen(lambda: ends() or self._quiet_for_ms() >= quiet_ms, part)

    async def send(self, apdu, source=1, destination=1):
        """An APDU of ours to the HES, in the wrapper."""
        await self._write(wrapper.encode(wrapper.Wrapper(source, destination, apdu)))

    async def report(self, body, events):
        """A 376.1 frame of AFN 0E, unasked; its number, for `is_confirmed`."""
        return await self._report(qgdw3761.report, True, body, events)

    async def tell(self, afn, body, events, confirms=False):
        """A 376.1 frame of data, unasked; its number. `confirms`: whether the HES is to."""
        return await self._report(qgdw3761.data_report, confirms, afn, body, events, confirms)

    async def _report(self, make, confirms, *contents):
        address = qgdw3761.address_from_text(self._settings.terminal_id())
        number = self._uplink.next_pfc() & qgdw3761.COUNT
        self._reports.pop(number, None)
        if confirms:
            self._reports[number] = False
        await self._send_gdw(make(address, number, self._settings.get("gdw.msa"), *contents))
        return number

    def is_confirmed(self, number):
        """Whether the HES has confirmed the report with this number."""
        return self._reports.get(number, False)

    async def _send_gdw(self, frame):
        await self._write(qgdw3761.encode(frame))

    async def close(self):
        self._desk.end()
        self._gdw_desk.end()
        for task in self._pushing:
            task.cancel()
        await self._stream.close()

    async def _write(self, octets):
        """All of it within WRITE_MS, or the stream is closed: it has half a frame on it."""
        is_whole = False
        try:
            await coop.within_ms(WRITE_MS, self._stream.write(octets))
            is_whole = True
        except coop.Expired:
            raise PortError(f"{self._host}: takes no data for {WRITE_MS // 1000} s")
        finally:
            if not is_whole:
                await self._stream.close()

    def _quiet_for_ms(self):
        return self._clock.ticks_ms() - self._heard_ms

    async def _ask(self, function, part):
        """Send an AFN 02 frame; True when it is confirmed in time."""
        if self._link_frame is None or self._link_frame[0] != function:
            address = qgdw3761.address_from_text(self._settings.terminal_id())
            clock = self._gdw.clock_octets() if function == qgdw3761.HEARTBEAT else b""
            msa = self._settings.get("gdw.msa")
            pfc = self._uplink.next_pfc()
            self._reports.pop(pfc & qgdw3761.COUNT, None)  # it is repeated with another number
            frame = qgdw3761.link_frame(address, function, pfc, clock, msa)
            self._link_frame = (function, qgdw3761.encode(frame))
        self._confirmed = False
        await self._write(self._link_frame[1])
        ends_ms = self._clock.ticks_ms() + self._settings.get("hes.reply_s") * 1000
        await self._listen(lambda: self._confirmed or self._clock.ticks_ms() >= ends_ms, part)
        if self._confirmed:
            self._link_frame = None  # the next is another
        return self._confirmed

    async def _listen(self, done, part):
        """Take what comes until `done()`; looks at it once a second when nothing comes."""
        while not done():
            part.alive()
            data = await self._stream.read(_READ_SIZE, _TICK_MS)
            self._count_time()
            if data:
                self._demux.feed(data)
                await self._take_all(part)

    def _count_time(self):
        """Of which the uplink was online, in whole seconds."""
        seconds = (self._clock.ticks_ms() - self._counted_ms) // 1000
        self._counted_ms += 1000 * seconds
        if seconds and self._registered:
            self._uplink.count("online_s", seconds)

    async def _take_all(self, part):
        while True:
            part.alive()
            try:
                message = self._demux.next_message()
            except WireError as error:
                self._damaged(error.reason)  # without the octets: an AARQ has the password in it
                continue
            if message is None:
                return
            if self._pace:
                await self._pace.turn()
            self._heard_ms = self._clock.ticks_ms()
            self._uplink.last_contact_s = self._clock.utc_s()
            kind, frame = message
            await (self._take_gdw(frame) if kind == "gdw" else self._take_wrapper(frame))

    def _damaged(self, text):
        self._bad_pieces += 1
        self._uplink.log("uplink", f"{self._host} sent what is dropped: {text}")
        if self._bad_pieces > BAD_PIECES_MAX:
            raise PortError(f"{self._host}: too many damaged frames; the link is dropped")

    async def _take_gdw(self, frame):
        """A confirmation or a request."""
        if not self._gdw.is_ours(frame):
            if not frame.is_group and frame.number != qgdw3761.NUMBER_BROADCAST:
                self._damaged(f"a frame for terminal {qgdw3761.terminal_text(frame)}")
        elif frame.afn == qgdw3761.AFN_CONFIRM:
            self._take_confirmation(frame)
        elif qgdw3761.is_request(frame) and self._gdw.is_taken(frame):
            if self._registered or self._confirmed:
                self._prove()
                self._gdw_desk.take(frame)
            elif qgdw3761.wants_answer(frame):
                await self._send_gdw(qgdw3761.denial(frame))

    def _take_confirmation(self, frame):
        try:
            is_confirmed = qgdw3761.is_confirmed(frame)
        except WireError as error:
            self._damaged(error.reason)
            return
        number = frame.seq & qgdw3761.COUNT
        if number in self._reports:
            self._reports[number] = is_confirmed
            return
        self._confirmed = is_confirmed
        if not self._confirmed:
            self._uplink.log("uplink", f"{self._host} denies what was sent")

    async def _take_wrapper(self, frame):
        if not (self._registered or self._confirmed):
            self._damaged("a DLMS request before the login was confirmed")
            return
        self._prove()
        await self._desk.take(frame)

    def _prove(self):
        self.proved = True
        self._uplink.heard()

    def _say_at_host(self, text):
        self._uplink.log("uplink", f"{self._host}: {text}")
