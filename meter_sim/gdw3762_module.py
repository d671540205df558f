"""A simulated Q/GDW 376.2 module: octets of its serial port in, octets out.

It has no ports and no sockets: `out(octets)` takes what it says, `events` is
meter_sim/plc_events.py. What it is asked is in gdw3762_requests.py; what it does by itself, in
gdw3762_round.py and gdw3762_search.py.
"""

from meter_sim import gdw3762_frame
from meter_sim.gdw3762_frame import PRM, UP, Frame
from meter_sim.plc_faults import Faults

BAUD = 9_600
BITS = 11  # of an octet: 8E1
ANSWER_MS = 8
START_MS = 1_500  # from power to the first word
ANSWERED_MS = 3_000  # what the concentrator has for an answer
TELLS_MAX = 3  # times that the same is said
TIMEOUT_S = 60  # the most a meter may take
CONCENTRATOR, MODULE, BOTH = 1, 2, 3  # who drives the reading


class Module:
    """drive        CONCENTRATOR, MODULE or BOTH
    keeps_nodes  its list of nodes is there after a restart
    is_telling   it says how it works (03 F10) when it has started
    """

    def __init__(
        self,
        events,
        out,
        chance,
        baud=BAUD,
        drive=BOTH,
        keeps_nodes=True,
        is_telling=True,
        is_paced=True,
    ):
        self.events = events
        self.chance = chance
        self.baud = baud
        self.drive = drive
        self.keeps_nodes = keeps_nodes
        self.is_telling = is_telling
        self.is_paced = is_paced
        self.faults = Faults()
        self.vendor, self.chip, self.version = b"SM", b"S1", (1, 0)
        self.timeout_s = TIMEOUT_S
        self.is_present = True
        self.is_starting = False
        self.starts = 0
        self.master = "000000000000"
        self.nodes = {}  # {digits: protocol}, those that it was told of
        self.heard = []  # (AFN, Fn) of the last requests, for tests
        self._out = out
        self._said_ms = 0.0
        self._sequence = 0
        self._telling = []  # [afn, fn, data, ends, done]; the first is under way
        self.ear = gdw3762_frame.Ear()
        self.air = self.requests = self.round = self.search = None

    def plug(self, air, requests, reading, search):
        self.air, self.requests, self.round, self.search = air, requests, reading, search

    @property
    def mode(self):
        return self.air.band.mode

    # its life

    def reboot(self):
        """What was under way is lost; what was set is kept, but perhaps the list of nodes."""
        self.starts += 1
        self.ear = gdw3762_frame.Ear()
        self._telling = []
        self.requests.reset()
        self.round.reset()
        self.search.reset()
        if not self.keeps_nodes:
            self.nodes = {}
        self.is_starting = True
        self.events.after(START_MS, self._started, self.starts)

    def _started(self, starts):
        if starts != self.starts:
            return
        self.is_starting = False
        if self.is_telling:
            self.tell(0x03, 10, self.requests.how_it_works())

    # its line

    def hear(self, octets, baud=BAUD):
        if not self.is_present or self.is_starting:
            return
        if baud != self.baud:
            octets = bytes([octet ^ 0xA5 for octet in octets])
        for frame in self.ear.frames(octets, self.events.now_ms):
            self.events.after(ANSWER_MS, self._take, frame, self.starts)

    def _take(self, frame, starts):
        if starts != self.starts:
            return
        if frame.control & PRM:
            self.heard = self.heard[-199:] + [(frame.afn, frame.fn)]
            self.requests.take(frame)
        elif self._telling and frame.sequence == self._sequence:
            row = self._telling[0]
            if frame.afn in (0x00, row[0]):
                self._tell_next()
                row[4](frame)

    def answer(self, request, afn, fn, data, phase=0, quality=0):
        """What is said to a request; a confirm that may get lost."""
        if self.chance() < self.faults.lose_confirm:
            return
        ends = request.ends and (request.ends[1], request.ends[0])
        frame = Frame(UP | self.mode, request.sequence, ends, afn, fn, data)
        self._say(gdw3762_frame.seal(frame, phase, quality))

    def tell(self, afn, fn, data, done=lambda frame: None, ends=None):
        """Something unasked; done(Frame that answers, or None). One after the other."""
        self._telling.append([afn, fn, data, ends, done])
        if len(self._telling) == 1:
            self._begin_telling()

    def _begin_telling(self):
        self._sequence = (self._sequence + 1) & 0xFF
        self._tell(self._sequence, self.starts, 0)

    def _tell(self, sequence, starts, times):
        if starts != self.starts or sequence != self._sequence or not self._telling:
            return
        afn, fn, data, ends, done = self._telling[0]
        if times == TELLS_MAX:
            self._tell_next()
            done(None)
            return
        frame = Frame(UP | PRM | self.mode, sequence, ends, afn, fn, data)
        self._say(gdw3762_frame.seal(frame))
        self.events.after(ANSWERED_MS, self._tell, sequence, starts, times + 1)

    def _tell_next(self):
        self._telling.pop(0)
        if self._telling:
            self._begin_telling()
        else:
            self._sequence = (self._sequence + 1) & 0xFF  # what was said is over

    def _say(self, octets):
        if not self.is_present or self.is_starting:
            return
        octets = self.faults.spoil(octets, self.chance)
        now_ms = self.events.now_ms
        took_ms = len(octets) * BITS * 1000 / self.baud if self.is_paced else 0
        self._said_ms = max(self._said_ms, now_ms + self.faults.late_ms) + took_ms
        self.events.after(self._said_ms - now_ms, self._through, octets)

    def _through(self, octets):
        if self.is_present:
            self._out(octets)
