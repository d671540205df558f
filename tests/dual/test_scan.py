"""Finding meters on a bus."""

from drivers.rs485 import Rs485Bus
from drivers.scan import Found, find_meter
from hal.errors import PortError
from tests.dual.hdlc_peers import Peers
from tests.virtual import VirtualClock, run_virtual
from wire import axdr, hdlc, obis
from wire.credentials import Credentials
from wire.server import Denied, ServerAssociation

NAMES = {obis.parse("0.0.42.0.0.255"): b"ODC", obis.parse("0.0.96.1.0.255"): b"\x00\x17"}


class Names:
    """Logical device name and serial number, with the address."""

    def __init__(self, address):
        self.address = address

    def get(self, attribute, access, client):
        if attribute.ln not in NAMES:
            raise Denied(4)
        return axdr.octets(NAMES[attribute.ln] + self.address[-1:])


class Bench:
    """A bus with one meter, whose HDLC address is `there`."""

    def __init__(self, there, answer=None):
        server = ServerAssociation(Names(there), {16: Credentials()})
        self.clock = VirtualClock()
        self.port = Peers(
            self.clock, [there], answer or (lambda address, apdu: server.answer(16, 1, apdu))
        )
        self.bus = Rs485Bus("rs485-1", lambda: self.port, self.clock)


def found(address, there, answer=None):
    return run_virtual(find_meter(Bench(there, answer).bus, address))


def test_a_meter_is_found_with_its_names():
    assert found(17, hdlc.server_address(1, 17)) == Found(17, 2, "ODC#", "001723")


def test_an_address_without_a_meter_costs_two_short_time_outs():
    bench = Bench(hdlc.server_address(1, 17))
    assert run_virtual(find_meter(bench.bus, 18)) is None
    assert bench.clock.ticks_ms() <= 2 * 310


def test_addresses_above_127_are_asked_with_four_octets():
    for address, octets in ((127, 2), (128, 4)):
        meter = found(address, hdlc.server_address(1, address, octets))
        assert (meter.address, meter.octets) == (address, octets)


def test_a_meter_that_says_nothing_useful_is_found_without_names():
    for nonsense in (b"\xd8\x01\x01", b"\x00", None):
        meter = found(17, hdlc.server_address(1, 17), lambda address, apdu: nonsense)  # noqa: B023
        assert meter == Found(17, 2, "", ""), nonsense


def test_a_port_that_is_not_there_ends_the_scan():
    def missing():
        raise PortError("no such device")

    async def live():
        try:
            await find_meter(Rs485Bus("rs485-1", missing, VirtualClock()), 1)
        except PortError:
            return True
        return False

    assert run_virtual(live())


def test_a_port_that_is_lost_while_names_are_asked_leaves_the_meter_to_others():
    def pull(address, apdu):
        if apdu[0] == 0x60:
            return server.answer(16, 1, apdu)
        bench.port.is_broken = True
        return None

    server = ServerAssociation(Names(b""), {16: Credentials()})
    bench = Bench(hdlc.server_address(1, 17), pull)

    async def live():
        try:
            await find_meter(bench.bus, 17)
            raise AssertionError("found")
        except PortError:
            assert not bench.bus.session(17).held

    run_virtual(live())
