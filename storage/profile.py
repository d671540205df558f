"""Periodic rows at fixed places: one file for each meter, a ring of as many slots as rows kept.

A row of the period p = time_s // period_s lies in slot p % capacity until another period takes
the slot. A damaged slot reads as missing and its neighbours survive. Rows arrive here after
they are durable elsewhere (storage/files.py), so a torn write is written again.
"""

from collections import namedtuple

from hal.errors import PortError
from storage.limits import PENDING_MAX, check_row, say
from storage.rows import RowFormat, time_of

Geometry = namedtuple("Geometry", ("generation", "period_s", "capacity", "columns"))

_BLOCK_SLOTS = 32  # read at a time


class Profile:
    """`geometry` says how the files lie; `keep(name, mp, slot)` takes a row into the redo log."""

    def __init__(self, files, name, geometry, keep, damage):
        self.name = name
        self.geometry = geometry
        self.rows = RowFormat(len(geometry.columns))
        self._files = files
        self._keep = keep
        self._damage = damage
        self._prefix = f"rows-{name}-{geometry.generation}-"
        self._mps = self._mps_on_file()
        self._pending = []
        self._unsynced = set()
        self._newest = {}  # mp: period of the newest row, as far as looked up

    def put(self, mp, time_s, values):
        """Take a row; kept when the store's commit has returned. PortError: no room.

        values   one signed integer of 64 bits, or None, for each column

        One row for each period: a later one of the same period takes its place.
        """
        check_row(mp, time_s, values, len(self.geometry.columns))
        if len(self._pending) >= PENDING_MAX:
            raise PortError(f"profile {self.name}: {PENDING_MAX} rows wait for a commit")
        slot = self.rows.pack(time_s, values)
        self._keep(self.name, mp, slot)
        self._pending.append((mp, slot))

    def query(self, mp, from_s, to_s):
        """Yields (time_s, values) with from_s <= time_s < to_s, oldest first."""
        periods = self._periods(mp, from_s, to_s)
        for at in range(0, len(periods), _BLOCK_SLOTS):
            for row in self._read(mp, periods[at : at + _BLOCK_SLOTS]):
                if from_s <= row[0] < to_s:
                    yield row

    def last(self, mp):
        """The newest row as (time_s, values), or None."""
        if mp not in self._newest:
            for period in reversed(self._stored_periods(mp)):
                if self._read(mp, [period]):
                    self._newest[mp] = period
                    break
        rows = self._read(mp, [self._newest[mp]]) if mp in self._newest else []
        return rows[0] if rows else None

    def apply(self):
        """Write to the rings what is durable by now in the redo log. PortError: some is not."""
        for mp, slot in self._pending:
            self.write(mp, slot)
        self._pending = []

    def forget(self):
        self._pending = []

    def write(self, mp, slot):
        """Put a packed row into its place. Durable after `sync`."""
        period = time_of(slot) // self.geometry.period_s
        file = self._open(mp)
        try:
            file.seek(self._at(period))
            file.write(slot)
        finally:
            file.close()
        self._unsynced.add(mp)
        if self._newest.get(mp, period + 1) > period:
            self._newest.pop(mp, None)  # its slot may be the one that was taken
        else:
            self._newest[mp] = period

    def unsynced(self):
        """The meters whose ring was written since its last sync."""
        return sorted(self._unsynced)

    def sync(self, mp):
        file = self._open(mp)
        try:
            file.sync()
        finally:
            file.close()
        self._unsynced.discard(mp)

    def copy_to(self, other):
        """All rows to a profile of another geometry; columns go by their names."""
        at = {column: n for n, column in enumerate(self.geometry.columns)}
        picks = [at.get(column) for column in other.geometry.columns]
        other.clear()
        for mp in sorted(self._mps):
            for period in self._stored_periods(mp):
                for time_s, values in self._read(mp, [period]):
                    values = [None if n is None else values[n] for n in picks]
                    other.write(mp, other.rows.pack(time_s, values))
        for mp in other.unsynced():
            other.sync(mp)

    def clear(self):
        """All rows go. To be called with none pending, and none in the redo log."""
        for mp in sorted(self._mps):
            self._files.remove(f"{self._prefix}{mp}")
        self._mps = set()
        self._unsynced = set()
        self._newest = {}

    def _periods(self, mp, from_s, to_s):
        """The periods that may have rows, ascending."""
        first = max(from_s, 0) // self.geometry.period_s
        end = (to_s - 1) // self.geometry.period_s + 1
        if mp not in self._mps or end <= first:
            return []
        if end - first <= self.geometry.capacity:
            return range(first, end)
        return [period for period in self._stored_periods(mp) if first <= period < end]

    def _stored_periods(self, mp):
        """Those of all slots in use, ascending; some may turn out to be damaged."""
        period_s, capacity = self.geometry.period_s, self.geometry.capacity
        size = self.rows.size
        periods = []
        if mp not in self._mps:
            return periods
        file = self._open(mp)
        try:
            for at in range(0, capacity, _BLOCK_SLOTS):
                octets = file.read(size * min(_BLOCK_SLOTS, capacity - at))
                for n in range(len(octets) // size):
                    period = time_of(octets[n * size : n * size + 4]) // period_s
                    if period and period % capacity == at + n:
                        periods.append(period)
        finally:
            file.close()
        periods.sort()
        return periods

    def _read(self, mp, periods):
        """The rows of those periods that have one."""
        rows = []
        file = self._open(mp)
        try:
            for period in periods:
                file.seek(self._at(period))
                slot = file.read(self.rows.size)
                row = self.rows.unpack(slot)
                if row and row[0] // self.geometry.period_s == period:
                    rows.append(row)
                elif row is None and len(slot) == self.rows.size and time_of(slot):
                    say(self._damage, f"profile {self.name}, MP {mp}: a damaged row is left out")
        finally:
            file.close()
        return rows

    def _at(self, period):
        return period % self.geometry.capacity * self.rows.size

    def _open(self, mp):
        file = self._files.open(f"{self._prefix}{mp}")
        self._mps.add(mp)
        return file

    def _mps_on_file(self):
        names = [name[len(self._prefix) :] for name in self._files.names(self._prefix)]
        return {int(mp) for mp in names if mp.isdigit()}
