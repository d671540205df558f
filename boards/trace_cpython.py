"""Shows what went over a bus, as dcu/trace.py took it: a line for each frame, in words, and one
with its octets. The lines in words begin with #, so that `dcu decode` takes the whole.
"""

import sys

from boards.decode_cpython import one_line
from boards.explain_ciphered_cpython import Keys
from boards.explain_frames_cpython import Explainer, protocol_of
from boards.trace_octets_cpython import Octets, is_wrapped

_UNTOLD = "the keys stay in the DCU, which tells what was inside if it only reads"


class Printer:
    """On standard error, beside the answer; `pieces` is all of it, for JSON."""

    def __init__(self, is_silent=False):
        self._explainer = Explainer(Keys(untold=_UNTOLD), shows_octets=False)
        self._octets = Octets()
        self._is_silent = is_silent
        self.pieces = []

    def found(self, said):
        """{"at_ms", "sent", "octets" in hexadecimal}, or "inside" for "octets": an APDU."""
        is_inside = "inside" in said
        octets = bytes.fromhex(said["inside" if is_inside else "octets"])
        piece = {"at_ms": said["at_ms"], "sent": said["sent"]}
        if is_inside:
            piece["inside"] = self._explainer.explain(octets, "apdu")
        else:
            protocol = "wrapper" if is_wrapped(octets) else "hdlc"
            protocol = "mode-e" if protocol_of(octets) == "mode-e" else protocol
            frames = self._explainer.explain(octets, protocol)
            piece["frames"] = frames or [f"{len(octets)} octets, no frame"]
            piece["octets"] = self._octets.shown(octets, said["sent"])
        self.pieces.append(piece)
        if not self._is_silent:
            for line in _lines(piece):
                print(line, file=sys.stderr)


def _lines(piece):
    head = f"{piece['at_ms']:>6} ms {'->' if piece['sent'] else '<-'}"
    for apdu in piece.get("inside", ()):
        yield f"#{head} inside: {one_line(apdu)}"
    for frame in piece.get("frames", ()):
        yield f"#{head} {one_line(frame)}"
    for text in piece.get("octets", ()):
        yield f" {head}  {text}" if " " not in text else f"#{head} octets {text}"
