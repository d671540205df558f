"""HDLC frames of DLMS/COSEM: octets to frames and back. The link itself is hdlc_link.py.

    7E | A lll llll llll | destination | source | control | HCS | information | FCS | 7E

The length counts everything between the flags. There is no octet stuffing: a 7E inside is
data, so the deframer goes by the length, never by the next flag. Without information there
is no HCS, and the FCS stands in its place: either way a check sequence follows the header,
so a damaged length is found as soon as the header is in.

Reference: IEC 62056-46, 6.4 (MAC sublayer, frame format type 3).
"""

from collections import namedtuple

from wire.crc import fcs16
from wire.deframer import Damage
from wire.deframer import Deframer as _Deframer
from wire.hdlc_address import address_in, client_address, server_address

__all__ = ("Deframer", "Frame", "client_address", "encode", "server_address")

FLAG = 0x7E
# Unnumbered frames, with the P/F bit.
SNRM, UA, DISC, DM, FRMR, UI = 0x93, 0x73, 0x53, 0x1F, 0x97, 0x13
# Supervisory and information frames: the bits that tell them apart.
RR, RNR, I_FRAME = 0x01, 0x05, 0x00
POLL = 0x10  # the P bit of a command, the F bit of an answer
LENGTH_MAX = 0x7FF  # octets between the flags

_TYPE_3 = 0xA0
_SEGMENTED = 0x08
_CHECK = 2  # octets of HCS or FCS
_HEADER_MAX = 2 + 4 + 4 + 1 + _CHECK

# Addresses are given as they are on the wire. segmented: more segments of the APDU follow.
Frame = namedtuple("Frame", ("destination", "source", "control", "information", "segmented"))


def i_control(ns, nr, poll):
    """Control octet of an I frame: N(S), N(R), and whether the peer is to answer."""
    return nr << 5 | (POLL if poll else 0) | ns << 1


def rr_control(nr):
    """Control octet of RR with the P/F bit: "I have all frames before `nr`; go on"."""
    return nr << 5 | POLL | RR


def kind(control):
    """SNRM UA DISC DM FRMR UI (or an unknown one, with POLL set), RR RNR, or I_FRAME."""
    if control & 1 == 0:
        return I_FRAME
    return control | POLL if control & 3 == 3 else control & 0x0F


def n_s(control):
    return control >> 1 & 7


def n_r(control):
    return control >> 5


def encode(frame):
    """The octets of one frame, flags included."""
    information = bytes(frame.information)
    head = bytes(frame.destination) + bytes(frame.source) + bytes([frame.control])
    length = 2 + len(head) + _CHECK
    if information:
        length += len(information) + _CHECK
    assert length <= LENGTH_MAX
    top = _TYPE_3 | (_SEGMENTED if frame.segmented else 0) | length >> 8
    body = _checked(bytes([top, length & 0xFF]) + head)
    if information:
        body = _checked(body + information)
    return bytes([FLAG]) + body + bytes([FLAG])


def _checked(octets):
    return octets + fcs16(octets).to_bytes(_CHECK, "little")


class Deframer(_Deframer):
    """Frames out of a stream. Anything between frames is noise, and skipped."""

    def __init__(self):
        super().__init__({FLAG: _parse}, 2 * LENGTH_MAX, None)


def _parse(buffer, at, searching):
    """See wire/deframer.py. The closing flag is left: it may open the next frame."""
    begin = at + 1
    if len(buffer) > begin and buffer[begin] & 0xF0 != _TYPE_3:
        return 1, None  # a closing flag, or one of several between frames
    header = _header(bytes(buffer[begin : begin + _HEADER_MAX]))
    if header is None:
        return None
    destination, source, control = header
    length = (buffer[begin] & 0x07) << 8 | buffer[begin + 1]
    inside = begin + 2 + len(destination) + len(source) + 1 + _CHECK
    end = begin + length
    if end < inside or inside < end <= inside + _CHECK:
        raise Damage("length does not fit the header", buffer[at:inside])
    if len(buffer) <= end:
        return None
    if buffer[end] != FLAG:
        raise Damage("no closing flag", buffer[at:end])
    if not _is_checked(buffer[begin:end]):
        raise Damage("bad FCS", buffer[at:end])
    information = bytes(buffer[inside : end - _CHECK])
    segmented = bool(buffer[begin] & _SEGMENTED)
    return 1 + length, Frame(destination, source, control, information, segmented)


def _header(octets):
    """(destination, source, control) that begin a frame, with a good check; None if cut."""
    destination = address_in(octets[2:])
    source = address_in(octets[2 + len(destination) :]) if destination else b""
    size = 2 + len(destination) + len(source) + 1
    if not source or len(octets) < size + _CHECK:
        return None
    if not _is_checked(octets[: size + _CHECK]):
        raise Damage("bad HCS", octets[: size + _CHECK])
    return destination, source, octets[size - 1]


def _is_checked(octets):
    return fcs16(octets[:-_CHECK]) == int.from_bytes(octets[-_CHECK:], "little")
