"""The DLMS wrapper over TCP and UDP: octets by hand, and the program at real sockets."""

import socket
import struct
import subprocess
import time

import pytest

from meter_sim import listener
from meter_sim.curve import curve_of
from meter_sim.meter import Meter
from meter_sim.wrapper import Wrapper
from tests.meter_sim.conftest import METER_SIM, PATIENCE_S
from tests.meter_sim.reader import CLIENT, NOW_S, PUBLIC, aarq, decode, get_request

SERIAL = (1, "0.0.96.1.0.255", 2)
IMPORTED = (3, "1.0.1.8.0.255", 2)
SILENCE_S = 0.2


def packet(apdu, client=PUBLIC, device=1, version=1):
    return struct.pack(">HHHH", version, client, device, len(apdu)) + apdu


def opened(meter, **how):
    wrapper = Wrapper(meter)
    answer = wrapper.receive(packet(aarq(**how)), NOW_S)
    assert answer[:8] == struct.pack(">HHHH", 1, 1, PUBLIC, len(answer) - 8)
    assert answer[8:9] == b"\x61"
    return wrapper


def test_an_association_and_a_read_come_in_one_packet_each():
    meter = Meter(17)
    wrapper = opened(meter)
    answer = wrapper.receive(packet(get_request(*SERIAL)), NOW_S)
    assert answer == bytes.fromhex("000100010010000e c401c100 0908 3030303030303137")


def test_requests_may_come_octet_by_octet_or_several_at_once():
    two = packet(aarq()) + packet(get_request(*SERIAL))
    whole = Wrapper(Meter(17)).receive(two, NOW_S)
    one = Wrapper(Meter(17))
    assert b"".join([one.receive(bytes((octet,)), NOW_S) for octet in two]) == whole
    assert whole.endswith(b"00000017")


@pytest.mark.parametrize(
    "octets",
    (
        packet(aarq(), client=5),
        packet(aarq(), device=2),
        packet(aarq(), device=0),
        packet(b"")[:7],
    ),
)
def test_a_wrong_port_and_half_a_head_are_met_with_silence(octets):
    wrapper = Wrapper(Meter(17))
    assert wrapper.receive(octets, NOW_S) == b"" and not wrapper.is_broken


@pytest.mark.parametrize("length, breaks", ((8192, False), (8193, True)))
def test_what_is_too_long_breaks_the_connection(length, breaks):
    wrapper = Wrapper(Meter(17))
    assert wrapper.receive(struct.pack(">HHHH", 1, 16, 1, length), NOW_S) == b""
    assert wrapper.is_broken is breaks


def test_another_version_breaks_the_connection_for_good():
    wrapper = Wrapper(Meter(17))
    assert wrapper.receive(packet(aarq(), version=2), NOW_S) == b"" and wrapper.is_broken
    assert wrapper.receive(packet(aarq()), NOW_S) == b""


def test_two_connections_do_not_know_each_other_and_share_the_meter():
    meter = Meter(17)
    one, other = opened(meter), Wrapper(meter)
    assert other.receive(packet(get_request(*SERIAL)), NOW_S)[8:] == b"\xd8\x01\x01"
    meter.objects.serial = b"4711"
    assert one.receive(packet(get_request(*SERIAL)), NOW_S).endswith(b"\x044711")


def test_clients_of_one_connection_are_told_apart_by_their_ports():
    wrapper = opened(Meter(17))
    answer = wrapper.receive(packet(get_request(*SERIAL), CLIENT), NOW_S)
    assert answer == packet(b"\xd8\x01\x01", 1, CLIENT)


def test_a_datagram_holds_one_apdu_and_nothing_else():
    wrapper = Wrapper(Meter(17))
    right = packet(aarq())
    for wrong in (b"", right[:7], right[:-1], right + b"\x00", packet(aarq(), version=0)):
        assert wrapper.datagram(wrong, NOW_S) == b""
    assert wrapper.datagram(right, NOW_S)[8:9] == b"\x61"


def test_general_blocks_are_streamed_over_tcp_and_come_one_by_one_in_datagrams():
    request = aarq(conformance=0x201E5D, max_pdu=100)
    acknowledged = b"\xe0\x87\x00\x01\x00\x01\x00"
    for wrapper, count in ((Wrapper(Meter(17)), 7), (Wrapper(Meter(17), stream_max=1), 1)):
        wrapper.receive(packet(request), NOW_S)
        wrapper.receive(packet(get_request(15, "0.0.40.0.0.255", 2)), NOW_S)
        answer = wrapper.receive(packet(acknowledged), NOW_S)
        assert block_numbers(answer) == list(range(2, 2 + count))


def block_numbers(answer):
    at, found = 0, []
    while at < len(answer):
        found.append(struct.unpack(">H", answer[at + 10 : at + 12])[0])
        at += 8 + struct.unpack(">H", answer[at + 6 : at + 8])[0]
    return found


def test_without_supply_it_is_silent_and_then_knows_nobody():
    meter = Meter(17, outages=[(NOW_S + 10, NOW_S + 20)])
    wrapper = opened(meter)
    ask = packet(get_request(*SERIAL))
    assert wrapper.receive(ask, NOW_S + 15) == b""
    assert wrapper.receive(ask, NOW_S + 25)[8:] == b"\xd8\x01\x01"


def test_faults_are_the_same_over_ip():
    wrapper = opened(meter := Meter(17))
    meter.faults.add("silent")
    assert wrapper.receive(packet(get_request(*SERIAL)), NOW_S) == b""
    meter.faults.clear()
    meter.faults.add("garbage")
    assert not wrapper.receive(packet(get_request(*SERIAL)), NOW_S).endswith(b"00000017")


def talk(peer, apdu):
    peer.settimeout(PATIENCE_S)
    peer.sendall(packet(apdu))
    return peer.recv(10_000)[8:]


@pytest.mark.parametrize("options, kind", (((), "tcp"), (("--udp",), "udp")))
def test_the_program_answers_for_each_meter_at_its_own_port(sim, options, kind):
    kind = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}[kind]
    for n, port in enumerate(sim("--seed", "6", *options)):
        with socket.socket(socket.AF_INET, kind) as peer:
            peer.connect(("127.0.0.1", port))
            assert talk(peer, aarq())[:1] == b"\x61"
            curve = curve_of(6, 17 + n)
            before_s = time.time()
            value, _ = decode(talk(peer, get_request(*IMPORTED))[4:])
            low, high = curve.energy_import_wh(before_s), curve.energy_import_wh(time.time())
            assert low <= value * 10**curve.energy_scaler <= high


def test_a_connection_that_sends_no_wrapper_is_closed(sim):
    port, _ = sim()
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert peer.recv(100) == b""


def test_so_many_connections_and_no_more(sim):
    port, _ = sim()
    peers = [socket.create_connection(("127.0.0.1", port), PATIENCE_S) for _ in range(17)]
    assert listener.PEERS_MAX == 16
    assert peers[-1].recv(10) == b"", "the newest is refused"
    assert talk(peers[-2], aarq())[:1] == b"\x61"
    peers.pop(0).close()
    time.sleep(SILENCE_S)
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as peer:
        assert talk(peer, aarq())[:1] == b"\x61"
    for peer in peers:
        peer.close()


def test_so_many_peers_over_udp_are_remembered(sim):
    port, _ = sim("--udp")
    peers = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(17)]
    for peer in peers:
        peer.connect(("127.0.0.1", port))
        assert talk(peer, aarq())[:1] == b"\x61"
    assert talk(peers[1], get_request(*SERIAL))[:1] == b"\xc4"
    assert talk(peers[0], get_request(*SERIAL)) == b"\xd8\x01\x01", "forgotten"
    for peer in peers:
        peer.close()


def test_a_port_that_is_taken_is_wrong_use(sim):
    port, _ = sim()
    done = subprocess.run(
        (*METER_SIM, "wrapper", "--port", str(port), "--meters", "1"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1 and str(port) in done.stderr and done.stderr.count("\n") == 1
