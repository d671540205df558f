"""Entry by IEC 62056-21: a meter that must first be called at 300 bit/s, 7E1 (mode E).

`/?SERIAL!` is answered with an identification that offers a rate; the acknowledgement
`06 2 Z 2` is echoed, and from then on the meter speaks HDLC, 8N1, at that rate. It is back at
300 bit/s after a disconnection, or when it has heard nothing for itself for a while.

What the other side says is judged by its line settings: at a wrong rate, or with 8 data bits
where 7 with even parity are due, it is noise to the meter, which says nothing.
"""

from collections import namedtuple

# bit/s; bits and parity ("N", "E"). None where it cannot be seen: Linux hides both on a pty
Line = namedtuple("Line", ("baud", "bits", "parity"))

RATES = {"0": 300, "1": 600, "2": 1200, "3": 2400, "4": 4800, "5": 9600, "6": 19_200}
RATE = "5"
CALLED = Line(300, 7, "E")
UNSEEN = Line(None, None, None)
CALL_MAX = 64  # octets of a line
PAUSE_MS = 3000  # between two lines of the opening, or octets of one
INACTIVITY_MS = 120_000
IDENTIFICATION = b"/SIM%s\\2OPENDCU%d\r\n"
END = b"\r\n"


class ModeE:
    """A meter behind this entry. `their_line()` is the Line of the other side at this moment.

    rate  the character Z that it offers, a key of RATES
    """

    def __init__(self, meter, their_line, rate=RATE):
        assert rate in RATES, rate
        self._meter = meter
        self._their_line = their_line
        self._rate = rate
        self._opening = bytearray()
        self._heard_ms = 0
        self._is_called = False  # the identification has been said
        self._until_ms = None  # of HDLC, if nothing more is heard; None: at 300 bit/s

    @property
    def reply_after_ms(self):
        return self._meter.reply_after_ms

    def line(self, now_ms):
        """How the meter listens and talks."""
        if self._until_ms is None or now_ms > self._until_ms:
            return CALLED
        return Line(RATES[self._rate], 8, "N")

    def receive(self, octets, now_ms, utc_s):
        """As `Meter.receive`."""
        line = self.line(now_ms)
        if line == CALLED or not self._meter.is_well(utc_s):
            self._until_ms = None
        if not _agree(self._their_line(), line) or not self._meter.is_well(utc_s):
            return b""  # framing or parity errors in every octet, or nobody there
        if self._until_ms is None:
            return self._meter.faults.spoil(self._opened(octets, now_ms))
        return self._hdlc(octets, now_ms, utc_s)

    def unasked(self, utc_s):
        """As `Meter.unasked`; at 300 bit/s it never talks into the blue."""
        return b"" if self._until_ms is None else self._meter.unasked(utc_s)

    def _hdlc(self, octets, now_ms, utc_s):
        was_connected = self._meter.is_connected
        answer = self._meter.receive(octets, now_ms, utc_s)
        if answer:
            self._until_ms = now_ms + INACTIVITY_MS
        if was_connected and not self._meter.is_connected:
            self._until_ms = None
        return answer

    def _opened(self, octets, now_ms):
        """The answer to what comes at 300 bit/s, line by line."""
        if now_ms - self._heard_ms > PAUSE_MS:
            self._opening.clear()
            self._is_called = False
        self._heard_ms = now_ms
        self._opening += bytes(map(_seven, octets))
        *lines, rest = bytes(self._opening).split(END)
        self._opening[:] = rest[-CALL_MAX:]
        return b"".join([self._replied(line[-CALL_MAX:], now_ms) for line in lines])

    def _replied(self, line, now_ms):
        if line.endswith(b"!") and b"/?" in line:
            wanted = line[line.rindex(b"/?") + 2 : -1]
            own = self._meter.objects.serial
            self._is_called = wanted.lstrip(b"0") in (b"", own.lstrip(b"0"))
            if self._is_called:
                return IDENTIFICATION % (self._rate.encode(), self._meter.address)
        elif self._is_called:
            self._is_called = False
            acknowledgement = b"\x062" + self._rate.encode() + b"2"
            if line.endswith(acknowledgement):
                self._until_ms = now_ms + INACTIVITY_MS
                return acknowledgement + END
        return b""


def _agree(theirs, own):
    """True if they can understand each other, as far as can be seen."""
    return all(their is None or their == mine for their, mine in zip(theirs, own))


def _seven(octet):
    """The character of an octet; one with an odd count of bits in eight is none."""
    if octet < 0x80:
        return octet  # the UART has taken the parity bit away
    return octet & 0x7F if octet.bit_count() % 2 == 0 else 0
