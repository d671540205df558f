"""Task: tell the HES, once each time, that the disk of the data folder is getting full, and make
room when it is."""

from dcu.alarm_codes import RECORDS_EVICTED, STORAGE_FILLING
from dcu.make_room import ROOM_MIN
from hal import coop

_LOOK_MS = 60_000
_REFUSED_LOOK_MS = 5_000  # while the store refuses; and how soon that is noticed
FULL_PERCENT = 80
_AGAIN_PERCENT = 75  # below that it may be told again


async def watch_disk(room, alarm, part):
    """For ever. `room` is a dcu/make_room.py Room."""
    was_told = False
    while True:
        part.alive()
        room.keep_ballast()
        found = room.found()
        if found is not None:
            free, percent = found
            if percent >= FULL_PERCENT and not was_told:
                alarm(STORAGE_FILLING, 0, f"{percent} % of the disk in use")
            if free < ROOM_MIN:
                gone = room.make()
                if gone:
                    alarm(RECORDS_EVICTED, 0, gone)
            was_told = percent >= (_AGAIN_PERCENT if was_told else FULL_PERCENT)
        if room.is_refused:
            room.try_again()
        await _until_next(room)


async def _until_next(room):
    for _ in range(0, _LOOK_MS, _REFUSED_LOOK_MS):
        await coop.sleep_ms(_REFUSED_LOOK_MS)
        if room.is_refused:
            return
