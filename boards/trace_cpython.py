"""Shows what went over a bus, as dcu/trace.py took it: a line for each frame, in words."""

import sys

from boards.decode_cpython import one_line
from boards.explain_ciphered_cpython import Keys
from boards.explain_frames_cpython import Explainer, protocol_of


class Printer:
    """On standard error, beside the answer. No octets: an AARQ may have a password in it."""

    def __init__(self):
        self._explainer = Explainer(Keys(), shows_octets=False)

    def found(self, piece):
        """`piece` is {"at_ms", "sent", "octets" in hexadecimal}."""
        octets = bytes.fromhex(piece["octets"])
        way = "->" if piece["sent"] else "<-"
        protocol = "mode-e" if protocol_of(octets) == "mode-e" else "hdlc"
        frames = self._explainer.explain(octets, protocol) or [f"{len(octets)} octets, no frame"]
        for frame in frames:
            print(f"{piece['at_ms']:>7} ms {way} {one_line(frame)}", file=sys.stderr)
