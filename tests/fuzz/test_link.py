"""Whatever comes over a bus, a visit ends in bounded time: with an answer, or a DcuError."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.hdlc_meter_link import HdlcMeterLink
from drivers.pushes import Pushes
from drivers.rs485 import Rs485Bus
from hal.errors import DcuError
from tests.dual.hdlc_peers import Peers
from tests.fuzz.octets import damaged
from tests.virtual import VirtualClock, run_virtual
from wire import hdlc

SERVER, CLIENT = hdlc.server_address(1, 17), hdlc.client_address(16)
VISIT_MS_MAX = 120_000  # of a meter that does its worst
CONTROLS = (hdlc.UA, hdlc.DM, hdlc.UI, hdlc.FRMR, 0x11, 0x31, 0x15, 0x35, 0x10, 0x30, 0x32, 0x52)


LINES = [b"/SIM5\\2OPENDCU17\r\n", b"\x06252\r\n", b"/?!\r\n"]


def _frame(given):
    control, information, segmented, from_us = given
    way = (SERVER, CLIENT) if from_us else (CLIENT, SERVER)
    return hdlc.encode(hdlc.Frame(*way, control, information, segmented))


def said():
    information = st.one_of(st.just(b""), damaged().map(lambda octets: b"\xe6\xe7\x00" + octets))
    control = st.one_of(st.sampled_from(CONTROLS), st.integers(0, 255))
    rarely = st.sampled_from((False,) * 7 + (True,))
    frame = st.tuples(control, information, st.booleans(), rarely).map(_frame)
    return st.one_of(frame, frame, damaged(), damaged(LINES))


class Hostile(Peers):
    """A good meter, in whose stead, or beside which, somebody says `lines` again and again."""

    def __init__(self, clock, lines, keeps_quiet):
        super().__init__(clock, (SERVER,), lambda address, apdu: apdu)
        self._lines = lines
        self.spoil = lambda data: keeps_quiet and len(self.written) > 1

    def settings(self, baud, parity="N", databits=8):
        pass

    async def write(self, data):
        await super().write(data)
        turn = len(self.written)
        self.arrives(10 + 7 * turn % 40, self._lines[turn % len(self._lines)])


@pytest.mark.parametrize("called", (None, ""), ids=("hdlc", "mode-e"))
@given(lines=st.lists(said(), min_size=1, max_size=8), keeps_quiet=st.booleans())
def test_a_visit_ends_whatever_is_on_the_bus(called, lines, keeps_quiet):
    clock = VirtualClock()
    pushed = []
    port = Hostile(clock, lines, keeps_quiet)
    pushes = Pushes(lambda address: address, lambda address, apdu: pushed.append(apdu))
    bus = Rs485Bus("rs485-1", lambda: port, clock, aside=pushes)

    async def visit():
        link = HdlcMeterLink(bus, 17, called=called)
        try:
            await link.connect()
            for _ in range(3):
                await link.request(b"\xc0" + bytes(200))
            await link.disconnect()
        except DcuError:
            await link.disconnect()
        assert clock.ticks_ms() - began_ms < VISIT_MS_MAX

    began_ms = clock.ticks_ms()
    run_virtual(visit())
    assert len(pushed) <= len(port.written)
