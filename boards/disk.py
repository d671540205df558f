"""What looks after the disk of the data folder, as a part of the DCU."""

from dcu.make_room import Room
from dcu.watch_disk import watch_disk
from hal.token import random_octets
from storage.ballast import Ballast

_START_MIN = 1 << 18  # octets that a start writes at most, with a store that is not there yet


def free_for_start(files, log):
    """A DCU whose disk is full starts too: by giving up its ballast."""
    found = files.room()
    if found and found[0] < _START_MIN:
        log("storage", f"the disk is all but full: {found[0]} octets free")
        Ballast(files, random_octets).give_up()


def disk_watch(dcu):
    room = Room(dcu, Ballast(dcu.files, random_octets))
    return lambda part: watch_disk(room, dcu.alarms.raise_alarm, part)
