"""Whose keys count: one place at a time, and the one nearest to the device wins."""

from hal.errors import Refused

WEB, TERMINAL, LOCAL = range(3)  # the greater takes the keys from the less
_WORDS = ("a browser", "a terminal", "the panel itself")
QUIET_MS = 30_000  # who presses nothing for so long has gone


class Owner:
    def __init__(self):
        self._rank = None
        self._name = None
        self._last_ms = 0

    def take(self, rank, name, now_ms):
        """A key at the place `name`: True when the keys were not its own before. Refused while
        they are another's of the same rank or a higher one."""
        if self.is_free(now_ms):
            is_new = self._name is not None and self._name != name
        elif self._name == name:
            is_new = False
        elif rank <= self._rank:
            raise Refused(f"{_WORDS[self._rank]} has the keys; wait {QUIET_MS // 1000} s")
        else:
            is_new = True
        self._rank, self._name, self._last_ms = rank, name, now_ms
        return is_new

    def give(self, name):
        """Whether they were its own; they are nobody's then."""
        is_ours = self._name == name
        if is_ours:
            self._name = None
        return is_ours

    def is_free(self, now_ms):
        return self._name is None or now_ms - self._last_ms > QUIET_MS

    def of(self, now_ms):
        """Who has the keys now, in words; "" for nobody."""
        return "" if self.is_free(now_ms) else _WORDS[self._rank]
