"""How each meter is: the live state that the panel, the console and the HES show. Not stored.

A meter that is alarmed about is quarantined: it is asked again at growing intervals, a probe, so
that it costs its bus one time-out now and then, and no more.
"""

UNKNOWN = "unknown"  # not asked since start
ONLINE = "online"
LATE = "late"  # failed in the last rounds, too few for an alarm
SILENT = "silent"
WRONG = "wrong"  # answers, but refuses us or talks nonsense
_HOUR_S = 3_600
NEVER_ASKED = "not asked yet"


class MeterState:
    """The state of one row of the archive; a new row begins anew.

    misses    failed rounds in a row
    alarmed   an alarm about the meter was raised, and none yet that it is back
    reason    of the last failure, in words; after a good visit what was refused in it, or ""
    refusal   what it has refused in the visit at hand
    probe_s   when a quarantined meter is asked again; None: when it is due
    scalers   of dcu/columns.py, once read
    cost_ms   {task number, or plan.OPEN: (what it was, milliseconds of bus time, smoothed)}
    served    a number that grows with each visit: who waits longest has the smallest
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
        self.refusal = ""
        self.probe_s = None
        self._probe_after_s = 0
        self.scalers = None
        self._layouts = {}  # task number: (its kind and items, what was read for them)
        self.served = 0
        self.cost_ms = {}
        self._hour = self._spent_ms = 0
        self.meter = None  # the driver that reaches it

    def succeeded(self, utc_s):
        self.state = ONLINE
        self.last_good_s = utc_s
        self.good += 1
        self.misses = 0
        self.alarmed = False
        self.probe_s = None
        self.reason, self.refusal = self.refusal, ""

    def has_failed(self, kind, reason, alarm_after):
        """One more failed round; True when it is the one that calls for an alarm.

        kind   SILENT or WRONG: what the meter is when `alarm_after` rounds in a row have failed
        """
        self.failed += 1
        self.misses += 1
        self.reason, self.refusal = reason, ""
        self.scalers = None  # a meter that was away may be another one now
        self._layouts = {}
        self.state = kind if self.alarmed or self.misses >= alarm_after else LATE
        is_first = self.state != LATE and not self.alarmed
        self.alarmed = self.alarmed or is_first
        return is_first

    def layout_of(self, task):
        """What was read of the shape of what the task brings (dcu/operations.py); None: nothing
        yet, or of another task that had its number."""
        what, layout = self._layouts.get(task.id, (None, None))
        return layout if what == (task.kind, task.items) else None

    def keep_layout(self, task, layout):
        self._layouts[task.id] = ((task.kind, task.items), layout)

    def quarantine(self, utc_s, first_s, longest_s):
        """After a failure of one that is alarmed about: when it is asked again. The pause doubles
        from `first_s` to `longest_s`."""
        doubled_s = first_s if self.probe_s is None else 2 * self._probe_after_s
        self._probe_after_s = min(doubled_s, longest_s)
        self.probe_s = utc_s + self._probe_after_s

    def is_quarantined(self, utc_s):
        """Whether its probe is not due yet. A clock set back far makes it due."""
        if self.probe_s is None:
            return False
        return self.probe_s - self._probe_after_s <= utc_s < self.probe_s

    def took(self, number, spent_ms, what=None):
        """A visit is measured, smoothly, so that one bad day does not make the plan. `what` tells
        the task from others that had its number."""
        before_ms = self.cost(number, what)
        if before_ms is not None:
            spent_ms = (3 * before_ms + spent_ms) // 4
        self.cost_ms[number] = (what, spent_ms)

    def cost(self, number, what=None):
        """Milliseconds, or None: not measured yet."""
        measured = self.cost_ms.get(number)
        return measured[1] if measured and measured[0] == what else None

    def spend(self, utc_s, spent_ms):
        """Bus time that a visit took, good or not."""
        if utc_s // _HOUR_S != self._hour:
            self._hour, self._spent_ms = utc_s // _HOUR_S, 0
        self._spent_ms += spent_ms

    def has_spent(self, utc_s, budget_s):
        """Whether it has had its share of this hour."""
        return utc_s // _HOUR_S == self._hour and self._spent_ms >= 1000 * budget_s

    def heard(self):
        """It has answered somebody else: it is asked again at once."""
        self.probe_s = None
        self.told("answers; not asked by a task yet")

    def told(self, reason):
        """What somebody else found, as long as no task has asked."""
        if self.state == UNKNOWN:
            self.reason = reason

    def status(self):
        return {
            "mp": self.record.mp,
            "state": self.state,
            "last_good_s": self.last_good_s,
            "good": self.good,
            "failed": self.failed,
            "misses": self.misses,
            "reason": self.reason,
            "probe_s": self.probe_s,
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
