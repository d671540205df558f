"""Server mode: who is let in over TCP, and what they get. In virtual time."""

from dcu.cosem_row import MANAGEMENT, PUBLIC, READER
from dcu.listen import BAD_PIECES_MAX, IDLE_MS, PEERS_MAX, let_in
from dcu.pace import FRAMES_MAX, FRAMES_MS, TOLD_MAX, TOLD_MS
from hal import coop
from hal.errors import PortError
from tests.dual.listen_bench import GET, Bench, asked, run, told
from tests.virtual import run_virtual
from wire import association, gateway
from wire.credentials import Credentials

TO_METER = gateway.encode(gateway.Gateway(True, 1, b"17", GET))


def test_no_port_is_open_until_one_is_set():
    async def scene(bench):
        await coop.sleep_ms(5_000)
        assert bench.opened == []
        bench.settings.put("server.tcp_port", "4059")
        await coop.sleep_ms(2_000)
        assert bench.opened == [4059] and bench.is_open
        bench.settings.put("server.tcp_port", "4060")
        await coop.sleep_ms(2_000)
        assert bench.opened == [4059, 4060] and bench.is_open
        bench.settings.put("server.tcp_port", "0")
        await coop.sleep_ms(2_000)
        assert not bench.is_open

    run(scene, Bench.tcp, 0)


def test_a_port_in_use_is_said_once_and_tried_again():
    bench = Bench()
    bench.refuses = PortError("0.0.0.0:4059: in use")
    bench.settings.put("server.tcp_port", "4059")

    async def main():
        task = coop.spawn(bench.tcp().run(bench.part))
        await coop.sleep_ms(5_000)
        assert len(bench.said) == 1 and "in use" in bench.said[0]
        bench.refuses = None
        await coop.sleep_ms(2_000)
        assert bench.is_open
        await coop.stop(task)
        assert not bench.is_open

    run_virtual(main())


def test_peers_are_answered_each_by_a_server_of_its_own():
    async def scene(bench):
        one, two = bench.peer("10.0.0.1:1"), bench.peer("10.0.0.1:2")
        for stream in (one, one, two):
            stream.says(asked(1))
            await coop.sleep_ms(10)
        assert told(one.written) == [b"1 of 1", b"2 of 1"]
        assert told(two.written) == [b"1 of 1"]

    run(scene, Bench.tcp)


def test_so_many_peers_are_let_in_at_once_and_no_more():
    async def scene(bench):
        streams = [bench.peer(f"10.0.0.1:{n}") for n in range(PEERS_MAX + 1)]
        await coop.sleep_ms(10)
        assert [each.task.done() for each in streams] == [False] * PEERS_MAX + [True]
        assert bench.said[-1].endswith("is not let in: 4 are there")
        streams[0].hangs_up()
        await coop.sleep_ms(10)
        again = bench.peer()
        again.says(asked(1))
        await coop.sleep_ms(10)
        assert told(again.written) == [b"1 of 1"]

    run(scene, Bench.tcp)


def test_only_the_addresses_that_are_set_are_let_in():
    async def scene(bench):
        bench.settings.put("server.peers", "10.0.0.7,10.0.0.1")
        stranger, known = bench.peer("10.0.0.2:1"), bench.peer("10.0.0.1:1")
        for stream in (stranger, known):
            stream.says(asked(1))
        await coop.sleep_ms(10)
        assert stranger.written == b"" and stranger.task.done()
        assert told(known.written) == [b"1 of 1"]

    assert [text for text in run(scene, Bench.tcp).said if "10.0.0.2:1 is not let in" in text]


def test_while_nobody_may_come_no_port_is_open():
    async def scene(bench):
        assert bench.is_open
        bench.settings.put("server.peers", "")
        await coop.sleep_ms(3_000)
        assert not bench.is_open and bench.opened == [4059]
        bench.settings.put("server.peers", "10.0.0.1")
        await coop.sleep_ms(3_000)
        assert bench.is_open and bench.opened == [4059, 4059]

    said = run(scene, Bench.tcp).said
    assert len([text for text in said if "stays closed: server.peers is empty" in text]) == 1


def test_a_peer_is_served_so_many_requests_in_a_second_and_those_beyond_wait():
    async def scene(bench):
        stream = bench.peer()
        stream.says(asked(1) * (FRAMES_MAX + 1))
        await coop.sleep_ms(FRAMES_MS - 100)
        assert len(told(stream.written)) == FRAMES_MAX
        await coop.sleep_ms(200)
        assert len(told(stream.written)) == FRAMES_MAX + 1

    run(scene, Bench.tcp)


def test_strangers_fill_no_log():
    async def scene(bench):
        bench.settings.put("server.peers", "10.0.0.7")
        for number in range(TOLD_MAX + 5):
            bench.peer(f"10.0.0.2:{number}")
        await coop.sleep_ms(10)
        assert len([text for text in bench.said if "not let in" in text]) == TOLD_MAX
        await coop.sleep_ms(TOLD_MS)
        bench.peer("10.0.0.2:99")
        await coop.sleep_ms(10)
        assert len([text for text in bench.said if "not let in" in text]) == TOLD_MAX + 1

    run(scene, Bench.tcp)


def test_a_peer_that_is_silent_for_long_is_let_go():
    async def scene(bench):
        stream = bench.peer()
        await coop.sleep_ms(IDLE_MS - 1000)
        stream.says(asked(1))
        await coop.sleep_ms(IDLE_MS - 1000)
        assert not stream.task.done()
        await coop.sleep_ms(2000)
        assert stream.task.done()

    run(scene, Bench.tcp)


def test_a_peer_that_talks_nonsense_is_let_go():
    async def scene(bench):
        stream = bench.peer()
        for number in range(BAD_PIECES_MAX + 1):
            assert not stream.task.done(), number
            stream.says(b"GET / HTTP/1.1" + asked(1))
            await coop.sleep_ms(10)
        assert stream.task.done()
        assert len(told(stream.written)) == BAD_PIECES_MAX + 1

    run(scene, Bench.tcp)


def test_meters_are_behind_the_door_only_if_it_is_so_set():
    async def scene(bench):
        shut, led = bench.peer("10.0.0.1:1"), None
        shut.says(asked(1, TO_METER))
        await coop.sleep_ms(500)
        assert told(shut.written) == [b"1 of 1"]  # the server's to answer, and it knows no E6
        bench.leads_to_meters = True
        led = bench.peer("10.0.0.1:2")
        led.says(asked(1, TO_METER))
        await coop.sleep_ms(500)
        assert told(led.written) == [b"\xe7 meter for 10.0.0.1:2"]

    run(scene, Bench.tcp)


def test_who_needs_no_password_is_not_let_in_but_for_the_public_client():
    none, lls = Credentials(), Credentials(association.LLS, b"secret")
    assert let_in({PUBLIC: none, MANAGEMENT: none}) == {PUBLIC: none}
    all_ = {PUBLIC: none, READER: lls, MANAGEMENT: lls}
    assert let_in(all_) == all_
