"""The serial line to a Q/GDW 376.2 module: requests with their answers, and what it asks itself.

An answer repeats the sequence number of its request, and the function or AFN 00. What may be
asked is one table. Of what the module begins each is answered, twice if it is said twice, and
taken once.
"""

from collections import namedtuple

from drivers.module_line import ModuleLine
from hal import coop
from hal.errors import NoReply, PortError, Refused, WireError
from wire import qgdw3762
from wire import qgdw3762_units as units

_LOCAL_MS = 3_000  # what the module does by itself, with the time of the line
_TOLD_AGAIN_MS = 15_000  # in which the same is a repetition
_MASTER_ALL = "999999999999"  # everybody
ALL_DONE = (0x00, units.ACK, b"\xff\xff\xff\xff\x00\x00")  # what most of what it begins wants

# is_data: it is answered by the same function, else by 00 F1. done: denials that mean that a
# request said again has been carried out before, or is just being (BUSY: the answer is to come).
# limit_ms: None is given with the question
Transaction = namedtuple("Transaction", ("afn", "fn", "is_data", "limit_ms", "attempts", "done"))


def _row(afn, fn, is_data=False, limit_ms=_LOCAL_MS, attempts=4, done=()):
    return Transaction(afn, fn, is_data, limit_ms, attempts, done)


TRANSACTIONS = {
    "reset": _row(0x01, 1),
    "forget": _row(0x01, 2),
    "identity": _row(0x03, 1, True),
    "works": _row(0x03, 10, True),
    "set-master": _row(0x05, 1),
    "broadcast": _row(0x05, 3, limit_ms=None, attempts=1),
    "node-count": _row(0x10, 1, True),
    "nodes": _row(0x10, 2, True),
    "relays": _row(0x10, 3, True),
    "run-state": _row(0x10, 4, True),
    "add-nodes": _row(0x11, 1, done=(units.DUPLICATE,)),
    "delete-nodes": _row(0x11, 2, done=(units.NOT_FOUND,)),
    "search": _row(0x11, 5),
    "restart": _row(0x12, 1),
    "pause": _row(0x12, 2),
    "resume": _row(0x12, 3),
    "monitor": _row(0x13, 1, True, limit_ms=None, done=(units.BUSY,)),
    "file": _row(0x15, 1, True, limit_ms=5_000, attempts=6),
}
_TO_METER = ("monitor", "broadcast")
_REASONS = {
    units.BAD_UNIT: "a data unit that it does not know",
    units.BAD_LENGTH: "wrong length",
    units.NO_CLASS: "no such function",
    units.DUPLICATE: "the address is there twice",
    units.NOT_FOUND: "no such address",
    units.BUSY: "busy",
    units.UNSUPPORTED: "not supported",
    units.NOT_IN_NET: "not in the network",
}


class ModuleDenied(Refused):
    """00 F2. code: of the reason."""

    def __init__(self, name, code):
        super().__init__(f"module: {name}: {_REASONS.get(code, f'denied, {code}')}")
        self.code = code


class _Waiter:
    def __init__(self, row, sequence):
        self.row = row
        self.sequence = sequence
        self.is_repeated = False
        self.answer = None
        self.ended = coop.Event()

    def takes(self, frame):
        row = self.row
        if self.is_repeated and units.BUSY in row.done and _is_busy(frame):
            return False
        is_same = (frame.afn, frame.fn) == (row.afn, row.fn)
        return qgdw3762.sequence(frame) == self.sequence and (is_same or frame.afn == 0x00)


class Channel:
    """port             a serial port (hal/README.md), ours until `close`
    take(frame)      what the module begins; gives (AFN, Fn, data) to answer with
    failed(text)     called once, when the port has failed or the module has forgotten all
    master           12 digits: our own address
    """

    def __init__(self, port, clock, master, take, failed):
        self._clock = clock
        self._master = master
        self._take = take
        self._failed = failed
        self._deframer = qgdw3762.Deframer()
        self._mode = qgdw3762.MODE_PLC  # until the module says another
        self._sequence = 0
        self._waiter = None
        self._asking = coop.Lock()  # one request at a time, as the module can do no more
        self._told = (None, None, 0)  # what the module has begun last, our answer, until when
        self.heard_ms = clock.ticks_ms()
        self.repeated = self.damaged = self.late = 0
        self._line = ModuleLine(port, self._hear, self._has_failed)
        self.fail, self.close = self._line.fail, self._line.close
        self.demand, self.watch = self._line.demand, self._line.watch

    @property
    def trouble(self):
        """Why it is of no use any more, or None."""
        return self._line.trouble

    def _has_failed(self, text):
        """Who waits is told, and so is who made it."""
        self._failed(text)
        if self._waiter:
            self._waiter.ended.set()

    async def ask(self, name, data=b"", meter=None, limits_ms=None):
        """The data of the answer. ModuleDenied when it says no; NoReply when it says nothing,
        each time; PortError when the port fails or the module has restarted.

        limits_ms  of each attempt, where it depends on what is asked
        """
        row = TRANSACTIONS[name]
        async with self._asking:
            self._sequence = (self._sequence + 1) & 0xFF
            waiter = _Waiter(row, self._sequence)
            octets = self._request(name, row, data, meter)
            for attempt, limit_ms in enumerate(limits_ms or (row.limit_ms,) * row.attempts):
                waiter.is_repeated = attempt > 0
                self.repeated += attempt > 0
                frame = await self._once(waiter, octets, limit_ms)
                if frame:
                    return _judged(name, row, frame, attempt)
        raise NoReply(f"module: no answer to {name}")

    def _request(self, name, row, data, meter):
        is_to_meter = name in _TO_METER
        information = qgdw3762.information(self._sequence, is_to_meter)
        source = self._master if is_to_meter else None
        target = (meter or _MASTER_ALL) if is_to_meter else None
        control = qgdw3762.PRM | self._mode
        return qgdw3762.encode(
            qgdw3762.Frame(control, information, source, (), target, row.afn, row.fn, data)
        )

    async def _once(self, waiter, octets, limit_ms):
        self._waiter = waiter
        try:
            await self._line.write(octets)
            await coop.within_ms(limit_ms, waiter.ended.wait())
        except coop.Expired:
            return None
        finally:
            self._waiter = None
        if waiter.answer is None:
            raise PortError(f"module: {self.trouble}")
        return waiter.answer

    async def _hear(self, octets):
        if not octets:
            self._deframer.clear()
        self._deframer.feed(octets)
        while True:
            try:
                frame = self._deframer.next_frame()
            except WireError:
                self.damaged += 1
                continue
            if frame is None:
                return
            if not frame.control & qgdw3762.UP:
                continue  # an echo of ours
            self.heard_ms = self._clock.ticks_ms()
            self._mode = frame.control & qgdw3762.MODE
            if frame.control & qgdw3762.PRM:
                await self._answer(frame)
            else:
                self._answered(frame)

    def _answered(self, frame):
        waiter = self._waiter
        if waiter and waiter.answer is None and waiter.takes(frame):
            waiter.answer = frame
            waiter.ended.set()
        else:
            self.late += 1

    async def _answer(self, frame):
        now_ms = self._clock.ticks_ms()
        known, answer, until_ms = self._told
        if frame != known or now_ms >= until_ms:
            try:
                answer = self._take(frame)
            except WireError:
                self.damaged += 1
                answer = (0x00, units.DENY, bytes([units.BAD_LENGTH]))
            self._told = (frame, answer, now_ms + _TOLD_AGAIN_MS)
        information = qgdw3762.information(qgdw3762.sequence(frame))
        afn, fn, data = answer
        await self._line.write(
            qgdw3762.encode(qgdw3762.Frame(self._mode, information, None, (), None, afn, fn, data))
        )


def _is_busy(frame):
    is_denied = (frame.afn, frame.fn) == (0x00, units.DENY)
    return is_denied and frame.data[:1] == bytes([units.BUSY])


def _judged(name, row, frame, attempt):
    if frame.afn == 0x00 and frame.fn == units.DENY:
        code = units.reason(frame.data)
        if attempt and code in row.done:
            return b""
        raise ModuleDenied(name, code)
    if row.is_data and frame.afn == 0x00:
        raise WireError(f"module: {name} is acknowledged and not answered", frame.data)
    return frame.data
