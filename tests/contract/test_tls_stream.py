"""What a TLS stream promises once the hands are shaken: the same as any stream of the HAL."""

from hal import coop, tls
from hal.errors import NotAuthenticated, PortError
from tests.contract.net_helpers import failure
from tests.contract.tls_helpers import LIMIT_MS, ROOM, met, pipe, read_all
from tests.virtual import VirtualClock, run_virtual

WHILE_MS = 500
RECORD_MAX = 16_384 + 512


def test_a_read_gives_what_is_there_and_never_more_than_asked_for():
    async def check(meeting):
        await meeting.far.write(b"abcde")
        assert await meeting.near.read(2, LIMIT_MS) == b"ab"
        assert await meeting.near.read(100, 0) == b"cde"
        assert await meeting.near.read(100, 0) == b""

    met(check)


def test_silence_gives_nothing_after_the_time_limit():
    async def check(meeting):
        clock = VirtualClock()
        assert await meeting.near.read(1, WHILE_MS) == b""
        assert WHILE_MS - 1 <= clock.ticks_ms() < WHILE_MS + 100

    met(check)


def test_records_that_come_octet_by_octet_are_put_together():
    async def check(meeting):
        meeting.ends[0].hands_over = 1
        await meeting.far.write(b"one octet at a time")
        found = b""
        while len(found) < 19:
            found += await meeting.near.read(100, LIMIT_MS)
        assert found == b"one octet at a time"

    met(check)


def test_a_handshake_works_octet_by_octet():
    async def check(meeting):
        await meeting.near.write(b"x")
        assert await meeting.far.read(1, LIMIT_MS) == b"x"

    met(check, hands_over=1)


def test_a_read_that_is_cancelled_or_gives_up_loses_nothing():
    async def check(meeting):
        taken = []

        async def read():
            taken.append(await meeting.near.read(100, LIMIT_MS))

        reading = coop.spawn(read())
        await coop.sleep_ms(1)
        await meeting.far.write(b"kept")
        await coop.stop(reading)
        assert taken or await meeting.near.read(100, LIMIT_MS) == b"kept"
        meeting.ends[0].hands_over = 5
        await meeting.far.write(b"too")
        found = b""
        for _ in range(20):
            found += await meeting.near.read(100, 1)
        assert found == b"too"

    met(check)


def test_more_than_one_record_goes_through_and_little_is_held_meanwhile():
    async def check(meeting):
        data = bytes([number & 0xFF for number in range(60_000)])
        writing = coop.spawn(meeting.near.write(data))
        assert await read_all(meeting.far, len(data)) == data
        await writing
        assert tls.PIECE < meeting.ends[0].longest < tls.PIECE + 200

    met(check)


def test_both_directions_flow_at_once():
    async def check(meeting):
        size = 50_000

        async def pump(near):
            writing = coop.spawn(near.write(bytes(size)))
            assert await read_all(near, size) == bytes(size)
            await writing

        await coop.gather(pump(meeting.near), pump(meeting.far))

    met(check)


def test_two_tasks_may_write_and_neither_cuts_the_other():
    async def check(meeting):
        size = 20_000
        writing = [coop.spawn(meeting.near.write(octet * size)) for octet in (b"a", b"b")]
        assert await read_all(meeting.far, 2 * size) == b"a" * size + b"b" * size
        await coop.gather(*writing)

    met(check)


def test_who_takes_nothing_holds_up_the_writer_and_not_the_reader():
    async def check(meeting):
        writing = coop.spawn(meeting.near.write(bytes(10 * ROOM)))
        await coop.sleep_ms(WHILE_MS)
        assert not writing.done()
        assert len(meeting.ends[1].inbox) < ROOM + tls.PIECE + 200
        await meeting.far.write(b"meanwhile")
        assert await meeting.near.read(100, LIMIT_MS) == b"meanwhile"
        assert await read_all(meeting.far, 10 * ROOM) == bytes(10 * ROOM)
        await writing

    met(check)


def test_the_end_of_a_peer_comes_after_its_last_octets():
    async def check(meeting):
        await meeting.far.write(b"bye")
        await meeting.far.close()
        assert await meeting.near.read(100, LIMIT_MS) == b"bye"
        for _ in range(2):
            assert "closed by the peer" in await failure(meeting.near.read(100, LIMIT_MS))

    met(check)


def test_an_end_without_good_bye_is_a_failure_of_the_port_after_the_last_octets():
    async def check(meeting):
        await meeting.far.write(b"bye")
        await meeting.ends[1].close()
        assert await meeting.near.read(100, LIMIT_MS) == b"bye"
        assert "closed by the peer" in await failure(meeting.near.read(100, LIMIT_MS))

    met(check)


def test_a_record_that_was_changed_on_the_way_is_not_given_out():
    async def check(meeting):
        await meeting.near.write(b"good")
        inbox = meeting.ends[1].inbox
        meeting.ends[1].inbox = inbox[:-1] + bytes([inbox[-1] ^ 1])
        assert "TLS: " in await failure(meeting.far.read(100, LIMIT_MS))
        assert "TLS: " in await failure(meeting.far.read(100, LIMIT_MS))

    met(check)


def test_octets_in_clear_are_not_given_out_after_the_handshake():
    async def check(meeting):
        await meeting.ends[0].write(b"68 in clear, as without TLS")
        assert "TLS: " in await failure(meeting.far.read(100, LIMIT_MS))

    met(check)


def test_a_record_cut_by_its_writer_is_the_end_of_the_writing():
    async def check(meeting):
        writing = coop.spawn(meeting.near.write(bytes(10 * ROOM)))
        await coop.sleep_ms(WHILE_MS)
        await coop.stop(writing)
        assert "a record was cut" in await failure(meeting.near.write(b"x"))

    met(check)


def test_a_closed_stream_stays_closed_and_its_carrier_is_closed():
    async def check(meeting):
        reading = coop.spawn(failure(meeting.near.read(1, LIMIT_MS)))
        await coop.sleep_ms(1)
        await meeting.near.close()
        await meeting.near.close()
        assert "hes:5020: closed" in await reading
        assert await failure(meeting.near.read(1, 10)) == "hes:5020: closed"
        assert await failure(meeting.near.write(b"x")) == "hes:5020: closed"
        assert not meeting.ends[0].is_open

    met(check)


def test_closing_does_not_wait_for_who_takes_nothing():
    async def check(meeting):
        writing = coop.spawn(failure(meeting.near.write(bytes(10 * ROOM))))
        await coop.sleep_ms(WHILE_MS)
        clock = VirtualClock()
        await meeting.near.close()
        assert clock.ticks_ms() <= tls.BYE_MS
        assert "closed" in await writing

    met(check)


def test_writing_to_a_peer_that_has_gone_fails_and_leaves_the_reader_alone():
    async def check(meeting):
        reading = coop.spawn(failure(meeting.near.read(1, LIMIT_MS)))
        await coop.sleep_ms(1)
        await meeting.ends[1].close()
        assert "closed by the peer" in await failure(meeting.near.write(b"x"))
        assert "closed" in await reading

    met(check)


class CardboardEngine:
    """Gives "x" once, and then says that our certificate was not taken."""

    def __init__(self):
        self.given, self.record = [b"x"], b""

    def feed(self, octets):
        pass

    def take(self):
        octets, self.record = self.record, b""
        return octets

    def write(self, octets):
        self.record = b"of them"

    def read(self, size):
        if self.given:
            return self.given.pop()
        raise NotAuthenticated("not taken")


def test_who_has_been_heard_has_taken_our_certificate_and_is_not_asked_again():
    async def main(is_heard):
        near, far = pipe()
        await far.write(b"?")
        far.is_open = False
        stream = tls.Stream(near, CardboardEngine())
        if is_heard:
            assert await stream.read(1, 10) == b"x"
        stream._engine.given = []
        try:
            await stream.write(b"y")
        except (NotAuthenticated, PortError) as error:
            return type(error)

    assert run_virtual(main(False)) is NotAuthenticated
    assert run_virtual(main(True)) is PortError


def test_nothing_is_written_for_nothing():
    async def check(meeting):
        before = meeting.ends[0].passed
        await meeting.near.write(b"")
        assert meeting.ends[0].passed == before

    met(check)
