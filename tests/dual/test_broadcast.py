"""What is said to all meters of a bus. In virtual time."""

from drivers.broadcast import APDU_MAX, Broadcast
from drivers.rs485 import Rs485Bus
from hal.errors import PortError
from tests.dual.scripted_port import ScriptedPort
from tests.virtual import VirtualClock, run_virtual
from wire import hdlc

OCTET_MS = 10_000 / 9600


def said(apdu, octets=2):
    """(what was written, ms until the sender was free, the bus)"""

    async def talk():
        clock = VirtualClock()
        port = ScriptedPort(clock, [()])
        bus = Rs485Bus("rs485-1", lambda: port, clock)
        began_ms = clock.ticks_ms()
        await Broadcast(bus, 1, octets).send(apdu)
        return b"".join(port.written), clock.ticks_ms() - began_ms, bus

    return run_virtual(talk())


def test_it_goes_to_all_stations_in_a_frame_that_nobody_is_to_answer():
    for octets, address in ((1, b"\xff"), (2, b"\xfe\xff"), (4, b"\xfe\xfe\xfe\xff")):
        written, _, _ = said(b"\xc3\x01\x01", octets)
        frame = hdlc.Frame(address, b"\x03", 0x03, b"\xe6\xe6\x00\xc3\x01\x01", False)
        assert written == hdlc.encode(frame)


def test_the_next_one_waits_until_it_is_on_the_wire_and_stored():
    written, took_ms, bus = said(bytes(APDU_MAX))
    assert took_ms >= len(written) * OCTET_MS + 50
    assert (bus.sent, bus.exchanges) == (len(written), 0)


def test_the_longest_fits_a_frame_of_the_usual_size_and_a_longer_one_is_our_mistake():
    said(bytes(APDU_MAX))
    try:
        said(bytes(APDU_MAX + 1))
    except AssertionError:
        return
    assert False, "a frame of 129 octets"


def test_a_port_that_is_lost_is_told():
    async def talk():
        clock = VirtualClock()

        def no_port():
            raise PortError("gone")

        await Broadcast(Rs485Bus("rs485-1", no_port, clock), 1, 2).send(b"\xc3")

    try:
        run_virtual(talk())
    except PortError:
        return
    assert False, "not told"
