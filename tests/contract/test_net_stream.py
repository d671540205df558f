"""A TCP stream: bounded reads, whole writes, and every way it can end."""

import struct

from hal import coop, net
from hal.clock import Clock
from tests.contract.net_helpers import LIMIT_MS, failure, read_all, with_pair

_RESET_ON_CLOSE = (1, 13, struct.pack("ii", 1, 0))  # SO_LINGER, for no time


async def write_on(stream, written=None):
    """For ever; `written` gets the size of each piece that was taken."""
    while True:
        await stream.write(bytes(100_000))
        if written is not None:
            written.append(100_000)
        await coop.sleep_ms(0)


def test_a_read_gives_what_is_there_and_never_more_than_asked_for():
    async def check(pair):
        await pair.far.write(b"abcde")
        assert await pair.client.read(2, LIMIT_MS) == b"ab"
        assert await pair.client.read(100, LIMIT_MS) == b"cde"

    with_pair(check)


def test_silence_gives_nothing_after_the_time_limit():
    async def check(pair):
        clock = Clock()
        began_ms = clock.ticks_ms()
        assert await pair.client.read(1, 30) == b""
        assert 29 <= clock.ticks_ms() - began_ms < 1_000
        assert await pair.client.read(1, 0) == b""

    with_pair(check)


def test_a_read_without_patience_gives_what_has_come():
    async def check(pair):
        await pair.far.write(b"there")
        await coop.sleep_ms(20)
        assert await pair.client.read(100, 0) == b"there"

    with_pair(check)


def test_a_reader_is_woken_by_what_comes_later():
    async def check(pair):
        reading = coop.spawn(pair.client.read(100, LIMIT_MS))
        await coop.sleep_ms(5)
        await pair.far.write(b"late")
        assert await reading == b"late"

    with_pair(check)


def test_a_read_that_is_cancelled_or_gives_up_loses_nothing():
    async def check(pair):
        reading = coop.spawn(pair.client.read(100, LIMIT_MS))
        await coop.sleep_ms(1)
        await pair.far.write(b"kept")
        await coop.stop(reading)
        assert await pair.client.read(100, LIMIT_MS) == b"kept"
        assert await pair.client.read(100, 1) == b""
        await pair.far.write(b"too")
        assert await pair.client.read(100, LIMIT_MS) == b"too"

    with_pair(check)


def test_a_read_that_gives_up_leaves_a_writer_that_waits_alone():
    async def check(pair):
        written = []
        writing = coop.spawn(write_on(pair.client, written))
        before, quiet = -1, 0
        while quiet < 5:  # until the writer waits, for room: the system may find some more
            quiet = quiet + 1 if before == len(written) else 0
            before = len(written)
            await coop.sleep_ms(100)
        assert await pair.client.read(1, 10) == b""
        reading = coop.spawn(pair.client.read(1, None))
        await coop.sleep_ms(5)
        await coop.stop(reading)
        assert len(written) == before
        taken = 0
        while taken < sum(written[: before + 1]) + 100_000:
            data = await pair.far.read(65536, LIMIT_MS)
            assert data, "the writer hangs"
            taken += len(data)
        assert len(written) > before
        await coop.stop(writing)

    with_pair(check)


def test_two_tasks_may_write_and_neither_cuts_the_other():
    async def check(pair):
        size = 400_000
        writing = [coop.spawn(pair.client.write(octet * size)) for octet in (b"a", b"b", b"c")]
        found = b""
        while len(found) < 3 * size:
            found += await pair.far.read(65536, LIMIT_MS)
        assert found == b"a" * size + b"b" * size + b"c" * size
        await coop.gather(*writing)

    with_pair(check)


def test_both_directions_flow_at_once():
    async def check(pair):
        size = 1_000_000

        async def pump(near):
            writing = coop.spawn(near.write(bytes(size)))
            taken = 0
            while taken < size:
                taken += len(await near.read(8192, LIMIT_MS))
            await writing

        await coop.gather(pump(pair.client), pump(pair.far))

    with_pair(check)


def test_other_tasks_run_while_a_peer_floods_us():
    async def check(pair):
        flood = coop.spawn(pair.far.write(bytes(2_000_000)))
        turns = []

        async def count():
            while True:
                await coop.sleep_ms(0)
                turns.append(1)

        counting = coop.spawn(count())
        taken = reads = 0
        while taken < 2_000_000:
            taken += len(await pair.client.read(1024, LIMIT_MS))
            reads += 1
        assert len(turns) >= reads // 2, (len(turns), reads)
        await coop.stop(flood, counting)

    with_pair(check)


def test_the_end_of_a_peer_comes_after_its_last_octets():
    async def check(pair):
        await pair.far.write(b"bye")
        await pair.far.close()
        assert await pair.client.read(100, LIMIT_MS) == b"bye"
        for _ in range(2):
            assert "closed by the peer" in await failure(pair.client.read(100, LIMIT_MS))

    with_pair(check)


def test_a_reset_by_the_peer_is_a_failure_of_the_port():
    async def check(pair):
        pair.far.socket.setsockopt(*_RESET_ON_CLOSE)
        reading = coop.spawn(failure(pair.client.read(100, LIMIT_MS)))
        await coop.sleep_ms(5)
        await pair.far.close()
        assert "reset by the peer" in await reading

    with_pair(check)


def test_writing_to_a_peer_that_has_gone_fails():
    async def check(pair):
        await pair.far.close()
        text = await failure(write_on(pair.client))
        assert pair.client.peer in text and "by the peer" in text, text

    with_pair(check)


def test_a_peer_that_takes_nothing_is_given_up():
    limit_ms = net.WRITE_MS

    async def check(pair):
        assert "takes no data" in await failure(write_on(pair.client))

    net.WRITE_MS = 50
    try:
        with_pair(check)
    finally:
        net.WRITE_MS = limit_ms


def test_closing_wakes_our_own_reader_and_writer():
    async def check(pair):
        reading = coop.spawn(failure(pair.client.read(1, None)))
        writing = coop.spawn(failure(write_on(pair.client)))
        await coop.sleep_ms(20)
        await pair.client.close()
        assert await reading == pair.client.peer + ": closed"
        assert await writing == pair.client.peer + ": closed"

    with_pair(check)


def test_a_closed_stream_stays_closed():
    async def check(pair):
        await pair.client.close()
        await pair.client.close()
        assert await failure(pair.client.read(1, 10)) == pair.client.peer + ": closed"
        assert await failure(pair.client.write(b"x")) == pair.client.peer + ": closed"

    with_pair(check)


def test_a_stream_opened_in_place_of_a_closed_one_is_not_taken_for_it():
    async def check(pair):
        for _ in range(20):
            reading = coop.spawn(failure(pair.client.read(1, None)))
            await coop.sleep_ms(0)
            await pair.client.close()  # its descriptor is free for the next one
            pair.client = await net.connect("127.0.0.1", pair.server.port, LIMIT_MS)
            far = await pair.accepted()
            await far.write(b"new")
            assert await read_all(pair.client, 3) == b"new"
            assert "closed" in await reading

    with_pair(check)


def test_nothing_is_written_for_nothing():
    async def check(pair):
        await pair.client.write(b"")
        assert await pair.far.read(1, 5) == b""

    with_pair(check)


def test_datagrams_go_both_ways_whole_and_with_their_sender():
    async def main():
        one = await net.open_udp("127.0.0.1", 0)
        other = await net.open_udp("0.0.0.0", 0)
        await other.write(b"ping", "127.0.0.1", one.port)
        await other.write(b"", "127.0.0.1", one.port)
        assert await one.read(LIMIT_MS) == (b"ping", "127.0.0.1", other.port)
        assert (await one.read(LIMIT_MS))[0] == b""
        await one.write(bytes(1400), "127.0.0.1", other.port)
        assert await other.read(LIMIT_MS) == (bytes(1400), "127.0.0.1", one.port)
        assert await other.read(10) is None
        one.close()
        other.close()

    coop.run(main())


def test_a_datagram_to_nobody_disturbs_nobody():
    async def main():
        one = await net.open_udp("127.0.0.1", 0)
        gone = await net.open_udp("127.0.0.1", 0)
        gone.close()
        for _ in range(3):
            await one.write(b"?", "127.0.0.1", gone.port)
            assert await one.read(5) is None
        assert "is not known" in await failure(one.write(b"?", "no.such.host.invalid", 1))
        text = await failure(net.open_udp("127.0.0.1", one.port))
        assert "in use" in text, text
        one.close()

    coop.run(main())
