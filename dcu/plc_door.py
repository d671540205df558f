"""Who is let into the network behind the module slot: the meters of the archive, each with its
key. A meter that is not on file is told of, and let in only while the operator wants that.
"""

from dcu.alarm_codes import AUTHENTICATION_FAILURE, JOIN_FAILED, METER_OUT, METER_UNKNOWN
from dcu.schema import PLC
from hal.errors import PortError, Refused

STRICT, ALARM, OPEN = "strict", "alarm", "open"  # of meters not on file
OPEN_MAX_MIN = 1440
_WATCHED_MAX = 256  # EUIs whose attempts are counted, and strangers that were told of
_HOUR_MS = 3_600_000
_TOLD_AGAIN_MS = 24 * _HOUR_MS
_FAILURES_MAX = 3  # in an hour: then it is not the line
_JOINS_MAX = 5  # in an hour: two that take each other's place do it all the time


class Place:
    """What a meter gets that may join. `psk` is never shown."""

    def __init__(self, short, psk):
        self.short = short
        self.psk = psk


class Door:
    """archive, settings, book   dcu/archive.py, dcu/settings.py, dcu/plc_book.py
    alarm    function(code, mp, text)
    log      function(text)
    came     function(record) for a meter on file that has joined
    """

    def __init__(self, archive, settings, book, clock, log):
        self._archive = archive
        self._settings = settings
        self._book = book
        self._clock = clock
        self._log = log
        self._open_until_ms = None
        self._strangers = {}  # by EUI: when it was told of
        self._asked = {}  # by EUI: when first, how often, since it has joined last
        self._joins = {}  # by EUI: when first, how often
        self.alarm = lambda code, mp, text: log(text)
        self.came = lambda record: None

    @property
    def mode(self):
        """How meters are met that are not on file."""
        until_ms = self._open_until_ms
        if until_ms is not None and self._clock.ticks_ms() < until_ms:
            return OPEN
        return self._settings.get("plc.admission")

    def open_left_s(self):
        """For how long it stands open to all; 0 if it does not."""
        if self.mode != OPEN:
            return 0
        return (self._open_until_ms - self._clock.ticks_ms()) // 1000

    def open_for(self, minutes):
        """For all that have the common key; a restart closes it. 0 closes it now."""
        self._open_until_ms = self._clock.ticks_ms() + 60_000 * minutes if minutes else None

    # what a module driver asks and tells; nothing of it waits

    def wants_in(self, eui):
        """The Place for who may join; None: declined."""
        record = self._archive.find_eui(eui)
        mp = record.mp if record else 0
        psk = (record and record.psk) or bytes.fromhex(self._settings.get("plc.psk"))
        has_key = bool(psk) or _is_number(eui)
        if record is None:
            is_let_in = self.mode != STRICT and has_key
            self._tell_stranger(eui, is_let_in)
            if not is_let_in:
                return None
        elif not has_key:
            self._once_a_day(eui, JOIN_FAILED, mp, "no key: neither psk of its row nor plc.psk")
            return None
        try:
            short = self._book.place(eui)
        except (PortError, Refused) as error:
            self._log(f"EUI {_text(eui)} declined: {error}")
            return None
        self._count(eui, mp)
        return Place(short, psk)

    def joined(self, eui, short):
        self._asked.pop(eui, None)
        record = self._archive.find_eui(eui)
        name = f"MP {record.mp}" if record else "not on file"
        try:
            is_ours = self._book.joined(eui, short)
        except PortError as error:
            is_ours = True
            self._log(f"address book: {error}")
        if not is_ours:
            self._log(f"EUI {_text(eui)} has joined as {short}, which is not its address")
            return
        self._log(f"EUI {_text(eui)}, {name}, has joined as {short}")
        if not _is_number(eui) and self._again(self._joins, eui) == _JOINS_MAX + 1:
            text = (
                f"EUI {_text(eui)} joins again and again: two meters that have it, or a bad line?"
            )
            self.alarm(JOIN_FAILED, record.mp if record else 0, text)
        if record:
            self.came(record)

    def join_failed(self, eui):
        record = self._archive.find_eui(eui)
        text = f"EUI {_text(eui)}: no word of it since it was let in"
        self.alarm(JOIN_FAILED, record.mp if record else 0, text)

    def put_out(self, eui, why):
        """It is no member any more."""
        try:
            self._book.put_out(eui)
        except PortError as error:
            self._log(f"address book: {error}")
        record = self._archive.find_eui(eui)
        self.alarm(METER_OUT, record.mp if record else 0, f"EUI {_text(eui)} {why}")

    def strangers(self):
        """[(short address, EUI)] of members that are not on file."""
        on_file = {record.eui for record in self._archive.meters(PLC)}
        return [member for member in self._book.members() if member[1] not in on_file]

    def _tell_stranger(self, eui, is_let_in):
        what = "let in" if is_let_in else "declined"
        self._once_a_day(eui, METER_UNKNOWN, 0, f"{PLC} EUI {_text(eui)} asks to join: {what}")

    def _once_a_day(self, eui, code, mp, text):
        now_ms = self._clock.ticks_ms()
        _forget_old(self._strangers, now_ms - _TOLD_AGAIN_MS)
        known = self._strangers.get(eui)
        if known is None or known[1] != text:
            self._strangers[eui] = (now_ms, text)
            self.alarm(code, mp, text)

    def _count(self, eui, mp):
        """One that asks, and asks again, has another key."""
        if self._again(self._asked, eui) == _FAILURES_MAX + 1:
            text = f"EUI {_text(eui)} did not join in {_FAILURES_MAX} attempts: another key?"
            self.alarm(AUTHENTICATION_FAILURE, mp, text)

    def _again(self, rows, eui):
        """How often in the hour that began with the first time."""
        now_ms = self._clock.ticks_ms()
        _forget_old(rows, now_ms - _HOUR_MS)
        first_ms, count = rows.get(eui, (now_ms, 0))
        rows[eui] = (first_ms, count + 1)
        return count + 1


def _forget_old(rows, before_ms):
    """Rows by EUI that begin with a time; the oldest make room when there are too many."""
    for eui in [each for each in rows if rows[each][0] < before_ms]:
        rows.pop(eui)
    while len(rows) >= _WATCHED_MAX:
        rows.pop(min(rows, key=lambda eui: (rows[eui][0], eui)))


def _is_number(eui):
    """Of a meter behind a module that knows no keys, only numbers of 12 digits."""
    return eui.startswith(b"\x00\x00")


def _text(eui):
    return eui.hex().upper()
