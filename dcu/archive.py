"""The meter archive: which meters there are, and how each is reached.

At rest it is the CSV a person can read; it is replaced as a whole or not at all.
"""

from dcu.archive_row import FIELDS, KEEP_SECRET, METERS_MAX, SECRETS, Meter
from dcu.schema import whole
from hal.errors import Refused

_QUOTE = '"'
_CIPHERED_ONLY = "passwords and keys go over a ciphered association only (cosem.ek, cosem.ak)"
_NO_QUOTES = "quotes are not taken: write the fields without them"


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

    def find_eui(self, eui):
        """The meter with this EUI-64, or None."""
        for meter in self._meters:
            if meter.eui == eui:
                return meter
        return None

    def add(self, meter):
        self._replace(self._meters + [meter])

    def remove(self, mp):
        gone = self.get(mp)
        self._replace([meter for meter in self._meters if meter is not gone])

    def replace(self, meters):
        """Take these in place of all that are on file, or by Refused none."""
        self._replace(meters)

    def import_csv(self, text, takes_secrets=True):
        """Take all rows of `text`, or by Refused none; a row for a known MP replaces it.

        Returns the number of rows. The text must begin with a line of column names. Without
        `takes_secrets` passwords and keys are as on file, or none.
        """
        old = {meter.mp: meter for meter in self._meters}
        rows, refused = _rows_of(text, old, takes_secrets)
        # what is as before stays the same object: who holds something by it keeps that
        rows = [old[row.mp] if _is_alike(row, old.get(row.mp)) else row for row in rows]
        if not (rows or refused):
            refused = ["there is no row below the column names"]
        if refused:
            raise Refused(f"nothing imported: {'; '.join(refused)}")
        given = {meter.mp for meter in rows}
        try:
            self._replace([meter for meter in self._meters if meter.mp not in given] + rows)
        except Refused as refusal:
            raise Refused(f"nothing imported: {refusal}")
        return len(rows)

    def export_csv(self):
        """As CSV, secrets masked so that the text may be shown to anyone."""
        return _csv(self._meters, KEEP_SECRET)

    def _replace(self, meters):
        meters = sorted(meters, key=lambda meter: meter.mp)
        _check_together(meters)
        self._kept.save(_csv(meters).encode())
        self._meters = meters


def _is_alike(row, before):
    return before is not None and before.row() == row.row()


def _check_together(meters):
    if len(meters) > METERS_MAX:
        raise Refused(f"{len(meters)} meters: at most {METERS_MAX}")
    mps, places, euis = {}, {}, {}
    for meter in meters:
        place = (meter.channel, meter.address)
        if meter.mp in mps:
            raise Refused(
                f"duplicate MP {meter.mp}: remove the old row first, or import one in its place"
            )
        if place in places:
            both = f"MP {places[place]} and MP {meter.mp}"
            raise Refused(f"duplicate address: {meter.place()} is {both}")
        if meter.eui and meter.eui in euis:
            raise Refused(f"duplicate eui: MP {euis[meter.eui]} and MP {meter.mp}")
        mps[meter.mp] = places[place] = euis[meter.eui] = meter.mp


def _csv(meters, secret=None):
    lines = [",".join(FIELDS)] + [",".join(meter.row(secret)) for meter in meters]
    return "\n".join(lines) + "\n"


def _rows_of(text, old, takes_secrets=True):
    """(meters, refusals) of CSV text. `old` maps MP to the meter whose secrets may be kept."""
    lines = [line.strip("\r ") for line in text.split("\n")]
    names = [name.strip(" \ufeff").lower() for name in lines[0].split(",")]
    wrong = _head_refusal(lines[0], names)
    if wrong:
        return [], [f"line 1: {wrong}"]
    meters, refused, seen = [], [], {}
    for number, line in enumerate(lines[1:], 2):
        if not line or line.startswith("#"):
            continue
        if len(meters) + len(refused) == METERS_MAX:
            refused.append(f"line {number}: more than {METERS_MAX} rows")
            break
        try:
            meters.append(_meter_of(names, line, old, takes_secrets))
            _note_line(seen, number, meters)
        except Refused as refusal:
            refused.append(f"line {number}: {refusal}")
    return meters, refused


def _head_refusal(line, names):
    """What is wrong with the line of column names, or ""."""
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if mark in line:
            return f"the columns are separated by {name}: use commas"
    if _QUOTE in line:
        return _NO_QUOTES
    if "mp" not in names or "address" not in names:
        return f"needs column names, at least mp,address; all: {','.join(FIELDS)}"
    for at, name in enumerate(names):
        if name not in FIELDS:
            return f"no column {name!r}; there are: {','.join(FIELDS)}"
        if name in names[:at]:
            return f"column {name!r} is there twice"
    return ""


def _note_line(seen, number, meters):
    """Where the MP and the place of the last one are; Refused, and left out, when seen before."""
    meter = meters[-1]
    for key, name in ((meter.mp, f"MP {meter.mp}"), (meter.place(), f"address: {meter.place()}")):
        if key in seen:
            meters.pop()
            raise Refused(f"duplicate {name} is on line {seen[key]}, too")
    seen[meter.mp] = seen[meter.place()] = number


def _meter_of(names, line, old, takes_secrets):
    if _QUOTE in line:
        raise Refused(_NO_QUOTES)
    texts = line.split(",")
    if len(texts) != len(names):
        raise Refused(f"{len(texts)} fields for {len(names)} columns")
    row = {name: text.strip() for name, text in zip(names, texts)}
    kept = [field for field in SECRETS if row.get(field) == KEEP_SECRET]
    told = [field for field in SECRETS if row.get(field) and field not in kept]
    if told and not takes_secrets:
        raise Refused(f"{told[0]}: {_CIPHERED_ONLY}")
    if kept:
        mp = whole(row["mp"], 1, METERS_MAX)
        if mp not in old:
            raise Refused(f"{kept[0]}: * keeps the {kept[0]} of a meter on file; this MP is new")
        known = dict(zip(FIELDS, old[mp].row()))
        row.update({field: known[field] for field in kept})
    return Meter(row)
