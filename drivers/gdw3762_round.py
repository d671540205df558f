"""Reading that the 376.2 module drives: it goes from node to node and asks what to read there.

What is to be said to a meter waits until the module asks for it. A module that asks for the same
node again, and has reported nothing, did not reach it. When its round is over and something still
waits, it is sent round again.
"""

from hal import coop
from hal.errors import DcuError, NoReply
from wire import qgdw3762_units as units

_LOOK_MS = 60_000  # without a word about it: does it go round at all?
WAITING_MAX_MS = 1_800_000  # until it comes round to a meter


class _Asked:
    def __init__(self, payload, attempts):
        self.payload = payload
        self.left = attempts
        self.is_given = False
        self.answer = None  # b"": it is given up
        self.moved = coop.Event()


class Round:
    """channel   drivers/gdw3762_channel.py"""

    def __init__(self, channel, clock, counts):
        self._channel = channel
        self._clock = clock
        self._counts = counts
        self._waiting = {}  # by digits: [_Asked]
        self._given = None  # (digits, _Asked), of which a report is due
        self._is_going = False
        self._starting = coop.Lock()

    async def ask(self, digits, payload, attempts):
        """What the meter says; b"" when the module did not reach it, each time; NoReply when it
        never came round to it. PortError when the module is lost."""
        asked = _Asked(payload, attempts)
        self._waiting.setdefault(digits, []).append(asked)
        began_ms = self._clock.ticks_ms()
        try:
            while asked.answer is None:
                await self._send_round()
                await self._wait(asked)
                if self._clock.ticks_ms() - began_ms > WAITING_MAX_MS:
                    raise NoReply(f"module: never comes round to {digits}")
        finally:
            self._drop(digits, asked)
        return asked.answer

    async def _wait(self, asked):
        asked.moved.clear()
        if asked.answer is not None or not self._is_going:
            return
        try:
            await coop.within_ms(_LOOK_MS, asked.moved.wait())
        except coop.Expired:
            state = units.run_state(await self._channel.ask("run-state"))
            self._is_going = state.is_working
        self._channel.demand()

    async def _send_round(self):
        async with self._starting:
            if self._is_going:
                return
            self._is_going = True
            self._counts["rounds"] += 1
            try:
                await self._channel.ask("restart")
            except DcuError:
                self._is_going = False
                raise

    def _drop(self, digits, asked):
        if self._given and self._given[1] is asked:
            self._given = None
        rows = self._waiting.get(digits, [])
        if asked in rows:
            rows.remove(asked)
        if not rows:
            self._waiting.pop(digits, None)

    # what the module says; nothing of it waits

    def wants(self, data):
        """14 F1: the data to answer with."""
        digits = units.asked(data)
        if self._given:
            self._has_failed(*self._given)
        for asked in self._waiting.get(digits, []):
            if asked.answer is None:
                asked.is_given = True
                self._given = (digits, asked)
                self._counts["sent"] += 1
                return units.to_read(asked.payload)
        return units.to_read(b"")

    def _has_failed(self, digits, asked):
        self._given = None
        asked.left -= 1
        self._counts["not_reached"] += 1
        if asked.left <= 0:
            self._settle(asked, b"")

    def reported(self, data):
        """06 F2."""
        report = units.report(data)
        if self._given is None:
            self._counts["late"] += 1
            return
        asked, self._given = self._given[1], None
        if report.payload:
            self._settle(asked, report.payload)
        else:
            self._has_failed(None, asked)

    def interrupted(self):
        """It was told to pause: what was given will be given again."""
        self._given = None

    def is_over(self):
        """06 F3: whoever still waits has it sent round again."""
        self._is_going = False
        for rows in self._waiting.values():
            for asked in rows:
                asked.moved.set()

    def end(self):
        """The module is lost: all that wait find out."""
        self.is_over()

    def _settle(self, asked, answer):
        asked.answer = answer
        asked.moved.set()
