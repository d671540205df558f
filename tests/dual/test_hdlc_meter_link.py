"""The HDLC link to a meter on a bus that loses: what is repeated, and what is given up."""

from drivers.hdlc_meter_link import HdlcMeterLink, LinkDropped
from drivers.rs485 import Rs485Bus
from hal import coop
from hal.errors import NoReply, Refused, WireError
from tests.dual.hdlc_peers import Peers
from tests.virtual import VirtualClock, run_virtual
from wire import hdlc
from wire.abilities import Abilities

FIRST = hdlc.server_address(1, 17)
SECOND = hdlc.server_address(1, 18)


def echo(address, apdu):
    return address + apdu


class Bench:
    def __init__(self, answers=echo, max_info=128, window=1):
        self.clock = VirtualClock()
        self.port = Peers(self.clock, (FIRST, SECOND), answers, max_info, window)
        self.bus = Rs485Bus("rs485-1", lambda: self.port, self.clock)

    def link(self, address=17, **options):
        return HdlcMeterLink(self.bus, address, **options)


def with_bench(live, **options):
    return run_virtual(live(Bench(**options)))


async def error_of(waiting):
    """What it raises, or None."""
    try:
        await waiting
    except (NoReply, Refused, WireError) as error:
        return error
    return None


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


def controls(bench, since=0):
    """The control octets of what we have sent: frames to (1, 17), addressed by two octets."""
    return [octets[6] for octets in bench.port.written[since:]]


def test_a_link_left_open_is_gone_on_with():
    async def live(bench):
        link = bench.link()
        assert not await link.connect()
        await link.request(b"one")
        assert link.can_stay_open(117_999) and not link.can_stay_open(118_000)
        link.leave_open()
        await coop.sleep_ms(100_000)
        assert await link.connect()
        assert await link.request(b"two") == FIRST + b"two"
        assert controls(bench).count(hdlc.SNRM) == 1

    with_bench(live)


def test_a_link_that_the_meter_has_given_up_by_now_is_opened_anew_without_a_farewell():
    async def live(bench):
        link = bench.link()
        await link.connect()
        link.leave_open()
        await coop.sleep_ms(118_000)
        assert not await link.connect()
        assert await link.request(b"two") == FIRST + b"two"
        assert controls(bench)[:2] == [hdlc.SNRM, hdlc.SNRM]

    with_bench(live)


def test_a_link_left_open_is_closed_by_the_next_user_of_the_meter_who_has_his_own():
    async def live(bench):
        link, other = bench.link(), bench.link(client=1)
        await link.connect()
        link.leave_open()
        assert not await other.connect()
        assert controls(bench) == [hdlc.SNRM, hdlc.DISC, hdlc.SNRM]
        await other.disconnect()
        assert not await link.connect()

    with_bench(live)


def test_several_meters_of_a_bus_have_an_open_link_each():
    async def live(bench):
        links = [bench.link(17), bench.link(18)]
        for link in links:
            await link.connect()
            link.leave_open()
        for _ in range(9):
            for link, name in zip(links, (FIRST, SECOND)):
                assert await link.connect()
                assert await link.request(b"x") == name + b"x"
                link.leave_open()

    with_bench(live)


def test_a_dropped_link_is_told_and_opened_again_by_who_holds_it():
    async def live(bench):
        link = bench.link()
        await link.connect()
        for lost, is_untouched in ((0, True), (1, False)):
            bench.port.restart()
            bench.port.ignored = lost
            error = await error_of(link.request(b"x"))
            assert isinstance(error, LinkDropped) and error.is_untouched == is_untouched
            await link.reconnect()
            assert await link.request(b"y") == FIRST + b"y"

    with_bench(live)


def learned(max_info=128, window=1, known=None, visits=1, spoil=None):
    """(info, window, SNRMs sent) after some visits to a meter of which `known` is known."""
    known = known or Abilities()

    async def live(bench):
        bench.port.spoil = spoil
        link = bench.link(known=known)
        for _ in range(visits):
            await error_of(_visit(link))
            await link.disconnect()
        return known.info, known.window, controls(bench).count(hdlc.SNRM)

    return with_bench(live, max_info=max_info, window=window)


async def _visit(link):
    await link.connect()
    assert await link.request(bytes(900)) == FIRST + bytes(900)


def test_what_the_meter_takes_is_learned_at_the_first_visit():
    assert learned() == (128, 1, 1)
    assert learned(512, 3) == (512, 3, 1)
    assert learned(512, 3, visits=3) == (512, 3, 3)
    assert learned(2030, 1) == (2030, 1, 1)


def test_a_window_is_no_larger_than_what_may_come_at_once():
    assert learned(512, 7) == (512, 7, 1)
    assert learned(513, 7) == (513, 6, 2)
    assert learned(2030, 7) == (2030, 1, 2)


def is_proposal(octets):
    return octets[6] == hdlc.SNRM and octets[11:]


def test_a_meter_silent_to_proposals_is_spared_them_from_the_second_time_on():
    assert learned(512, spoil=is_proposal)[:2] == (None, None)
    assert learned(512, spoil=is_proposal, visits=2)[:2] == (128, 1)
    assert learned(512, spoil=is_proposal, visits=4) == (128, 1, 6)


def test_a_meter_that_does_not_answer_at_all_teaches_nothing():
    assert learned(spoil=lambda octets: True, visits=5) == (None, None, 15)


def test_frames_that_never_get_through_are_given_up_after_two_tries():
    is_long = lambda octets: octets[128 + 20 :]  # noqa: E731
    for info, window in ((512, 1), (2030, 1)):
        assert learned(info, spoil=is_long, visits=1)[0] == info
        assert learned(info, spoil=is_long, visits=2)[:2] == (128, 1)
        known = Abilities(info, window)
        assert learned(info, known=known, spoil=is_long, visits=3)[:2] == (128, 1)
