"""The entry of IEC 62056-21 into HDLC (mode E): the few lines at 300 bit/s, 7E1, as octets.

    / ? address ! CR LF              the meter is called; without an address whichever hears it
    / XXX Z \\2 identification CR LF  it says its maker and the rate Z that it offers
    ACK 2 Z 2 CR LF                  mode E is chosen; the meter says the same, and both change
                                     to rate Z, 8N1

Many meters leave \\2 out and go into HDLC all the same.

Reference: IEC 62056-21, 6.3 and annex E.
"""

from collections import namedtuple

from wire.deframer import Deframer as _Deframer
from wire.deframer import wrong

RATES = {"0": 300, "1": 600, "2": 1200, "3": 2400, "4": 4800, "5": 9600, "6": 19_200}  # by Z
ADDRESS_MAX = 32  # characters
LINE_MAX = 64  # octets; the standard has 16 of identification, and 32 of address

# maker: three letters; rate: Z, a key of RATES or what else it is; tells: it said \2
Identification = namedtuple("Identification", ("maker", "rate", "tells", "text"))
Acknowledgement = namedtuple("Acknowledgement", ("rate",))
Call = namedtuple("Call", ("address",))  # our own, from an adapter that echoes

_ACK, _SLASH = 0x06, 0x2F
_END = b"\r\n"
_MODE_E = b"\\2"


def call(address=""):
    """Octets that call the meter with this address, of letters, digits and spaces."""
    assert is_address(address)
    return b"/?" + address.encode() + b"!" + _END


def is_address(text):
    """Whether a meter can be called so."""
    return len(text) <= ADDRESS_MAX and all([_is_name(ord(each)) for each in text])


def acknowledgement(rate):
    assert rate in RATES
    return b"\x062" + rate.encode() + b"2" + _END


class Deframer(_Deframer):
    """Identification, Acknowledgement and Call out of a stream; all else is noise."""

    def __init__(self):
        super().__init__({_ACK: _parse, _SLASH: _parse}, 2 * LINE_MAX, None)


def _parse(buffer, at, searching):
    """See wire/deframer.py."""
    octets = bytes(buffer[at : at + LINE_MAX])
    size = octets.find(_END)
    if size < 0:
        if len(octets) < LINE_MAX:
            return None
        return wrong(searching, "a line without end", octets)
    line = octets[:size]
    value = _acknowledged(line) if line[0] == _ACK else _called(line) or _identified(line)
    if value is None:
        return wrong(searching, "not a line of mode E", line)
    return size + len(_END), value


def _acknowledged(line):
    rate = chr(line[2]) if len(line) == 4 else ""
    return Acknowledgement(rate) if rate in RATES and line == acknowledgement(rate)[:4] else None


def _called(line):
    is_call = line[:2] == b"/?" and line[-1:] == b"!" and all([_is_name(c) for c in line[2:-1]])
    return Call(line[2:-1].decode()) if is_call else None


def _identified(line):
    if len(line) < 5 or not all([0x20 <= each < 0x7F for each in line]):
        return None
    if not all([_is_letter(each) for each in line[1:4]]):
        return None
    return Identification(line[1:4].decode(), chr(line[4]), _MODE_E in line[5:], line[5:].decode())


def _is_letter(octet):
    return 0x41 <= octet & 0xDF <= 0x5A


def _is_name(octet):
    return _is_letter(octet) or 0x30 <= octet <= 0x39 or octet == 0x20
