"""Commands to a module over a serial port: one at a time, and what it says unasked beside them.

A command whose answer did not come leaves the dialogue in doubt: the answer may come under the
next one. A line that belongs to nothing does so, too, and a question that was answered OK and no
more. An OK does not say whose it is. So before the next command something is asked that nobody
else asks, until its own answer comes; a module that cannot be brought there is mute, NoReply.
"""

from drivers.modem_dialects import EVERY_NOTICE
from hal import coop
from hal.errors import NoReply, PortError, WireError
from wire import at

_READ_SIZE = 256  # octets
_IDLE_MS = 60_000  # of one wait for the port
_GUARD_MS = 1_200  # of silence around +++: V.250 has 1 s
_AFTER_MS = 1_000  # for what comes of it
_SYNC_TRIES = 8
_QUIET_MIN_MS, _QUIET_MAX_MS = 100, 1_600  # before the next try; doubles
_PAYLOAD_MAX = 1460  # octets that a module may still be waiting for when we come to it
_QUESTIONS = (at.command("+CMEE?", ["+CMEE"]), at.command("+IPR?", ["+IPR"]))  # in turn
_PROBE = at.command("", limit_ms=300)


class Reply:
    """What a command was answered: `is_good`, the `lines` before the end, and the `last` one."""

    def __init__(self):
        self.is_good = False
        self.lines = []
        self.last = None
        self.is_prompted = False
        self.moved = coop.Event()

    def text(self):
        """Of the first line that is not OK; ""."""
        texts = [line.text for line in self.lines + [self.last] if line and line.text != "OK"]
        return texts[0] if texts else ""


class Channel:
    """port        a serial port (hal/README.md), ours until `close`
    take_notice  function(line) for what the module says unasked
    lost         function(text), once, when the port has failed
    """

    def __init__(self, port, clock, take_notice, lost):
        self._port = port
        self._clock = clock
        self._take_notice = take_notice
        self._lost = lost
        self._dialogue = at.Dialogue(EVERY_NOTICE)
        self._turn = coop.Lock()
        self._reply = None  # of the command in flight
        self._sink = None  # function(octets) for counted payload; stays, for one that is late
        self._is_in_doubt = True
        self._owed = 0  # octets of payload that the module may still wait for
        self._strange = 0  # lines that belong to nothing: late answers, perhaps
        self._strange_known = 0  # of them, when we last came to terms
        self.trouble = None  # text of the error that has ended the port
        self._listening = coop.spawn(self._listen())
        self.sent = self.received = self.timeouts = self.damaged = 0

    def learn(self, dialect):
        self._dialogue.learn([urc.pattern for urc in dialect.urcs], dialect.counted)

    def settings(self, baud):
        self._port.settings(baud)
        self._is_in_doubt = True

    async def close(self):
        self._fail(self.trouble or "modem: closed")
        await coop.stop(self._listening)
        self._port.close()

    async def ask(self, command, payload=b"", sink=None):
        """A Reply, also when it is ERROR. `payload` goes when the module prompts for it; `sink`
        gets what it counts. NoReply after `command.limit_ms`; PortError when the port fails."""
        async with self._turn:
            if self._is_in_doubt or self._strange != self._strange_known:
                await self._come_to_terms()
            reply = await self._exchange(command, payload, sink)
            # a question with no answer but OK: that may have been the OK of another
            self._is_in_doubt = bool(command.answers) and reply.is_good and not reply.lines
            return reply

    async def demand(self, command, payload=b"", sink=None):
        """As `ask`, but what the module refuses is a PortError with its words."""
        reply = await self.ask(command, payload, sink)
        if not reply.is_good:
            raise PortError(f"modem: {label(command)}: {reply.last.text}")
        return reply

    async def is_there(self, tries=2):
        """Whether somebody answers AT at the present rate."""
        async with self._turn:
            for _ in range(tries):
                try:
                    await self._exchange(_PROBE, b"", self._sink)
                    return True
                except NoReply:
                    pass
        return False

    async def escape(self):
        """Out of whatever may keep the module from hearing commands: a data connection, an
        unfinished payload, quiet mode. What we know nothing of, we try in turn."""
        async with self._turn:
            await coop.sleep_ms(_GUARD_MS)
            await self._write(b"+++")
            await coop.sleep_ms(_GUARD_MS)
            await self._write(b"\r" * _PAYLOAD_MAX + b"ATE0Q0V1\r")
            await coop.sleep_ms(_AFTER_MS)

    async def _come_to_terms(self):
        """Until a question is answered by its answer and OK: then all before is answered."""
        owed, strange, quiet_ms = self._owed, self._strange, _QUIET_MIN_MS
        try:
            for turn in range(_SYNC_TRIES):
                if await self._is_in_step(_QUESTIONS[turn % 2], owed):
                    owed, strange = 0, self._strange
                    self._is_in_doubt = False
                    return
                await coop.sleep_ms(quiet_ms)
                quiet_ms = min(2 * quiet_ms, _QUIET_MAX_MS)
        finally:
            self._owed, self._strange_known = owed, strange
        raise NoReply(f"modem: no clear answer in {_SYNC_TRIES} tries")

    async def _is_in_step(self, question, owed):
        try:
            reply = await self._exchange(question, b"", self._sink)
        except NoReply:
            await self._write(b"\r" * owed)
            return False
        return reply.is_good and bool(reply.lines)

    async def _exchange(self, command, payload, sink):
        reply = self._reply = Reply()
        self._sink = sink
        self._owed = len(payload)
        deadline_ms = self._clock.ticks_ms() + command.limit_ms
        try:
            await self._write(self._dialogue.send(command))
            while reply.last is None:
                if reply.is_prompted:
                    reply.is_prompted = False
                    await self._write(payload)
                await self._moved(reply, deadline_ms, command)
            self._owed = 0
            return reply
        finally:
            if reply.last is None:  # also when we are cancelled
                self._is_in_doubt = True
                self._dialogue.abandon()
            self._reply = None

    async def _moved(self, reply, deadline_ms, command):
        """Until something has come for this reply."""
        self._check()
        try:
            left_ms = max(0, deadline_ms - self._clock.ticks_ms())
            await coop.within_ms(left_ms, reply.moved.wait())
        except coop.Expired:
            self.timeouts += 1
            raise NoReply(f"modem: {label(command)}: no answer in {command.limit_ms} ms")
        reply.moved.clear()
        self._check()

    async def _write(self, octets):
        self._check()
        if octets:
            try:
                await self._port.write(octets)
            except PortError as error:
                self._break(str(error))
                raise
            self.sent += len(octets)

    async def _listen(self):
        """For ever: what comes from the port goes to the reply in flight, or is a notice."""
        try:
            while True:
                data = await self._port.read(_READ_SIZE, _IDLE_MS)
                self.received += len(data)
                self._dialogue.feed(data)
                self._take_all()
        except PortError as error:
            self._break(str(error))

    def _take_all(self):
        while True:
            try:
                event = self._dialogue.next_event()
            except WireError:
                self.damaged += 1
                self._strange += 1
                continue
            if event is None:
                return
            self._take(event)

    def _take(self, event):
        kind, reply = type(event), self._reply
        if kind is at.Notice:
            self._strange += not event.is_known
            self._take_notice(event.line)
        elif kind is at.Payload:
            sink, self._sink = self._sink, None  # there is one for each question, and no more
            if sink:
                sink(event.octets)
        elif kind is at.Answer:
            reply.lines.append(event.line)
        elif kind is at.Prompt:
            reply.is_prompted = True
            reply.moved.set()
        else:
            reply.is_good, reply.last = event
            reply.moved.set()

    def _break(self, text):
        if not self.trouble:
            self._fail(text)
            self._lost(text)

    def _fail(self, text):
        self.trouble = text
        if self._reply:
            self._reply.moved.set()

    def _check(self):
        if self.trouble:
            raise PortError(self.trouble)
        assert not self._listening.done(), "nobody listens to the modem"


def label(command):
    """The command for a log: without what follows, which may be a secret."""
    return "AT" + command.text.split("=")[0].split("?")[0]
