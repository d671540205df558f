"""Frames of Q/GDW 376.1 and DL/T 645 in words.

Reference: Q/GDW 376.1-2009, 4.3, 5; DL/T 645-2007, 5, 7.
"""

from wire import dlt645, qgdw3761, qgdw3761_frame, qgdw3761_message
from wire.cursor import Cursor
from wire.errors import WireError
from wire.qgdw3761_formats import A16, unseen

_FUNCTIONS_645 = {
    0x01: "read (1997)",
    0x02: "read on (1997)",
    0x04: "write (1997)",
    0x08: "set the time of all",
    0x0A: "write address (1997)",
    0x11: "read",
    0x12: "read on",
    0x13: "read address",
    0x14: "write",
    0x15: "write address",
    0x16: "freeze",
    0x17: "change the rate",
    0x18: "change the password",
    0x19: "clear demand",
    0x1A: "clear the meter",
    0x1B: "clear events",
    0x1C: "switch",
    0x1F: "event",
}
_WITH_PASSWORD_645 = (0x04, 0x14, 0x18, 0x19, 0x1A, 0x1B, 0x1C)


def gdw3761(frame, shown):
    """What one frame of 376.1 is. The names are those of the standard.

    shown(octets)  what cannot be explained, as far as it may be seen
    """
    is_up = qgdw3761.is_from_terminal(frame)
    fields = {
        "dir": "up" if is_up else "down",
        "prm": int(bool(frame.control & qgdw3761_frame.PRM)),
        "func": frame.control & qgdw3761_frame.FUNCTION,
        "terminal": qgdw3761.terminal_text(frame),
        "A1": frame.area,
        "A2": frame.number,
        "A3": frame.msa << 1 | frame.is_group,
        "AFN": f"{frame.afn:02X} ({qgdw3761_message.AFNS.get(frame.afn, 'not explained here')})",
        "seq": frame.seq & qgdw3761_frame.COUNT,
        **{name: int(bool(frame.seq & bit)) for name, bit in _FLAGS},
    }
    if frame.protocol != qgdw3761_frame.PROTOCOL_376:
        fields["protocol"] = "Q/GDW 130-2005"
    fields.update(_units(frame, is_up, shown))
    if frame.events:
        fields["events"] = {"important": frame.events[0], "ordinary": frame.events[1]}
    if frame.time:
        fields["tp"] = _time(frame.time)
    return {"Q/GDW 376.1": fields}


_FLAGS = (
    ("tpv", qgdw3761_frame.HAS_TIME),
    ("fir", qgdw3761_frame.FIR),
    ("fin", qgdw3761_frame.FIN),
    ("con", qgdw3761_frame.CON),
)


def _units(frame, is_up, shown):
    try:
        size = qgdw3761_frame.password_size(frame)
        units, rest = qgdw3761_message.take_units(frame.afn, is_up, frame.body, size)
        fields = {"units": qgdw3761_message.shown(frame.afn, is_up, units)}
    except WireError as error:
        return {"not explained": error.reason, "body": shown(frame.body)}
    if rest and not is_up and frame.afn in qgdw3761_frame.WITH_PASSWORD:
        tail = rest[-size:]
        fields["password"] = unseen(tail)
        rest = rest[:-size]
    if rest:
        fields["not explained"] = shown(rest)
    return fields


def _time(octets):
    """Tp: the counter of frames, when it was sent, and how many minutes it may have taken."""
    try:
        sent = A16.shown(A16.take(Cursor(octets[1:5])))
    except WireError:
        sent = f"no time: {octets[1:5].hex()}"
    return {"pfc": octets[0], "sent": sent, "allowed_min": octets[5]}


def dlt645_frame(frame, shown):
    """What one frame of DL/T 645 is; `shown` as above."""
    function = frame.control & dlt645.FUNCTION
    fields = {
        "dir": "up" if frame.control & dlt645.UP else "down",
        "address": frame.address,
        "function": f"{function:02X} ({_FUNCTIONS_645.get(function, 'not explained here')})",
    }
    if frame.control & dlt645.FAILED:
        fields["error"] = frame.data.hex()
        return {"DL/T 645": fields}
    if frame.control & dlt645.MORE:
        fields["more"] = "follows"
    try:
        di, rest = dlt645.identifier(frame)
    except WireError as error:
        return {"DL/T 645": {**fields, "not explained": error.reason, "data": shown(frame.data)}}
    if di:
        fields["DI"] = di
    if rest:
        has_password = function in _WITH_PASSWORD_645 and not frame.control & dlt645.UP
        fields["data"] = f"{len(rest)} octets, not shown" if has_password else shown(rest)
    return {"DL/T 645": fields}
