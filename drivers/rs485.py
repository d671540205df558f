"""One RS485 port with many meters: octets out, one answer in, one talker at a time.

It knows time, noise and the state of the port. What an answer is, the caller says by a deframer
and a function; so one bus carries HDLC today and other meter protocols beside it.
"""

from drivers.answer_time import AnswerTime
from drivers.kept_port import KeptPort
from drivers.line import USUAL
from drivers.turn import Turn
from hal import coop
from hal.errors import PortError, WireError

_READ_SIZE = 256  # octets
_FIFO = 32  # octets that a UART may keep before it hands them over: long, below 4800 bit/s
_DRAIN_READS_MAX = 16  # of _READ_SIZE; a line that babbles on is not waited for
_LOOK_MS = 1_000
_RECENT_MAX = 8  # pieces of at most 256 octets

MORE = "more"  # of `accept`: a part of the answer, go on waiting


class Rs485Bus:
    """`open_port()` gives a port (`read`, `write`, `settings`, `close`) set as `line` says, or
    raises PortError.

    name       as in the meter archive: "rs485-1"
    reply_ms   from our last octet to the first one of the answer
    octet_ms   the longest silence within an answer. IEC 62056-46 has 25 ms; a USB adapter
               holds octets back for 16 ms more, and a busy computer for longer
    quiet_ms   silence before we talk, for the other side's driver to let go of the line
    report     called with (is_lost, text) once when the port fails and once when it is back
    scheduled_percent  of the exchanges that are not urgent, while both kinds wait
    aside      drivers/pushes.py: `feed` gets the octets that come when nobody was asked, `hear`
               the frames that nobody accepts. While the bus is idle they are looked for once in
               _LOOK_MS: above 38400 bit/s a long message may be more than the system keeps
    """

    def __init__(
        self,
        name,
        open_port,
        clock,
        line=USUAL,
        reply_ms=1000,
        octet_ms=100,
        quiet_ms=2,
        report=lambda is_lost, text: None,
        aside=None,
        scheduled_percent=20,
    ):
        self.name = name
        self._reply_ms = reply_ms
        self._octet_ms = octet_ms
        self._quiet_ms = quiet_ms
        self._clock = clock
        self._line = self._line_now = line
        self._aside = aside
        self._port = KeptPort(name, self._fresh(open_port), clock, report)
        self._turn = Turn((100 - scheduled_percent) // scheduled_percent)
        self._sessions = {}
        self._last_octet_ms = clock.ticks_ms()
        self.tap = None  # function(is sent, octets), while somebody takes a trace
        self.answers = AnswerTime()  # of all meters
        self.answered_ms = None  # how long the last exchange waited for the first octet
        self.recent = []  # the last (is sent, octets), for who wants to know why
        self.sent = self.received = self.exchanges = self.timeouts = self.retries = 0
        self.damaged = self.strange = self.stale = 0

    @property
    def reply_ms(self):
        """The whole time that a meter has to begin its answer."""
        return self._reply_ms

    @property
    def trouble(self):
        """Why there is no port, or None."""
        return self._port.trouble

    def now_ms(self):
        return self._clock.ticks_ms()

    def session(self, address):
        """The Turn of the meter at physical `address`: one session with a meter at a time."""
        if address not in self._sessions:
            self._sessions[address] = Turn()
        return self._sessions[address]

    async def exchange(
        self, octets, framing, accept, urgent=False, reply_ms=None, line=None, quiet_ms=0
    ):
        """Send, and give every frame heard to `accept` until it returns something; return that.

        framing   makes a deframer: `feed(data)`, `next_frame()`
        accept    gets a frame; None means "not for me, go on waiting", MORE "mine, go on"
        line      the Line to talk on, if it is not that of the bus
        quiet_ms  silence that the meter needs before it hears, if it is more than the usual
        Returns None when nothing acceptable came in time. PortError when the port is lost.
        An urgent exchange goes before all that wait, not into the one that is running.
        """

        async def once(ask):
            return await ask(octets, framing, accept, reply_ms, line, quiet_ms)

        return await self.in_a_row(once, urgent)

    async def in_a_row(self, talk, urgent=False):
        """What `talk(ask)` returns, a coroutine function in which `ask(octets, framing, accept,
        reply_ms, line)` is `exchange`, as often as it likes: nobody else talks between."""
        await self._turn.take(urgent)
        try:
            return await talk(self._ask)
        except PortError as error:
            self._port.lost(error)
            raise
        finally:
            self._turn.give()

    async def tell(self, octets):
        """Send what nobody answers, to all; on return it is on the wire. PortError."""
        await self._turn.take(False)
        try:
            port = self._port.opened()
            await self._settle(port, self._quiet_ms)
            self._speak_on(port, self._line)
            self._note(True, octets)
            await port.write(octets)
            self.sent += len(octets)
            await coop.sleep_ms(self.wire_ms(len(octets)))
            self._last_octet_ms = self._clock.ticks_ms()
        except PortError as error:
            self._port.lost(error)
            raise
        finally:
            self._turn.give()

    async def _ask(self, octets, framing, accept, reply_ms=None, line=None, quiet_ms=0):
        port = self._port.opened()
        await self._settle(port, max(quiet_ms, self._quiet_ms))
        self._speak_on(port, line or self._line)
        self._note(True, octets)
        await port.write(octets)
        self._port.worked()
        self.sent += len(octets)
        self.exchanges += 1
        self._last_octet_ms = self._clock.ticks_ms()
        return await self._answer(port, framing, accept, reply_ms or self._reply_ms)

    def _note(self, is_sent, octets):
        if self.tap:
            self.tap(is_sent, octets)
        self.recent.append((is_sent, octets))
        if len(self.recent) > _RECENT_MAX:
            self.recent.pop(0)

    def _speak_on(self, port, line):
        if line != self._line_now:
            port.settings(line.baud, line.parity, line.databits)
            self._line_now = line

    async def _settle(self, port, quiet_ms):
        """Stale octets are thrown away: the answer to us begins after we have asked."""
        for _ in range(_DRAIN_READS_MAX):
            left_ms = self._last_octet_ms + quiet_ms - self._clock.ticks_ms()
            data = await port.read(_READ_SIZE, max(0, left_ms))
            if not data:
                return
            self.stale += len(data)
            self._last_octet_ms = self._clock.ticks_ms()
            if self._aside:
                self._aside.feed(data)

    async def _answer(self, port, framing, accept, reply_ms):
        deframer = framing()
        gap_ms = self.wire_ms(_FIFO)
        octet_ms = max(self._octet_ms, self._line_now.octet_ms, gap_ms)
        began_ms = self._clock.ticks_ms()
        self.answered_ms = None
        deadline_ms = began_ms + reply_ms + max(0, gap_ms - self._octet_ms)
        end_ms = deadline_ms + self.wire_ms(self._line_now.answer_max)
        heard = False
        while True:
            left_ms = deadline_ms - self._clock.ticks_ms()
            wait_ms = min(left_ms, octet_ms) if heard else left_ms
            data = await port.read(_READ_SIZE, wait_ms) if left_ms > 0 else b""
            if data:
                if self.answered_ms is None:
                    self.answered_ms = self._clock.ticks_ms() - began_ms
                heard = True
                self._note(False, data)
                self.received += len(data)
                self._last_octet_ms = self._clock.ticks_ms()
                deadline_ms = min(end_ms, max(deadline_ms, self._last_octet_ms + octet_ms))
                deframer.feed(data)
                outcome = self._taken(deframer, accept)
                if outcome is not None:
                    return outcome
            elif heard:  # the frame was cut: what follows the silence is another one
                heard = False
                deframer = framing()
            else:
                self.timeouts += 1
                return None

    def _taken(self, deframer, accept):
        while True:
            try:
                frame = deframer.next_frame()
            except WireError:
                self.damaged += 1
                continue  # noise: what follows it may still be the answer
            if frame is None:
                return None
            outcome = accept(frame)
            if outcome is None:
                self.strange += 1
                if self._aside:
                    self._aside.hear(frame)
            elif outcome != MORE:
                return outcome

    def _fresh(self, open_port):
        """A port that was lost is as `line` says again."""

        def fresh():
            self._line_now = self._line
            return open_port()

        return fresh

    def open(self):
        """Open the port now. PortError says why not; then it is tried again later."""
        return self._port.open()

    async def keep_open(self, alive=lambda: None):
        """For ever: open the port, and again at growing intervals when it was lost."""
        while True:
            alive()
            if self._port.now is None:
                try:
                    self._port.opened()
                except PortError:
                    pass  # reported, and tried again
            elif self._aside and not self._turn.held:
                await self._listen()
            await coop.sleep_ms(_LOOK_MS)

    async def _listen(self):
        """Take in what has come though nobody was asked."""

        async def settle(ask):
            if self._port.now:
                await self._settle(self._port.now, 0)

        try:
            await self.in_a_row(settle)
        except PortError:
            pass  # reported, and tried again

    def close(self):
        self._port.close()

    def wire_ms(self, octets):
        """Milliseconds that `octets` octets take on the wire."""
        return self._line_now.wire_ms(octets)

    def status(self):
        return {
            "name": self.name,
            "open": self._port.now is not None,
            "trouble": self._port.trouble,
            "sent": self.sent,
            "received": self.received,
            "exchanges": self.exchanges,
            "retries": self.retries,
            "timeouts": self.timeouts,
            "damaged": self.damaged,
            "strange": self.strange,
            "stale": self.stale,
            "losses": self._port.losses,
            "wire_ms": self.wire_ms(self.sent + self.received),
        }
