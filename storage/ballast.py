"""A file of the data folder that only takes room, for the day on which the disk is full.

Who lets go of records writes before anything is free: that they are gone (storage/journal.py), or
a log of it (SQLite). On a disk without a single block that is refused too, and nothing could ever
be stored again. The ballast is given up then, and made again when there is room.

Its octets are random: a file system that compresses would keep nothing of others.
"""

from hal.errors import PortError

OCTETS = 1 << 21
NAME = "ballast"
_PIECE = 4096


class Ballast:
    """`files` is a hal.files.Files, `random_octets` a function(count)."""

    def __init__(self, files, random_octets, octets=OCTETS):
        self._files = files
        self.octets = octets
        self._random_octets = random_octets
        self.is_there = bool(files.names(NAME)) and self._size() >= octets

    def make(self):
        """Durable on return. PortError: there is none."""
        try:
            file = self._files.open(NAME)
            try:
                for _ in range(0, self.octets, _PIECE):
                    file.write(self._random_octets(_PIECE))
                file.sync()
            finally:
                file.close()
        except PortError:
            self.give_up()
            raise
        self.is_there = True

    def give_up(self):
        """Its room is free on return; so is that of one which a power cut left unfinished."""
        self.is_there = False
        self._files.remove(NAME)

    def _size(self):
        file = self._files.open(NAME)
        try:
            return file.size()
        finally:
            file.close()
