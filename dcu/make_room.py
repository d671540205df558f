"""What goes first when the disk is full: the ballast, then what explains failures, then what the
HES has, then what it has not, and alarms last of all.

The rings of the profiles are not among it: they take no more room than they have.
"""

from hal.errors import PortError

ROOM_MIN = 1 << 20  # octets; with less, what is least precious goes, a part at each look


class Room:
    """The disk of the data folder. `ballast` is a storage/ballast.py Ballast."""

    def __init__(self, dcu, ballast):
        self._dcu = dcu
        self._ballast = ballast

    def found(self):
        """(octets free for records, percent of the disk in use), or None."""
        found = self._dcu.files.room()
        try:
            return found and (found[0] + self._dcu.store.spare_octets(), found[1])
        except PortError:
            return None

    @property
    def is_refused(self):
        """Whether the store did not take the last commit."""
        return self._dcu.kept.is_failing

    def try_again(self):
        """What waits is tried anew, instead of with the next visit of a meter."""
        self._dcu.kept.commit()

    def make(self):
        """Let go of a part of the least precious records: what that was in words; "" when there
        is nothing left to let go of, or the disk does not even take that."""
        dcu = self._dcu
        classes = (
            ("failed attempts", dcu.attempts.journal, False),
            ("readings that the HES has", dcu.readings, True),
            ("records that the HES has", dcu.records, True),
            ("alarms that the HES has", dcu.alarms.journal, True),
            ("readings", dcu.readings, False),
            ("records", dcu.records, False),
            ("alarms", dcu.alarms.journal, False),
        )
        try:
            for name, journal, acknowledged in classes:
                count = journal.drop_oldest(acknowledged)
                if count:
                    return f"{count} {name}"
        except PortError:
            pass
        return ""

    def keep_ballast(self):
        """Given up while the disk refuses, there while it has room for it."""
        try:
            if self.is_refused:
                if self._ballast.is_there:
                    self._dcu.log("storage", "the ballast is given up, which makes some room")
                self._ballast.give_up()
            elif not self._ballast.is_there:
                found = self._dcu.files.room()
                if found and found[0] >= ROOM_MIN + self._ballast.octets:
                    self._ballast.make()
        except PortError:
            pass  # at the next look
