"""The client's side of the data link of DLMS/COSEM over HDLC, without I/O.

One table of what a frame does in a state. A frame that the table does not name is ignored: it is
late, or not of the link (UI, wire/hdlc_push.py). A WireError ends the link; it has to be connected
anew. The other side is wire/hdlc_server.py.

Reference: IEC 62056-46, 6.4 (normal response mode, two-way alternate).
"""

from wire import hdlc, hdlc_parameters
from wire.errors import WireError
from wire.hdlc_flow import (
    DUPLICATE,
    GAP,
    LLC_REQUEST,
    LLC_RESPONSE,
    WHOLE,
    Flow,
    transmission,
)

HOLDS_MAX = 16  # RNR to one request: a server that goes on so is not waited for

DOWN, OPENING, READY, BUSY, CLOSING = "down", "opening", "ready", "busy", "closing"


class HdlcClient:
    """The primary station: it speaks, waits for the answer, and speaks again.

    destination, source   addresses as on the wire: the server's and ours
    max_info, window      what is proposed: 8..2030 octets of information, 1..7 I frames

    What is returned to be written is one transmission: give the line to the peer after it.
    """

    def __init__(self, destination, source, max_info=128, window=1):
        self._destination = bytes(destination)
        self._source = bytes(source)
        self._own = hdlc_parameters.symmetric(max_info, window)
        self.agreed = hdlc_parameters.DEFAULTS  # once connected
        self._flow = Flow(LLC_REQUEST, LLC_RESPONSE)
        self._last = b""
        self._held = False  # the server said RNR with segments left
        self._holds = 0  # how often, since the request
        self.state = DOWN

    def connect(self):
        """The SNRM to write. A link that is up begins anew."""
        self.state = OPENING
        return self._transmit(hdlc.SNRM, hdlc_parameters.encode_proposal(self._own))

    def send(self, apdu):
        """What to write: the first segments of `apdu`. Its answer will be an ("apdu", …)."""
        assert self.state == READY
        self.state = BUSY
        self._holds = 0
        self._flow.load(apdu)
        return self._segments()

    def listen(self):
        """What to write to hear more, when an ("apdu", …) was not the answer to what was sent."""
        assert self.state == READY
        self.state = BUSY
        self._holds = 0
        return self._poll()

    def disconnect(self):
        """The DISC to write, in any state."""
        self.state = CLOSING
        return self._transmit(hdlc.DISC)

    def repeat(self):
        """The last transmission again, after a silence. The server knows it by its N(S)."""
        assert self._last
        return self._last

    def receive(self, frame):
        """What a frame means for us:

        None              nothing, go on waiting (and `repeat` after a silence)
        ("write", octets) write these and wait again
        ("connected",), ("apdu", apdu), ("disconnected",)

        Frames for others or of others are ignored. WireError: the server broke the protocol.
        """
        if (frame.destination, frame.source) != (self._source, self._destination):
            return None
        if self._source == self._destination and hdlc.encode(frame) in self._last:
            return None  # the echo of an adapter, which the addresses do not tell from an answer
        step = _CLIENT.get((self.state, hdlc.kind(frame.control)))
        try:
            return step(self, frame) if step else None
        except WireError:
            self.state = DOWN
            raise

    def _opened(self, frame):
        theirs = hdlc_parameters.decode(frame.information)
        self.agreed = hdlc_parameters.agreed(self._own, theirs)
        self._flow.restart(self.agreed)
        self._held = False
        self.state = READY
        return ("connected",)

    def _closed(self, frame):
        self.state = DOWN
        return ("disconnected",)

    def _rejected(self, frame):
        raise WireError("the server rejects our frame", frame.information[:32])

    def _data(self, frame):
        arrived = self._flow.arrived(frame)
        if arrived == WHOLE:
            self.state = READY
            return ("apdu", self._flow.take())
        if arrived == DUPLICATE or not frame.control & hdlc.POLL:
            return None
        again = self._poll()
        # What is lost within a window is asked for after a silence, not at once: whoever
        # counts silences then bounds this, too.
        return None if arrived == GAP else ("write", again)

    def _more(self, frame):
        """RR. If it is no news it is late, or the server is at work: go on waiting."""
        news = self._flow.acknowledge(hdlc.n_r(frame.control))
        if not news and not self._held:
            return None
        self._held = False
        if self._flow.is_unfinished():
            return ("write", self._segments())
        self._poll()  # for `repeat`: the request has arrived, only its answer is wanting
        return None

    def _hold(self, frame):
        """RNR: the server has no room now. It is asked again after a silence."""
        self._holds += 1
        if self._holds > HOLDS_MAX:
            raise WireError(f"the server was not ready {HOLDS_MAX} times")
        if self._flow.acknowledge(hdlc.n_r(frame.control)) is not None:
            self._held = True
            self._poll()

    def _unexpected(self, frame):
        if self._flow.is_next(frame):
            raise WireError("an answer to nothing asked", bytes([frame.control]))

    def _poll(self):
        return self._transmit(hdlc.rr_control(self._flow.expected))

    def _transmit(self, control, information=b""):
        self._last = transmission(self._destination, self._source, [(control, information, False)])
        return self._last

    def _segments(self):
        self._last = transmission(self._destination, self._source, self._flow.window())
        return self._last


_CLIENT = {
    (OPENING, hdlc.UA): HdlcClient._opened,
    (OPENING, hdlc.DM): HdlcClient._closed,
    (OPENING, hdlc.FRMR): HdlcClient._rejected,
    (READY, hdlc.I_FRAME): HdlcClient._unexpected,
    (READY, hdlc.DM): HdlcClient._closed,
    (READY, hdlc.FRMR): HdlcClient._rejected,
    (BUSY, hdlc.I_FRAME): HdlcClient._data,
    (BUSY, hdlc.RR): HdlcClient._more,
    (BUSY, hdlc.RNR): HdlcClient._hold,
    (BUSY, hdlc.DM): HdlcClient._closed,
    (BUSY, hdlc.FRMR): HdlcClient._rejected,
    (CLOSING, hdlc.UA): HdlcClient._closed,
    (CLOSING, hdlc.DM): HdlcClient._closed,
}
