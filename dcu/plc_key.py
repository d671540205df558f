"""The group key of a G3 network and which of the two it is, over restarts.

The first one is made when the network is started for the first time. The next one is durable
before any meter is told: a change that a power cut broke off is begun again with the same key,
from the one that the network was started with. A meter keeps both until then.
"""

OCTETS = 16


class GroupKey:
    """Never shown.

    kept            load() -> bytes or None, save(bytes), durable on return
    random_octets   function(count)
    """

    def __init__(self, kept, random_octets):
        self._kept = kept
        self._random_octets = random_octets
        words = (kept.load() or b"").decode().split(" ") + ["", ""]
        self.index = int(words[0] == "1")
        self._octets, self._coming = [_key_of(digits) for digits in words[1:3]]

    def octets(self):
        """PortError when the first one cannot be stored."""
        if not self._octets:
            octets = self._random_octets(OCTETS)
            self._store(octets, b"")
            self._octets = octets
        return self._octets

    @property
    def is_changing(self):
        """Whether a change was begun, and not finished."""
        return bool(self._coming)

    def begin_change(self):
        """The next key: that of the change that was broken off, or a new one. Durable on return,
        or PortError."""
        if not self._coming:
            coming = self._random_octets(OCTETS)
            self._store(self.octets(), coming)
            self._coming = coming
        return self._coming

    def finish_change(self):
        """All use it. PortError when the disk does not take that: it is in use nevertheless."""
        self.index, self._octets, self._coming = 1 - self.index, self._coming, b""
        self._store(self._octets, b"")

    def give_up_change(self):
        """Nobody has the next key."""
        self._store(self._octets, b"")
        self._coming = b""

    def _store(self, octets, coming):
        self._kept.save(f"{self.index} {octets.hex()} {coming.hex()}".strip().encode())


def _key_of(digits):
    return bytes.fromhex(digits) if len(digits) == 2 * OCTETS else b""
