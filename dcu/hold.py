"""Credentials that a meter has refused are held back: offered again and again, they would lock
it. That is kept over restarts; a changed row of the archive begins anew.
"""

import binascii

from dcu.archive_row import METERS_MAX
from dcu.schema import whole
from hal.errors import NotAuthenticated, PortError

PAUSE_MAX_S = 86_400
_TIME_MAX_S = 0xFFFFFFFF
_CRC_MAX = 0xFFFFFFFF


class Hold:
    """first_s()   the pause after the first refusal; each that follows doubles it
    changed()   what is to be kept has changed
    """

    def __init__(self, clock, first_s, changed=lambda: None):
        self._clock = clock
        self._first_s = first_s
        self._changed = changed
        self._until_ms = None
        self._reason = ""
        self.pause_s = None  # None: not held back

    def check(self):
        """NotAuthenticated while the pause lasts: the meter is not to be asked."""
        left_s = self.left_s()
        if left_s > 0:
            reason = self._reason or "refused before the restart"
            raise NotAuthenticated(f"{reason}; held back for {left_s} s more")

    def left_s(self):
        left_ms = 0 if self._until_ms is None else self._until_ms - self._clock.ticks_ms()
        return max(0, left_ms + 999) // 1000

    def refuse(self, reason):
        """The meter has refused them; raises NotAuthenticated with the reason."""
        doubled_s = self._first_s() if self.pause_s is None else 2 * self.pause_s
        self.resume(min(doubled_s, PAUSE_MAX_S), PAUSE_MAX_S)
        self._until_ms = self._clock.ticks_ms() + 1000 * self.pause_s
        self._reason = reason
        self._changed()
        raise NotAuthenticated(f"{reason}; held back for {self.pause_s} s")

    def resume(self, pause_s, left_s):
        """As it was before a restart."""
        self.pause_s = pause_s
        self._until_ms = self._clock.ticks_ms() + 1000 * max(0, min(left_s, pause_s))

    def accept(self):
        was_held, self.pause_s, self._until_ms = self.pause_s, None, None
        if was_held is not None:
            self._changed()


class Holds:
    """The Hold of each meter.

    kept   load() -> octets or None, save(octets), durable on return

    At rest a line for each that is held back: mp, CRC-32 of its row, pause, until when (UTC).
    """

    def __init__(self, kept, clock, first_s, log):
        self._kept = kept
        self._clock = clock
        self._first_s = first_s
        self._log = log
        self._holds = {}  # (Hold, CRC of the row) by MP, which the archive bounds
        self._before = {}  # (CRC, pause_s, until_s) by MP, of before the restart
        for line in (kept.load() or b"").decode().split("\n")[:METERS_MAX]:
            self._take(line.split(","))

    def of(self, record):
        """A new one for another row; else as it was when the DCU last ran."""
        crc = binascii.crc32(",".join(record.row()).encode())
        hold = Hold(self._clock, self._first_s, self._store)
        before = self._before.pop(record.mp, None)
        if before and before[0] == crc:
            hold.resume(before[1], before[2] - self._clock.utc_s())
        self._holds[record.mp] = (hold, crc)
        return hold

    def _store(self):
        now_s, lines = self._clock.utc_s(), []
        for mp in sorted(self._holds):
            hold, crc = self._holds[mp]
            if hold.pause_s is not None:
                lines.append(f"{mp},{crc},{hold.pause_s},{now_s + hold.left_s()}")
        for mp in sorted(self._before):
            lines.append(",".join([str(value) for value in (mp,) + self._before[mp]]))
        try:
            self._kept.save("\n".join(lines).encode())
        except PortError as error:
            self._log("meter", f"what is held back is not stored: {error}")

    def _take(self, texts):
        highest = (METERS_MAX, _CRC_MAX, PAUSE_MAX_S, _TIME_MAX_S)
        values = [whole(text, 0, high) for text, high in zip(texts, highest)]
        if len(texts) == len(highest) and None not in values:
            self._before[values[0]] = tuple(values[1:])
