"""The ledger: what became of each meter in each slot of each task, and why where nothing did.

A row of a slot: `entry` is what became of it (8 bits), at which attempt (8), how many seconds
after the slot had begun (32) and which task it was (15, `tag` of dcu/task.py; 0: any), for another
task may have had its number before; `cursor_s` is the time of the last row that was taken out of
the meter's memory, for tasks that go on from there.
"""

from collections import namedtuple

from hal.errors import PortError

COLUMNS = ("entry", "cursor_s")

RECEIVED = 1  # in its own slot
FILLED = 2  # later, from the meter's memory
PARTLY = 3  # there is more in the meter than one visit takes
NO_ANSWER = 10
REFUSED = 11
BAD_DATA = 12
QUARANTINED = 13
NO_TIME = 14
DCU_OFF = 15
CLOCK_INVALID = 16
NOT_IN_MEMORY = 17
PORT_LOST = 18
IN_USE = 19
NOT_AUTHENTICATED = 20
NOT_STORED = 21

WORDS = {
    RECEIVED: "received",
    FILLED: "filled later from the meter's memory",
    PARTLY: "partly received",
    NO_ANSWER: "no answer",
    REFUSED: "refused by the meter",
    BAD_DATA: "bad data",
    QUARANTINED: "quarantined: the meter was silent before",
    NO_TIME: "no time on the bus",
    DCU_OFF: "the DCU was off",
    CLOCK_INVALID: "the clock of the DCU was not set",
    NOT_IN_MEMORY: "not in the meter's memory",
    PORT_LOST: "the port was lost",
    IN_USE: "the meter was in transparent use",
    NOT_AUTHENTICATED: "the meter refused the credentials",
    NOT_STORED: "the disk took nothing",
}
GOOD = (RECEIVED, FILLED)
FINAL = (RECEIVED, FILLED, NOT_IN_MEMORY)  # nothing more is tried

_ATTEMPTS_MAX = 0xFF
_DELAY_MAX_S = (1 << 32) - 1
_TAG_AT = 48

# slot_s: beginning, UTC; what: of WORDS; attempt: 1, 2 … or 0 when none was made;
# at_s: when it was found, UTC; cursor_s or None
Entry = namedtuple("Entry", ("slot_s", "what", "attempt", "at_s", "cursor_s"))


class Ledger:
    """
    open_profile   function(name, period_s, capacity, columns) of a store
    readings       dcu/readings.py, which writes the rows with what they speak of
    capacity       rows kept of each task and meter
    started_s      when the DCU was started; None: its clock was not set then
    """

    def __init__(self, open_profile, readings, capacity, started_s=None):
        self._open_profile = open_profile
        self._readings = readings
        self._capacity = capacity
        self._started_s = started_s
        self._profiles = {}  # task number: (spacing of its slots, profile)

    def put(self, task, mp, entry):
        """Kept when the readings are committed; a later one of the same slot takes its place."""
        delay_s = min(max(entry.at_s - entry.slot_s, 0), _DELAY_MAX_S)
        packed = entry.what | min(entry.attempt, _ATTEMPTS_MAX) << 8 | delay_s << 16
        values = (packed | task.tag << _TAG_AT, entry.cursor_s)
        self._readings.put_about(self._write, task, mp, entry.slot_s, values)

    def _write(self, task, mp, slot_s, values):
        self._of(task).put(mp, slot_s, values)

    def entries(self, task, mp, from_s, to_s):
        """Yields the Entry of each slot with from_s <= beginning < to_s that has one."""
        try:
            profile = self._of(task)
        except PortError:  # a full disk, on which the task has nothing yet
            return
        for slot_s, values in profile.query(mp, from_s, to_s):
            if _is_of(task, values):
                yield _entry(slot_s, values)

    def at(self, task, mp, slot_s):
        """The Entry of that slot, or None."""
        for entry in self.entries(task, mp, slot_s, slot_s + 1):
            return entry
        return None

    def last(self, task, mp):
        """The newest Entry, or None; also when that is of another task."""
        try:
            row = self._of(task).last(mp)
        except PortError:
            return None
        return _entry(*row) if row and _is_of(task, row[1]) else None

    def without(self, slot_s):
        """Of WORDS: why there is no entry of a slot whose time is over."""
        if self._started_s is None or slot_s < self._started_s:
            return DCU_OFF
        return NOT_STORED if self._readings.is_failing else NO_TIME

    def _of(self, task):
        """Opened anew, with what it has, when the spacing is another one."""
        spacing_s = task.period.spacing_s
        known = self._profiles.get(task.id)
        if known is None or known[0] != spacing_s:
            opened = self._open_profile(f"ledger_{task.id}", spacing_s, self._capacity, COLUMNS)
            known = self._profiles[task.id] = (spacing_s, opened)
        return known[1]


def _is_of(task, values):
    return (values[0] or 0) >> _TAG_AT in (0, task.tag)


def _entry(slot_s, values):
    packed, cursor_s = values
    packed = packed or 0
    delay_s = packed >> 16 & _DELAY_MAX_S
    return Entry(slot_s, packed & 0xFF, packed >> 8 & 0xFF, slot_s + delay_s, cursor_s)
