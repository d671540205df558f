"""One connection of a DCU: frames in and out, logins and heartbeats answered as they come.

Knows nothing of readings: `hes_stub.session` asks over it. A peer is a DCU only after its login.
Everything that comes is taken at once and nothing is kept but a bounded list of pushes, so a slow,
silent or babbling peer costs its own connection only.

Reference: Q/GDW 376.1 AFN 00 and 02; IEC 62056-47; DLMS UA Green Book, gateway protocol.
"""

import asyncio
import itertools
from collections import deque

from hes_stub import gdw, tls
from hes_stub.errors import NoAnswer
from hes_stub.rows import printable
from wire import gateway, qgdw3761, wrapper
from wire.demux import Demux
from wire.errors import WireError

LOGIN_S = 60  # a peer that has not logged in by then is closed
ANSWER_S = 30  # of the DCU itself
METER_ANSWER_S = 60  # of a meter: the DCU may be busy on its bus
PUSHES_MAX = 16  # waiting; the DCU repeats what is not acknowledged
DAMAGED_MAX = 20  # damaged or unasked pieces, then the peer is no DCU
UNSENT_MAX = 65_536  # octets the peer has not taken
_FEED_MAX = 1024  # octets given to the demultiplexer at once
_HES, _DCU = 1, 1  # wPorts: client management, logical device 1
_NOTIFICATION = b"\x0f"
_CIPHERED = b"\xdb"  # general-glo-ciphering: what a DCU with keys pushes
_DROPPED = {  # by whether it is ciphered
    True: "pushes ciphered (cosem.ek is set there): dropped, give hes serve --dcu-key",
    False: "pushes in clear (cosem.ek is not set there): dropped, for hes serve has --dcu-key",
}
_THE_DCU = "the DCU"  # whose answer is waited for, beside (network, address) of meters


class Link(asyncio.Protocol):
    """`hall` is told: entered(link), registered(link), beaten(link), complained(link, text),
    left(link); `entered` says whether there is room. One that is dialled by us need not log in,
    for we ask it who it is."""

    def __init__(
        self,
        hall,
        has_keys=False,
        login_s=LOGIN_S,
        answer_s=ANSWER_S,
        meter_answer_s=METER_ANSWER_S,
        is_dialled=False,
    ):
        self._hall = hall
        self._has_keys = has_keys
        self._login_s = login_s
        self._answer_s = answer_s
        self._meter_answer_s = meter_answer_s
        self.is_dialled = is_dialled
        self._demux = Demux()
        self._transport = None
        self._timer = None
        self._damaged = 0
        self._has_told = False  # that what is pushed is dropped
        self._waiting = {}  # key: futures in the order in which they were asked
        self.peer = "?"
        self.terminal = None
        self.rivals = 0  # connections in a row that claimed this terminal while another was well
        self.heard_s = 0
        self.lost = asyncio.Event()
        self.open = None  # function(APDU) -> deciphered, WireError: since an association with keys
        self.trouble = ""  # why the DCU does not let us in
        self.errands = deque()  # (what, future): see `errand`
        self.pushes = deque()
        self.woken = asyncio.Event()
        self.meters_turn = asyncio.Lock()
        self.invokes = itertools.cycle(range(1, 16))
        self.gdw = None  # hes_stub/gdw.py Exchange under way
        self.gdw_turn = asyncio.Lock()
        self.numbers = itertools.cycle(range(16))  # of frames of 376.1

    # What asyncio calls

    def connection_made(self, transport):
        self._transport = transport
        host, port = (transport.get_extra_info("peername") or ("?", 0))[:2]
        self.peer = f"{host}:{port}"
        self._shown = tls.terminal_of(transport)
        if not self._hall.entered(self):
            transport.abort()
            return
        self._timer = asyncio.get_running_loop().call_later(self._login_s, self._no_login)

    def data_received(self, data):
        self.heard_s = asyncio.get_running_loop().time()
        for start in range(0, len(data), _FEED_MAX):
            if self._transport.is_closing():
                return
            self._demux.feed(data[start : start + _FEED_MAX])
            self._take_all()

    def connection_lost(self, error):
        self.lost.set()
        if self._timer:
            self._timer.cancel()
        asked = itertools.chain(*self._waiting.values(), [done for _, done in self.errands])
        asked = itertools.chain(asked, [self.gdw.done] if self.gdw else ())
        for future in list(asked):
            if not future.done():
                future.set_exception(self._lost())
        self._hall.left(self)

    # What the session and the reads on demand call

    @property
    def name(self):
        return f"terminal {self.terminal}" if self.terminal else self.peer

    async def ask(self, apdu, client=_HES):
        """The DCU's answer to `apdu`, an APDU too, deciphered if `open` is set. NoAnswer.

        Several may be asked at a time: it answers in their order.
        """
        return await self._exchange(_THE_DCU, client, _DCU, apdu, self._answer_s)

    async def ask_meter(self, network, address, client, logical, apdu):
        """The answer of a meter behind the DCU, through the gateway header. NoAnswer."""
        request = gateway.encode(gateway.Gateway(True, network, address, apdu))
        key = (network, bytes(address))
        return await self._exchange(key, client, logical, request, self._meter_answer_s)

    async def errand(self, what, limit_s):
        """Have the session do `what(session)`, a coroutine function, between its own questions.
        HesError of it; NoAnswer when it does not come to it in time."""
        self._check_open()
        if self.trouble:
            raise self._kept_out()
        done = asyncio.get_running_loop().create_future()
        self.errands.append((what, done))
        self.woken.set()
        try:
            async with asyncio.timeout(limit_s):
                await done
        except TimeoutError:
            raise NoAnswer(f"{self.name} is busy, or does not let the HES in; see its log")

    def keep_out(self, trouble):
        """The DCU does not let us in: whoever waits for it is told."""
        self.trouble = trouble
        for _, done in self.errands:
            if not done.done():
                done.set_exception(self._kept_out())
        self.errands.clear()

    def send_gdw(self, frame):
        """A 376.1 request; what answers it goes to `gdw`. NoAnswer."""
        self._check_open()
        self._send(qgdw3761.encode(frame))

    def introduced(self, terminal):
        """One that we have dialled says who it is. WireError."""
        if not self.terminal:
            self._log_in(terminal)

    def silent(self, limit_s):
        self._hall.complained(self, f"has been silent for {limit_s} s: closed")
        self._transport.abort()

    def close(self):
        self._transport.close()

    async def _exchange(self, key, source, destination, apdu, limit_s):
        self._check_open()
        answer = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, deque()).append(answer)
        try:
            self._send(wrapper.encode(wrapper.Wrapper(source, destination, apdu)))
            async with asyncio.timeout(limit_s):
                return await answer
        except TimeoutError:
            raise NoAnswer(f"{self.name} did not answer within {limit_s} s")
        finally:
            asked = self._waiting.get(key, ())
            if answer in asked:
                asked.remove(answer)  # it did not come
            if not asked:
                self._waiting.pop(key, None)

    def _check_open(self):
        if self._transport.is_closing():
            raise self._lost()

    def _kept_out(self):
        return NoAnswer(f"{self.name} does not let the HES in: {self.trouble}")

    def _lost(self):
        return NoAnswer(f"the connection of {self.name} was lost")

    # Frames, as they come

    def _take_all(self):
        while True:
            try:
                message = self._demux.next_message()
                if message is None or self._transport.is_closing():
                    return
                kind, frame = message
                self._take_gdw(frame) if kind == "gdw" else self._take_wrapper(frame)
            except WireError as error:
                self._complain(printable(error))

    def _take_gdw(self, frame):
        is_ours = self.terminal and qgdw3761.terminal_text(frame) == self.terminal
        if is_ours and self.gdw and qgdw3761.is_answer(frame):
            self.gdw.take(frame)
            return
        if is_ours and qgdw3761.is_report(frame):
            texts = gdw.report_in_words(frame)
            is_kept = all([self._hall.reported(self, text) for text in texts])
            if is_kept and frame.seq & qgdw3761.CON:
                self._send(qgdw3761.encode(qgdw3761.confirmation(frame)))
            return
        if frame.afn != qgdw3761.AFN_LINK or not qgdw3761.is_from_terminal(frame):
            raise WireError(f"AFN {frame.afn:02X} is not known here")
        function = qgdw3761.parse_link(frame).function
        if function == qgdw3761.LOGIN:
            self._log_in(qgdw3761.terminal_text(frame))
        elif self.terminal is None:
            raise WireError("a heartbeat or logout before the login")
        self._send(qgdw3761.encode(qgdw3761.confirmation(frame)))
        if function == qgdw3761.HEARTBEAT:
            self._hall.beaten(self)
        elif function == qgdw3761.LOGOUT:
            self.close()

    def _log_in(self, terminal):
        if self.terminal == terminal:
            return  # our answer came late
        if not qgdw3761.is_terminal_text(terminal):
            raise WireError(f"{terminal} is no terminal ID")
        if self.terminal:
            raise WireError(f"a second login, as {terminal}")
        if self._shown not in (None, terminal):
            raise WireError(f"a login as {terminal} with the certificate of {self._shown}")
        self.terminal = terminal
        self._timer.cancel()
        self._hall.registered(self)

    def _take_wrapper(self, frame):
        if self.terminal is None and not self.is_dialled:
            raise WireError("DLMS before the login")
        apdu = bytes(frame.apdu)
        if gateway.is_gateway(apdu):
            answer = gateway.decode(apdu)
            self._give((answer.network, bytes(answer.address)), answer.apdu)
        elif self.open:
            self._take_plain(self.open(apdu))
        elif apdu[:1] == _CIPHERED or (apdu[:1] == _NOTIFICATION and self._has_keys):
            self._drop(apdu)
        else:
            self._take_plain(apdu)

    def _take_plain(self, apdu):
        if apdu[:1] != _NOTIFICATION:
            self._give(_THE_DCU, apdu)
        elif len(self.pushes) < PUSHES_MAX:
            self.pushes.append(apdu)
            self.woken.set()

    def _give(self, key, apdu):
        waiting = self._waiting.get(key)
        if not waiting:
            raise WireError("an answer that nobody waits for")
        answer = waiting.popleft()
        if not answer.done():
            answer.set_result(apdu)

    def _drop(self, apdu):
        """No damage and no answer, but a push that cannot be taken: said once. What is ciphered
        before we are let in may be an old one, recorded; the DCU repeats it."""
        is_ciphered = apdu[:1] == _CIPHERED
        if not self._has_told and is_ciphered != self._has_keys:
            self._has_told = True
            self._hall.complained(self, _DROPPED[is_ciphered])

    def _send(self, data):
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > UNSENT_MAX:
            self._hall.complained(self, "does not take what is sent: closed")
            self._transport.abort()

    def _complain(self, text):
        self._damaged += 1
        if self._damaged == 1:
            self._hall.complained(self, f"sent what is dropped: {text}")
        if self._damaged == DAMAGED_MAX:
            self._hall.complained(self, f"sent {DAMAGED_MAX} damaged pieces: closed")
            self._transport.abort()

    def _no_login(self):
        self._hall.complained(self, f"has not logged in within {self._login_s} s: closed")
        self._transport.abort()
