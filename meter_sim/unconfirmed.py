"""UI frames: requests to all stations that nobody answers, and what a meter pushes (HDLC).

Needs no connection and no association: image blocks and the time come to all meters of a bus
at once. Only what does no harm when it is heard twice, or by the wrong one, is taken.
"""

from meter_sim import requests
from meter_sim.ciphering import TAGS
from meter_sim.clock import CLOCK, TIME
from meter_sim.frames import seal
from meter_sim.image import IMAGE
from meter_sim.link import DEFAULTS, REQUEST_LLC, RESPONSE_LLC
from meter_sim.push import pieces
from meter_sim.session import Session, Undeciphered

UI = 0x03
# 1, 2 and 4 octets; all logical devices, or the one that there is, of all physical ones
ALL_STATIONS = tuple(map(bytes.fromhex, ("ff", "feff", "02ff", "fefefeff", "0002feff")))
PUBLIC = 16
PUBLIC_SOURCE = b"\x21"
SET, ACTION = b"\xc1\x01", b"\xc3\x01"
CONFIRMED = 0x40
TAKEN = {(SET, CLOCK, TIME), (ACTION, CLOCK, 6), (ACTION, IMAGE, 2)}


def take(heard, meter, utc_s):
    """Do what a UI frame says, if it is one of TAKEN."""
    apdu = _opened(heard.information.removeprefix(REQUEST_LLC), meter)
    if heard.source != PUBLIC_SOURCE:
        do(apdu, meter, utc_s)


def datagram(client, apdu, meter, utc_s):
    """The same of a datagram: whether it was an unconfirmed request, which nobody answers."""
    is_one = apdu[:2] in (SET, ACTION) and len(apdu) > 2 and not apdu[2] & CONFIRMED
    if is_one and client != PUBLIC:
        do(apdu, meter, utc_s)
    return is_one


def do(apdu, meter, utc_s):
    """Do what an unconfirmed request in clear says, if it is one of TAKEN."""
    if len(apdu) < 3 or apdu[2] & CONFIRMED:
        return
    if apdu[:2] == SET:
        parsed = requests.set_normal(apdu[3:])
        if parsed and (SET, parsed[0].ln, parsed[0].index) in TAKEN:
            meter.objects.set(parsed[0], parsed[2], utc_s)
    elif apdu[:2] == ACTION:
        parsed = requests.action_normal(apdu[3:])
        if parsed and (ACTION, parsed[0].ln, parsed[0].index) in TAKEN:
            meter.objects.act(*parsed, utc_s)


def _opened(apdu, meter):
    """The plain APDU, or b"". With a policy it must be ciphered, and say whose it is."""
    if meter.security is None:
        return apdu
    session = Session(meter.security, meter.faults)
    try:
        if apdu[:1] and apdu[0] in TAGS:
            return session.open(apdu)
        session.plain()
    except Undeciphered:
        return b""
    return apdu


def frames(push, source):
    """The UI frames of a push over HDLC; its destination is the client's SAP."""
    client = bytes((push.destination[0] << 1 & 0xFF | 1,)) if push.destination else b"\x03"
    size = DEFAULTS.transmit_max - len(RESPONSE_LLC)
    return b"".join(
        [seal(client, source, UI, RESPONSE_LLC + piece) for piece in pieces(push.apdu, size)]
    )
