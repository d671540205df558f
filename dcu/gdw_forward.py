"""Q/GDW 376.1, AFN 10 F1: what the HES sends to a meter itself, as it is, over an RS485 port.

The first octet says what the frame is: 7E is HDLC, 68 is DL/T 645; the first whole frame that
comes back is the answer. It goes before scheduled work, between two of its exchanges.

Reference: Q/GDW 376.1-2009, 5.16.
"""

from dcu import gdw_meters
from hal.errors import NoReply, Refused
from wire import dlt645, hdlc

_PORT = 0x1F
_IN_SECONDS = 0x80
WAIT_MAX_MS = 60_000


async def forward(gdw, pn, value):
    channel = gdw_meters.CHANNELS.get(value["port"] & _PORT)
    bus = gdw.dcu.buses.get(channel)
    if bus is None:
        raise Refused(f"376.1: nothing can be forwarded to port {value['port'] & _PORT}")
    octets = value["octets"]
    if octets[:1] not in _FRAMINGS:
        raise Refused("376.1: neither HDLC nor a 645 frame to be forwarded")
    deframer, encode = _FRAMINGS[octets[:1]]
    wait_ms = min(max(_wait_ms(value["wait"]), 1), WAIT_MAX_MS)
    answer = await bus.exchange(octets, deframer, lambda frame: frame, True, wait_ms)
    if answer is None:
        raise NoReply(f"port {value['port'] & _PORT}: no answer to what was forwarded")
    return {"port": value["port"], "octets": encode(answer)}


def _wait_ms(octet):
    return (octet & 0x7F) * (1_000 if octet & _IN_SECONDS else 10)


_FRAMINGS = {
    b"\x7e": (hdlc.Deframer, hdlc.encode),
    b"\x68": (dlt645.Deframer, dlt645.encode),
}
FORWARD = {1: forward}
