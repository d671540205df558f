"""Alarms are pushed at once, and again until the HES has acknowledged them. In virtual time."""

from dcu.alarm_codes import COVER_CLOSED, FIRMWARE_CHANGED
from dcu.buffers import alarm_row
from dcu.push import ROWS_MAX, push_alarms
from dcu.settings import Settings
from hal import coop
from hal.errors import PortError, Refused
from tests.dual.northbound import AlarmBench
from tests.kept import Kept
from tests.virtual import run_virtual
from wire import apdu, axdr

REPEAT_S = 30  # default of hes.repeat_alarm_s


class Session:
    """`sent` is [(seconds since the start, numbers of the alarms)] of what was pushed."""

    def __init__(self, clock):
        self._clock = clock
        self.sent = []
        self.notifications = []
        self.is_closed = False
        self.takes_ms = 0

    async def send(self, octets):
        await coop.sleep_ms(self.takes_ms)
        if self.is_closed:
            raise PortError("main:5020: closed")
        notification = apdu.decode(octets)
        assert isinstance(notification, apdu.DataNotification)
        rows = axdr.decode_all(notification.data)
        self.notifications.append(notification)
        self.sent.append((self._clock.ticks_ms() / 1000, [row[0] for row in rows]))


def in_clear(octets):
    return octets


def run(scene, before=0, settings=(), seal=in_clear):
    """The session after `scene(bench, session)`, `before` alarms being there from before."""
    bench = AlarmBench()
    bench.settings = Settings(Kept())
    bench.settings.put_all(settings)
    session = Session(bench.clock)

    async def main():
        raise_alarms(bench, before)
        task = coop.spawn(push_alarms(session, bench.alarms, bench.settings, bench.clock, seal))
        await scene(bench, session)
        session.is_done = task.done()
        await coop.stop(task)

    run_virtual(main())
    return session


def raise_alarms(bench, count):
    for mp in range(1, count + 1):  # too many of one meter would be counted, not kept
        bench.alarms.raise_alarm(2, mp, "text")


async def seconds(count):
    await coop.sleep_ms(round(1000 * count))


def upto(last, first=1):
    return list(range(first, last + 1))


def test_an_alarm_is_pushed_at_once_as_the_row_that_can_be_read():
    async def scene(bench, session):
        await seconds(7.5)
        raise_alarms(bench, 1)
        await seconds(0.01)
        assert session.sent == [(7.5, [1])]
        assert session.notifications[0].date_time == b""
        row = alarm_row(bench.alarms.read(0, 1)[0])
        assert session.notifications[0].data == axdr.array([row])

    run(scene)


def test_without_alarms_nothing_is_pushed():
    async def scene(bench, session):
        await seconds(100)

    assert run(scene).sent == []


def test_what_waits_is_pushed_when_a_session_begins():
    async def scene(bench, session):
        await seconds(0.01)

    assert run(scene, before=3).sent == [(0, [1, 2, 3])]


def test_it_is_repeated_after_the_time_set_until_it_is_acknowledged_and_not_after():
    for repeat_s in (2, REPEAT_S):

        async def scene(bench, session, repeat_s=repeat_s):
            await seconds(2.5 * repeat_s)
            assert [rows for _, rows in session.sent] == [[1, 2]] * 3
            times = [at_s for at_s, _ in session.sent]
            for n, at_s in enumerate(times):
                assert n * repeat_s <= at_s <= n * (repeat_s + 1), times
            bench.alarms.acknowledge(2)
            await seconds(3 * repeat_s)
            assert len(session.sent) == 3

        run(scene, before=2, settings=[("hes.repeat_alarm_s", str(repeat_s))])


def test_only_what_is_not_acknowledged_is_repeated():
    async def scene(bench, session):
        await seconds(1)
        bench.alarms.acknowledge(2)
        await seconds(REPEAT_S + 2)
        assert [rows for _, rows in session.sent] == [[1, 2, 3], [3]]

    run(scene, before=3)


def test_batches_are_of_so_many_rows_oldest_first_and_the_next_follows_the_acknowledgement():
    for count, expected in (
        (ROWS_MAX, [upto(ROWS_MAX)]),
        (ROWS_MAX + 1, [upto(ROWS_MAX), [ROWS_MAX + 1]]),
        (2 * ROWS_MAX, [upto(ROWS_MAX), upto(2 * ROWS_MAX, ROWS_MAX + 1)]),
    ):

        async def scene(bench, session, expected=expected):
            for batch in expected:
                await seconds(3)
                assert session.sent[-1][1] == batch
                bench.alarms.acknowledge(batch[-1])
            await seconds(100)
            assert [rows for _, rows in session.sent] == expected

        run(scene, before=count)


def test_an_alarm_raised_while_another_is_on_its_way_is_not_forgotten():
    async def scene(bench, session):
        session.takes_ms = 300
        raise_alarms(bench, 1)
        await seconds(0.1)
        raise_alarms(bench, 1)
        await seconds(0.6)
        assert [rows for _, rows in session.sent] == [[1], [1, 2]]

    run(scene)


def test_alarms_raised_together_go_together():
    async def scene(bench, session):
        await seconds(1)
        raise_alarms(bench, 3)
        await seconds(2)
        assert [rows for _, rows in session.sent] == [[1, 2, 3]]

    run(scene)


def test_each_notification_has_a_number_of_its_own():
    async def scene(bench, session):
        await seconds(3 * REPEAT_S)
        assert [each.invoke for each in session.notifications] == [1, 2, 3]

    run(scene, before=1)


def test_it_ends_with_its_session():
    async def scene(bench, session):
        await seconds(1)
        session.is_closed = True
        await seconds(REPEAT_S + 5)

    assert run(scene, before=1).is_done


def test_a_disk_that_cannot_be_read_for_a_while_ends_nothing():
    async def scene(bench, session):
        await seconds(1)
        bench.journal.broken = True
        await seconds(REPEAT_S + 5)
        bench.journal.broken = False
        await seconds(2)
        assert [rows for _, rows in session.sent] == [[1], [1]]

    assert not run(scene, before=1).is_done


def test_what_the_filter_leaves_out_is_not_pushed_and_stays_readable():
    async def scene(bench, session):
        bench.alarms.raise_alarm(1, 0, "power up")
        raise_alarms(bench, 1)
        await seconds(1)
        assert session.sent == [(0, [2])]
        assert [each.seq for each in bench.alarms.read(0, 9)] == [1, 2]

    run(scene, settings=[("alarms.pushed", str(1 << 2))])


def test_codes_from_32_on_have_a_filter_of_their_own():
    async def scene(bench, session):
        bench.alarms.raise_alarm(FIRMWARE_CHANGED)
        bench.alarms.raise_alarm(COVER_CLOSED)
        await seconds(1)
        assert session.sent == [(0, [2])]

    run(scene, settings=[("alarms.pushed", "0"), ("alarms.pushed_2", "1")])


def test_who_asks_for_a_push_need_not_wait_for_the_repetition():
    async def scene(bench, session):
        raise_alarms(bench, 1)
        await seconds(5)
        bench.alarms.push_now()
        await seconds(5)

    assert run(scene).sent == [(0, [1]), (5, [1])]


def test_what_is_pushed_is_sealed_and_what_cannot_be_is_tried_again():
    troubles = [Refused("no counter")]

    def seal(octets):
        if troubles:
            raise troubles.pop()
        return octets

    async def scene(bench, session):
        raise_alarms(bench, 1)
        await seconds(5)
        assert troubles == []

    assert run(scene, seal=seal).sent == [(1, [1])]


def test_what_is_confirmed_is_not_repeated_if_confirmations_are_wanted():
    for setting, confirmed, times in (
        ("yes", 1, [0, 100]),
        ("yes", 2, [0, REPEAT_S, 100]),  # of another notification: the second is confirmed
        ("yes", 0, [0, REPEAT_S, 2 * REPEAT_S, 3 * REPEAT_S, 100]),
        ("no", 1, [0, REPEAT_S, 2 * REPEAT_S, 3 * REPEAT_S, 100]),
    ):

        async def scene(bench, session, confirmed=confirmed):
            await seconds(1)
            bench.alarms.push_confirmed = confirmed
            await seconds(99)
            raise_alarms(bench, 1)
            await seconds(1)

        session = run(scene, 1, [("hes.confirm", setting)])
        assert [round(at_s) for at_s, _ in session.sent] == times, (setting, confirmed)
        is_wanted = [each.invoke & apdu.LONG_CONFIRMED != 0 for each in session.notifications]
        assert is_wanted == [setting == "yes"] * len(times)
        numbers = [each.invoke & apdu.LONG_ID for each in session.notifications]
        assert numbers == upto(len(times))


def test_a_confirmation_of_the_connection_before_counts_no_more():
    async def scene(bench, session):
        await seconds(1)
        bench.alarms.push_confirmed = 1
        again = Session(bench.clock)
        pushing = push_alarms(again, bench.alarms, bench.settings, bench.clock, in_clear)
        task = coop.spawn(pushing)
        await seconds(REPEAT_S + 1)
        await coop.stop(task)
        assert len(again.sent) == 2

    run(scene, 1, [("hes.confirm", "yes")])
