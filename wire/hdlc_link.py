"""The data link of DLMS/COSEM over HDLC: a client and a server, both without I/O.

Each is one table of what a frame does in a state. A frame that the table does not name is
ignored: it is late, or tolerated (UI). A WireError ends the link; it has to be connected anew.

Reference: IEC 62056-46, 6.4 (normal response mode, two-way alternate).
"""

from wire import hdlc, hdlc_parameters
from wire.errors import WireError
from wire.hdlc_flow import DUPLICATE, GAP, WHOLE, Flow

_LLC_REQUEST = b"\xe6\xe6\x00"
_LLC_RESPONSE = b"\xe6\xe7\x00"

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
        self._flow = Flow(_LLC_REQUEST, _LLC_RESPONSE)
        self._last = b""
        self._held = False  # the server said RNR with segments left
        self._holds = 0  # how often, since the request
        self.state = DOWN

    def connect(self):
        """The SNRM to write. A link that is up begins anew."""
        self.state = OPENING
        usual = self._own == hdlc_parameters.DEFAULTS
        return self._transmit(hdlc.SNRM, b"" if usual else hdlc_parameters.encode(self._own))

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
        if self._flow.arrived(frame) != DUPLICATE:
            raise WireError("an answer to nothing asked", bytes([frame.control]))

    def _poll(self):
        return self._transmit(hdlc.rr_control(self._flow.expected))

    def _transmit(self, control, information=b""):
        self._last = _octets(self._destination, self._source, [(control, information, False)])
        return self._last

    def _segments(self):
        self._last = _octets(self._destination, self._source, self._flow.window())
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


class HdlcServer:
    """The secondary station: it answers one client at a time, the one that last sent SNRM.

    address            ours, as on the wire
    max_info, window   as for HdlcClient
    """

    def __init__(self, address, max_info=128, window=1):
        self._address = bytes(address)
        self._own = hdlc_parameters.symmetric(max_info, window)
        self._flow = Flow(_LLC_RESPONSE, _LLC_REQUEST)
        self._client = b""
        self._last = b""
        self.state = DOWN

    def send(self, apdu):
        """What to write: the answer to the APDU that `receive` gave."""
        assert self.state == BUSY
        self.state = READY
        self._flow.load(apdu)
        return self._segments()

    def receive(self, frame):
        """What a frame means for us:

        None                      nothing to write
        ("write", octets)         write these
        ("connected", octets)     a client has opened the link, perhaps anew; write these
        ("disconnected", octets)  it has closed it; write these
        ("apdu", apdu)            give the answer to `send`

        WireError: the client broke the protocol; the link is down.
        """
        if frame.destination != self._address:
            return None
        kind = hdlc.kind(frame.control)
        state = self.state
        if frame.source != self._client and kind != hdlc.SNRM:
            state = DOWN
        step = _SERVER.get((state, kind))
        try:
            return step(self, frame) if step else None
        except WireError:
            self.state = DOWN
            raise

    def _open(self, frame):
        limits = hdlc_parameters.agreed(self._own, hdlc_parameters.decode(frame.information))
        self._flow.restart(limits)
        self._client = frame.source
        self.state = READY
        return ("connected", self._transmit(hdlc.UA, hdlc_parameters.encode(limits)))

    def _close(self, frame):
        self.state = DOWN
        return ("disconnected", self._transmit(hdlc.UA))

    def _not_linked(self, frame):
        if not frame.control & hdlc.POLL:
            return None
        return ("write", _octets(frame.source, self._address, [(hdlc.DM, b"", False)]))

    def _data(self, frame):
        arrived = self._flow.arrived(frame)
        if arrived == WHOLE:
            apdu = self._flow.take()
            self.state = BUSY
            return ("apdu", apdu)
        if not frame.control & hdlc.POLL:
            return None
        if arrived == DUPLICATE:
            return ("write", self._last)
        return ("write", self._ready())

    def _again(self, frame):
        """While the answer is not ready the client repeats its request: it will get it once."""
        if self._flow.arrived(frame) != DUPLICATE:
            raise WireError("a request before the answer", bytes([frame.control]))

    def _poll(self, frame):
        """RR: the next segments, or those again that it does not acknowledge."""
        if self._flow.acknowledge(hdlc.n_r(frame.control)) is None:
            return None
        if self._flow.is_unfinished():
            return ("write", self._segments())
        return ("write", self._ready())

    def _ready(self):
        return self._transmit(hdlc.rr_control(self._flow.expected))

    def _transmit(self, control, information=b""):
        self._last = _octets(self._client, self._address, [(control, information, False)])
        return self._last

    def _segments(self):
        self._last = _octets(self._client, self._address, self._flow.window())
        return self._last


_SERVER = {
    (DOWN, hdlc.SNRM): HdlcServer._open,
    (DOWN, hdlc.DISC): HdlcServer._not_linked,
    (DOWN, hdlc.I_FRAME): HdlcServer._not_linked,
    (DOWN, hdlc.RR): HdlcServer._not_linked,
    (DOWN, hdlc.RNR): HdlcServer._not_linked,
    (READY, hdlc.SNRM): HdlcServer._open,
    (READY, hdlc.DISC): HdlcServer._close,
    (READY, hdlc.I_FRAME): HdlcServer._data,
    (READY, hdlc.RR): HdlcServer._poll,
    (BUSY, hdlc.SNRM): HdlcServer._open,
    (BUSY, hdlc.DISC): HdlcServer._close,
    (BUSY, hdlc.I_FRAME): HdlcServer._again,
    (BUSY, hdlc.RR): HdlcServer._poll,
}


def _octets(destination, source, frames):
    """One transmission: frames given as (control, information, segmented)."""
    octets = b""
    for control, information, segmented in frames:
        octets += hdlc.encode(hdlc.Frame(destination, source, control, information, segmented))
    return octets
