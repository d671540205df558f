"""The log through which rows become durable: a journal whose reader is this store itself.

    record := mp (2) | length of the profile's name (1) | name | packed row

A commit syncs this one file for the rows of all meters; the rings are written, and synced by
and by, some with each commit. What is not synced for sure is written again at the next start,
or at once when a sync has failed: after that, Linux does not try again by itself.
"""

from hal.errors import PortError
from storage.journal import Journal
from storage.limits import say

_PREFIX = "redo-"
_REPLAY_ROWS = 64  # in memory at a time
_SHARES = 12  # commits over which the rings are synced


class Redo:
    """`rows` is how many are logged before the rings begin to be synced, and as many while."""

    def __init__(self, files, rows, damage):
        self._rows = rows
        self._damage = damage
        self._journal = Journal(files, _PREFIX, 2 * rows, damage)
        self._is_behind = self._waiting() > 0
        self._until = 0
        self._unsynced = []  # (profile, mp) of rows up to `_until`
        self._share = 0

    def append(self, name, mp, slot):
        self._journal.append(mp.to_bytes(2, "big") + bytes([len(name)]) + name.encode() + slot)

    def commit(self):
        self._journal.commit()

    def forget(self):
        self._journal.forget()

    def start(self, profiles):
        """Write again what may be torn. A disk that does not take it is tried at each commit."""
        try:
            self.empty(profiles)
        except PortError as error:
            say(self._damage, f"rows not yet back in their places: {error}")

    def make_room(self, profiles):
        """Before a commit. PortError: rows that are logged are not in their places yet."""
        waiting = self._waiting()
        if self._is_behind or waiting >= 2 * self._rows:
            self.empty(profiles)
        elif self._unsynced:
            self._sync_rings(self._share)
        elif waiting >= self._rows:
            self._begin_sync(profiles)
            self._sync_rings(self._share)

    def empty(self, profiles):
        """All rows are in their places, for sure, on return."""
        if self._is_behind:
            self._replay(profiles)
        if self._waiting():
            self._begin_sync(profiles)
            self._sync_rings(len(self._unsynced))

    def _waiting(self):
        return self._journal.last - self._journal.mark

    def _begin_sync(self, profiles):
        self._until = self._journal.last
        self._unsynced = [(profile, mp) for profile in profiles for mp in profile.unsynced()]
        self._share = (len(self._unsynced) + _SHARES - 1) // _SHARES

    def _sync_rings(self, count):
        self._is_behind = True  # if it fails
        for profile, mp in self._unsynced[:count]:
            profile.sync(mp)
        self._unsynced = self._unsynced[count:]
        if not self._unsynced:
            self._journal.acknowledge(self._until)
        self._is_behind = False

    def _replay(self, profiles):
        named = {profile.name: profile for profile in profiles}
        done = self._journal.mark
        while done < self._journal.last:
            records = self._journal.read(done, _REPLAY_ROWS)
            for _, payload in records:
                self._replay_row(named, payload)
            done = records[-1][0] if records else self._journal.last

    def _replay_row(self, named, payload):
        mp, size = int.from_bytes(payload[:2], "big"), payload[2]
        name, slot = payload[3 : 3 + size].decode(), payload[3 + size :]
        if name in named and named[name].rows.unpack(slot):
            named[name].write(mp, slot)
        else:
            say(self._damage, f"profile {name}, MP {mp}: a row has no place any more")
