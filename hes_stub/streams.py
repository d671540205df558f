"""Where we are in a numbered stream of a DCU, and what an answer to "from there on" tells.

Each question asks again for the last record that is stored here. If another record has its number
now, the DCU was replaced or its data cleared: its numbers have begun again, and so do we, in a new
epoch. Numbers left out are counted, never passed over in silence. No I/O here.
"""

from collections import namedtuple

from hes_stub.database import Position

# restarted: another record has our number; missing: how many numbers were left out; fresh: the
# rows to store; position: where we are once they are stored
Step = namedtuple("Step", ("restarted", "missing", "fresh", "position"))


def mark(mp, time_s):
    """What tells a record from another one with the same number: its meter and its time."""
    return f"{mp}/{time_s}"


def follow(position, rows):
    """The Step from `position` by the answer to "all rows from number position.seq on"."""
    if position.seq and rows and rows[0].seq == position.seq:
        if mark(rows[0].mp, rows[0].time_s) != position.mark:
            return Step(True, 0, [], position)
    fresh = [row for row in rows if row.seq > position.seq]
    if not fresh:
        return Step(False, 0, [], position)
    last = fresh[-1]
    missing = last.seq - position.seq - len(fresh)
    after = Position(position.epoch, last.seq, mark(last.mp, last.time_s))
    return Step(False, missing, fresh, after)


def fork(highest):
    """A dialogue that finds the last number, up to `highest`, of which the DCU still has the
    record that is here: 0 if there is none.

    It yields numbers, and is sent True for the same record, False for another one, None when
    either side has none. What the DCU lost at its end is found in few questions.
    """
    low, found = 0, 0
    while low < highest:
        middle = (low + highest + 1) // 2
        same = yield middle
        if same is False:
            highest = middle - 1
        else:
            low = middle
            found = middle if same else found
    return found


def goes_on(position, rows, held):
    """Whether pushed `rows` simply go on from `position`, so that nothing needs asking."""
    new = [row.seq for row in rows if row.seq > position.seq]
    in_order = new == list(range(position.seq + 1, position.seq + 1 + len(new)))
    return in_order and are_ours(position, rows, held)


def are_ours(position, rows, held):
    """Whether no other record has the number of one of `rows` here.

    held   function(seq) -> (mp, time) of our record, or None
    """
    old = [row for row in rows if row.seq <= position.seq]
    return all(held(row.seq) == (row.mp, row.time_s) for row in old)
