"""Task: tell the HES, once each time, that the disk of the data folder is getting full."""

from dcu.alarm_codes import STORAGE_FILLING
from hal import coop

_LOOK_MS = 60_000
FULL_PERCENT = 80
_AGAIN_PERCENT = 75  # below that it may be told again


async def watch_disk(used_percent, alarm, part):
    """For ever. `used_percent()` is a number, or None where nobody can tell."""
    was_told = False
    while True:
        part.alive()
        percent = used_percent()
        if percent is not None:
            if percent >= FULL_PERCENT and not was_told:
                alarm(STORAGE_FILLING, 0, f"{percent} % of the disk in use")
            was_told = percent >= (_AGAIN_PERCENT if was_told else FULL_PERCENT)
        await coop.sleep_ms(_LOOK_MS)
