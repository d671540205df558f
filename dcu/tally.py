"""What goes over each bearer of the uplink, by day and by month: octets, logins, failures, time.

Kept over restarts. It is written once an hour at most, to spare the flash: a power cut costs the
counts since then.
"""

from dcu.alarm_codes import VOLUME_EXCEEDED
from dcu.civil import date_text
from dcu.schema import whole
from hal.errors import PortError

NAMES = ("sent", "received", "logins", "heartbeats_missed", "redials", "resets", "online_s")
PERIODS = ("day", "last day", "month", "last month")
SAVE_S = 3_600
_LINES_MAX = 100
_COUNT_MAX = 1 << 53  # a line of the file that says more is damaged


class Tally:
    """kept         load() -> bytes or None and save(bytes), durable on return
    get          function(key) -> setting
    raise_alarm  function(code, mp, text)
    """

    def __init__(self, kept, clock, get, raise_alarm):
        self._kept = kept
        self._clock = clock
        self._get = get
        self._raise_alarm = raise_alarm
        self._rows = {}  # (bearer, period): [when, counts by NAMES]
        self._saved_s = clock.utc_s()
        for line in (kept.load() or b"").decode().split("\n")[:_LINES_MAX]:
            self._take(line.split(","))

    def count(self, bearer, name, amount):
        """`bearer` is a value of uplink.channel."""
        at, now_s = NAMES.index(name), self._clock.utc_s()
        date = date_text(now_s)
        for period, when in (("day", date[:10]), ("month", date[:7])):
            counts = self._counts(bearer, period, when)
            counts[at] += amount
        self._check_volume(bearer, counts, amount if name in ("sent", "received") else 0)
        if not 0 <= now_s - self._saved_s < SAVE_S:
            self.save()

    def _counts(self, bearer, period, when):
        """Those of now. What another day or month has left is the last one."""
        row = self._rows.get((bearer, period))
        if row is None or row[0] != when:
            if row:
                self._rows[bearer, "last " + period] = row
            row = self._rows[bearer, period] = [when, [0] * len(NAMES)]
        return row[1]

    def _check_volume(self, bearer, counts, amount):
        limit = self._get("uplink.month_kib") * 1024
        volume = counts[0] + counts[1]
        if volume - amount < limit <= volume:
            text = f"{bearer}: {limit // 1024} KiB in this month"
            self._raise_alarm(VOLUME_EXCEEDED, 0, text)

    def save(self):
        """A disk that refuses is asked again an hour later; the counts go on."""
        self._saved_s = self._clock.utc_s()
        lines = []
        for bearer, period in sorted(self._rows):
            when, counts = self._rows[bearer, period]
            lines.append(",".join([bearer, period, when] + [str(count) for count in counts]))
        try:
            self._kept.save(("\n".join(lines) + "\n").encode())
        except PortError:
            pass

    def _take(self, fields):
        """A line of the file. One that makes no sense is passed over: they are only counts."""
        counts = [whole(text, 0, _COUNT_MAX) for text in fields[3:]]
        if len(counts) == len(NAMES) and None not in counts and fields[1] in PERIODS:
            self._rows[fields[0], fields[1]] = [fields[2], counts]

    def status(self):
        """A dict for each bearer and period, in their order."""
        found = []
        for bearer in sorted({bearer for bearer, _ in self._rows}):
            for period in PERIODS:
                if (bearer, period) in self._rows:
                    when, counts = self._rows[bearer, period]
                    row = {"bearer": bearer, "period": period, "when": when}
                    row.update(dict(zip(NAMES, counts)))
                    found.append(row)
        return found
