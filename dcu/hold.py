"""Credentials that a meter has refused are held back: offered again and again, they would lock
it. A changed row of the archive has a Hold of its own, and so begins anew.
"""

from hal.errors import NotAuthenticated

PAUSE_MAX_S = 86_400


class Hold:
    """first_s()   the pause after the first refusal; each that follows doubles it"""

    def __init__(self, clock, first_s):
        self._clock = clock
        self._first_s = first_s
        self._pause_s = None
        self._until_ms = None
        self._reason = ""

    def check(self):
        """NotAuthenticated while the pause lasts: the meter is not to be asked."""
        left_ms = 0 if self._until_ms is None else self._until_ms - self._clock.ticks_ms()
        if left_ms > 0:
            raise NotAuthenticated(f"{self._reason}; held back for {left_ms // 1000 + 1} s more")

    def refuse(self, reason):
        """The meter has refused them; raises NotAuthenticated with the reason."""
        doubled_s = self._first_s() if self._pause_s is None else 2 * self._pause_s
        self._pause_s = min(doubled_s, PAUSE_MAX_S)
        self._until_ms = self._clock.ticks_ms() + 1000 * self._pause_s
        self._reason = reason
        raise NotAuthenticated(f"{reason}; held back for {self._pause_s} s")

    def accept(self):
        self._pause_s = self._until_ms = None
