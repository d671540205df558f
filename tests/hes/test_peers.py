"""DCUs over UDP, on one socket."""

import asyncio

from hes_stub.link import Link
from hes_stub.peers import SILENT_S, STRANGERS_TOLD, Peers
from tests.hes.link_bench import ADDRESS, LOGIN, OTHER, Hall, link_frame
from wire import qgdw3761

ONE, TWO = ("192.0.2.1", 5001), ("192.0.2.2", 5001)
BEAT = link_frame(qgdw3761.HEARTBEAT)
OTHER_AFN = qgdw3761.encode(qgdw3761.link_frame(ADDRESS, qgdw3761.LOGIN, 0)._replace(afn=0x0C))


class Socket:
    def __init__(self):
        self.sent = []
        self.unsent = 0

    def sendto(self, data, address):
        self.sent.append((address, data))

    def get_write_buffer_size(self):
        return self.unsent

    def is_closing(self):
        return False


def with_peers(check):
    """Run `check(peers, socket, hall, links)`, a coroutine function, in a loop."""

    async def run():
        hall, links = Hall(), []

        def new_link():
            links.append(Link(hall))
            return links[-1]

        peers, socket = Peers(new_link), Socket()
        peers.connection_made(socket)
        await check(peers, socket, hall, links)
        for link in links:
            link.close()
        await asyncio.sleep(0)

    asyncio.run(run())


def test_each_address_has_a_link_of_its_own_and_is_answered_there():
    async def check(peers, socket, hall, links):
        peers.datagram_received(LOGIN, ONE)
        peers.datagram_received(link_frame(qgdw3761.LOGIN, address=OTHER), TWO)
        peers.datagram_received(BEAT, ONE)
        assert [link.terminal for link in links] == ["07310001", "07310002"]
        assert [address for address, _ in socket.sent] == [ONE, TWO, ONE]
        assert hall.names() == ["registered", "registered", "beaten"]
        assert links[0].peer == "192.0.2.1:5001"

    with_peers(check)


def test_who_has_not_logged_in_gets_no_link_and_is_told_of_once(capsys):
    async def check(peers, socket, hall, links):
        for data in (
            BEAT,
            OTHER_AFN,
            b"\x00\x01",
            b"",
            b"\x68" * 3000,
            LOGIN[:-1],
            b"x" * 60_000,
        ) * 2:
            peers.datagram_received(data, ONE)
        assert not links and not socket.sent and hall.told == []
        assert capsys.readouterr().out.count("192.0.2.1:5001") == 1
        for port in range(STRANGERS_TOLD - 1):
            peers.datagram_received(BEAT, ("192.0.2.1", port))
        peers.datagram_received(BEAT, ONE)
        assert capsys.readouterr().out.count("\n") == STRANGERS_TOLD - 1
        for address in (TWO, ONE):
            peers.datagram_received(BEAT, address)
        assert capsys.readouterr().out.count("\n") == 2

    with_peers(check)


def test_a_link_that_is_closed_is_forgotten_and_the_next_login_has_a_new_one():
    async def check(peers, socket, hall, links):
        peers.datagram_received(LOGIN, ONE)
        links[0].close()
        links[0].close()
        peers.datagram_received(BEAT, ONE)
        await asyncio.sleep(0)
        assert hall.names() == ["registered", "left"] and links[0].lost.is_set()
        peers.datagram_received(LOGIN, ONE)
        assert len(links) == 2 and hall.names()[-1] == "registered"

    with_peers(check)


def test_where_there_is_no_room_nobody_is_let_in():
    async def check(peers, socket, hall, links):
        hall.room = False
        peers.datagram_received(LOGIN, ONE)
        await asyncio.sleep(0)
        assert not socket.sent and "registered" not in hall.names()

    with_peers(check)


def test_while_the_system_takes_nothing_answers_are_lost_as_on_the_way():
    async def check(peers, socket, hall, links):
        socket.unsent = 65_537
        peers.datagram_received(LOGIN, ONE)
        assert not socket.sent and hall.names() == ["registered"]
        socket.unsent = 65_536
        peers.datagram_received(LOGIN, ONE)
        assert len(socket.sent) == 1

    with_peers(check)


def test_a_peer_that_is_silent_for_two_periods_has_gone(monkeypatch):
    async def check(peers, socket, hall, links):
        now_s, timers = [0.0], []
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "time", lambda: now_s[0])
        peers.datagram_received(LOGIN, ONE)
        peer = links[0]._transport
        monkeypatch.setattr(
            loop, "call_later", lambda left_s, look: timers.append((left_s, look)) or Timer()
        )
        now_s[0] = SILENT_S - 1
        peers.datagram_received(BEAT, ONE)
        now_s[0] = SILENT_S
        peer._look()
        assert not peer.is_closing() and timers[0][0] == SILENT_S - 1
        now_s[0] = 2 * SILENT_S - 1
        timers[0][1]()
        assert peer.is_closing() and hall.names()[-1] == "complained"

    with_peers(check)


class Timer:
    def cancel(self):
        pass
