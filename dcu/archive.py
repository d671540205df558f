"""The meter archive: which meters there are, and how each is reached.

At rest it is the CSV a person can read; it is replaced as a whole or not at all.
"""

from dcu.schema import PORTS, whole
from hal.errors import Refused

FIELDS = (
    "mp",
    "address",
    "gather",
    "protocol",
    "channel",
    "client",
    "auth",
    "password",
    "logical",
    "octets",
)
METERS_MAX = 1120  # 1,024 on PLC/RF and 3 × 32 on RS485
ADDRESS_MAX = 16381  # HDLC physical address; 16382 and 16383 are reserved
KEEP_PASSWORD = "*"  # what an export shows for a password; an import leaves the old one

_DEFAULTS = {
    "gather": "0",
    "protocol": "dlms",
    "channel": "rs485-1",
    "client": "16",
    "auth": "none",
    "password": "",
    "logical": "1",
    "octets": "0",
}
_NUMBERS = {  # lowest and highest value
    "mp": (1, METERS_MAX),
    "address": (1, ADDRESS_MAX),
    "gather": (0, 999_999_999_999),
    "client": (1, 127),
    "logical": (1, ADDRESS_MAX),
}
_CHOICES = {
    "protocol": ("dlms",),
    "channel": PORTS,
    "auth": ("none", "lls"),
    "octets": ("0", "1", "2", "4"),
}
_PASSWORD_MAX = 64
_SHORT_MAX = 127  # in an HDLC address of one or two octets: 7 bits each


class Meter:
    """One row. `address` is the HDLC physical address, `logical` the logical device,
    `octets` the size of the HDLC server address (0: the smallest that holds it)."""

    def __init__(self, texts):
        """`texts` maps field names to text; Refused says what is wrong and what would do."""
        for field in texts:
            if field not in FIELDS:
                raise Refused(f"no column {field!r}; there are: {','.join(FIELDS)}")
        for field in FIELDS:
            text = texts.get(field) or _DEFAULTS.get(field, "")
            setattr(self, field, _value(field, text))
        octets, high = self.octets, max(self.address, self.logical)
        if octets in (1, 2) and high > _SHORT_MAX:
            raise Refused(f"octets: {octets} hold addresses up to {_SHORT_MAX}, not {high}")
        if self.auth == "lls" and not self.password:
            raise Refused("password: auth lls needs one")

    def row(self, password=None):
        """The fields as text; `password` stands in for the real one where it must not show."""
        texts = [str(getattr(self, field)) for field in FIELDS]
        if password is not None and self.password:
            texts[FIELDS.index("password")] = password
        return texts

    def place(self):
        """For messages: what a person needs to find the meter."""
        return f"{self.channel} address {self.address}"


def _value(field, text):
    if field in _CHOICES:
        if text not in _CHOICES[field]:
            raise Refused(f"{field}: {text!r} is not one of {', '.join(_CHOICES[field])}")
        return int(text) if field == "octets" else text
    if field == "password":
        if not _is_password(text):
            raise Refused(
                f"password: at most {_PASSWORD_MAX} plain characters, no comma, no quote, "
                f"no space at its ends, and not {KEEP_PASSWORD} alone"
            )
        return text
    low, high = _NUMBERS[field]
    number = whole(text, low, high)
    if number is None:
        raise Refused(f"{field}: {text!r} is not a whole number from {low} to {high}")
    return number


def _is_password(text):
    """Whether the CSV at rest gives it back as it is."""
    if len(text) > _PASSWORD_MAX or text == KEEP_PASSWORD or text != text.strip():
        return False
    return all([" " <= character <= "~" and character not in ',"' for character in text])


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
        """As CSV, passwords masked so that the text may be shown to anyone."""
        return _csv(self._meters, KEEP_PASSWORD)

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


def _csv(meters, password=None):
    lines = [",".join(FIELDS)] + [",".join(meter.row(password)) for meter in meters]
    return "\n".join(lines) + "\n"


def _rows_of(text, old):
    """(meters, refusals) of CSV text. `old` maps MP to the meter whose password may be kept."""
    lines = [line.strip("\r ") for line in text.split("\n")]
    names = [name.strip(" \ufeff").lower() for name in lines[0].split(",")]
    if "mp" not in names or "address" not in names:
        return [], [f"line 1: needs column names, at least mp,address; all: {','.join(FIELDS)}"]
    meters, refused = [], []
    for number, line in enumerate(lines[1:], 2):
        if not line or line.startswith("#"):
            continue
        try:
            meters.append(_meter_of(names, line.split(","), old))
        except Refused as refusal:
            refused.append(f"line {number}: {refusal}")
    return meters, refused


def _meter_of(names, texts, old):
    if len(texts) != len(names):
        raise Refused(f"{len(texts)} fields for {len(names)} columns")
    row = {name: text.strip() for name, text in zip(names, texts)}
    if row.get("password") == KEEP_PASSWORD:
        mp = whole(row["mp"], 1, METERS_MAX)
        if mp not in old:
            raise Refused("password: * keeps the password of a meter on file; this MP is new")
        row["password"] = old[mp].password
    return Meter(row)
