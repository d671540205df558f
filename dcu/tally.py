"""What goes over each bearer of the uplink, by day and by month: octets, logins, failures, time;
and how well it was heard: the weakest, the mean and the strongest signal.

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
_SIGNALS = 4
_COUNT_MAX = 1 << 53  # a line of the file that says more is damaged


class _Signal:
    """Of some looks, in -dBm: their number and sum, the strongest and the weakest."""

    def __init__(self, count=0, total=0, strongest=_COUNT_MAX, weakest=0):
        self._count = count
        self._total = total
        self._strongest = strongest
        self._weakest = weakest

    def take(self, attenuation):
        attenuation = max(attenuation, 0)
        self._count += 1
        self._total += attenuation
        self._strongest = min(self._strongest, attenuation)
        self._weakest = max(self._weakest, attenuation)

    def numbers(self):
        if not self._count:
            return []
        return [self._count, self._total, self._strongest, self._weakest]

    def status(self):
        if not self._count:
            return {}
        mean = (self._total + self._count // 2) // self._count
        names = ("signal_min_dbm", "signal_mean_dbm", "signal_max_dbm")
        return dict(zip(names, (-self._weakest, -mean, -self._strongest)))


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
        self._rows = {}  # (bearer, period): [when, counts by NAMES, _Signal]
        self._saved_s = clock.utc_s()
        for line in (kept.load() or b"").decode().split("\n")[:_LINES_MAX]:
            self._take(line.split(","))

    def count(self, bearer, name, amount):
        """`bearer` is a value of uplink.channel."""
        at = NAMES.index(name)
        for row in self._rows_of_now(bearer):
            row[1][at] += amount
        self._check_volume(bearer, row[1], amount if name in ("sent", "received") else 0)
        self._save_now_and_then()

    def hears(self, bearer, dbm):
        """How strong its signal is now, in dBm."""
        for row in self._rows_of_now(bearer):
            row[2].take(-dbm)
        self._save_now_and_then()

    def _rows_of_now(self, bearer):
        """That of this day and that of this month. What others have left is the last one."""
        date = date_text(self._clock.utc_s())
        found = []
        for period, when in (("day", date[:10]), ("month", date[:7])):
            row = self._rows.get((bearer, period))
            if row is None or row[0] != when:
                if row:
                    self._rows[bearer, "last " + period] = row
                row = self._rows[bearer, period] = [when, [0] * len(NAMES), _Signal()]
            found.append(row)
        return found

    def _save_now_and_then(self):
        if not 0 <= self._clock.utc_s() - self._saved_s < SAVE_S:
            self.save()

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
            when, counts, signal = self._rows[bearer, period]
            numbers = [str(count) for count in counts + signal.numbers()]
            lines.append(",".join([bearer, period, when] + numbers))
        try:
            self._kept.save(("\n".join(lines) + "\n").encode())
        except PortError:
            pass

    def _take(self, fields):
        """A line of the file. One that makes no sense is passed over: they are only counts."""
        counts = [whole(text, 0, _COUNT_MAX) for text in fields[3:]]
        width = len(NAMES)
        if (
            len(counts) in (width, width + _SIGNALS)
            and None not in counts
            and fields[1] in PERIODS
        ):
            signal = _Signal(*counts[width:])
            self._rows[fields[0], fields[1]] = [fields[2], counts[:width], signal]

    def status(self):
        """A dict for each bearer and period, in their order."""
        found = []
        for bearer in sorted({bearer for bearer, _ in self._rows}):
            for period in PERIODS:
                if (bearer, period) in self._rows:
                    when, counts, signal = self._rows[bearer, period]
                    row = {"bearer": bearer, "period": period, "when": when}
                    row.update(dict(zip(NAMES, counts)))
                    row.update(signal.status())
                    found.append(row)
        return found
