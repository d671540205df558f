"""Entry by IEC 62056-21: the call, the change of line, and what a wrong line hears."""

import os
import termios
import time
import tty

import pytest

from meter_sim.meter import Meter
from meter_sim.mode_e import Line, ModeE
from tests.meter_sim.conftest import PATIENCE_S
from tests.meter_sim.reader import NOW_S, frame, frames_in
from tests.meter_sim.test_program import SILENCE_S, SNRM, exchange_fd

CALL, BY_NAME = b"/?!\r\n", b"/?00000017!\r\n"
ACKNOWLEDGE = b"\x06252\r\n"
SAID = b"/SIM5\\2OPENDCU17\r\n"
OPENING, HDLC, UNSEEN = Line(300, 7, "E"), Line(9600, 8, "N"), Line(None, None, None)
UA, DM = 0x73, 0x1F


class Caller:
    """The other side: its line is what the test sets."""

    def __init__(self, meter=None, line=OPENING, **how):
        self.line = line
        self.meter = meter or Meter(17)
        self.entry = ModeE(self.meter, lambda: self.line, **how)
        self.now_ms = 0

    def say(self, octets):
        return self.entry.receive(octets, self.now_ms, NOW_S)

    def enter(self):
        assert self.say(CALL) == SAID
        assert self.say(ACKNOWLEDGE) == ACKNOWLEDGE
        self.line = HDLC
        return self

    def control(self, control):
        """What HDLC frame it says to a frame, by its control octet."""
        return [said.control for said in frames_in(self.say(frame(b"\x02\x23", b"\x21", control)))]


def test_a_meter_is_called_agrees_on_a_rate_and_then_speaks_hdlc():
    caller = Caller()
    assert caller.control(0x93) == [], "it does not hear HDLC before"
    caller.now_ms = 5000
    assert caller.enter().entry.line(5000) == HDLC
    assert caller.control(0x93) == [UA]
    assert caller.say(CALL) == b"", "and no call after"


@pytest.mark.parametrize("call", (CALL, BY_NAME, b"/?17!\r\n", b"\x00\x7f/?17!\r\n"))
def test_it_answers_to_its_serial_number_and_to_none(call):
    assert Caller().say(call) == SAID


@pytest.mark.parametrize("call", (b"/?18!\r\n", b"/?!", b"?!\r\n", b"/?1!7\r\n", b"/?117!\r\n"))
def test_it_does_not_answer_to_another(call):
    assert Caller().say(call) == b""


def test_a_call_may_come_octet_by_octet_but_not_with_a_long_pause():
    caller = Caller()
    assert b"".join([caller.say(bytes((octet,))) for octet in BY_NAME]) == SAID
    assert caller.say(CALL[:2]) == b""
    caller.now_ms = 3001
    assert caller.say(CALL[2:]) == b""


def test_octets_of_eight_bits_with_the_parity_in_them_are_heard_and_a_wrong_one_is_not():
    def even(octets):
        return bytes(octet | octet.bit_count() % 2 << 7 for octet in octets)

    assert Caller(line=UNSEEN).say(even(CALL)) == SAID
    odd = bytes(octet | 0x80 if octet.bit_count() % 2 == 0 else octet for octet in CALL)
    assert Caller(line=UNSEEN).say(odd) == b""


@pytest.mark.parametrize(
    "line", (Line(9600, 7, "E"), Line(300, 8, "N"), Line(300, 7, "N"), Line(300, 7, "O"), HDLC)
)
def test_a_call_on_a_wrong_line_is_not_heard(line):
    assert Caller(line=line).say(CALL) == b""


@pytest.mark.parametrize("line", (OPENING, Line(300, 8, "N"), Line(9600, 7, "E")))
def test_hdlc_on_a_wrong_line_is_not_heard(line):
    caller = Caller().enter()
    caller.line = line
    assert caller.control(0x93) == []
    caller.line = HDLC
    assert caller.control(0x93) == [UA]


@pytest.mark.parametrize(
    "octets", (b"\x06242\r\n", b"\x06050\r\n", b"\x06051\r\n", b"\x06251\r\n", b"\r\n")
)
def test_another_acknowledgement_ends_the_call(octets):
    caller = Caller()
    assert caller.say(CALL) == SAID
    assert caller.say(octets) == b""
    assert caller.say(ACKNOWLEDGE) == b"" and caller.entry.line(0) == OPENING


def test_without_a_call_there_is_nothing_to_acknowledge():
    assert Caller().say(ACKNOWLEDGE) == b""
    caller = Caller()
    assert caller.say(CALL) == SAID
    caller.now_ms = 3001
    assert caller.say(ACKNOWLEDGE) == b"", "too late"


def test_it_is_back_at_300_after_a_disconnection():
    caller = Caller().enter()
    assert caller.control(0x53) == [DM], "it was not connected"
    assert caller.entry.line(0) == HDLC
    assert caller.control(0x93) == [UA] and caller.control(0x53) == [UA]
    assert caller.entry.line(0) == OPENING and caller.control(0x93) == []
    caller.line = OPENING
    caller.now_ms = 4000
    assert caller.say(CALL) == SAID


@pytest.mark.parametrize("pause_ms, line", ((120_000, HDLC), (120_001, OPENING)))
def test_it_is_back_at_300_after_it_has_heard_nothing_for_itself(pause_ms, line):
    caller = Caller().enter()
    caller.now_ms = 1000
    assert caller.control(0x93) == [UA]
    caller.now_ms = 60_000
    assert caller.say(frame(b"\x02\x25", b"\x21", 0x93)) == b"", "for another meter"
    caller.now_ms = 1000 + pause_ms
    assert caller.entry.line(caller.now_ms) == line
    caller.line = line
    assert bool(caller.say(CALL)) is (line == OPENING)


@pytest.mark.parametrize("rate, baud", (("0", 300), ("3", 2400), ("6", 19_200)))
def test_it_goes_on_at_the_rate_that_it_offers(rate, baud):
    caller = Caller(rate=rate)
    assert caller.say(CALL) == SAID.replace(b"SIM5", b"SIM" + rate.encode())
    assert caller.say(b"\x062" + rate.encode() + b"2\r\n")
    assert caller.entry.line(0) == Line(baud, 8, "N")


def test_without_supply_it_says_nothing_and_has_forgotten_the_call():
    caller = Caller().enter()
    caller.meter.faults.add("silent")
    assert caller.control(0x93) == []
    caller.meter.faults.clear()
    assert caller.control(0x93) == [] and caller.entry.line(0) == OPENING


def test_it_pushes_in_hdlc_only():
    caller = Caller()
    caller.meter.objects.push.push(NOW_S)
    assert caller.entry.unasked(NOW_S) == b""
    assert frames_in(caller.enter().entry.unasked(NOW_S))


def test_two_meters_on_a_bus_are_called_one_by_one():
    one, other = Caller(Meter(17)), Caller(Meter(18))
    assert one.say(BY_NAME) == SAID and other.say(BY_NAME) == b""
    assert one.say(ACKNOWLEDGE) and other.say(ACKNOWLEDGE) == b""


def set_line(fd, speed):
    attributes = termios.tcgetattr(fd)
    attributes[4] = attributes[5] = speed
    termios.tcsetattr(fd, termios.TCSANOW, attributes)


def test_the_program_notices_the_rate_of_the_other_side_of_a_pty(bus):
    fd = os.open(bus("--mode-e"), os.O_RDWR | os.O_NOCTTY)
    set_line(fd, termios.B9600)
    assert exchange_fd(fd, BY_NAME, patience_s=SILENCE_S)[0] == b""
    set_line(fd, termios.B300)
    assert exchange_fd(fd, BY_NAME, len(SAID))[0] == SAID
    assert exchange_fd(fd, ACKNOWLEDGE, len(ACKNOWLEDGE))[0] == ACKNOWLEDGE
    assert exchange_fd(fd, SNRM, patience_s=SILENCE_S)[0] == b""
    set_line(fd, termios.B9600)
    assert frames_in(exchange_fd(fd, SNRM)[0])[0].control == UA
    os.close(fd)


def test_the_program_follows_with_its_own_line_on_a_real_port(bus):
    master, slave = os.openpty()
    tty.setraw(slave)
    set_line(slave, termios.B300)  # it may well be so already
    bus("--mode-e", "3", port=os.ttyname(slave))
    assert speed(slave) == termios.B300
    said = SAID.replace(b"SIM5", b"SIM3")
    assert exchange_fd(master, BY_NAME, len(said))[0] == said
    assert exchange_fd(master, b"\x06232\r\n", 6)[0] == b"\x06232\r\n"
    wait_for(lambda: speed(slave) == termios.B2400)
    assert frames_in(exchange_fd(master, SNRM)[0])[0].control == UA
    exchange_fd(master, frame(b"\x02\x23", b"\x21", 0x53))
    wait_for(lambda: speed(slave) == termios.B300)
    os.close(master)
    os.close(slave)


def speed(fd):
    return termios.tcgetattr(fd)[4]


def wait_for(condition):
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_a_paced_opening_takes_the_time_of_300_bits_a_second(bus):
    fd = os.open(bus("--mode-e", "--pace"), os.O_RDWR | os.O_NOCTTY)
    set_line(fd, termios.B300)
    said, elapsed_s = exchange_fd(fd, BY_NAME, len(SAID))
    assert said == SAID and elapsed_s >= (len(BY_NAME) + len(SAID)) / 30
    said, elapsed_s = exchange_fd(fd, ACKNOWLEDGE, len(ACKNOWLEDGE))
    assert said == ACKNOWLEDGE and elapsed_s >= 2 * len(ACKNOWLEDGE) / 30
    os.close(fd)
