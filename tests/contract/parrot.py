"""A device at the far end of a serial line that does what it is told: no test.

    echo TEXT       says TEXT
    late TEXT       says it after 30 ms
    pieces TEXT     says each octet 15 ms after the one before
    flood N         says N octets
    quiet N         takes N octets without a word
    hang up         the line is gone

Each order ends in a line feed. It is without I/O: `hear` gives what is to be done.
"""

HANG_UP = None


class Parrot:
    def __init__(self):
        self._heard = b""
        self._ignored = 0
        self.octets = 0  # heard in all

    def hear(self, octets):
        """[(after so many ms, octets to say or HANG_UP)], each counted from the one before."""
        self.octets += len(octets)
        ignored = octets[: self._ignored]
        self._ignored -= len(ignored)
        self._heard += octets[len(ignored) :]
        done = []
        while b"\n" in self._heard and not self._ignored:
            line, _, self._heard = self._heard.partition(b"\n")
            done += self._obey(line)
        return done

    def _obey(self, line):
        order, _, text = line.partition(b" ")
        if order == b"echo":
            return [(0, text)]
        if order == b"late":
            return [(30, text)]
        if order == b"pieces":
            return [(15, text[at : at + 1]) for at in range(len(text))]
        if order == b"flood":
            return [(0, b"f" * int(text))]
        if order == b"quiet":
            self._ignored = int(text) - len(self._heard)
            self._heard = b""
            return []
        assert order == b"hang", line
        return [(0, HANG_UP)]
