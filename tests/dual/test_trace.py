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
    assert trace.pieces == [[0, True, b"a"], [0, True, b"b"], [0, False, b"cd"], [0, True, b"e"]]


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
    assert trace.pieces == [[0, True, b"a"]]


def test_a_trace_keeps_so_many_octets_and_counts_the_rest():
    bus, trace = begun()
    bus.tap(False, bytes(OCTETS_MAX - 1))
    bus.tap(False, b"x")
    assert trace.left_out == 0 and len(trace.pieces[0][2]) == OCTETS_MAX
    bus.tap(True, b"y")
    assert trace.left_out == 1 and len(trace.pieces) == 1
