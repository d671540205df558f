"""HDLC with a meter behind a 376.2 module, which carries whole frames to its serial line and back.

Each meter is alone on its line, at HDLC address 1 and one octet of it, as modules of this family
have been seen to be used: 230 octets of information, no window.
"""

from drivers.answer_time import AnswerTime
from drivers.gdw3762_unasked import INFO
from drivers.good_frames import good_frames
from drivers.hdlc_meter_link import HdlcMeterLink
from drivers.rs485 import MORE
from drivers.turn import Turn
from hal.errors import NoReply
from wire.abilities import Abilities
from wire.hdlc_address import CLIENT_PUBLIC

LINES_MAX = 2048
WINDOW = 1
ATTEMPTS = 3
_ADDRESS, _OCTETS = 1, 1
_REPLY_MS = 60_000  # what the module takes at most is its own affair


class Lines:
    """The lines of the meters behind a module: those of one meter share what belongs to it.

    module  drivers/gdw3762.py, or what stands for it
    said    function(node, is sent, octets), of all that goes over them
    """

    def __init__(self, module, clock, said=lambda node, is_sent, octets: None):
        self._module = module
        self._clock = clock
        self._said = said
        self._lines = {}  # by name

    def link(self, name, short, client=CLIENT_PUBLIC, logical=1):
        """Has what drivers/hdlc_meter_link.py has.

        short  function() -> node of the driver, or None while the meter is not in the network
        """
        line = self._lines.get(name)
        if line is None:
            if len(self._lines) >= LINES_MAX:
                self._lines.clear()  # of meters that are long off the archive, most of them
            line = self._lines[name] = _Line(name, self._module, self._clock, self._said)
        line.short = short
        known = Abilities(INFO, WINDOW)
        link = HdlcMeterLink(
            line, _ADDRESS, client, logical, _OCTETS, ATTEMPTS, known=known, inactivity_ms=0
        )
        link.name = name
        return link


class _Line:
    """What drivers/hdlc_meter_link.py wants of a bus."""

    reply_ms = _REPLY_MS

    def __init__(self, name, module, clock, said):
        self.name = name
        self.short = None
        self.answers = AnswerTime()
        self.answered_ms = None
        self.retries = 0
        self._module = module
        self._clock = clock
        self._said = said
        self._turn = Turn()

    def session(self, address):
        return self._turn

    def now_ms(self):
        return self._clock.ticks_ms()

    async def exchange(self, octets, framing, accept, urgent, reply_ms, line, quiet_ms):
        """What `accept` makes of the frames that answer; None when there is none."""
        self.answered_ms = None
        node = self.short()
        if node is None:
            raise NoReply(f"{self.name} is not in the network")
        began_ms = self.now_ms()
        self._said(node, True, octets)
        try:
            said = await self._module.exchange(node, octets, (reply_ms,), urgent)
        except NoReply:
            return None
        self._said(node, False, said)
        self.answered_ms = self.now_ms() - began_ms
        for frame in good_frames(framing(), said):
            outcome = accept(frame)
            if outcome is not None and outcome is not MORE:
                return outcome
        return None
