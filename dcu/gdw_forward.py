"""Q/GDW 376.1, AFN 10 F1: what the HES sends to a meter itself, as it is.

To an RS485 port: the first octet says what the frame is: 7E is HDLC, 68 is DL/T 645; the first
whole frame that comes back is the answer. To the port of a 376.2 module: a frame of 376.2, AFN 02
F1, to the module of a meter on file, with what is for its serial line; it comes back alike. Both
go before scheduled work, between two of its exchanges.

Reference: Q/GDW 376.1-2009, 5.16.
"""

from dcu import gdw_meters
from dcu.schema import PLC
from hal.errors import NoReply, Refused, WireError
from wire import dlt645, hdlc, qgdw3762
from wire.cursor import Cursor
from wire.qgdw3762_units import PAYLOAD_MAX

_PORT = 0x1F
_IN_SECONDS = 0x80
WAIT_MAX_MS = 60_000
OCTETS_MAX = hdlc.LENGTH_MAX + 2  # a longer frame is none, and would hold up the bus
MODULE_KIND = "376.2"  # of drivers/slot.py
_TO_LINE = (2, 1)  # AFN and Fn of 376.2
_FLAGS = 0x0F  # of R, without the relays


async def forward(gdw, pn, value):
    wait_ms = min(max(_wait_ms(value["wait"]), 1), WAIT_MAX_MS)
    if gdw_meters.CHANNELS.get(value["port"] & _PORT) == PLC:
        octets = await _through_module(gdw.dcu, value["octets"], wait_ms)
    else:
        octets = await _over_rs485(gdw, value, wait_ms)
    return {"port": value["port"], "octets": octets}


async def _over_rs485(gdw, value, wait_ms):
    channel = gdw_meters.CHANNELS.get(value["port"] & _PORT)
    bus = gdw.dcu.buses.get(channel)
    if bus is None:
        raise Refused(f"376.1: nothing can be forwarded to port {value['port'] & _PORT}")
    octets = value["octets"]
    if octets[:1] not in _FRAMINGS or len(octets) > OCTETS_MAX:
        raise Refused("376.1: neither HDLC nor a 645 frame to be forwarded")
    deframer, encode = _FRAMINGS[octets[:1]]
    answer = await bus.exchange(octets, deframer, lambda frame: frame, True, wait_ms)
    if answer is None:
        raise NoReply(f"port {value['port'] & _PORT}: no answer to what was forwarded")
    return encode(answer)


async def _through_module(dcu, octets, wait_ms):
    frame, protocol, payload = _unwrapped(octets)
    record = None
    if frame.destination.isdigit():
        record = dcu.archive.find(PLC, int(frame.destination))
    if record is None:
        raise Refused(f"376.1: meter {frame.destination} is not on file")
    if dcu.plc.module.kind != MODULE_KIND:
        raise Refused("376.1: frames are forwarded through 376.2 modules alone")
    node = dcu.plc.node(record)
    said = await dcu.plc.module.exchange(node, payload, (wait_ms,), True)
    if len(said) > PAYLOAD_MAX:
        raise WireError(f"{len(said)} octets of a meter do not fit a 376.2 frame")
    return _wrapped(frame, bytes([protocol, len(said)]) + bytes(said))


def _unwrapped(octets):
    """(Frame of 376.2, protocol, what is for the meter). Refused for any other."""
    deframer = qgdw3762.Deframer()
    deframer.feed(octets)
    try:
        frame = deframer.next_frame()
        if frame is None or frame.destination is None or (frame.afn, frame.fn) != _TO_LINE:
            raise Refused("376.1: not 376.2, AFN 02 F1, to the module of a meter")
        cursor = Cursor(frame.data)
        protocol, payload = cursor.u8(), cursor.take(cursor.u8())
    except WireError as error:
        raise Refused(f"376.1: not to be forwarded: {error.reason}")
    if cursor.left() or not payload:
        raise Refused("376.1: nothing, or more than one thing, for the meter")
    return frame, protocol, payload


def _wrapped(request, data):
    """As the module of the meter would say it: from it, to us, with the number of the request."""
    control = qgdw3762.UP | request.control & qgdw3762.MODE
    flags = request.information[0] & _FLAGS
    information = bytes([flags, 0, 0, 0, 0, qgdw3762.sequence(request)])
    ends = request.destination, (), request.source
    return qgdw3762.encode(qgdw3762.Frame(control, information, *(ends + _TO_LINE + (data,))))


def _wait_ms(octet):
    return (octet & 0x7F) * (1_000 if octet & _IN_SECONDS else 10)


_FRAMINGS = {
    b"\x7e": (hdlc.Deframer, hdlc.encode),
    b"\x68": (dlt645.Deframer, dlt645.encode),
}
FORWARD = {1: forward}
