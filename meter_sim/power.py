"""When the meter had supply: outages planned or made by hand, and what the log says of them.

A meter without supply neither answers nor captures its profile, and forgets its connections.
Its registers go on as the curve says: only its supply is away, not the load behind it.
"""

from meter_sim.events import POWER_DOWN, POWER_UP


class Power:
    """outages  [[from, to or None (not yet over)]], UTC in seconds, `to` not included"""

    def __init__(self, outages=()):
        self._outages = [list(outage) for outage in outages]

    def plan(self, from_s, to_s=None):
        self._outages.append([from_s, to_s])

    def switch_off(self, utc_s):
        if self.is_on(utc_s):
            self._outages.append([int(utc_s), None])

    def switch_on(self, utc_s):
        for outage in self._outages:
            if outage[0] <= utc_s and (outage[1] is None or outage[1] > utc_s):
                outage[1] = int(utc_s)

    def was_never_off(self):
        return not self._outages

    def is_on(self, utc_s):
        return not any(f <= utc_s and (t is None or utc_s < t) for f, t in self._outages)

    def was_off(self, from_s, to_s):
        """True if there was an outage at any moment of from < t <= to."""
        return any(f <= to_s and (t is None or t > from_s) for f, t in self._outages)

    def starts(self, utc_s):
        """How often the meter has come up until now."""
        return sum(f < t <= utc_s for f, t in self._outages if t is not None)

    def events(self, utc_s):
        """[(utc_s, code)] of all that has happened until now."""
        downs = [(f, POWER_DOWN) for f, t in self._outages if f <= utc_s]
        return downs + [(t, POWER_UP) for _, t in self._outages if t is not None and t <= utc_s]
