"""Q/GDW 376.1, F25: transformers and ratings of measuring points, kept for the HES. The DCU tells
readings as the meters have them, and reckons nothing with it.
"""

from hal.errors import Refused, WireError
from wire.cursor import Cursor
from wire.qgdw3761_message import SET, codec_of

_FN = 25


class Points:
    """kept   load() -> bytes or None and save(bytes), durable on return"""

    def __init__(self, kept):
        self._kept = kept
        lines = (kept.load() or b"").decode().split("\n")
        self._octets = dict([line.split(" ") for line in lines if line.count(" ") == 1])

    def get(self, mp):
        """The value of F25. Refused when none is known."""
        try:
            return _codec().take(Cursor(bytes.fromhex(self._octets[str(mp)])))
        except (KeyError, ValueError, WireError):
            raise Refused(f"376.1: transformers of MP {mp} are not known")

    def put(self, mp, value):
        octets = dict(self._octets)
        octets[str(mp)] = _codec().give(value).hex()
        self._save(octets)

    def forget(self):
        self._save({})

    def _save(self, octets):
        self._kept.save("".join([f"{mp} {octets[mp]}\n" for mp in sorted(octets)]).encode())
        self._octets = octets


def _codec():
    return codec_of(SET, _FN, False)
