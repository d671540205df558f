"""What the DCU has found out about each meter: kept over restarts, forgotten with the meter.

At rest it is a CSV beside the archive, which stays the operator's.
"""

from dcu.archive_row import METERS_MAX
from dcu.read_now import plain
from dcu.schema import whole
from hal.errors import PortError
from wire.abilities import Abilities
from wire.hdlc_parameters import INFO_MAX, INFO_MIN, WINDOW_MAX

_HEAD = ("mp", "serial") + Abilities.NAMES
_SERIAL_MAX = 32  # characters


class Learned:
    """`kept` has load() -> bytes or None and save(bytes), durable on return."""

    def __init__(self, kept, log):
        self._kept = kept
        self._log = log
        self._abilities = {}  # by MP, which the archive bounds
        self._serials = {}
        stored = kept.load() or b""
        for line in stored.decode().split("\n")[1 : METERS_MAX + 1]:
            self._take(line.split(","))
        self._stored = self._csv()

    def of(self, mp):
        """The Abilities of the meter at `mp`: the same object each time, for who uses the meter
        to read and to fill in."""
        if mp not in self._abilities:
            self._abilities[mp] = Abilities()
        return self._abilities[mp]

    def serial(self, mp):
        """The serial number seen last, as text; "" if none."""
        return self._serials.get(mp, "")

    def seen(self, mp, serial):
        """The meter says its serial number, as it came. Another one is another meter: what is to
        be told of that, else an empty text."""
        self.of(mp)
        told, text = "", _text(serial)
        known = self.serial(mp)
        if known and text and text != known:
            told = f"serial number {text}, was {known}"
            self._log("meter", f"MP {mp}: {told}: another meter")
            self.forget(mp)
        if text:
            self._serials[mp] = text
        return told

    def forget(self, mp):
        """Of a meter that may have been replaced: what it can do is found out anew. Its serial
        number stays, or nobody would know whether it was."""
        self.of(mp).forget()

    def words(self, mp):
        """What is known of the meter, for a list: "512×3, lists"."""
        known = self.of(mp)
        words = [f"{known.info}×{known.window}"] if known.info else []
        return ", ".join(words + [name for name in ("lists", "access") if getattr(known, name)])

    def store(self):
        """Make durable what is new. A disk that refuses is asked again the next time."""
        csv = self._csv()
        if csv == self._stored:
            return
        try:
            self._kept.save(csv)
            self._stored = csv
        except PortError as error:
            self._log("meter", f"what was learned is not stored yet: {error}")

    def _csv(self):
        lines = [",".join(_HEAD)]
        for mp in sorted(self._abilities):
            known = self._abilities[mp]
            values = [getattr(known, name) for name in Abilities.NAMES]
            if values != [None] * len(values) or mp in self._serials:
                texts = ["" if value is None else str(int(value)) for value in values]
                lines.append(",".join([str(mp), self.serial(mp)] + texts))
        return "\n".join(lines).encode()

    def _take(self, texts):
        mp = whole(texts[0], 1, METERS_MAX)
        if mp is None or len(texts) != len(_HEAD):
            return
        info, window = whole(texts[2], INFO_MIN, INFO_MAX), whole(texts[3], 1, WINDOW_MAX)
        if None in (info, window):
            info = window = None
        lists, access = [whole(text, 0, 1) for text in texts[4:]]
        self._abilities[mp] = Abilities(info, window, _flag(lists), _flag(access))
        if texts[1]:
            self._serials[mp] = texts[1]


def _flag(number):
    return None if number is None else bool(number)


def _text(serial):
    """Printable, short, and good for a CSV; "" for what is no serial number."""
    if not isinstance(serial, (bytes, bytearray, str, int)) or isinstance(serial, bool):
        return ""
    text = str(plain(serial)).strip()[:_SERIAL_MAX]
    return "".join([each if " " <= each <= "~" and each != "," else "." for each in text])
