"""The store that works on both interpreters: plain files, nothing kept open.

A row of a profile goes first into a redo log, which is a journal whose reader is this store,
and then to its place in the ring of its meter. So a commit costs one sync for the rows of all
meters and one for each journal, and a ring write that a power cut tears is done again at the
next start. The rings are synced when the redo log has grown to REDO_ROWS.
"""

import binascii

from hal.errors import PortError
from storage.journal import Journal
from storage.limits import check_name, say
from storage.profile import Geometry, Profile

REDO_ROWS = 2048
_REDO_PREFIX = "redo-"
_GEOMETRY_PREFIX = "profile-"
_REPLAY_ROWS = 64  # in memory at a time


class FileStore:
    """`damage` is a list of texts: what was found damaged and set aside or left out."""

    def __init__(self, files, redo_rows=REDO_ROWS):
        self._files = files
        self._redo_rows = redo_rows
        self.damage = []
        self._redo = Journal(files, _REDO_PREFIX, redo_rows, self.damage)
        self._journals = {}
        self._profiles = {}
        for name in files.names(_GEOMETRY_PREFIX):
            self._open_profile(name)
        self._is_behind = self._redo.last > self._redo.mark
        try:
            self._replay()
        except PortError as error:
            say(self.damage, f"rows not yet back in their places: {error}")

    def profile(self, name, period_s, capacity, columns):
        """Rows by meter and time: put, query, last.

        columns   their names; with another period, capacity or columns than before the stored
                  rows are carried over
        """
        check_name(name)
        for column in columns:
            check_name(column)
        assert period_s > 0 and capacity > 0
        before = self._profiles.get(name)
        generation = before.geometry.generation if before else self._newest_generation(name)
        geometry = Geometry(generation, period_s, capacity, tuple(columns))
        if not before or before.geometry != geometry:
            self._profiles[name] = self._rebuilt(name, before, geometry)
        return self._profiles[name]

    def journal(self, name, capacity):
        """Numbered records: append, read, acknowledge."""
        check_name(name)
        assert name not in self._journals
        self._journals[name] = Journal(self._files, f"journal-{name}-", capacity, self.damage)
        return self._journals[name]

    def commit(self):
        """All put and appended since the last commit is durable on return: rows, then records.

        PortError: the disk does not take it. What was put and appended is then forgotten, and
        to be put and appended again; some of it may be kept nevertheless.
        """
        profiles = [self._profiles[name] for name in sorted(self._profiles)]
        journals = [self._journals[name] for name in sorted(self._journals)]
        try:
            self._make_room()
            self._redo.commit()
            for profile in profiles:
                profile.apply()
            for journal in journals:
                journal.commit()
        finally:
            for part in profiles + journals + [self._redo]:
                part.forget()

    def _rebuilt(self, name, before, geometry):
        """A profile of that geometry with the rows of the one before."""
        if before:
            self._empty_redo()  # its rows have the old columns
            geometry = Geometry(before.geometry.generation + 1, *geometry[1:])
        profile = self._profile(name, geometry)
        if before:
            before.copy_to(profile)
        self._files.replace(_GEOMETRY_PREFIX + name, _packed(geometry))
        if before:
            before.remove_all()
        return profile

    def _make_room(self):
        """Keeps the redo log short: what the rings have for sure need not be replayed."""
        if self._is_behind or self._redo.last - self._redo.mark >= self._redo_rows:
            self._empty_redo()

    def _empty_redo(self):
        if self._is_behind:
            self._replay()
        elif self._redo.last > self._redo.mark:
            self._sync_rings()

    def _sync_rings(self):
        self._is_behind = True  # a row whose sync failed has to be written again
        for name in sorted(self._profiles):
            self._profiles[name].sync()
        self._redo.acknowledge(self._redo.last)
        self._is_behind = False

    def _replay(self):
        done = self._redo.mark
        while self._is_behind:
            records = self._redo.read(done, _REPLAY_ROWS)
            for number, payload in records:
                self._replay_row(payload)
                done = number
            if not records:
                self._sync_rings()

    def _replay_row(self, payload):
        mp, size = int.from_bytes(payload[:2], "big"), payload[2]
        name, slot = payload[3 : 3 + size].decode(), payload[3 + size :]
        profile = self._profiles.get(name)
        if profile and profile.rows.unpack(slot):
            profile.write(mp, slot)
        else:
            say(self.damage, f"profile {name}, MP {mp}: a row has no place any more")

    def _keep(self, name, mp, slot):
        self._redo.append(mp.to_bytes(2, "big") + bytes([len(name)]) + name.encode() + slot)

    def _profile(self, name, geometry):
        return Profile(self._files, name, geometry, self._keep, self.damage)

    def _open_profile(self, file_name):
        name = file_name[len(_GEOMETRY_PREFIX) :]
        if "." in name:  # set aside, or left by a power cut
            return
        geometry = _unpacked(self._files.read(file_name))
        if geometry:
            self._profiles[name] = self._profile(name, geometry)
            self._remove_old(name, geometry.generation)
        else:
            self._files.rename(file_name, file_name + ".damaged")
            say(self.damage, f"{file_name}: damaged, set aside as {file_name}.damaged")

    def _remove_old(self, name, generation):
        """What a power cut left of a profile that was carried over."""
        current = f"rows-{name}-{generation}-"
        for file in self._files.names(f"rows-{name}-"):
            if not file.startswith(current):
                self._files.remove(file)

    def _newest_generation(self, name):
        """1, or that of the files there when what describes them was damaged."""
        prefix = f"rows-{name}-"
        parts = [file[len(prefix) :].split("-") for file in self._files.names(prefix)]
        return max([1] + [int(part[0]) for part in parts if part[0].isdigit()])


def _packed(geometry):
    """Text that a person can read, after its CRC."""
    text = (
        f"generation {geometry.generation}\nperiod_s {geometry.period_s}\n"
        f"capacity {geometry.capacity}\ncolumns {' '.join(geometry.columns)}\n"
    ).encode()
    return f"{binascii.crc32(text):08x}\n".encode() + text


def _unpacked(octets):
    """The Geometry, or None when the octets are damaged."""
    crc, text = octets[:9], octets[9:]
    if crc != f"{binascii.crc32(text):08x}\n".encode():
        return None
    words = [line.split() for line in text.decode().split("\n")[:4]]
    generation, period_s, capacity = [int(line[1]) for line in words[:3]]
    return Geometry(generation, period_s, capacity, tuple(words[3][1:]))
