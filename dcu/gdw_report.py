"""Reports important events by Q/GDW 376.1 (AFN 0E), unasked, until the HES confirms each.

What is confirmed is not reported again, and waits as an alarm all the same until it is
acknowledged as one.

Reference: Q/GDW 376.1-2009, 5.14; annex D.
"""

from hal import coop
from hal.errors import PortError
from wire.qgdw3761_message import CLASS_3, Unit, give_units

_LOOK_MS = 1_000


async def report_events(session, gdw, settings, clock):
    """Beside one session, until it is cancelled or its port fails. `session.report(body, events)`
    gives a number, and `session.is_confirmed(number)` says whether the HES has it."""
    while True:
        await coop.sleep_ms(_LOOK_MS)
        waiting = gdw.events.to_report() if gdw.may_report() else None
        if waiting is None:
            continue
        value, seq = waiting
        body = give_units(CLASS_3, True, [Unit([0], [1], [[value]])])
        events = bytes([value["important"], value["ordinary"]])
        try:
            number = await session.report(body, events)
        except PortError:
            return  # the session ends by the same error
        repeat_ms = 1000 * settings.get("hes.repeat_alarm_s")
        if await confirmed(session, number, clock, repeat_ms):
            gdw.events.were_read(seq)


async def confirmed(session, number, clock, limit_ms):
    """Whether the HES has confirmed it within that time."""
    ends_ms = clock.ticks_ms() + limit_ms
    while not session.is_confirmed(number) and clock.ticks_ms() < ends_ms:
        await coop.sleep_ms(_LOOK_MS)
    return session.is_confirmed(number)
