"""Server mode over UDP. In virtual time."""

from dcu.listen import IDLE_MS
from dcu.listen_udp import PEERS_MAX
from dcu.pace import DATAGRAMS_MAX, FRAMES_MS
from hal import coop
from tests.dual.listen_bench import Bench, asked, run, told


def test_datagrams_are_answered_to_where_they_came_from():
    async def scene(bench):
        (socket,) = bench.sockets
        socket.arrives(asked(1), "10.0.0.1", 5000)
        socket.arrives(asked(2), "10.0.0.2", 5000)
        socket.arrives(asked(1), "10.0.0.1", 5000)
        await coop.sleep_ms(100)
        found = [(told(message), host, port) for message, host, port in socket.sent]
        assert found == [
            ([b"1 of 1"], "10.0.0.1", 5000),
            ([b"1 of 2"], "10.0.0.2", 5000),
            ([b"2 of 1"], "10.0.0.1", 5000),
        ]

    bench = run(scene, Bench.udp)
    assert not bench.sockets[0].is_open


def test_a_datagram_that_is_none_of_ours_is_dropped_and_nothing_ends():
    async def scene(bench):
        (socket,) = bench.sockets
        for message in (b"", b"hello", asked(1)[:-1], asked(1)[:5]):
            socket.arrives(message)
        socket.arrives(asked(1), "10.0.0.9", 0)  # cannot be answered
        socket.arrives(asked(1))
        await coop.sleep_ms(100)
        assert [told(message) for message, _, _ in socket.sent] == [[b"1 of 1"]]

    run(scene, Bench.udp)


def test_a_udp_peer_is_forgotten_when_it_is_silent_for_long_and_makes_room():
    async def scene(bench):
        (socket,) = bench.sockets
        for number in range(PEERS_MAX + 1):
            socket.arrives(asked(1), "10.0.0.1", 5000 + number)
        await coop.sleep_ms(100)
        assert [port for _, _, port in socket.sent] == [5000 + n for n in range(PEERS_MAX)]
        assert bench.said[-1].endswith("is not let in: 16 are there")
        await coop.sleep_ms(IDLE_MS + 2000)
        socket.arrives(asked(1), "10.0.0.1", 5000 + PEERS_MAX)
        socket.arrives(asked(1), "10.0.0.1", 5000)
        await coop.sleep_ms(100)
        last = [(told(message), port) for message, _, port in socket.sent[-2:]]
        assert last == [([b"1 of 1"], 5000 + PEERS_MAX), ([b"1 of 1"], 5000)]

    run(scene, Bench.udp)


def test_of_a_udp_peer_so_many_requests_are_taken_in_a_second_and_those_beyond_dropped():
    async def scene(bench):
        (socket,) = bench.sockets
        for _ in range(DATAGRAMS_MAX + 1):
            socket.arrives(asked(1))
        socket.arrives(asked(1), "10.0.0.2", 5000)
        await coop.sleep_ms(FRAMES_MS - 100)
        assert [host for _, host, _ in socket.sent] == ["10.0.0.1"] * DATAGRAMS_MAX + ["10.0.0.2"]
        await coop.sleep_ms(200)
        socket.arrives(asked(1))
        await coop.sleep_ms(10)
        assert len(socket.sent) == DATAGRAMS_MAX + 2

    run(scene, Bench.udp)


def test_strangers_are_not_answered_over_udp():
    async def scene(bench):
        (socket,) = bench.sockets
        bench.settings.put("server.peers", "10.0.0.7")
        for host in ("10.0.0.1", "10.0.0.7"):
            socket.arrives(asked(1), host)
        await coop.sleep_ms(10)
        assert [host for _, host, _ in socket.sent] == ["10.0.0.7"]
        assert "10.0.0.1:5000 is not let in: it is not in server.peers" in bench.said

    run(scene, Bench.udp)
