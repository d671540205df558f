"""One small text kept in two slots, so that a power cut leaves the old or the new one.

    slot := sequence " " CRC-32 of sequence and data, 8 hex digits "\n" data

A person can read it with any editor; an edit by hand breaks the CRC and is not taken.
"""

import binascii

from storage.limits import say


class Slots:
    """`files` is a hal.files.Files; the slots are its files `name`.0 and `name`.1. `damage` is a
    list that takes a text for each that is found damaged."""

    def __init__(self, files, name, damage):
        self._files = files
        self._names = (name + ".0", name + ".1")
        self._damage = damage

    def load(self):
        """The newest whole data as bytes, or None when there is none."""
        known = len(self._damage)
        slots = [self._slot(name) for name in self._names]
        data = max(slots, key=lambda slot: slot[0])[1]
        if data is None and len(self._damage) > known:
            say(self._damage, f"{self._names[0][:-2]}: no whole copy is left, it begins anew")
        return data

    def save(self, data):
        """Durable on return. PortError leaves what was there."""
        slots = [self._slot(name) for name in self._names]
        older = 0 if slots[0][0] <= slots[1][0] else 1
        sequence = b"%d" % (max(slots[0][0], slots[1][0]) + 1)
        head = sequence + b" " + _crc(sequence, data) + b"\n"
        self._files.replace(self._names[older], head + data)

    def _slot(self, name):
        """(sequence, data); (0, None) when there is no whole slot."""
        stored = self._files.read(name)
        if stored is None:
            return 0, None
        end = stored.find(b"\n")
        sequence, _, crc = stored[: max(end, 0)].partition(b" ")
        data = stored[end + 1 :]
        if sequence.isdigit() and crc == _crc(sequence, data):
            return int(sequence), data
        say(self._damage, f"{name}: damaged, passed over")
        return 0, None


def _crc(sequence, data):
    return b"%08x" % binascii.crc32(data, binascii.crc32(sequence))
