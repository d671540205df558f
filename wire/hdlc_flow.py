"""I frames of one link in both directions: an APDU cut into numbered segments, and put together.

Shared by client and server. Numbers are modulo 8. What answers what is hdlc_link.py's business.

Reference: IEC 62056-46, 6.4.4.4 (windows, N(S), N(R), segmentation).
"""

from wire import hdlc
from wire.apdu_types import APDU_MAX
from wire.errors import WireError
from wire.hdlc_parameters import DEFAULTS

LLC_REQUEST = b"\xe6\xe6\x00"
LLC_RESPONSE = b"\xe6\xe7\x00"
SEGMENTS_MAX = 1024  # of one APDU received; an honest peer fills its segments

DUPLICATE, GAP, PART, WHOLE = "duplicate", "gap", "part", "whole"


class Flow:
    """`llc_out` is put before what is sent, `llc_in` must stand before what is received."""

    def __init__(self, llc_out, llc_in):
        self._llc_out = llc_out
        self._llc_in = llc_in
        self.restart(DEFAULTS)

    def restart(self, parameters):
        """The link is new: numbers begin at 0, nothing is under way."""
        self._limits = parameters
        self._segments = []  # not yet acknowledged, the oldest first
        self._first = 0  # N(S) of the first of them
        self._under_way = 0  # how many of them have been sent
        self._parts = b""
        self._part_count = 0
        self.expected = 0  # N(S) of the next frame of the peer: our N(R)

    def load(self, apdu):
        assert not self._segments
        octets, size = self._llc_out + bytes(apdu), self._limits.info_transmit
        self._segments = [octets[at : at + size] for at in range(0, len(octets), size)]

    def is_unfinished(self):
        """Segments are left that the peer has not acknowledged."""
        return bool(self._segments)

    def numbers(self):
        """V(R) and V(S) in one octet, as FRMR tells them."""
        return self.expected << 5 | ((self._first + self._under_way) & 7) << 1

    def window(self):
        """What to send now, or again: (control, information, segmented), P/F in the last."""
        sent = self._segments[: self._limits.window_transmit]
        self._under_way = len(sent)
        frames = []
        for at in range(len(sent)):
            ns = (self._first + at) & 7
            control = hdlc.i_control(ns, self.expected, at == len(sent) - 1)
            frames.append((control, sent[at], at < len(self._segments) - 1))
        return frames

    def acknowledge(self, nr):
        """How many segments N(R) acknowledges. None if it names what is not under way."""
        count = (nr - self._first) & 7
        if count > self._under_way:
            return None
        self._segments = self._segments[count:]
        self._first = nr
        self._under_way -= count
        return count

    def arrived(self, frame):
        """DUPLICATE, GAP, PART or WHOLE: what an I frame is. WireError if it cannot be."""
        offset = (hdlc.n_s(frame.control) - self.expected) & 7
        window = self._limits.window_receive
        if offset:
            if window <= offset < 8 - window:
                raise WireError("I frame out of order", bytes([frame.control]))
            # In a window above 4 an old number may be one to come, too: it answers nothing new.
            is_new = offset < window and self._acknowledges_all(hdlc.n_r(frame.control))
            return GAP if is_new else DUPLICATE
        if self.acknowledge(hdlc.n_r(frame.control)) is None or self._segments:
            raise WireError("I frame that does not acknowledge ours", bytes([frame.control]))
        if not frame.information:
            raise WireError("I frame with nothing in it", bytes([frame.control]))
        if len(self._parts) + len(frame.information) > len(self._llc_in) + APDU_MAX:
            raise WireError(f"APDU longer than {APDU_MAX} octets")
        if self._part_count == SEGMENTS_MAX:
            raise WireError(f"APDU of more than {SEGMENTS_MAX} segments")
        self.expected = (self.expected + 1) & 7
        self._part_count += 1
        self._parts += frame.information
        return PART if frame.segmented else WHOLE

    def is_next(self, frame):
        """Whether an I frame is a new one: where none may come, all others are late."""
        return hdlc.n_s(frame.control) == self.expected

    def _acknowledges_all(self, nr):
        return (nr - self._first) & 7 == len(self._segments)

    def take(self):
        """The APDU that has become whole, without its LLC header."""
        octets, self._parts, self._part_count = self._parts, b"", 0
        size = len(self._llc_in)
        if octets[:size] != self._llc_in:
            raise WireError("not the LLC header", octets[:size])
        if len(octets) == size:
            raise WireError("an LLC header and no APDU", octets)
        return octets[size:]


def transmission(destination, source, frames):
    """The octets of frames given as (control, information, segmented)."""
    octets = b""
    for control, information, segmented in frames:
        octets += hdlc.encode(hdlc.Frame(destination, source, control, information, segmented))
    return octets
