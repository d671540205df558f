"""Alarms of the DCU: stored first, then told, kept until the HES has acknowledged them.

payload := time_s (4, big endian) | severity and code (2) | mp (2, 0: the DCU itself) | text, UTF-8

severity is in the two highest bits: 1 to 3 as in dcu/severity.py LEVELS, 0 what the code usually
has.
"""

import struct
from collections import namedtuple

from dcu.alarm_codes import HELD_BACK, TEXT
from dcu.severity import LEVELS, usual
from hal import coop
from hal.errors import PortError

Alarm = namedtuple("Alarm", ("seq", "time_s", "code", "mp", "text", "severity"))

_HEAD = ">IHH"
_HEAD_SIZE = 8
_CODE_BITS = 14
TEXT_MAX = 120  # characters
_END = 40  # of a longer text, kept beside its beginning: it says what follows of it
_TRY_AGAIN_MS = 10_000
RATE_MAX = 20  # of one code and meter in an hour
UNSTORED_MAX = 256  # alarms waiting in memory while the disk does not take them


class _Rates:
    """How many alarms of each code and meter there were in this hour."""

    def __init__(self):
        self._hour = None
        self._counts = {}
        self._held = []

    def takes(self, code, mp, hour):
        """Whether one more may be raised."""
        self.look(hour)
        count = self._counts[code, mp] = self._counts.get((code, mp), 0) + 1
        return count <= RATE_MAX

    def look(self, hour):
        """In another hour the counting begins anew."""
        if hour != self._hour:
            over = [(key, n - RATE_MAX) for key, n in self._counts.items() if n > RATE_MAX]
            self._held += [(held[0], held[1], count) for held, count in sorted(over)]
            self._counts, self._hour = {}, hour

    def taken(self):
        """(code, mp, count) of those held back in hours that are over; each once."""
        held, self._held = self._held, []
        return held


def in_words(code, mp, text):
    """One line for people: which meter, what, and more of it."""
    return ": ".join(([f"MP {mp}"] if mp else []) + [TEXT[code]] + ([text] if text else []))


class Alarms:
    def __init__(self, journal, store, clock, log):
        """`journal` keeps the payloads, `store.commit()` makes them durable, `log(part, text)`."""
        self.journal = journal
        self._store = store
        self._clock = clock
        self._log = log
        self._unstored = []
        self._said = 0  # how many of them, when that was last written into the log
        self.lost = 0  # pushed out of memory while the disk was full
        self.raised = coop.Event()
        self.occurred = 0  # a bit for each code since the HES cleared it; not stored
        self.pushes_asked = 0
        self.push_confirmed = 0  # number of the notification that the HES said last that it has
        self._rates = _Rates()
        self.severity_of = usual  # function(code); dcu/severity.py has the one of the settings

    def raise_alarm(self, code, mp=0, text=""):
        """Durable on return, unless the disk refuses: then it waits for `store_waiting`. Beyond
        RATE_MAX of one code and meter in an hour they are counted, and the count is an alarm."""
        if not self._rates.takes(code, mp, self._clock.utc_s() // 3600):
            return
        self.tell_held_back()
        self._raise(code, mp, text)

    def _raise(self, code, mp, text):
        level = LEVELS.index(self.severity_of(code)) + 1
        word = level << _CODE_BITS | code
        head = struct.pack(_HEAD, self._clock.utc_s() & 0xFFFFFFFF, word, mp)
        self._unstored.append(head + _cut(text).encode())
        if len(self._unstored) > UNSTORED_MAX:
            self._unstored.pop(0)
            self.lost += 1
        self.occurred |= 1 << code
        self.store_waiting()
        self._log("alarm", in_words(code, mp, text))

    def tell_held_back(self):
        """When their hour is over, how many were held back."""
        self._rates.look(self._clock.utc_s() // 3600)
        for held_code, held_mp, count in self._rates.taken():
            self._raise(HELD_BACK, held_mp, f"{count} more: {TEXT[held_code]}")

    def push_now(self):
        """Those that are not acknowledged again, though their time has not come."""
        self.pushes_asked += 1
        self.raised.set()

    def store_waiting(self):
        """Try again what the disk refused. True when nothing waits any more."""
        if not self._unstored:
            return True
        try:
            for payload in self._unstored:
                self.journal.append(payload)
            self._store.commit()
        except PortError as error:
            if len(self._unstored) > self._said:
                self._said = len(self._unstored)
                self._log("alarm", f"{self._said} not stored yet: {error}")
            return False
        self._unstored, self._said = [], 0
        self.raised.set()
        return True

    async def keep_storing(self, part):
        """For ever: what the disk refused is tried again."""
        while True:
            part.alive()
            self.store_waiting()
            self.tell_held_back()
            await coop.sleep_ms(_TRY_AGAIN_MS)

    def read(self, after_seq, limit):
        """At most `limit` stored alarms after `after_seq`, oldest first."""
        return [unpack(seq, payload) for seq, payload in self.journal.read(after_seq, limit)]

    def waiting(self, limit):
        """Stored alarms that the HES has not acknowledged, oldest first."""
        return self.read(self.journal.mark, limit)

    def acknowledge(self, seq):
        self.journal.acknowledge(seq)

    @property
    def unstored(self):
        """How many wait for the disk."""
        return len(self._unstored)

    @property
    def mark(self):
        return self.journal.mark

    @property
    def evicted(self):
        return self.journal.evicted

    @property
    def first(self):
        return self.journal.first

    @property
    def last(self):
        return self.journal.last


def unpack(seq, payload):
    time_s, word, mp = struct.unpack(_HEAD, payload[:_HEAD_SIZE])
    level, code = word >> _CODE_BITS, word & (1 << _CODE_BITS) - 1
    severity = LEVELS[level - 1] if level else usual(code)
    return Alarm(seq, time_s, code, mp, payload[_HEAD_SIZE:].decode(), severity)


def _cut(text):
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - _END - 3] + "..." + text[-_END:]
