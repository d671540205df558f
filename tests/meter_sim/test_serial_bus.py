"""When the meters talk on a bus, and how the port follows them: the loop, without a process."""

import socket

import pytest

from meter_sim import mode_e, serial_bus
from meter_sim.loop import Loop, now_ms
from meter_sim.meter import Meter
from meter_sim.mode_e import UNSEEN, ModeE
from meter_sim.plant import Plant
from meter_sim.serial_bus import SerialBus
from tests.meter_sim.conftest import PATIENCE_S
from tests.meter_sim.reader import frames_in
from tests.meter_sim.test_mode_e import ACKNOWLEDGE, CALL, HDLC, OPENING, SAID
from tests.meter_sim.test_program import SNRM

UI, UA = 0x03, 0x73
NEVER_MS = 3_600_000


class Port:
    """One end of a pair of sockets; `used` holds each line with what was out before it."""

    name = "of tests"

    def __init__(self):
        self.far, self._near = socket.socketpair()
        self._near.setblocking(False)
        self.far.setblocking(False)
        self.fd = self._near.fileno()
        self.out = b""
        self.used = []

    def read(self):
        try:
            self.out += self.far.recv(1000)
        except BlockingIOError:
            pass
        return self.out

    def use(self, line):
        if not self.used or self.used[-1][0] != line:
            self.used.append((line, self.read()))

    def close(self):
        self.far.close()
        self._near.close()


@pytest.fixture
def port():
    port = Port()
    yield port
    port.close()


def run_until(loop, condition):
    given_up_ms = now_ms() + PATIENCE_S * 1000

    def look(_=b""):
        assert now_ms() < given_up_ms
        if condition():
            loop.stop()
        else:
            loop.at(now_ms() + 1, look)

    loop.at(now_ms(), look)
    loop.run()


def called(port, octet_ms):
    """A bus of mode E on which a meter has just been called."""
    plant, loop = Plant([Meter(17, reply_ms=0)]), Loop()
    plant.enter(lambda meter: ModeE(meter, lambda: UNSEEN))
    SerialBus(loop, port, plant, lambda: octet_ms)
    port.far.send(CALL)
    run_until(loop, lambda: port.read() == SAID)
    port.far.send(ACKNOWLEDGE)
    return loop


def lines(port):
    return [line for line, _ in port.used]


@pytest.mark.parametrize("looked_at_ms, octet_ms", ((NEVER_MS, 0.01), (1, 5)))
def test_the_line_follows_as_soon_as_the_answer_is_out_and_not_before(
    port, monkeypatch, looked_at_ms, octet_ms
):
    monkeypatch.setattr(serial_bus, "LINE_MS", looked_at_ms)
    loop = called(port, octet_ms)
    run_until(loop, lambda: HDLC in lines(port))
    assert port.used == [(OPENING, b""), (HDLC, SAID + ACKNOWLEDGE)]


def test_the_line_is_back_at_300_when_nothing_happens(port, monkeypatch):
    monkeypatch.setattr(serial_bus, "LINE_MS", 10)
    monkeypatch.setattr(mode_e, "INACTIVITY_MS", 50)
    loop = called(port, 0.01)
    run_until(loop, lambda: len(port.used) == 3)
    assert lines(port) == [OPENING, HDLC, OPENING]


def test_a_push_waits_until_an_answer_is_out_and_the_bus_is_quiet(port):
    meter, loop = Meter(17, reply_ms=50), Loop()
    bus = SerialBus(loop, port, Plant([meter]), lambda: 0)
    port.far.send(SNRM)
    run_until(loop, lambda: meter.is_connected)
    meter.objects.push.push(0)
    asked_ms = now_ms()
    bus.tell()
    run_until(loop, lambda: port.read().count(b"\x7e") == 4)
    assert [said.control for said in frames_in(port.out)] == [UA, UI]
    assert now_ms() - asked_ms >= serial_bus.QUIET_MS
