"""The HDLC link to one meter on an RS485 bus: APDUs in and out, repeated when they are lost.

Between two uses it may stay open. Then it is the first thing that the next user of the same meter
finds: he goes on with it if it is his own, and closes it if it is another client's.
"""

from drivers import mode_e
from drivers.answer_time import AnswerTime
from drivers.rs485 import MORE
from hal.errors import DcuError, NoReply, Refused, WireError
from wire import hdlc
from wire.abilities import INFO_USUAL, WINDOW_USUAL, Abilities
from wire.hdlc_address import CLIENT_PUBLIC, fits
from wire.hdlc_link import READY, HdlcClient
from wire.hdlc_parameters import INFO_MAX, WINDOW_MAX
from wire.hdlc_server import INACTIVITY_MS

_MARGIN_MS = 2_000  # of two clocks, and of what it takes to ask
_SESSION_WAIT_MS = 35_000  # an idle transparent session ends after 30 s
_AT_ONCE_MAX = 3584  # octets in a window: an answer holds the bus no longer than that
_DOUBTS_MAX = 2
_WHOLE_PROBES = 4  # of so many one takes the whole time
_FAILURES_MAX = 2  # in a row, with frames that are not the usual ones
_SAYS = {  # what its DM means, by what we were waiting for
    "connected": "refuses the link",
    "apdu": "has dropped the link",
}


class LinkDropped(WireError):
    """The meter says that there is no link. `is_untouched`: the request was sent only once, so
    it has not been carried out."""

    def __init__(self, text, is_untouched):
        super().__init__(text)
        self.is_untouched = is_untouched


class HdlcMeterLink:
    """`connect`, then `request` as often as you like, then `disconnect`; again and again.

    address        physical address of the meter, 1..16381
    client         our SAP towards the meter: 16 is the public client
    logical        logical device in the meter: 1 is the management one
    octets         of the address on the wire: 1, 2 or 4; 0 is the shortest that holds it
    attempts       times that a request is sent before NoReply
    known          Abilities of the meter, to be used and learned; None: the usual, for certain
    reply_ms       the whole time it has to begin an answer (the bus's); what it needs is learned
    quiet_ms       silence that it needs before it hears us
    inactivity_ms  silence after which the meter lets go of a link; 0 keeps none open
    called         address by which the meter is called into HDLC (mode E, drivers/mode_e.py; ""
                   for the only one on the bus); None for a meter that speaks HDLC at once
    Refused when `octets` do not hold the address: the HES may ask for any logical device.
    """

    def __init__(
        self,
        bus,
        address,
        client=CLIENT_PUBLIC,
        logical=1,
        octets=0,
        attempts=3,
        reply_ms=None,
        known=None,
        inactivity_ms=INACTIVITY_MS,
        called=None,
        quiet_ms=0,
    ):
        self.name = f"{bus.name} meter {address}"
        self._bus = bus
        self._session = bus.session(address)
        if not fits(logical, address, octets):
            raise Refused(
                f"{self.name}: no logical device {logical} in {octets} octets of address"
            )
        self._destination = hdlc.server_address(logical, address, octets)
        self._source = hdlc.client_address(client)
        self._attempts = attempts
        self._reply_ms = reply_ms or bus.reply_ms
        self._quiet_ms = quiet_ms
        self._answer_time = AnswerTime()
        self._probes = 0  # connects by a single try
        self._is_probe = False
        self._inactivity_ms = inactivity_ms
        self._known = known or Abilities(INFO_USUAL, WINDOW_USUAL)
        self._doubts = 0  # whether the meter takes proposals at all: some are silent to them
        self._failures = 0  # requests in a row that unusual frames have failed
        self._urgent = False
        self._machine = None
        self._used_ms = None
        self._called = called
        self._line = None  # that of the bus

    blocks_in_a_row = 1  # every APDU is answered by one; HDLC has windows of its own

    async def connect(self, attempts=None, urgent=False):
        """Open the data link: SNRM, UA. NoReply, WireError, PortError; Refused while another
        session holds the meter. True when it has been open since we left it open, False when it
        is new.

        attempts   for a meter that is likely to be silent
        urgent     goes before scheduled work on the bus, between two of its exchanges
        """
        await self._session.take_within(_SESSION_WAIT_MS, self.name)
        self._urgent = urgent
        try:
            left_open, self._session.left_open = self._session.left_open, None
            if left_open and left_open._is_up():
                if left_open is self:
                    return True
                await left_open._let_go()
            await self.reconnect(attempts)
            return False
        except BaseException:
            self._give_up()
            raise

    async def reconnect(self, attempts=None):
        """A new data link in place of the one that we hold."""
        self._is_probe = attempts == 1
        try:
            await self._reconnect(attempts)
        finally:
            self._probes += self._is_probe
            self._is_probe = False

    async def _reconnect(self, attempts):
        attempts = attempts or self._attempts
        known, doubts = self._known, 0
        if self._called is not None:
            await self._enter(attempts)
        if known.info is None and attempts > 1:
            doubts = await self._propose_all()
            if known.info is not None and known.window == self._machine.agreed.window_receive:
                return
            attempts -= 1
        await self._open(known.info or INFO_USUAL, known.window or WINDOW_USUAL, attempts)
        self._doubts += doubts
        if known.info is None and self._doubts >= _DOUBTS_MAX:
            known.only_usual_frames()

    async def _enter(self, attempts):
        """Mode E. A meter that does not hear the call may still be where it was called to."""
        for _ in range(attempts):
            line = await mode_e.enter(self._bus, self.name, self._called, self._urgent)
            if line:
                self._line = line
                return
            self._bus.retries += 1
        if self._line is None:
            raise NoReply(f"{self.name} does not answer the call at {mode_e.CALLING.baud} bit/s")

    async def _propose_all(self):
        """Propose as much as there can be, and learn what the meter takes of it. 0, or how much
        doubt there is that it takes a proposal: silence may be the line's fault."""
        try:
            await self._open(INFO_MAX, WINDOW_MAX, 1)
        except NoReply:
            return 1
        except WireError:
            return _DOUBTS_MAX
        agreed, known = self._machine.agreed, self._known
        known.info = max(agreed.info_receive, agreed.info_transmit)
        known.window = min(agreed.window_receive, max(1, _AT_ONCE_MAX // known.info))
        return 0

    async def request(self, apdu):
        """The APDU that answers `apdu`, or with b"" the one that comes after the last. After an
        error the link is of no more use."""
        assert self._machine
        try:
            octets = self._machine.send(apdu) if apdu else self._machine.listen()
            outcome = await self._until("apdu", octets, self._attempts)
        except (NoReply, WireError):
            self._has_failed()
            raise
        if len(outcome[1]) > INFO_USUAL:
            self._failures = 0
        return outcome[1]

    def can_stay_open(self, idle_ms):
        """Whether the meter would hold the link until we are back after `idle_ms`."""
        return self._machine.state == READY and idle_ms + _MARGIN_MS < self._inactivity_ms

    def leave_open(self):
        """In place of `disconnect`: the meter is free for others, who will find the link."""
        self._session.left_open = self
        self._session.give()

    async def disconnect(self, is_silent=False):
        """Let the meter go, with DISC unless it is silent. Never raises for the meter's part."""
        if self._machine is None:
            return
        try:
            if not is_silent:
                await self._let_go()
        finally:
            self._give_up()

    def _give_up(self):
        self._machine = None
        self._session.give()

    def _is_up(self):
        """Whether the meter still has the link, for all that we know."""
        idle_ms = self._bus.now_ms() - self._used_ms
        return idle_ms + _MARGIN_MS < self._inactivity_ms

    async def _let_go(self):
        try:
            await self._until("disconnected", self._machine.disconnect(), 1)
        except DcuError:
            pass  # it will go by its own inactivity time-out, or at the next SNRM
        finally:
            self._machine = None

    async def _open(self, info, window, attempts):
        self._machine = HdlcClient(self._destination, self._source, info, window)
        await self._until("connected", self._machine.connect(), attempts)

    def _has_failed(self):
        """Not all that a meter says it can do gets through: a long frame may be cut on the way
        each time. The usual frames do get through."""
        agreed = self._machine.agreed
        if max(agreed.info_receive, agreed.info_transmit) > INFO_USUAL:
            self._failures += 1
            if self._failures >= _FAILURES_MAX:
                self._known.only_usual_frames()

    async def _until(self, wanted, octets, attempts):
        left = attempts
        is_untouched = True
        while True:
            outcome = await self._exchange(octets)
            if outcome is None:
                left -= 1
                if left == 0:
                    raise NoReply(f"{self.name} does not answer")
                self._bus.retries += 1
                octets = self._machine.repeat()
                is_untouched = False
            elif outcome[0] == "write":
                octets = outcome[1]
                left = attempts
            elif outcome[0] == wanted:
                return outcome
            else:
                raise LinkDropped(f"{self.name} {_SAYS[wanted]}", is_untouched)

    async def _exchange(self, octets):
        outcome = await self._bus.exchange(
            octets,
            hdlc.Deframer,
            self._accept,
            self._urgent,
            self._limit_ms(),
            self._line,
            self._quiet_ms,
        )
        self._used_ms = self._bus.now_ms()
        if outcome is None:
            self._answer_time.missed()
        elif self._bus.answered_ms is not None:
            self._answer_time.heard(self._bus.answered_ms)
            self._bus.answers.heard(self._bus.answered_ms)
        return outcome

    def _limit_ms(self):
        """A meter that is likely to be silent gets what the others on the bus need; now and then
        the whole time, for it may be a slow one."""
        answers = self._answer_time
        if self._is_probe and self._probes % _WHOLE_PROBES:
            answers = self._bus.answers
        return answers.limit_ms(self._reply_ms)

    def _accept(self, frame):
        if hdlc.kind(frame.control) == hdlc.UI:
            return None  # not of the link: drivers/pushes.py
        is_ours = (frame.destination, frame.source) == (self._source, self._destination)
        return self._machine.receive(frame) or (MORE if is_ours else None)
