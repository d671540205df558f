"""The group key of a G3 network and which of the two it is, over restarts.

The first one is made when the network is started for the first time. The next one is durable
before any meter takes it into use: a power cut must not leave a network whose key nobody knows.
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
        index, _, digits = (kept.load() or b"").decode().partition(" ")
        self.index = int(index == "1")
        self._octets = bytes.fromhex(digits) if len(digits) == 2 * OCTETS else b""

    def octets(self):
        """PortError when the first one cannot be stored."""
        if not self._octets:
            self._store(self.index, self._random_octets(OCTETS))
        return self._octets

    def next(self):
        return self._random_octets(OCTETS)

    def replace(self, octets):
        """In the place of the other index. Durable on return, or PortError."""
        self._store(1 - self.index, octets)

    def _store(self, index, octets):
        self._kept.save(f"{index} {octets.hex()}".encode())
        self.index, self._octets = index, octets
