"""Finding meters on a bus."""

from drivers.rs485 import Rs485Bus
from drivers.scan import Found, scan
from hal.errors import PortError
from tests.dual.hdlc_peers import Peers
from tests.virtual import VirtualClock, run_virtual
from wire import association, axdr, hdlc, obis
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


def found(low, high, addresses, answers=None, progress=None, **options):
    """(rows, ms that it took)"""
    clients = {16: (association.NONE, b"")}
    servers = {}
    for address in addresses:
        servers[address] = ServerAssociation(Names(address), clients)

    def answer(address, apdu):
        return servers[address].answer(16, 1, apdu)

    async def live():
        clock = VirtualClock()
        port = Peers(clock, addresses, answers or answer)
        bus = Rs485Bus("rs485-1", lambda: port, clock)
        rows = await scan(bus, low, high, progress or (lambda address, row: None), **options)
        return rows, clock.ticks_ms()

    return run_virtual(live())


def test_meters_are_found_with_their_names():
    addresses = [hdlc.server_address(1, n) for n in (17, 19)]
    rows, _ = found(16, 20, addresses)
    assert rows == [
        Found(17, 2, "ODC#", "001723"),
        Found(19, 2, "ODC'", "001727"),
    ]


def test_an_address_without_a_meter_costs_two_short_time_outs():
    rows, took_ms = found(1, 10, [])
    assert rows == [] and took_ms <= 10 * 2 * 310


def test_addresses_above_127_are_asked_with_four_octets():
    rows, _ = found(128, 128, [hdlc.server_address(1, 128, 4)])
    assert [(row.address, row.octets) for row in rows] == [(128, 4)]


def test_the_one_octet_form_is_asked_only_when_wanted():
    addresses = [hdlc.server_address(1, 17, 1)]
    assert found(17, 17, addresses)[0] == []
    assert [row.octets for row in found(17, 17, addresses, one_octet=True)[0]] == [1]


def test_a_meter_that_says_nothing_useful_is_found_without_names():
    for nonsense in (b"\xd8\x01\x01", b"\x00", None):
        addresses = [hdlc.server_address(1, 17)]
        rows, _ = found(17, 17, addresses, lambda address, apdu: nonsense)  # noqa: B023
        assert rows == [Found(17, 2, "", "")], nonsense


def test_progress_is_told_address_by_address():
    told = []
    addresses = [hdlc.server_address(1, 18)]
    found(17, 19, addresses, None, lambda address, row: told.append((address, bool(row))))
    assert told == [(17, False), (18, True), (19, False)]


def test_a_lost_port_ends_the_scan():
    def missing():
        raise PortError("no such device")

    async def live():
        bus = Rs485Bus("rs485-1", missing, VirtualClock())
        try:
            await scan(bus, 1, 32)
        except PortError:
            return True
        return False

    assert run_virtual(live())
