"""Pushes alarms to the HES by DataNotification, again and again until it acknowledges them.

With `hes.confirm` set each asks for a confirmation, and one that is confirmed has arrived: it is
not repeated on this connection. The alarms still wait until they are acknowledged.

Reference: IEC 62056-5-3, DataNotification; the acknowledgement is a SET of 0.0.96.129.2.255.
"""

from dcu.alarm_words import pushed_codes
from dcu.buffers import alarm_row
from hal import coop
from hal.errors import PortError, Refused
from wire import apdu, axdr

ROWS_MAX = 16  # alarms in one notification
_READS_MAX = 64  # at one look; the next goes on from there
_LOOK_MS = 1_000
_MINUTE_MS = 60_000


async def push_alarms(session, alarms, settings, clock, seal):
    """Beside one session, until it is cancelled or its port fails. `session.send(apdu)`;
    `seal(apdu)` gives it as it goes on the wire, ciphered or in clear."""
    number = 0
    pushed_seq = 0
    pushed_ms = 0
    asked = alarms.pushes_asked
    alarms.push_confirmed = 0
    queue, cap = _Queue(alarms), _Cap(clock)
    while True:
        alarms.raised.clear()  # first: one that is raised during the sending wakes us after it
        most = min(ROWS_MAX, cap.left(settings.get("alarms.per_minute")))
        waiting = queue.oldest(pushed_codes(settings), most)
        repeat_ms = settings.get("hes.repeat_alarm_s") * 1000
        wants_confirm = settings.get("hes.confirm") == "yes"
        has_arrived = wants_confirm and alarms.push_confirmed == number
        is_late = not has_arrived and clock.ticks_ms() - pushed_ms >= repeat_ms
        is_due = asked != alarms.pushes_asked or is_late
        if waiting and (is_due or waiting[-1].seq > pushed_seq):
            number = number % apdu.LONG_ID + 1
            asked = alarms.pushes_asked
            try:
                await session.send(seal(_notification(number, waiting, wants_confirm)))
                pushed_seq = waiting[-1].seq
                cap.used += len(waiting)
            except PortError:
                return  # the session ends by the same error
            except Refused:
                pass  # no counter, or half a pair of keys: the HES fetches them all the same
            pushed_ms = clock.ticks_ms()
        try:
            await coop.within_ms(_LOOK_MS, alarms.raised.wait())
        except coop.Expired:
            pass


class _Cap:
    """How many alarms may still go in this minute, repeated ones too: one that flutters must not
    fill a cellular link."""

    def __init__(self, clock):
        self._clock = clock
        self._began_ms = clock.ticks_ms()
        self.used = 0

    def left(self, most):
        now_ms = self._clock.ticks_ms()
        if now_ms - self._began_ms >= _MINUTE_MS:
            self._began_ms, self.used = now_ms, 0
        return max(0, most - self.used)


class _Queue:
    """The alarms that wait and are pushed at all. What is not pushed may wait in thousands before
    them, as nobody need acknowledge it: it is passed over once."""

    def __init__(self, alarms):
        self._alarms = alarms
        self._pushed = None
        self._passed = 0  # up to here none is pushed

    def oldest(self, pushed, most):
        """`pushed` has a bit for each code."""
        if pushed != self._pushed:
            self._pushed, self._passed = pushed, 0
        found = []
        for _ in range(_READS_MAX):
            after = max(self._alarms.mark, self._passed)
            try:
                rows = self._alarms.read(after, ROWS_MAX)
            except PortError:
                return []  # the disk; it is asked again at the next look
            found = [each for each in rows if pushed >> each.code & 1][:most]
            if found or not rows or not most:
                break
            self._passed = rows[-1].seq
        return found


def _notification(number, alarms, wants_confirm):
    rows = axdr.array([alarm_row(alarm) for alarm in alarms])
    invoke = number | (apdu.LONG_CONFIRMED if wants_confirm else 0)
    return apdu.encode(apdu.DataNotification(invoke, b"", rows))
