"""Totals of counters that wrap: what a module has counted since we know it."""

_WIDTHS = {"dropped_timeout": 1 << 16, "dropped_route": 1 << 16}
_WIDTH = 1 << 32  # of all others


class Totals:
    def __init__(self):
        self.values = {}  # by name
        self._last = {}

    def restarted(self):
        """The counters begin at 0 again."""
        self._last = {name: 0 for name in self._last}

    def add(self, found):
        """{name: the counter as it is now}. One that is less than before has wrapped if it was
        near its end; else it was set to 0. The first time tells nothing but where it begins."""
        for name, value in found.items():
            last, width = self._last.get(name, value), _WIDTHS.get(name, _WIDTH)
            if value >= last:
                more = value - last
            elif last - value > width // 2:
                more = value + width - last
            else:
                more = value
            self.values[name] = self.values.get(name, 0) + more
            self._last[name] = value
