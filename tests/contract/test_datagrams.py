"""A peer over UDP looks like a stream."""

from hal import coop, datagrams, net
from tests.contract.net_helpers import HOST, LIMIT_MS, failure


def with_peer(check):
    async def main():
        far = await net.open_udp(HOST, 0)
        near = await datagrams.connect(HOST, far.port, LIMIT_MS)
        try:
            await check(near, far)
        finally:
            await near.close()
            far.close()

    coop.run(main())


def test_messages_go_both_ways_and_one_may_take_several_reads():
    async def check(near, far):
        assert near.peer == "%s:%d" % (HOST, far.port)
        await near.write(b"hello")
        message, host, port = await far.read(LIMIT_MS)
        assert message == b"hello"
        await far.write(b"0123456789", host, port)
        await far.write(b"next", host, port)
        for piece in (b"0123", b"4567", b"89", b"next"):
            assert await near.read(4, LIMIT_MS) == piece
        assert await near.read(4, 10) == b""
        await far.write(b"", host, port)
        assert await near.read(4, LIMIT_MS) == b""
        long = bytes(30_000)
        await far.write(long, host, port)
        assert await near.read(40_000, LIMIT_MS) == long

    with_peer(check)


def test_several_may_write_at_once_on_either_side():
    async def check(near, far):
        await near.write(b"hello")
        _, host, port = await far.read(LIMIT_MS)
        for write in (near.write, lambda message: far.write(message, host, port)):
            writers = [coop.spawn(write(b"%d" % number)) for number in range(3)]
            for writer in writers:
                await writer
        heard = []
        for _ in range(3):
            heard += [(await far.read(LIMIT_MS))[0], await near.read(4, LIMIT_MS)]
        assert sorted(heard) == [b"0", b"0", b"1", b"1", b"2", b"2"]

    with_peer(check)


def test_what_others_send_is_not_heard():
    async def check(near, far):
        await near.write(b"hello")
        _, host, port = await far.read(LIMIT_MS)
        other = await net.open_udp(HOST, 0)
        await other.write(b"not from the peer", host, port)
        await far.write(b"from the peer", host, port)
        assert await near.read(100, LIMIT_MS) == b"from the peer"
        other.close()

    with_peer(check)


def test_a_port_where_nobody_is_and_a_closed_end_are_port_errors():
    async def check(near, far):
        far.close()
        await near.write(b"hello")
        assert "refused" in await failure(near.read(1, LIMIT_MS))
        waiting = coop.spawn(failure(near.read(1, LIMIT_MS)))
        await coop.sleep_ms(10)
        await near.close()
        await near.close()
        assert "closed" in await waiting
        assert "closed" in await failure(near.write(b"x"))
        text = await failure(datagrams.connect("no.such.host.invalid", 1, LIMIT_MS))
        assert "not known" in text

    async def main():
        far = await net.open_udp(HOST, 0)
        await check(await datagrams.connect(HOST, far.port, LIMIT_MS), far)

    coop.run(main())
