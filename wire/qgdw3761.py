"""Q/GDW 376.1: who the terminal is, confirmations (AFN 00) and the link frames (AFN 02).

The frame is in qgdw3761_frame.py, its data units in qgdw3761_units.py. Both roles: the
concentrator sends link frames and reads confirmations, the head-end the reverse.

Reference: Q/GDW 376.1-2009, 5.1 (AFN 00H), 5.3 (AFN 02H); 1376.1-2013 for the clock in F3.
"""

from collections import namedtuple

from wire.cursor import Cursor
from wire.errors import WireError
from wire.qgdw3761_frame import (
    ACD,
    CON,
    COUNT,
    DATA_MAX,
    FIN,
    FIR,
    FRAME_MAX,
    FUNCTION,
    HAS_TIME,
    PRM,
    PROTOCOL_376,
    UP,
    Deframer,
    Frame,
    encode,
)
from wire.qgdw3761_units import parse_clock, take_unit_id, unit

__all__ = ("ACD", "CON", "COUNT", "DATA_MAX", "FIN", "FRAME_MAX", "Deframer", "encode")

AFN_CONFIRM, AFN_RESET, AFN_LINK, AFN_EVENTS = 0x00, 0x01, 0x02, 0x0E
_REPORTS = (0x0C, 0x0D, AFN_EVENTS)
LOGIN, LOGOUT, HEARTBEAT = 1, 2, 3  # Fn of AFN 02
ALL_CONFIRMED, ALL_DENIED, BY_UNIT = 1, 2, 3  # Fn of AFN 00
NUMBER_BROADCAST = 0xFFFF

_RESET, _NO_REPLY, _LINK_TEST, _CLASS_2 = 1, 4, 9, 11  # function codes with PRM = 1
_ACK, _DATA, _DENY, _LINK_STATUS = 0, 8, 9, 11  # function codes with PRM = 0
_CLOCK = 6  # octets
BODY_MAX = DATA_MAX - 8 - 16  # octets of data units in a frame, beside a password
OVERHEAD = 8 + 8 + 2 + 6  # octets of a frame beside its units: frame, C to SEQ, EC, Tp

Address = namedtuple("Address", ("area", "number"))
# What an AFN 02 frame says: LOGIN, LOGOUT or HEARTBEAT, and parse_clock()'s value or None.
Link = namedtuple("Link", ("function", "clock"))


def address_from_terminal(area, number):
    """Address of area code "0731" (decimal) and terminal number "0001" (hexadecimal)."""
    assert is_terminal_text(area + number), "not a terminal ID"
    return Address(area, int(number, 16))


def address_from_text(terminal):
    """Address of a terminal ID as people write it: "07310001"."""
    return address_from_terminal(terminal[:4], terminal[4:])


def terminal_text(of):
    """The terminal ID, "07310001", of an Address or of a Frame."""
    return f"{of.area}{of.number:04X}"


def is_terminal_text(text):
    """Is it 4 decimal and 4 hexadecimal digits, the latter neither 0000 nor FFFF?"""
    if len(text) != 8 or not all([digit in "0123456789" for digit in text[:4]]):
        return False
    return all([digit in "0123456789ABCDEFabcdef" for digit in text[4:]]) and (
        text[4:].upper() not in ("0000", "FFFF")
    )


def link_frame(address, function, pfc, clock=b"", msa=0):
    """AFN 02 from the terminal: LOGIN, LOGOUT or HEARTBEAT, to be confirmed.

    pfc    counter of the terminal's frames: one more for each new one, the same for a repeat
    clock  6 octets of format A.1 for a HEARTBEAT of 1376.1-2013, or none
    msa    address of the head-end that it is for
    """
    assert function in (LOGIN, LOGOUT, HEARTBEAT)
    assert not clock or (function == HEARTBEAT and len(clock) == _CLOCK)
    control, seq = UP | PRM | _LINK_TEST, FIR | FIN | CON | pfc & COUNT
    body = unit(0, function, clock)
    return _frame(control, address, False, msa, AFN_LINK, seq, body, b"", b"")


def report(address, pfc, msa, body, events):
    """AFN 0E from the terminal, unasked and to be confirmed. `events` is EC."""
    seq = FIR | FIN | CON | pfc & COUNT
    control = UP | PRM | ACD | _NO_REPLY
    return _frame(control, address, False, msa, AFN_EVENTS, seq, body, events, b"")


def data_report(address, pfc, msa, afn, body, events, confirms=False):
    """AFN 0C or 0D from the terminal, unasked. Where it is not to be confirmed, what is lost is
    asked for by AFN 0B."""
    control = UP | PRM | _NO_REPLY | (ACD if events else 0)
    seq = FIR | FIN | (CON if confirms else 0) | pfc & COUNT
    return _frame(control, address, False, msa, afn, seq, body, events, b"")


def is_report(frame):
    """Is it AFN 0C, 0D or 0E from a terminal that nobody has asked?"""
    is_unasked = is_from_terminal(frame) and bool(frame.control & PRM)
    return is_unasked and frame.afn in _REPORTS


def request(terminal, afn, number, msa, body):
    """What a head-end asks or orders of the terminal "07310001": `body` are the data units, with
    the password where there is one; the answer has `number`, from 0 to 15, too."""
    function = _RESET if afn == AFN_RESET else _CLASS_2
    seq = FIR | FIN | number & COUNT
    return _frame(
        PRM | function, address_from_text(terminal), False, msa, afn, seq, body, b"", b""
    )


def parse_link(frame):
    """Link of an AFN 02 frame from a terminal."""
    assert frame.afn == AFN_LINK
    cursor = Cursor(frame.body)
    points, functions = take_unit_id(cursor)
    if points != [0] or len(functions) != 1 or functions[0] not in (LOGIN, LOGOUT, HEARTBEAT):
        raise WireError("not a login, logout or heartbeat", frame.body[:32])
    octets = cursor.rest()
    if octets and functions[0] != HEARTBEAT:
        raise WireError("data in a login or logout", octets[:32])
    return Link(functions[0], parse_clock(octets) if octets else None)


def confirmation(request, events=b""):
    """AFN 00 F1: all of `request` is well. `events` is EC, while important events wait."""
    return _answer(request, _ACK, unit(0, ALL_CONFIRMED), events)


def denial(request, events=b""):
    """AFN 00 F2: nothing of `request` is done."""
    return _answer(request, _DENY, unit(0, ALL_DENIED), events)


def confirmation_by_unit(request, results, events=b""):
    """AFN 00 F3: [(pn, fn, error)] for the units of `request`; error 0 is well."""
    octets = unit(0, BY_UNIT) + bytes([request.afn])
    for pn, fn, error in results:
        octets += unit(pn, fn) + bytes([error])
    return _answer(request, _ACK, octets, events)


def data_frame(request, ours, number, is_last, body, events=b"", afn=None):
    """The frame `number`, from 0, of the data that answer `request`; `ours` is our Address, `afn`
    theirs where it is not that of the request."""
    seq = request.seq & HAS_TIME | (request.seq + number) & COUNT
    seq |= (0 if number else FIR) | (FIN if is_last else 0)
    return _up(request, ours, _DATA, afn or request.afn, seq, body, events)


def parse_confirmation(frame):
    """(Fn, afn, [(pn, fn, error)]) of an AFN 00 frame; afn None and [] unless it is BY_UNIT."""
    assert frame.afn == AFN_CONFIRM
    cursor = Cursor(frame.body)
    points, functions = take_unit_id(cursor)
    if points != [0] or functions[0] not in (ALL_CONFIRMED, ALL_DENIED, BY_UNIT):
        raise WireError("a confirmation of an unknown kind", frame.body[:32])
    if functions[0] != BY_UNIT:
        return functions[0], None, []
    afn, results = cursor.u8(), []
    while cursor.left():
        points, functions = take_unit_id(cursor)
        error = cursor.u8()
        results += [(pn, fn, error) for pn in points for fn in functions]
    return BY_UNIT, afn, results


def is_confirmed(frame):
    """Does this AFN 00 frame confirm all that it is about? Head-ends use F1 or F3."""
    fn, _, results = parse_confirmation(frame)
    return fn == ALL_CONFIRMED or (bool(results) and not any([error for _, _, error in results]))


def wants_answer(frame):
    """Is it a request to one terminal that is to be answered, if only by a denial?"""
    to_many = frame.is_group or frame.number == NUMBER_BROADCAST
    return asks(frame) and not to_many


def asks(frame):
    """Is it a request that is not said to want no answer?"""
    is_asked = frame.control & PRM and frame.control & FUNCTION != _NO_REPLY
    return bool(is_asked) and frame.afn != AFN_CONFIRM


def is_request(frame):
    """Is it something to be done, answered or not?"""
    return bool(frame.control & PRM) and not frame.control & UP and frame.afn != AFN_CONFIRM


def is_answer(frame):
    """Is it from a terminal that was asked?"""
    return is_from_terminal(frame) and not frame.control & PRM


def is_from_terminal(frame):
    return bool(frame.control & UP)


def _answer(request, function, body, events):
    """To the other direction; SEQ, A3 and Tp are the request's."""
    seq = request.seq & (HAS_TIME | COUNT) | FIR | FIN
    if is_from_terminal(request):  # what head-ends send, whatever the confirmation says
        group, msa, time = request.is_group, request.msa, request.time
        return _frame(_LINK_STATUS, request, group, msa, AFN_CONFIRM, seq, body, b"", time)
    return _up(request, request, function, AFN_CONFIRM, seq, body, events)


def _up(request, ours, function, afn, seq, body, events):
    """To who has asked us, from us and not from the group that was asked."""
    control = UP | function | (ACD if events else 0)
    return _frame(control, ours, False, request.msa, afn, seq, body, events, request.time)


def _frame(control, address, is_group, msa, afn, seq, body, events, time):
    area, number = address.area, address.number
    return Frame(control, area, number, is_group, msa, afn, seq, body, events, time, PROTOCOL_376)
