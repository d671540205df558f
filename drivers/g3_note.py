"""The frame counters of a G3 module, over restarts: meters take what was counted once for a
repetition."""

from drivers.g3_start import FrameCounters

_COUNTERS = 3


class Note:
    """`kept` has load() -> bytes or None and save(bytes), durable on return."""

    def __init__(self, kept):
        self._kept = kept

    def load(self):
        """FrameCounters, or None."""
        words = (self._kept.load() or b"").decode().split(" ")
        if len(words) != _COUNTERS:
            return None
        return FrameCounters(*[int(word) for word in words])

    def save(self, counters):
        self._kept.save(" ".join([str(count) for count in counters]).encode())
