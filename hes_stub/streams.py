"""Where we are in a numbered stream of a DCU, and what an answer to "from there on" tells.

Each question asks again for the last record that is stored here. If another record has its number
now, the DCU was replaced or its data cleared: its numbers have begun again, and so do we, in a new
epoch. Numbers left out are counted, never passed over in silence. No I/O here.
"""

from collections import namedtuple

from hes_stub.database import Position

# restarted: the numbers began again, ask from `position`; missing: how many numbers were left
# out; fresh: the rows to store; position: where we are once they are stored
Step = namedtuple("Step", ("restarted", "missing", "fresh", "position"))


def mark(mp, time_s):
    """What tells a record from another one with the same number: its meter and its time."""
    return f"{mp}/{time_s}"


def follow(position, rows):
    """The Step from `position` by the answer to "all rows from number position.seq on"."""
    if position.seq and rows and rows[0].seq == position.seq:
        if mark(rows[0].mp, rows[0].time_s) != position.mark:
            return Step(True, 0, [], Position(position.epoch + 1, 0, ""))
    fresh = [row for row in rows if row.seq > position.seq]
    if not fresh:
        return Step(False, 0, [], position)
    last = fresh[-1]
    missing = last.seq - position.seq - len(fresh)
    after = Position(position.epoch, last.seq, mark(last.mp, last.time_s))
    return Step(False, missing, fresh, after)


def fall_back(position, last, row, held):
    """The Position when the DCU's newest number `last` is below ours.

    row    the DCU's record `last`, or None
    held   (mp, time) of our record with that number, or None

    The same record: the DCU lost its newest ones, which are here; what follows is numbered again.
    """
    if row and held == (row.mp, row.time_s):
        return Position(position.epoch + 1, last, mark(row.mp, row.time_s))
    return Position(position.epoch + 1, 0, "")


def goes_on(position, rows, held):
    """Whether pushed `rows` simply go on from `position`, so that nothing needs asking.

    held   function(seq) -> (mp, time) of our record, or None: older rows must be the same
    """
    expected = position.seq + 1
    for row in rows:
        if row.seq <= position.seq:
            if held(row.seq) != (row.mp, row.time_s):
                return False
        elif row.seq != expected:
            return False
        else:
            expected += 1
    return True
