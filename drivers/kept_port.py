"""A serial port that is opened again, at growing intervals, when it was lost."""

from hal.errors import PortError

_PAUSE_MIN_MS = 1_000
_PAUSE_MAX_MS = 60_000


class KeptPort:
    """`open_port()` gives a port, or raises PortError. `now` is the one in use, or None.

    report   called with (is_lost, text) once when the port fails and once when it is back
    trouble  why there is none, as it was reported; None while all is well
    """

    def __init__(self, name, open_port, clock, report):
        self._name = name
        self._open_port = open_port
        self._clock = clock
        self._report = report
        self._pause_ms = _PAUSE_MIN_MS
        self._retry_at_ms = 0
        self.now = None
        self.trouble = None
        self.losses = 0

    def open(self):
        """Open the port now. PortError says why not; then it is tried again later."""
        try:
            self.now = self._open_port()
        except PortError as error:
            self.lost(error)
            raise
        if self.trouble:
            self.trouble = None
            self._report(False, f"{self._name}: port is back")
        return self.now

    def opened(self):
        """The port, opened if it is time to try. PortError if it is not, or in vain."""
        if self.now:
            return self.now
        if self._clock.ticks_ms() < self._retry_at_ms:
            raise PortError(self.trouble)
        return self.open()

    def worked(self):
        """It took what was written: the next loss is a new one."""
        self._pause_ms = _PAUSE_MIN_MS

    def lost(self, error):
        """Reported once; each failure to open doubles the pause until the next."""
        now_ms = self._clock.ticks_ms()
        if self.now:
            self.close()
            self.losses += 1
        if now_ms >= self._retry_at_ms:
            self._retry_at_ms = now_ms + self._pause_ms
            self._pause_ms = min(2 * self._pause_ms, _PAUSE_MAX_MS)
        if not self.trouble:
            self.trouble = str(error)
            self._report(True, f"{self._name}: {error}")

    def close(self):
        if self.now:
            self.now.close()
            self.now = None
