"""Task: when no HES has been heard for long the DCU begins anew, the last thing it can try."""

from dcu import firmware
from hal import coop

_LOOK_MS = 60_000
_HOUR_MS = 3_600_000
_UPGRADING = (firmware.INITIATED, firmware.VERIFYING, firmware.VERIFIED, firmware.ACTIVATING)


async def watch_login(dcu, part):
    """For ever. Who waits to be dialled, or knows no HES, has nothing to restart for."""
    heard, since_ms = None, dcu.clock.ticks_ms()
    while True:
        part.alive()
        now_ms = dcu.clock.ticks_ms()
        limit_ms = dcu.settings.get("uplink.reboot_h") * _HOUR_MS
        seen = dcu.uplink.sessions, dcu.uplink.last_contact_s
        if seen != heard or not (limit_ms and _dials(dcu.settings)):
            heard, since_ms = seen, now_ms
        elif now_ms - since_ms >= limit_ms and dcu.firmware.status not in _UPGRADING:
            dcu.end_because(f"no HES was heard for {limit_ms // _HOUR_MS} h")
            since_ms = now_ms
        await coop.sleep_ms(_LOOK_MS)


def _dials(settings):
    return settings.get("uplink.mode") != "server" and settings.get("hes.main")
