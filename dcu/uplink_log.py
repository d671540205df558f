"""The last lines that the log had of the uplink, for who asks what has happened to it."""

LINES_MAX = 50
TEXT_MAX = 160  # characters; parts of it may come from the peer


class UplinkLog:
    """`log` is function(part, text), which gets all of it whole."""

    def __init__(self, log, clock):
        self._log = log
        self._clock = clock
        self.rows = []  # (utc_s, text), the oldest first

    def say(self, part, text):
        self.rows = self.rows[1 - LINES_MAX :] + [(self._clock.utc_s(), text[:TEXT_MAX])]
        self._log(part, text)
