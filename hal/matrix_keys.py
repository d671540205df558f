"""The keys of the panel as a matrix of switches between lines: each row is pulled low in turn, and
a column that is then low tells which of its keys is down.
"""

from hal import coop

SCAN_MS = 20
_HELD_SCANS = 20  # until a key that is held comes again
_AGAIN_SCANS = 6
LAYOUT = ("up", "down", "left", "right", "enter", "back")  # row by row


class MatrixKeypad:
    """rows, columns  lines of hal/gpio.py; columns have pull-ups, idle rows are turned to input,
    so that two keys at once short nothing
    layout  names of the keys, row by row; None for a place without one
    """

    def __init__(self, rows, columns, layout=LAYOUT):
        assert len(rows) * len(columns) >= len(layout)
        self._rows = rows
        self._columns = columns
        self._layout = layout
        self._down = self._told = None
        self._scans = 0

    async def read(self, timeout_ms):
        """One of the keys, or None after the silence. PortError when a line is gone."""
        key = None
        while timeout_ms > 0 and not key:
            await coop.sleep_ms(min(SCAN_MS, timeout_ms))
            timeout_ms -= SCAN_MS
            key = self._look()
        return key

    def _look(self):
        """The key to tell now: one that was found down by two scans in a row, or is held."""
        before, self._down = self._down, self._scan()
        if self._down is None or self._down != before:
            self._told = self._told if self._down else None
            self._scans = 0
            return None
        self._scans += 1
        if self._told != self._down:
            self._told = self._down
            self._scans = 0
            return self._told
        if self._scans < _HELD_SCANS:
            return None
        self._scans = _HELD_SCANS - _AGAIN_SCANS
        return self._told

    def _scan(self):
        """The one key that is down; None when there is none, or there are several: of three keys
        at the corners of a rectangle the fourth cannot be told."""
        found = []
        for at, row in enumerate(self._rows):
            row.turn("low")
            try:
                for place, column in enumerate(self._columns):
                    if column() == 0:
                        found.append(at * len(self._columns) + place)
            finally:
                row.turn("in")
        is_one = len(found) == 1 and found[0] < len(self._layout)
        return self._layout[found[0]] if is_one else None

    def close(self):
        for line in self._rows + self._columns:
            line.close()
