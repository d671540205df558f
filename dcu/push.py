"""Pushes alarms to the HES by DataNotification, again and again until it acknowledges them.

With `hes.confirm` set each asks for a confirmation, and one that is confirmed has arrived: it is
not repeated on this connection. The alarms still wait until they are acknowledged.

Reference: IEC 62056-5-3, DataNotification; the acknowledgement is a SET of 0.0.96.129.2.255.
"""

from dcu.buffers import alarm_row
from hal import coop
from hal.errors import PortError, Refused
from wire import apdu, axdr

ROWS_MAX = 16  # alarms in one notification
_LOOK_MS = 1_000


async def push_alarms(session, alarms, settings, clock, seal):
    """Beside one session, until it is cancelled or its port fails. `session.send(apdu)`;
    `seal(apdu)` gives it as it goes on the wire, ciphered or in clear."""
    number = 0
    pushed_seq = 0
    pushed_ms = 0
    asked = alarms.pushes_asked
    alarms.push_confirmed = 0
    while True:
        alarms.raised.clear()  # first: one that is raised during the sending wakes us after it
        waiting = _waiting(alarms, settings.get("alarms.pushed"))
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
            except PortError:
                return  # the session ends by the same error
            except Refused:
                pass  # no counter, or half a pair of keys: the HES fetches them all the same
            pushed_ms = clock.ticks_ms()
        try:
            await coop.within_ms(_LOOK_MS, alarms.raised.wait())
        except coop.Expired:
            pass


def _waiting(alarms, pushed):
    """The oldest that wait and are pushed at all: `pushed` has a bit for each code."""
    try:
        return [each for each in alarms.waiting(ROWS_MAX) if pushed >> each.code & 1]
    except PortError:
        return []  # the disk; it is asked again at the next look


def _notification(number, alarms, wants_confirm):
    rows = axdr.array([alarm_row(alarm) for alarm in alarms])
    invoke = number | (apdu.LONG_CONFIRMED if wants_confirm else 0)
    return apdu.encode(apdu.DataNotification(invoke, b"", rows))
