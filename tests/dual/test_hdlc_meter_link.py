"""The HDLC link to a meter on a bus that loses: what is repeated, and what is given up."""

from hal import coop
from hal.errors import NoReply, Refused, WireError
from tests.dual.hdlc_bench import FIRST, SECOND, Bench, error_of, with_bench
from wire.abilities import Abilities


def test_an_address_that_the_octets_do_not_hold_is_refused():
    bench = Bench()
    for options, good in (
        ({"logical": 127, "octets": 2}, True),
        ({"logical": 128, "octets": 2}, False),
        ({"logical": 128, "octets": 1}, False),
        ({"logical": 16383}, True),
        ({"logical": 16384}, False),
    ):
        try:
            bench.link(**options)
            assert good, options
        except Refused as error:
            assert not good and "rs485-1 meter 17" in str(error), options


def test_apdus_go_to_the_meter_and_back():
    async def live(bench):
        link = bench.link()
        await link.connect()
        for size in (1, 100, 200, 3):
            assert await link.request(bytes([size]) * size) == FIRST + bytes([size]) * size
        await link.disconnect()
        assert bench.bus.retries == 0
        await link.connect()
        return await link.request(b"again")

    assert with_bench(live) == FIRST + b"again"


def test_long_apdus_go_in_segments_both_ways():
    async def live(bench):
        link = bench.link(known=Abilities(512, 1))
        await link.connect()
        return await link.request(bytes(3000))

    assert with_bench(live, max_info=256) == FIRST + bytes(3000)


def test_what_is_lost_either_way_is_repeated():
    async def live(bench):
        link = bench.link()
        bench.port.ignored = 2
        await link.connect()
        bench.port.lost = 2
        first = await link.request(b"one")
        bench.port.lost = 1
        second = await link.request(bytes(400))
        return first, second, bench.bus.retries

    assert with_bench(live) == (FIRST + b"one", FIRST + bytes(400), 5)


def test_silence_is_asked_three_times_and_then_told_with_the_place():
    async def live(bench):
        link = bench.link(19)
        error = await error_of(link.connect())
        assert isinstance(error, NoReply) and "rs485-1" in str(error) and "19" in str(error)
        assert len(bench.port.written) == 3 and bench.clock.ticks_ms() >= 3000
        await link.disconnect()
        assert len(bench.port.written) == 3

    with_bench(live)


def test_a_meter_likely_to_be_silent_is_asked_once():
    async def live(bench):
        assert await error_of(bench.link(19).connect(1))
        assert len(bench.port.written) == 1

    with_bench(live)


def test_a_late_answer_of_one_meter_is_not_taken_for_anothers():
    async def live(bench):
        slow, quick = bench.link(17, attempts=1), bench.link(18)
        await slow.connect()
        await quick.connect()
        bench.port.after_ms = [1010, 20]
        assert await error_of(slow.request(b"slow"))
        answer = await quick.request(b"quick")
        assert bench.bus.strange == 1
        return answer

    assert with_bench(live) == SECOND + b"quick"


def test_a_late_answer_is_not_taken_for_the_answer_to_the_next_request():
    async def live(bench):
        link = bench.link()
        await link.connect()
        bench.port.after_ms = [1010, 1010, 20]  # the answer comes after we have asked again
        first = await link.request(b"one")
        await coop.sleep_ms(1)
        bench.port.after_ms = [30]
        return first, await link.request(b"two"), await link.request(b"three")

    assert with_bench(live) == (FIRST + b"one", FIRST + b"two", FIRST + b"three")


def test_a_meter_that_refuses_or_drops_the_link_is_named():
    async def live(bench):
        link = bench.link()
        await link.connect()
        other = bench.link(17, client=1)  # the same meter: its server serves one client
        bench.bus.session(17).give()  # as if the session lock were not there
        await other.connect()
        error = await error_of(link.request(b"x"))
        assert isinstance(error, WireError) and "rs485-1 meter 17" in str(error), error

    with_bench(live)


def test_one_session_with_a_meter_at_a_time():
    async def live(bench):
        first, second = bench.link(), bench.link(client=1)
        await first.connect()
        waiting = coop.spawn(second.connect())
        await coop.sleep_ms(20_000)
        assert not waiting.done()
        await first.disconnect()
        await waiting
        await second.disconnect()
        await bench.link(18).connect()

    with_bench(live)


def test_who_waits_too_long_for_a_meter_is_refused():
    async def live(bench):
        first, second = bench.link(), bench.link()
        await first.connect()
        began_ms = bench.clock.ticks_ms()
        error = await error_of(second.connect())
        assert isinstance(error, Refused) and "in use" in str(error)
        assert 30_000 < bench.clock.ticks_ms() - began_ms < 40_000
        assert await first.request(b"x") == FIRST + b"x"
        await first.disconnect()
        await second.connect()

    with_bench(live)


def test_a_failed_connect_lets_go_of_the_meter():
    async def live(bench):
        bench.port.ignored = 3
        assert await error_of(bench.link().connect())
        link = bench.link()
        await link.connect()
        waiting = coop.spawn(link.request(b"never"))
        bench.port.ignored = 99
        await coop.sleep_ms(100)
        waiting.cancel()
        await coop.sleep_ms(1)
        bench.port.ignored = 0
        await link.disconnect()
        await bench.link().connect()

    with_bench(live)
