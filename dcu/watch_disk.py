"""Task: tell the HES, once each time, that the disk of the data folder is getting full, and make
room when it is."""

from dcu.alarm_codes import RECORDS_EVICTED, STORAGE_FILLING
from hal import coop

_LOOK_MS = 60_000
FULL_PERCENT = 80
_AGAIN_PERCENT = 75  # below that it may be told again
ROOM_MIN = 1 << 20  # octets; with less, what is least precious goes, a part at each look


async def watch_disk(room, alarm, make_room, part):
    """For ever. `room()` is (octets free, percent in use), or None where nobody can tell;
    `make_room()` lets go of something and says of what."""
    was_told = False
    while True:
        part.alive()
        found = room()
        if found is not None:
            free, percent = found
            if percent >= FULL_PERCENT and not was_told:
                alarm(STORAGE_FILLING, 0, f"{percent} % of the disk in use")
            if free < ROOM_MIN:
                gone = make_room()
                if gone:
                    alarm(RECORDS_EVICTED, 0, gone)
            was_told = percent >= (_AGAIN_PERCENT if was_told else FULL_PERCENT)
        await coop.sleep_ms(_LOOK_MS)
