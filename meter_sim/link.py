"""The data link of one client, seen from the meter: the secondary station of IEC 62056-46.

No octets of frames here (frames.py) and no meaning of what is carried (association.py):
`handle` takes a frame that was heard and returns what to say, as `Say` tuples.
"""

from collections import namedtuple
from functools import lru_cache

from construct import (
    Byte,
    BytesInteger,
    Const,
    ConstructError,
    GreedyRange,
    Prefixed,
    Struct,
    Terminated,
    this,
)

Say = namedtuple("Say", ("control", "information", "segmented"))
Parameters = namedtuple("Parameters", ("transmit_max", "receive_max", "window_out", "window_in"))

SNRM, DISC, UA, DM, FRMR, UI = 0x93, 0x53, 0x73, 0x1F, 0x97, 0x13
POLL = 0x10
REQUEST_LLC = b"\xe6\xe6\x00"
RESPONSE_LLC = b"\xe6\xe7\x00"
DEFAULTS = Parameters(128, 128, 1, 1)
APDU_MAX = 8192
CONTROL_WRONG, INFORMATION_TOO_LONG = 1, 4  # reasons in FRMR

_NEGOTIATION = Struct(
    Const(b"\x81\x80"),
    "items"
    / Prefixed(
        Byte,
        GreedyRange(
            Struct("id" / Byte, "size" / Byte, "value" / BytesInteger(this.size)),
        ),
    ),
    Terminated,
)


@lru_cache(maxsize=256)
def offered(information):
    """Parameters in SNRM from the client's own view; None if they cannot be read."""
    if not information:
        return DEFAULTS
    try:
        items = {item.id: item["value"] for item in _NEGOTIATION.parse(information)["items"]}
    except ConstructError:
        return None
    return Parameters(*(items.get(5 + n, default) for n, default in enumerate(DEFAULTS)))


def negotiation(parameters):
    """The information field of UA."""
    items = b""
    for n, value in enumerate(parameters):
        size = 4 if n >= 2 else 1 if value < 256 else 2
        items += bytes((5 + n, size)) + value.to_bytes(size, "big")
    return b"\x81\x80" + bytes((len(items),)) + items


class Link:
    """`answer(apdu) -> [APDU]` does what the client asks; `reset()` forgets the client."""

    def __init__(self, answer, reset, information_max=DEFAULTS[0], window=1):
        self._answer = answer
        self._reset = reset
        self._own = Parameters(information_max, information_max, window, window)
        self.connected = False
        self._forget()

    def _forget(self):
        self._agreed = DEFAULTS
        self._expected = 0  # V(R)
        self._incoming = b""
        self._base = 0  # N(S) of the first of _outgoing
        self._outgoing = []  # (information, segmented) not acknowledged yet
        self._on_the_way = 0  # how many of them have been sent
        self._reset()

    def drop(self):
        """Disconnected from this side: inactivity, or the power has gone."""
        if self.connected:
            self.connected = False
            self._forget()

    def handle(self, heard):
        control = heard.control
        if control == SNRM:
            return self._connect(heard.information)
        if control == DISC:
            was, self.connected = self.connected, False
            self._forget()
            return [Say(UA if was else DM, b"", False)]
        if not self.connected:
            return [Say(DM, b"", False)] if control & POLL else []
        if not control & 1:
            return self._numbered(heard)
        if control & 0x0B == 1:  # RR, RNR
            return self._ready(control)
        return self._rejected(control, CONTROL_WRONG) if control & POLL else []

    def _connect(self, information):
        offer = offered(information)
        self._forget()
        if offer is None or min(offer) == 0:
            self.connected = False
            return [Say(DM, b"", False)]
        self.connected = True
        own = self._own
        self._agreed = Parameters(
            min(own.transmit_max, offer.receive_max),
            min(own.receive_max, offer.transmit_max),
            min(own.window_out, offer.window_in),
            min(own.window_in, offer.window_out),
        )
        return [Say(UA, negotiation(self._agreed), False)]

    def _numbered(self, heard):
        control, information = heard.control, heard.information
        if len(information) > self._agreed.receive_max:
            return self._rejected(control, INFORMATION_TOO_LONG)
        self._acknowledge(control >> 5)
        number = control >> 1 & 7
        if number == (self._expected - 1) % 8 and self._outgoing:
            return self._transmit()  # my answer was lost
        if number != self._expected:
            return self._say_ready(control)
        self._expected = (number + 1) % 8
        self._outgoing, self._on_the_way = [], 0  # the client no longer waits for them
        self._incoming += information
        if len(self._incoming) > APDU_MAX:
            self._incoming = b""
            return self._rejected(control, INFORMATION_TOO_LONG)
        if heard.segmented:
            return self._say_ready(control)
        request, self._incoming = self._incoming, b""
        answers = []
        if request.startswith(REQUEST_LLC):
            answers = self._answer(request[len(REQUEST_LLC) :])
        if not answers:
            return self._say_ready(control)
        for answer in answers:
            self._outgoing += _segments(RESPONSE_LLC + answer, self._agreed.transmit_max)
        return self._transmit()

    def _ready(self, control):
        self._acknowledge(control >> 5)
        if self._outgoing and not control & 4:  # 4: RNR
            return self._transmit()
        return self._say_ready(control)

    def _acknowledge(self, number):
        """N(R): the client has everything before `number`."""
        count = (number - self._base) % 8
        if count <= self._on_the_way:
            del self._outgoing[:count]
            self._base = number
            self._on_the_way -= count

    def _transmit(self):
        """As much of what is not acknowledged as the window allows; poll on the last."""
        window = self._outgoing[: self._agreed.window_out]
        self._on_the_way = len(window)
        said = []
        for n, (information, segmented) in enumerate(window):
            control = self._expected << 5 | (self._base + n) % 8 << 1
            final = POLL if n == len(window) - 1 else 0
            said.append(Say(control | final, information, segmented))
        return said

    def _say_ready(self, control):
        return [Say(self._expected << 5 | POLL | 1, b"", False)] if control & POLL else []

    def _rejected(self, control, reason):
        sent = (self._base + self._on_the_way) % 8
        return [Say(FRMR, bytes((control, self._expected << 5 | sent << 1, reason)), False)]


def _segments(octets, size):
    starts = range(0, len(octets), size)
    return [(octets[at : at + size], at + size < len(octets)) for at in starts]
