"""How each meter is: the live state that the panel, the console and the HES show. Not stored."""

UNKNOWN = "unknown"  # not asked since start
ONLINE = "online"
LATE = "late"  # failed in the last rounds, too few for an alarm
SILENT = "silent"
WRONG = "wrong"  # answers, but refuses us or talks nonsense
NEVER_ASKED = "not asked yet"


class MeterState:
    """The state of one row of the archive; a new row begins anew.

    misses    failed rounds in a row
    alarmed   an alarm about the meter was raised, and none yet that it is back
    reason    of the last failure, in words; "" after a good reading
    scalers   of dcu/columns.py, once read
    """

    def __init__(self, record):
        self.record = record
        self.state = UNKNOWN
        self.last_good_s = None
        self.good = 0
        self.failed = 0
        self.misses = 0
        self.alarmed = False
        self.reason = NEVER_ASKED
        self.scalers = None
        self.meter = None  # the driver that reaches it

    def succeeded(self, utc_s):
        self.state = ONLINE
        self.last_good_s = utc_s
        self.good += 1
        self.misses = 0
        self.alarmed = False
        self.reason = ""

    def has_failed(self, kind, reason, alarm_after):
        """One more failed round; True when it is the one that calls for an alarm.

        kind   SILENT or WRONG: what the meter is when `alarm_after` rounds in a row have failed
        """
        self.failed += 1
        self.misses += 1
        self.reason = reason
        self.scalers = None  # a meter that was away may be another one now
        self.state = kind if self.alarmed or self.misses >= alarm_after else LATE
        is_first = self.state != LATE and not self.alarmed
        self.alarmed = self.alarmed or is_first
        return is_first

    def status(self):
        return {
            "mp": self.record.mp,
            "state": self.state,
            "last_good_s": self.last_good_s,
            "good": self.good,
            "failed": self.failed,
            "misses": self.misses,
            "reason": self.reason,
        }


class MeterStates:
    """By measuring point; bounded by the archive, whose MP numbers are."""

    def __init__(self):
        self._states = {}

    def of(self, record):
        """The state of this row of the archive, a fresh one when the row was replaced: only an
        alarm about the MP stays, until the meter is back."""
        state = self._states.get(record.mp)
        if state is None or state.record is not record:
            fresh = self._states[record.mp] = MeterState(record)
            fresh.alarmed = state is not None and state.alarmed
            return fresh
        return state

    def word(self, mp):
        """The state in a word, of any MP."""
        return self._states[mp].state if mp in self._states else UNKNOWN
