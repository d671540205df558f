"""A task: what is done with which meters, and when. What each field may be is said here, once.

At rest and in an import it is a row of CSV; docs/tasks.md has it for the operator.
"""

import binascii

from dcu.civil import DAY_S
from dcu.period import Period, seconds
from dcu.read_now import attributes_of
from dcu.schema import whole
from dcu.task_meters import ALL, Selection
from hal.errors import Refused
from wire.cosem_time import days_of
from wire.errors import WireError
from wire.obis import parse as obis_of

TASK_MAX = 64
ITEMS_MAX = 32
WINDOW_MIN_S = 2
RETRIES_MAX = 20
PRIORITY_MAX = 9
_TAG_MAX = 0x7FFF

REGISTERS, PROFILE, BILLING, EVENTS = "registers", "profile", "billing", "events"
CLOCK, SWITCH, LIST, WRITE, ACTION = "clock", "switch", "list", "write", "action"
KINDS = (REGISTERS, PROFILE, BILLING, EVENTS, CLOCK, SWITCH, LIST, WRITE, ACTION)
FROM_MEMORY = (PROFILE, BILLING, EVENTS)  # the meter keeps it: it may be fetched later, too

FIELDS = (  # with the text of an empty field; id, kind and period have none
    ("id", ""),
    ("kind", ""),
    ("meters", "all"),
    ("items", ""),
    ("period", ""),
    ("offset", "0"),
    ("window", ""),
    ("retries", "2"),
    ("priority", "5"),
    ("from", ""),
    ("until", ""),
    ("push", "yes"),
)
NAMES = tuple([name for name, _ in FIELDS])
_USUAL_ITEMS = {PROFILE: "1.0.99.1.0.255", EVENTS: "0.0.99.98.0.255"}
_USUAL_BILLING = {"1d": "1.0.99.2.0.255", "1mo": "1.0.98.1.0.255"}


class Task:
    """One row.

    items     of REGISTERS none; of PROFILE, BILLING and EVENTS [logical name]; of LIST
              [Attribute]; of WRITE and ACTION [(Attribute, octets of Data)]
    tag       1 to 32767, of its kind and items: tells it from another that had its number
    weight    the same for tasks that bring as much at a visit
    pushes    whether what it brings goes to the HES at once, or waits until it is fetched
    period    dcu/period.py
    window_s  from the beginning of a slot to when nothing more is tried for it
    from_s    civil time of the first day, until_s of the end of the last one; None: no bound
    """

    def __init__(self, texts, zone):
        """`texts` maps field names to text; Refused says what is wrong and what would do."""
        for name in texts:
            if name not in NAMES:
                raise Refused(f"no column {name!r}; there are: {','.join(NAMES)}")
        self.texts = {name: _plain(texts.get(name, "")) or usual for name, usual in FIELDS}
        text = self.texts
        self.id = _number("id", text["id"], 1, TASK_MAX)
        self.kind = _choice("kind", text["kind"], KINDS)
        self.zone = zone
        self.period = Period(text["period"], _span("offset", text["offset"], 0), zone)
        text["items"] = text["items"] or self._usual_items()
        self.items = _ITEMS[self.kind](text["items"].split())
        self.tag = 1 + binascii.crc32(f"{self.kind} {text['items']}".encode()) % _TAG_MAX
        self.weight = (self.tag, self.period.length_s)
        self._meters = Selection(text["meters"])
        self.window_s = self.period.length_s
        if text["window"]:
            self.window_s = _span("window", text["window"], WINDOW_MIN_S)
        if self.window_s > self.period.length_s:
            raise Refused(f"window: {text['window']} is longer than the period")
        self.retries = _number("retries", text["retries"], 0, RETRIES_MAX)
        self.priority = _number("priority", text["priority"], 0, PRIORITY_MAX)
        self.pushes = _choice("push", text["push"], ("yes", "no")) == "yes"
        if self.kind == REGISTERS and not self.pushes:
            raise Refused("push: for registers, the setting collect.push says it of all")
        self.from_s = _day_s("from", text["from"])
        self.until_s = _day_s("until", text["until"])
        if self.until_s is not None:
            self.until_s += DAY_S
        if None not in (self.from_s, self.until_s) and self.from_s >= self.until_s:
            raise Refused("until: a day before from")

    def selects(self, record):
        """Whether it is for this meter of the archive."""
        return self._meters.takes(record)

    def for_nobody(self, records):
        """What of `meters` chooses none of the archive rows `records`, in words."""
        return self._meters.without(records)

    def is_valid(self, slot_s):
        """Whether a slot that begins then is between `from` and `until`."""
        civil_s = self.zone.civil_s(slot_s)
        after = self.from_s is None or self.from_s <= civil_s
        return after and (self.until_s is None or civil_s < self.until_s)

    def row(self):
        """The fields as text."""
        return [self.texts[name] for name in NAMES]

    def words(self):
        return f"task {self.id} ({self.kind})"

    def _usual_items(self):
        if self.kind == BILLING:
            return _USUAL_BILLING.get(self.texts["period"], "")
        return _USUAL_ITEMS.get(self.kind, "")


class Rounds:
    """The task 0 that is always there: all registers of all meters, by settings alone."""

    id = 0
    kind = REGISTERS
    items = ()
    tag = 0  # of any
    weight = None
    retries = 0
    priority = 5
    pushes = True
    from_s = until_s = None

    def __init__(self, period_s, zone):
        self.period = Period(f"{period_s}s", 0, zone, is_even=True)
        self.window_s = period_s
        self.texts = {"id": "0", "kind": REGISTERS, "meters": ALL, "period": f"{period_s}s"}

    def selects(self, record):
        return True

    def for_nobody(self, records):
        return []

    def is_valid(self, slot_s):
        return True

    def words(self):
        return "rounds"


def _plain(text):
    """As it is in a row of CSV: no line ends, one space between words."""
    return " ".join(text.split())


def _nothing(words):
    if words:
        raise Refused("items: this kind has none")
    return ()


def _one_name(words):
    if not words:
        raise Refused("items: a logical name is needed; billing has a usual one for 1d and 1mo")
    if len(words) != 1:
        raise Refused("items: one logical name, as in 1.0.99.1.0.255")
    try:
        return (obis_of(words[0]),)
    except WireError as error:
        raise Refused(f"items: {error}")


def _attributes(words):
    if not 0 < len(words) <= ITEMS_MAX:
        raise Refused(f"items: 1 to {ITEMS_MAX}, as in 1.0.1.8.0.255 or 3/1.0.1.8.0.255/2")
    return tuple(attributes_of(words))


def _changes(words):
    """[(Attribute, octets of Data or None)] of CLASS/OBIS/INDEX=HEX."""
    if not 0 < len(words) <= ITEMS_MAX:
        raise Refused(f"items: 1 to {ITEMS_MAX}, each CLASS/OBIS/INDEX=DATA in hex")
    changes = []
    for word in words:
        target, equals, digits = word.partition("=")
        try:
            data = bytes.fromhex(digits)
        except ValueError:
            data = b""
        if target.count("/") != 2 or (equals and not data):
            raise Refused(f"items: {word!r}; write CLASS/OBIS/INDEX=DATA, A-XDR in hex")
        changes.append((attributes_of([target])[0], data or None))
    return tuple(changes)


def _writes(words):
    changes = _changes(words)
    if [data for _, data in changes if data is None]:
        raise Refused("items: a value is written as CLASS/OBIS/ATTRIBUTE=DATA, A-XDR in hex")
    return changes


_ITEMS = {
    REGISTERS: _nothing,
    PROFILE: _one_name,
    BILLING: _one_name,
    EVENTS: _one_name,
    CLOCK: _nothing,
    SWITCH: _nothing,
    LIST: _attributes,
    WRITE: _writes,
    ACTION: _changes,
}


def _number(name, text, low, high):
    number = whole(text, low, high)
    if number is None:
        raise Refused(f"{name}: {text!r} is not a whole number from {low} to {high}")
    return number


def _choice(name, text, choices):
    if text not in choices:
        raise Refused(f"{name}: {text!r} is not one of {', '.join(choices)}")
    return text


def _span(name, text, low):
    """Seconds of 90, 90s, 5m or 1h."""
    span_s = seconds(text)
    if span_s is None or not low <= span_s <= 31 * DAY_S:
        raise Refused(f"{name}: {text!r}; write 90s, 5m, 1h or 1d, {low} s or more")
    return span_s


def _day_s(name, text):
    """Civil time at the beginning of 2026-11-23; None for nothing."""
    if not text:
        return None
    parts = text.split("-")
    numbers = [whole(part, 0, 9999) for part in parts]
    if len(parts) != 3 or None in numbers or not (1 <= numbers[1] <= 12 and numbers[0] >= 1970):
        raise Refused(f"{name}: {text!r}; write a day as 2026-11-23")
    year, month, day = numbers
    after = (year, month + 1) if month < 12 else (year + 1, 1)
    if not 1 <= day <= days_of(after[0], after[1], 1) - days_of(year, month, 1):
        raise Refused(f"{name}: {text!r}; there is no such day")
    return days_of(year, month, day) * DAY_S
