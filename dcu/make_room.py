"""What goes first when the disk is full: what explains failures, then what the HES has, then what
it has not, and alarms last of all.

The rings of the profiles are not among it: they take no more room than they have.
"""

from hal.errors import PortError


def room_of(dcu):
    """(octets free for records, percent of the disk in use), or None."""
    found = dcu.files.room()
    try:
        return found and (found[0] + dcu.store.spare_octets(), found[1])
    except PortError:
        return None


def make_room(dcu):
    """Let go of a part of the least precious records: what that was in words; "" when there is
    nothing left to let go of, or the disk does not even take that."""
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
