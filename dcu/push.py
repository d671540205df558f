"""Pushes alarms to the HES by DataNotification, again and again until it acknowledges them.

What is raised while a backlog waits does not wait behind it: it is sent beside it at once, and
again in its turn. With `hes.confirm` set those in their turn ask for a confirmation, and what is
confirmed has arrived: it is not repeated on this connection. The alarms still wait until they are
acknowledged.

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
    alarms.push_confirmed = 0
    turn = _Turn(alarms, settings, clock)
    queue, cap = _Queue(alarms), _Cap(clock)
    sender = _Sender(session, seal, cap)
    try:
        while True:
            alarms.raised.clear()  # first: one that is raised during the sending wakes us after it
            oldest = queue.oldest(pushed_codes(settings))
            left = cap.left(settings.get("alarms.per_minute"))
            await sender.send(queue.new(oldest, left), False)  # in their turn they come again
            waiting = oldest[: cap.left(settings.get("alarms.per_minute"))]
            if turn.has_come(waiting):
                wants_confirm = settings.get("hes.confirm") == "yes"
                number = await sender.send(waiting, wants_confirm)
                turn.has_passed(waiting, number, wants_confirm)
            try:
                await coop.within_ms(_LOOK_MS, alarms.raised.wait())
            except coop.Expired:
                pass
    except PortError:
        return  # the session ends by the same error


class _Sender:
    def __init__(self, session, seal, cap):
        self._session = session
        self._seal = seal
        self._cap = cap
        self._number = 0

    async def send(self, alarms, wants_confirm):
        """The number of the notification; 0 when nothing is sent."""
        if not alarms:
            return 0
        self._number = self._number % apdu.LONG_ID + 1
        try:
            octets = self._seal(_notification(self._number, alarms, wants_confirm))
            await self._session.send(octets)
        except Refused:
            return 0  # no counter, or half a pair of keys: the HES fetches them all the same
        self._cap.used += len(alarms)
        return self._number


class _Turn:
    """Whether the oldest are to be sent: they are new, are repeated, or somebody asks for them."""

    def __init__(self, alarms, settings, clock):
        self._alarms = alarms
        self._settings = settings
        self._clock = clock
        self._asked = alarms.pushes_asked
        self._seq = 0  # up to here they were sent
        self._sent_ms = 0
        self._number = 0  # of the notification that was to be confirmed

    def has_come(self, waiting):
        if not waiting:
            return False
        has_arrived = self._number and self._alarms.push_confirmed == self._number
        repeat_ms = 1000 * self._settings.get("hes.repeat_alarm_s")
        is_late = not has_arrived and self._clock.ticks_ms() - self._sent_ms >= repeat_ms
        return is_late or self._asked != self._alarms.pushes_asked or waiting[-1].seq > self._seq

    def has_passed(self, waiting, number, wants_confirm):
        """`number` is 0 when nothing could be sent: then it comes again at the next look."""
        self._asked = self._alarms.pushes_asked
        self._seq = waiting[-1].seq if number else self._seq
        self._sent_ms = self._clock.ticks_ms()
        self._number = number if wants_confirm else 0


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
        self._new = alarms.last  # those after it were raised on this connection

    def oldest(self, pushed):
        """At most ROWS_MAX; `pushed` has a bit for each code."""
        if pushed != self._pushed:
            self._pushed, self._passed = pushed, 0
        found = []
        for _ in range(_READS_MAX):
            rows = self._read(max(self._alarms.mark, self._passed))
            found = self._chosen(rows)
            if found or not rows:
                break
            self._passed = rows[-1].seq
        return found

    def new(self, oldest, most):
        """What was raised on this connection behind a backlog that begins with `oldest`, each
        once: it would wait until all before it are acknowledged."""
        if len(oldest) < ROWS_MAX or not most:
            return []
        rows = self._read(max(self._new, oldest[-1].seq))
        found = self._chosen(rows)[:most]
        if rows:
            self._new = (found or rows)[-1].seq
        return found

    def _chosen(self, rows):
        return [each for each in rows if self._pushed >> each.code & 1]

    def _read(self, after):
        try:
            return self._alarms.read(after, ROWS_MAX)
        except PortError:
            return []  # the disk; it is asked again at the next look


def _notification(number, alarms, wants_confirm):
    rows = axdr.array([alarm_row(alarm) for alarm in alarms])
    invoke = number | (apdu.LONG_CONFIRMED if wants_confirm else 0)
    return apdu.encode(apdu.DataNotification(invoke, b"", rows))
