"""A new alarm does not wait behind a backlog of old ones. In virtual time."""

from dcu.push import ROWS_MAX
from hal.errors import Refused
from tests.dual.test_push import REPEAT_S, raise_alarms, run, seconds, upto
from wire import apdu

BACKLOG = 5 * ROWS_MAX


def batches(session):
    return [rows for _, rows in session.sent]


def test_a_new_alarm_goes_at_once_beside_a_backlog_and_again_in_its_turn():
    async def scene(bench, session):
        await seconds(5.5)
        raise_alarms(bench, 1)
        await seconds(0.01)
        assert session.sent[1:] == [(5.5, [BACKLOG + 1])]
        await seconds(2)
        assert len(session.sent) == 2  # not once more, but in its turn
        for mark in range(ROWS_MAX, BACKLOG + 1, ROWS_MAX):
            bench.alarms.acknowledge(mark)
            await seconds(2)
            last = min(mark + ROWS_MAX, BACKLOG + 1)
            assert batches(session)[-1] == upto(last, mark + 1)
        assert len(session.sent) == 2 + BACKLOG // ROWS_MAX

    run(scene, before=BACKLOG)


def test_what_the_oldest_hold_goes_only_with_them():
    for before in (0, 1, ROWS_MAX - 1):

        async def scene(bench, session, before=before):
            await seconds(5)
            raise_alarms(bench, 1)
            await seconds(1)
            assert session.sent[-1][1] == upto(before + 1)
            assert len(session.sent) == (2 if before else 1)

        run(scene, before=before)


def test_one_more_than_the_oldest_hold_goes_beside_them():
    async def scene(bench, session):
        await seconds(5)
        raise_alarms(bench, 1)
        await seconds(1)
        assert batches(session) == [upto(ROWS_MAX), [ROWS_MAX + 1]]

    run(scene, before=ROWS_MAX)


def test_many_new_ones_go_one_batch_after_the_other_oldest_first():
    async def scene(bench, session):
        await seconds(5)
        raise_alarms(bench, ROWS_MAX + 2)
        await seconds(3)
        first = BACKLOG + 1
        expected = [upto(first + ROWS_MAX - 1, first), [first + ROWS_MAX, first + ROWS_MAX + 1]]
        assert batches(session)[1:] == expected

    run(scene, before=BACKLOG)


def test_those_of_the_connection_before_wait_for_their_turn():
    async def scene(bench, session):
        await seconds(10)
        assert batches(session) == [upto(ROWS_MAX)]

    run(scene, before=ROWS_MAX + 1)


def test_new_ones_come_first_in_the_minute_that_the_cap_leaves_to_both():
    async def scene(bench, session):
        await seconds(1)
        assert batches(session) == [upto(7)]
        raise_alarms(bench, 2)
        bench.alarms.acknowledge(7)
        await seconds(58)
        assert len(session.sent) == 1  # that minute has had its seven
        await seconds(2)
        assert batches(session)[1:] == [[BACKLOG + 1, BACKLOG + 2], upto(12, 8)]

    run(scene, BACKLOG, [("alarms.per_minute", "7")])


def test_new_ones_beyond_the_cap_go_in_the_next_minute():
    async def scene(bench, session):
        await seconds(0.5)
        raise_alarms(bench, 5)
        await seconds(121)
        new = upto(BACKLOG + 5, BACKLOG + 1)
        assert batches(session) == [[1, 2], new[:2], new[2:4]]

    run(scene, BACKLOG, [("alarms.per_minute", "2")])


def test_a_cap_of_one_lets_old_ones_through_when_there_is_nothing_new():
    async def scene(bench, session):
        await seconds(0.5)
        raise_alarms(bench, 1)
        await seconds(61)
        bench.alarms.acknowledge(1)
        await seconds(60)
        assert batches(session) == [[1], [BACKLOG + 1], [2]]

    run(scene, BACKLOG, [("alarms.per_minute", "1")])


def test_a_new_one_that_is_filtered_out_is_passed_over():
    async def scene(bench, session):
        await seconds(1)
        for mp in range(ROWS_MAX + 1):
            bench.alarms.raise_alarm(3, mp, "not this")
        raise_alarms(bench, 1)
        await seconds(3)
        assert batches(session)[1:] == [[bench.alarms.last]]

    run(scene, BACKLOG, [("alarms.pushed", str(1 << 2))])


def test_a_new_one_asks_for_no_confirmation_and_takes_none_from_the_old_ones():
    async def scene(bench, session):
        await seconds(1)
        bench.alarms.push_confirmed = session.notifications[0].invoke & apdu.LONG_ID
        raise_alarms(bench, 1)
        await seconds(3 * REPEAT_S)
        assert batches(session) == [upto(ROWS_MAX), [BACKLOG + 1]]
        flags = [bool(each.invoke & apdu.LONG_CONFIRMED) for each in session.notifications]
        assert flags == [True, False]

    run(scene, BACKLOG, [("hes.confirm", "yes")])


def test_without_a_counter_to_seal_it_a_new_one_comes_in_its_turn():
    troubles = []

    def seal(octets):
        if troubles:
            raise troubles.pop()
        return octets

    async def scene(bench, session):
        await seconds(1)
        troubles.append(Refused("no counter"))
        raise_alarms(bench, 1)
        await seconds(3)
        assert troubles == [] and batches(session) == [upto(ROWS_MAX)]

    run(scene, BACKLOG, seal=seal)
