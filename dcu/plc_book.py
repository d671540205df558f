"""The address book of a G3 network: which meter has which short address, over restarts.

A meter keeps its address, and no other gets it: what was given is durable before the meter is
told. Who is in the book, and not put out, counts as a member after a restart: the meters do not
notice that the DCU was away.
"""

from dcu.schema import whole
from hal.errors import PortError, Refused

ENTRIES_MAX = 2048
SHORT_MAX = 0x7FFF  # 0 is the module; beyond are groups
_EUI_DIGITS = 16
_IN, _OUT = "in", "out"


class Entry:
    """is_out   it was put out, or has left: no member until it joins again"""

    def __init__(self, short, is_out):
        self.short = short
        self.is_out = is_out
        self.is_member = not is_out


class Book:
    """`kept` has load() -> bytes or None and save(bytes), durable on return."""

    def __init__(self, kept):
        self._kept = kept
        self.changes = 0  # of who is a member, or may be one elsewhere: it has joined again
        self._entries = {}  # by EUI
        self._euis = {}  # by short address
        lines = (kept.load() or b"").decode().split("\n")
        self._last = whole(lines[0], 0, SHORT_MAX) or 0  # the address that was given last
        for line in lines[1 : ENTRIES_MAX + 1]:
            self._take(line.split(" "))

    def _take(self, words):
        short = whole(words[1], 1, SHORT_MAX) if len(words) == 3 else None
        if short and len(words[0]) == _EUI_DIGITS:
            eui = bytes.fromhex(words[0])
            self._entries[eui] = Entry(short, words[2] == _OUT)
            self._euis[short] = eui

    def place(self, eui):
        """The short address of a meter, a new one if it has none yet. PortError when the disk does
        not take it; Refused when the book is full of members."""
        if eui not in self._entries:
            self._make_room()
            last, short = self._last, self._free()
            self._entries[eui] = Entry(short, True)
            self._entries[eui].is_out = False
            self._euis[short] = eui
            self._last = short
            try:
                self._save()
            except PortError:
                self._drop(eui)
                self._last = last
                raise
        return self._entries[eui].short

    def joined(self, eui, short):
        """Whether this meter was given this address; then it is a member."""
        entry = self._entries.get(eui)
        if entry is None or entry.short != short:
            return False
        was_out = entry.is_out
        self.changes += 1
        entry.is_out, entry.is_member = False, True
        if was_out:
            self._save()
        return True

    def put_out(self, eui):
        """No member any more; the address stays its own."""
        entry = self._entries.get(eui)
        if entry and not entry.is_out:
            entry.is_out, entry.is_member = True, False
            self.changes += 1
            self._save()

    def short(self, eui):
        """The address of a member, else None."""
        entry = self._entries.get(eui)
        return entry.short if entry and entry.is_member else None

    def eui(self, short):
        """Whose address it is, or None."""
        return self._euis.get(short)

    def members(self):
        """[(short address, EUI)] in the order of the addresses."""
        found = [(entry.short, eui) for eui, entry in self._entries.items() if entry.is_member]
        return sorted(found)

    def __len__(self):
        return len(self._entries)

    def _make_room(self):
        if len(self._entries) < ENTRIES_MAX:
            return
        idle = [(entry.short, eui) for eui, entry in self._entries.items() if not entry.is_member]
        if not idle:
            raise Refused(f"the address book holds {ENTRIES_MAX} members, the most there may be")
        self._drop(min(idle)[1])

    def _drop(self, eui):
        self._euis.pop(self._entries.pop(eui).short)

    def _free(self):
        """The one after the last that was given: one that is free again rests as long as can be,
        for the routes that still lead to it."""
        short = self._last
        while True:
            short = short % SHORT_MAX + 1
            if short not in self._euis:
                return short

    def _save(self):
        lines = [str(self._last)]
        for eui, entry in self._entries.items():
            lines.append(f"{eui.hex()} {entry.short} {_OUT if entry.is_out else _IN}")
        self._kept.save("\n".join(lines).encode())
