"""What a trace of a bus keeps. Runs on both interpreters."""

from dcu.trace import OCTETS_MAX, Trace
from hal.errors import Refused
from tests.virtual import VirtualClock


class Bus:
    name = "rs485-1"
    tap = None


def begun():
    bus, clock = Bus(), VirtualClock()
    trace = Trace(bus, clock)
    trace.begin()
    return bus, trace


def test_what_is_heard_in_pieces_is_one_and_what_is_sent_stays_apart():
    bus, trace = begun()
    for is_sent, octets in ((True, b"a"), (True, b"b"), (False, b"c"), (False, b"d")):
        bus.tap(is_sent, octets)
    bus.tap(True, b"e")
    assert trace.pieces == [
        [0, True, False, b"a"],
        [0, True, False, b"b"],
        [0, False, False, b"cd"],
        [0, True, False, b"e"],
    ]


def test_a_trace_that_has_ended_listens_no_more():
    bus, trace = begun()
    trace.end()
    assert bus.tap is None


def test_one_trace_at_a_time_and_the_second_takes_nothing_from_the_first():
    bus, trace = begun()
    try:
        Trace(bus, VirtualClock()).begin()
        assert False, "two at once"
    except Refused as error:
        assert "rs485-1" in str(error)
    bus.tap(True, b"a")
    assert trace.pieces == [[0, True, False, b"a"]]


def test_a_trace_keeps_so_many_octets_and_counts_the_rest():
    bus, trace = begun()
    bus.tap(False, bytes(OCTETS_MAX - 1))
    bus.tap(False, b"x")
    assert trace.left_out == 0 and len(trace.pieces[0][3]) == OCTETS_MAX
    bus.tap(True, b"y")
    assert trace.left_out == 1 and len(trace.pieces) == 1


def test_of_what_was_ciphered_only_what_reads_is_told_and_apart_from_the_frames():
    bus, trace = begun()
    bus.tap(False, b"x")
    for octets in (b"\xc4\x01", b"\xc1\x01 a new password", b"\xc3\x01 a new key", b"\x0f"):
        trace.take_inside(False, octets)
    bus.tap(False, b"y")
    inside = [0, False, True, b"\xc4\x01"]
    assert trace.pieces == [[0, False, False, b"x"], inside, [0, False, False, b"y"]]
