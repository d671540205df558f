"""The server's side of the data link of DLMS/COSEM over HDLC, without I/O.

One table of what a frame does in a state, as for the client (wire/hdlc_link.py). A server breaks
no dialogue off with an error: what a client does wrong is answered by FRMR, and the link is down.

Reference: IEC 62056-46, 6.4 (normal response mode, two-way alternate); ISO/IEC 13239, 5.5.3.4.2
(information field of FRMR, modulo 8).
"""

from wire import hdlc, hdlc_parameters
from wire.errors import WireError
from wire.hdlc_flow import (
    DUPLICATE,
    LLC_REQUEST,
    LLC_RESPONSE,
    WHOLE,
    Flow,
    transmission,
)
from wire.hdlc_link import BUSY, DOWN, READY

INACTIVITY_MS = 120_000  # IEC 62056-6-2, IEC HDLC setup: the default of inactivity_time_out

_UNDEFINED, _UNSPECIFIED = 0x01, 0x00  # why a frame is rejected: W, or none of the four
_KNOWN = (hdlc.SNRM, hdlc.UA, hdlc.DISC, hdlc.DM, hdlc.FRMR, hdlc.UI)
_KNOWN += (hdlc.RR, hdlc.RNR, hdlc.I_FRAME)


class HdlcServer:
    """The secondary station: it answers one client at a time, the one that last sent SNRM.

    address            ours, as on the wire
    max_info, window   as for HdlcClient
    inactivity_ms      a client silent for so long has no link any more; 0: it keeps it
    """

    def __init__(self, address, max_info=128, window=1, inactivity_ms=INACTIVITY_MS):
        self._address = bytes(address)
        self._own = hdlc_parameters.symmetric(max_info, window)
        self._flow = Flow(LLC_RESPONSE, LLC_REQUEST)
        self._client = b""
        self._last = b""
        self._inactivity_ms = inactivity_ms
        self._heard_ms = 0
        self.state = DOWN

    def send(self, apdu):
        """What to write: the answer to the APDU that `receive` gave."""
        assert self.state == BUSY
        self.state = READY
        self._flow.load(apdu)
        return self._segments()

    def send_nothing(self):
        """What to write when the APDU that `receive` gave has no answer: the client may go on."""
        assert self.state == BUSY
        self.state = READY
        return self._ready()

    def receive(self, frame, now_ms=0):
        """What a frame that came at `now_ms` means for us:

        None                      nothing to write
        ("write", octets)         write these
        ("connected", octets)     a client has opened the link, perhaps anew; write these
        ("disconnected", octets)  it has closed it; write these
        ("apdu", apdu)            give the answer to `send`
        ("rejected", octets)      it broke the protocol, the link is down; write these
        """
        if frame.destination != self._address or self._is_echo(frame):
            return None
        kind = hdlc.kind(frame.control)
        state = self._state_towards(frame.source, now_ms)
        if kind == hdlc.SNRM or frame.source == self._client:
            self._heard_ms = now_ms
        if kind not in _KNOWN:
            return None if state == DOWN else self._reject(frame, _UNDEFINED)
        step = _SERVER.get((state, kind))
        try:
            return step(self, frame) if step else None
        except WireError:
            return self._reject(frame, _UNSPECIFIED)

    def _is_echo(self, frame):
        """Of an optical head, which the addresses do not tell from what a client says."""
        return frame.source == self._address and hdlc.encode(frame) in self._last

    def _state_towards(self, client, now_ms):
        """DOWN for who has no link, or has it no longer."""
        if client != self._client:
            return DOWN
        silent_ms = now_ms - self._heard_ms
        if self.state == READY and 0 < self._inactivity_ms <= silent_ms:
            self.state = DOWN
        return self.state

    def _open(self, frame):
        try:
            theirs = hdlc_parameters.decode(frame.information)
        except WireError:
            return self._not_linked(frame)
        limits = hdlc_parameters.agreed(self._own, theirs)
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
        return ("write", transmission(frame.source, self._address, [(hdlc.DM, b"", False)]))

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
        return self._reject(frame, _UNSPECIFIED) if self._flow.is_next(frame) else None

    def _poll(self, frame):
        """RR: the next segments, or those again that it does not acknowledge."""
        if self._flow.acknowledge(hdlc.n_r(frame.control)) is None:
            return None
        if self._flow.is_unfinished():
            return ("write", self._segments())
        return ("write", self._ready())

    def _hold(self, frame):
        """RNR: nothing more is sent until it says RR."""
        if self._flow.acknowledge(hdlc.n_r(frame.control)) is None:
            return None
        return ("write", self._ready())

    def _reject(self, frame, why):
        """FRMR: the control octet that is wrong, our numbers, and why."""
        self.state = DOWN
        information = bytes([frame.control, self._flow.numbers(), why])
        return ("rejected", self._transmit(hdlc.FRMR, information))

    def _ready(self):
        return self._transmit(hdlc.rr_control(self._flow.expected))

    def _transmit(self, control, information=b""):
        self._last = transmission(self._client, self._address, [(control, information, False)])
        return self._last

    def _segments(self):
        self._last = transmission(self._client, self._address, self._flow.window())
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
    (READY, hdlc.RNR): HdlcServer._hold,
    (BUSY, hdlc.SNRM): HdlcServer._open,
    (BUSY, hdlc.DISC): HdlcServer._close,
    (BUSY, hdlc.I_FRAME): HdlcServer._again,
    (BUSY, hdlc.RR): HdlcServer._poll,
    (BUSY, hdlc.RNR): HdlcServer._hold,
}
