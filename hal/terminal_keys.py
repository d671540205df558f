"""The keys of a panel out of what a terminal sends. Octets in, keys out; nothing waits."""

_ESCAPE = 0x1B
_SEQUENCE_MAX = 16  # octets of a sequence that does not end: it is none
_PLAIN = {
    0x08: "back",  # Backspace, on some terminals
    0x0A: "enter",
    0x0D: "enter",
    0x7F: "back",  # Backspace, on most
    ord("h"): "left",
    ord("j"): "down",
    ord("k"): "up",
    ord("l"): "right",
    ord("q"): "quit",
}
_ARROWS = {ord("A"): "up", ord("B"): "down", ord("C"): "right", ord("D"): "left"}


class KeyDecoder:
    """Feed it what the terminal gave, then take keys until None. Other keys are skipped.

    An Esc may be the key of that name or the beginning of an arrow (ECMA-48, 5.4: CSI): while
    `is_pending`, only a silence can tell, and then `silence` is to be called.
    """

    def __init__(self):
        self._octets = b""

    @property
    def is_pending(self):
        return self._octets != b""

    def feed(self, octets):
        self._octets += octets

    def next_key(self):
        while self._octets:
            if self._octets[0] != _ESCAPE:
                key = _PLAIN.get(self._take(1)[0])
            elif len(self._octets) == 1:
                return None
            elif self._octets[1] not in b"[O":
                self._take(1)
                key = "back"
            else:
                end = self._end_of_sequence()
                if end is None:
                    return None
                key = self._arrow(self._take(end))
            if key:
                return key
        return None

    def silence(self):
        """Nothing came for a while: "back" for an Esc alone, else None."""
        alone = self._octets == bytes([_ESCAPE])
        self._octets = b""
        return "back" if alone else None

    def _end_of_sequence(self):
        for index in range(2, min(len(self._octets), _SEQUENCE_MAX)):
            if 0x40 <= self._octets[index] <= 0x7E:
                return index + 1
        return 2 if len(self._octets) >= _SEQUENCE_MAX else None

    def _arrow(self, sequence):
        return _ARROWS.get(sequence[2]) if len(sequence) == 3 else None

    def _take(self, count):
        taken, self._octets = self._octets[:count], self._octets[count:]
        return taken
