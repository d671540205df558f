"""Numbered records in segments that are only ever appended to: alarms, readings for the HES.

A torn tail ends its segment; the next commit begins a new one, named by the number of its first
record. So numbers are never used twice for what anybody could have read, and a segment holds
what is below the first number of the next.
"""

from hal.errors import PortError, Refused
from storage import segment
from storage.limits import NUMBER_MAX, PENDING_MAX, RECORD_MAX, say
from storage.slots import Slots

_SEGMENT_RECORDS_MAX = 1024
_SEGMENTS = 8  # at least so many make up the capacity
_DIGITS = 10
_WRITE_RECORDS = 64  # joined for one write


class Journal:
    """`read` sees what is committed, and only that.

    capacity   the newest records that are kept for sure; older ones go by whole segments
    damage     list that takes a text for everything found damaged
    """

    def __init__(self, files, prefix, capacity, damage):
        assert capacity > 0
        self._files = files
        self._prefix = prefix
        self._capacity = capacity
        self._segment_records = min(_SEGMENT_RECORDS_MAX, (capacity + _SEGMENTS - 1) // _SEGMENTS)
        self._damage = damage
        self._slots = Slots(files, prefix + "mark", damage)
        self._pending = []
        self._reached = (0, 0, 0)  # where the last read ended: number, segment, octet
        self.mark, self.evicted, self._dropped = self._load_marks()
        used = self._find_segments()
        self._open_last(max(used, self.mark, self._dropped))

    @property
    def first(self):
        """The oldest number held; last + 1 when there is none."""
        return self._firsts[0] if self._firsts else self.last + 1

    def append(self, payload):
        """The number of the record. It is kept when `commit` has returned; PortError: no room."""
        assert 0 < len(payload) <= RECORD_MAX
        if len(self._pending) >= PENDING_MAX:
            raise PortError(f"{self._prefix[:-1]}: {PENDING_MAX} records wait for a commit")
        number = self._next + len(self._pending)
        assert number <= NUMBER_MAX
        self._pending.append(bytes(payload))
        return number

    def forget(self):
        """What was appended since the last commit. Its numbers were nobody's."""
        self._pending = []

    def commit(self):
        """All that was appended is durable on return. PortError: none of it is kept."""
        if not self._pending:
            return
        self._evict()
        if self._is_closed or self._next - self._firsts[-1] >= self._segment_records:
            self._begin_segment()
        self._is_closed = True  # unless all of it arrives
        file = self._files.open(self._name(self._firsts[-1]))
        try:
            end = self._write(file)
            file.sync()
        finally:
            file.close()
        self._is_closed = False
        self._end = end
        self._next += len(self._pending)
        self.last = self._next - 1
        self._pending = []

    def read(self, after_seq, limit):
        """At most `limit` (number, payload) with numbers above `after_seq`, oldest first."""
        found = []
        ends = self._firsts[1:] + [self.last + 1]
        for first, end in zip(self._firsts, ends):
            if end - 1 > after_seq and len(found) < limit:
                self._read_segment(first, end, after_seq, limit, found)
        return found

    def acknowledge(self, seq):
        """The HES has all up to `seq`. Durable on return; an older number changes nothing."""
        if seq > self.last:
            raise Refused(f"record {seq} acknowledged, but the last is {self.last}")
        if seq > self.mark:
            self._save_marks(seq, self.evicted, self._dropped)

    def drop_oldest(self, acknowledged):
        """How many records went, to make room: the oldest segment, unless it is the last one.
        `acknowledged`: only if the HES has all of it; else those that it has not are counted."""
        if len(self._firsts) < 2 or (acknowledged and self._firsts[1] - 1 > self.mark):
            return 0
        count = self._firsts[1] - self._firsts[0]
        self._drop_oldest(self._firsts[1])
        return count

    def clear(self):
        """All records go; those not acknowledged count as evicted. The numbers go on.

        A power cut leaves some of them: then it is to be called again.
        """
        ends = self._firsts[1:] + [self._next]
        for end in ends[: len(self._firsts)]:
            self._drop_oldest(end)
        self._is_closed = True

    def _write(self, file):
        """Where the segment ends when it has all pending records."""
        end = self._end
        file.seek(end)
        for at in range(0, len(self._pending), _WRITE_RECORDS):
            part = enumerate(self._pending[at : at + _WRITE_RECORDS], self._next + at)
            octets = b"".join([segment.pack(number, payload) for number, payload in part])
            file.write(octets)
            end += len(octets)
        return end

    def _begin_segment(self):
        """A segment of the same name holds nothing committed: a commit into it failed."""
        self._files.replace(self._name(self._next), segment.HEADER)
        if not self._firsts or self._firsts[-1] != self._next:
            self._firsts.append(self._next)
        self._end = len(segment.HEADER)

    def _evict(self):
        """Let go of the oldest segments that are not needed for the capacity.

        Counted durably before they are removed, so that a power cut between does not lose
        the count, and by `_dropped` not twice.
        """
        while len(self._firsts) > 1 and self._next - self._firsts[1] >= self._capacity:
            self._drop_oldest(self._firsts[1])

    def _drop_oldest(self, end):
        """The oldest segment goes, which has numbers below `end`."""
        first = self._firsts[0]
        if end - 1 > self.mark:
            lost = []
            self._read_segment(first, end, max(self.mark, self._dropped), end - first, lost)
            self._save_marks(self.mark, self.evicted + len(lost), end - 1)
        self._files.remove(self._name(first))
        self._firsts.pop(0)

    def _read_segment(self, first, end, after_seq, limit, found):
        """Adds to `found`; goes on where the last read ended if that is what is asked for."""
        reached, reached_first, at = self._reached
        if (reached, reached_first) != (after_seq, first):
            at = len(segment.HEADER)
            reached = first - 1
        file = self._files.open(self._name(first))
        try:
            for start, number, payload, next_at in segment.records(file, at, reached + 1, end):
                self._note_gap(first, at, start)
                at = next_at
                if number > after_seq:
                    found.append((number, payload))
                    if len(found) == limit:
                        self._reached = (number, first, at)
                        return
        finally:
            file.close()

    def _note_gap(self, first, at, start):
        if start > at:
            text = f"{self._name(first)}: octets {at} to {start} hold no whole record"
            say(self._damage, text)

    def _load_marks(self):
        stored = self._slots.load()
        numbers = [int(word) for word in stored.split()] if stored else []
        return tuple(numbers) if len(numbers) == 3 else (0, 0, 0)

    def _save_marks(self, mark, evicted, dropped):
        self._slots.save(f"{mark} {evicted} {dropped}".encode())
        self.mark, self.evicted, self._dropped = mark, evicted, dropped

    def _find_segments(self):
        """Sets `_firsts`; the highest number that a segment set aside may have held."""
        firsts = []
        used = 0
        for name in self._files.names(self._prefix):
            digits = name[len(self._prefix) :]
            if len(digits) == _DIGITS and digits.isdigit():
                highest = self._set_aside_unless_whole(name, int(digits))
                used = max(used, highest)
                if not highest:
                    firsts.append(int(digits))
        firsts.sort()
        while len(firsts) > 1 and firsts[1] - 1 <= self._dropped:  # the cut came before this
            self._files.remove(self._name(firsts.pop(0)))
        self._firsts = firsts
        return used

    def _set_aside_unless_whole(self, name, first):
        """0 for a segment; the highest number it may have held for one that is none."""
        file = self._files.open(name)
        try:
            is_segment = segment.is_one(file, first)
            highest = first + file.size() // segment.RECORD_MIN
        finally:
            file.close()
        if is_segment:
            return 0
        self._files.rename(name, name + ".damaged")
        say(self._damage, f"{name}: not a journal, set aside as {name}.damaged")
        return highest

    def _open_last(self, used):
        """Find the last number and the end. Synced first: what can be read now must stay."""
        self.last = used
        self._next = used + 1
        self._is_closed = True
        if not self._firsts:
            return
        first = self._firsts[-1]
        found = first - 1
        at = len(segment.HEADER)
        file = self._files.open(self._name(first))
        try:
            file.sync()
            for start, number, _, next_at in segment.records(file, at, first, NUMBER_MAX + 1):
                self._note_gap(first, at, start)
                at = next_at
                found = number
            torn = segment.last_torn_number(file, at, found)
        finally:
            file.close()
        self.last = max(used, found)
        self._next = max(used, torn) + 1
        self._end = at
        self._is_closed = self._next > found + 1

    def _name(self, first):
        return f"{self._prefix}{first:010d}"
