"""The meter archive: which meters there are, and how each is reached.

At rest it is the CSV a person can read; it is replaced as a whole or not at all.
"""

from dcu.archive_row import FIELDS, KEEP_SECRET, METERS_MAX, SECRETS, Meter
from dcu.schema import whole
from hal.errors import Refused


class Archive:
    """`kept` has load() -> bytes or None and save(bytes), durable on return.

    `refused` holds a text for each stored row that no longer fits; those are left out.
    """

    def __init__(self, kept):
        self._kept = kept
        self.refused = []
        self._meters = []
        stored = kept.load()
        if stored:
            self._meters, self.refused = _rows_of(stored.decode(), {})

    def meters(self, channel=None):
        """Meters in the order of their MP numbers, all or those of one channel."""
        return [meter for meter in self._meters if channel in (None, meter.channel)]

    def get(self, mp):
        """The meter at measuring point `mp`, or Refused."""
        for meter in self._meters:
            if meter.mp == mp:
                return meter
        raise Refused(f"no meter at MP {mp}; `dcu meters list` shows those on file")

    def find(self, channel, address):
        """The meter with this address on this channel, or None."""
        for meter in self._meters:
            if meter.channel == channel and meter.address == address:
                return meter
        return None

    def add(self, meter):
        self._replace(self._meters + [meter])

    def remove(self, mp):
        gone = self.get(mp)
        self._replace([meter for meter in self._meters if meter is not gone])

    def import_csv(self, text):
        """Take all rows of `text`, or by Refused none; a row for a known MP replaces it.

        Returns the number of rows. The text must begin with a line of column names.
        """
        old = {meter.mp: meter for meter in self._meters}
        rows, refused = _rows_of(text, old)
        if refused:
            raise Refused(f"nothing imported: {'; '.join(refused)}")
        given = {meter.mp for meter in rows}
        self._replace([meter for meter in self._meters if meter.mp not in given] + rows)
        return len(rows)

    def export_csv(self):
        """As CSV, secrets masked so that the text may be shown to anyone."""
        return _csv(self._meters, KEEP_SECRET)

    def _replace(self, meters):
        meters = sorted(meters, key=lambda meter: meter.mp)
        _check_together(meters)
        self._kept.save(_csv(meters).encode())
        self._meters = meters


def _check_together(meters):
    if len(meters) > METERS_MAX:
        raise Refused(f"{len(meters)} meters: at most {METERS_MAX}")
    mps, places = {}, {}
    for meter in meters:
        place = (meter.channel, meter.address)
        if meter.mp in mps:
            raise Refused(f"duplicate MP {meter.mp}: remove the old row first")
        if place in places:
            both = f"MP {places[place]} and MP {meter.mp}"
            raise Refused(f"duplicate address: {meter.place()} is {both}")
        mps[meter.mp] = places[place] = meter.mp


def _csv(meters, secret=None):
    lines = [",".join(FIELDS)] + [",".join(meter.row(secret)) for meter in meters]
    return "\n".join(lines) + "\n"


def _rows_of(text, old):
    """(meters, refusals) of CSV text. `old` maps MP to the meter whose secrets may be kept."""
    lines = [line.strip("\r ") for line in text.split("\n")]
    names = [name.strip(" \ufeff").lower() for name in lines[0].split(",")]
    if "mp" not in names or "address" not in names:
        return [], [f"line 1: needs column names, at least mp,address; all: {','.join(FIELDS)}"]
    meters, refused = [], []
    for number, line in enumerate(lines[1:], 2):
        if not line or line.startswith("#"):
            continue
        if len(meters) + len(refused) == METERS_MAX:
            refused.append(f"line {number}: more than {METERS_MAX} rows")
            break
        try:
            meters.append(_meter_of(names, line.split(","), old))
        except Refused as refusal:
            refused.append(f"line {number}: {refusal}")
    return meters, refused


def _meter_of(names, texts, old):
    if len(texts) != len(names):
        raise Refused(f"{len(texts)} fields for {len(names)} columns")
    row = {name: text.strip() for name, text in zip(names, texts)}
    kept = [field for field in SECRETS if row.get(field) == KEEP_SECRET]
    if kept:
        mp = whole(row["mp"], 1, METERS_MAX)
        if mp not in old:
            raise Refused(f"{kept[0]}: * keeps the {kept[0]} of a meter on file; this MP is new")
        known = dict(zip(FIELDS, old[mp].row()))
        row.update({field: known[field] for field in kept})
    return Meter(row)
