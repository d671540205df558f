"""Many requests at once, and a HES that is slow to take the answers. In virtual time."""

from dcu.desk import PASSING_MAX
from dcu.session import WRITE_MS
from hal import coop
from tests.dual.scripted_hes import answers, ask_and_see, run, seconds
from wire import qgdw3761

LOGIN = qgdw3761.LOGIN


def test_gateway_requests_are_served_in_parallel_and_hold_nothing_up():
    async def scene(bench):
        bench.meters_answer.clear()
        await seconds(1)
        for address in range(PASSING_MAX):
            bench.asks_meter(17 + address)
        await seconds(1)
        assert bench.under_way == PASSING_MAX
        await ask_and_see(bench)
        bench.meters_answer.set()
        await seconds(1)
        assert len(answers(bench)) == PASSING_MAX + 1 and bench.under_way == 0

    run(scene)


def test_one_gateway_request_too_many_is_not_served_and_the_next_after_them_is():
    for when in ("registered", "with the confirmation"):

        async def scene(bench, when=when):
            bench.meters_answer.clear()
            if when == "registered":
                await seconds(1)
            else:
                bench.answers[LOGIN] = None
                await seconds(1)
                login = qgdw3761.link_frame(qgdw3761.address_from_text("07310001"), LOGIN, 1)
                bench.says_frame(qgdw3761.confirmation(login))
            for address in range(PASSING_MAX + 1):
                bench.asks_meter(17 + address)
            await seconds(1)
            assert len(bench.asked) == PASSING_MAX, when
            bench.meters_answer.set()
            await seconds(1)
            bench.asks_meter(99)
            await seconds(1)
            assert len(answers(bench)) == PASSING_MAX + 1
            assert len(bench.asked) == PASSING_MAX + 1

        assert run(scene).heard(f"more than {PASSING_MAX}")


def test_requests_under_way_end_with_the_session():
    async def scene(bench):
        bench.meters_answer.clear()
        await seconds(1)
        bench.asks_meter(17)
        await seconds(1)
        bench.stream.hangs_up()
        await seconds(10)
        assert bench.under_way == 0 and bench.uplink.sessions == 2
        bench.asks_meter(18)
        bench.meters_answer.set()
        await seconds(1)
        assert [each.apdu[3:5] for each in answers(bench)] == [b"18"]

    run(scene)


def test_a_hes_that_takes_nothing_is_dropped_and_the_dcu_is_not_late():
    async def scene(bench):
        await seconds(1)
        stream = bench.stream
        stream.takes_ms = 10 * WRITE_MS
        bench.asks()
        await coop.sleep_ms(WRITE_MS - 1_000)
        assert stream.is_open
        await coop.sleep_ms(3_000)
        assert not stream.is_open
        await seconds(5)
        assert bench.uplink.sessions == 2 and bench.pushing == 1

    assert run(scene).heard("takes no data")


def test_a_hes_that_takes_each_answer_slowly_makes_no_part_late():
    async def scene(bench):
        await seconds(1)
        bench.stream.takes_ms = WRITE_MS - 5_000
        for _ in range(5):
            bench.asks()
        await coop.sleep_ms(5 * WRITE_MS)
        assert len(answers(bench)) == 5 and len(bench.dials) == 1

    run(scene)


def test_half_an_answer_of_a_meter_ends_the_session_for_all():
    async def scene(bench):
        await seconds(1)
        bench.stream.takes_ms = 10 * WRITE_MS
        bench.asks_meter(17)
        await coop.sleep_ms(WRITE_MS - 1_000)
        assert bench.stream.is_open
        await coop.sleep_ms(5_000)
        assert len(bench.dials) == 2

    run(scene)
