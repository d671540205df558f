"""A link that stays open between two uses, and what is learned of the meter's frames."""

from drivers.hdlc_meter_link import LinkDropped
from hal import coop
from tests.dual.hdlc_bench import FIRST, SECOND, error_of, with_bench
from wire import hdlc
from wire.abilities import Abilities


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
