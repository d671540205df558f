"""The store that works on both interpreters: plain files, nothing kept open.

A row of a profile goes first into a redo log (storage/redo.py) and then to its place in the
ring of its meter. So a commit costs one sync for the rows of all meters and one for each
journal, and a ring write that a power cut tears is done again at the next start.
"""

import binascii

from storage.journal import Journal
from storage.limits import check_name, check_profile, say
from storage.profile import Geometry, Profile
from storage.redo import Redo

REDO_ROWS = 2048
_GEOMETRY_PREFIX = "profile-"


class FileStore:
    """`damage` is a list of texts: what was found damaged and set aside or left out."""

    def __init__(self, files, redo_rows=REDO_ROWS):
        self._files = files
        self.damage = []
        self._redo = Redo(files, redo_rows, self.damage)
        self._journals = {}
        self._profiles = {}
        for name in files.names(_GEOMETRY_PREFIX):
            self._open_profile(name)
        self._redo.start(self._sorted_profiles())

    def profile(self, name, period_s, capacity, columns):
        """Rows by meter and time: put, query, last.

        columns   their names; with another period, capacity or columns than before the stored
                  rows are carried over
        """
        check_profile(name, period_s, capacity, columns)
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
        profiles = self._sorted_profiles()
        journals = [self._journals[name] for name in sorted(self._journals)]
        try:
            self._redo.make_room(profiles)
            self._redo.commit()
            for profile in profiles:
                profile.apply()
            for journal in journals:
                journal.commit()
        finally:
            for part in profiles + journals + [self._redo]:
                part.forget()

    def clear(self, journals):
        """All rows of all profiles go, and the records of these journals.

        A power cut leaves some of them: then it is to be called again.
        """
        profiles = self._sorted_profiles()
        self._redo.empty(profiles)  # or they would come back from there
        for part in profiles + journals:
            part.clear()

    def spare_octets(self):
        """Room within the files, of what is gone: none, their room is the disk's again."""
        return 0

    def _rebuilt(self, name, before, geometry):
        """A profile of that geometry with the rows of the one before."""
        if before:
            self._redo.empty(self._sorted_profiles())  # its rows have the old columns
            geometry = Geometry(before.geometry.generation + 1, *geometry[1:])
        profile = self._profile(name, geometry)
        if before:
            before.copy_to(profile)
        self._files.replace(_GEOMETRY_PREFIX + name, _packed(geometry))
        if before:
            before.clear()
        return profile

    def _sorted_profiles(self):
        return [self._profiles[name] for name in sorted(self._profiles)]

    def _profile(self, name, geometry):
        return Profile(self._files, name, geometry, self._redo.append, self.damage)

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
