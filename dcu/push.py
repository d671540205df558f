"""Pushes alarms to the HES by DataNotification, again and again until it acknowledges them.

Reference: IEC 62056-5-3, DataNotification; the acknowledgement is a SET of 0.0.96.129.2.255.
"""

from dcu.buffers import alarm_row
from hal import coop
from hal.errors import PortError
from wire import apdu, axdr

ROWS_MAX = 16  # alarms in one notification
_LOOK_MS = 1_000


async def push_alarms(session, alarms, settings, clock):
    """Beside one session, until it is cancelled or its port fails. `session.send(apdu)`."""
    number = 0
    pushed_seq = 0
    pushed_ms = 0
    while True:
        alarms.raised.clear()  # first: one that is raised during the sending wakes us after it
        waiting = _waiting(alarms)
        repeat_ms = settings.get("hes.repeat_alarm_s") * 1000
        new = waiting and waiting[-1].seq > pushed_seq
        if waiting and (new or clock.ticks_ms() - pushed_ms >= repeat_ms):
            number = number % 0xFFFFFF + 1
            try:
                await session.send(_notification(number, waiting))
            except PortError:
                return  # the session ends by the same error
            pushed_seq, pushed_ms = waiting[-1].seq, clock.ticks_ms()
        try:
            await coop.within_ms(_LOOK_MS, alarms.raised.wait())
        except coop.Expired:
            pass


def _waiting(alarms):
    try:
        return alarms.waiting(ROWS_MAX)
    except PortError:
        return []  # the disk; it is asked again at the next look


def _notification(number, alarms):
    rows = axdr.array([alarm_row(alarm) for alarm in alarms])
    return apdu.encode(apdu.DataNotification(number, b"", rows))
