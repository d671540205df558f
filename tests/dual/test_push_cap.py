"""How many alarms are pushed, and which are passed over. In virtual time."""

from dcu.push import ROWS_MAX
from tests.dual.test_push import REPEAT_S, run, seconds, upto


def test_so_many_go_in_a_minute_repeated_ones_too_and_the_rest_in_the_next():
    for most in (1, 7, 16, 40):

        async def scene(bench, session, most=most):
            for _ in range(300):
                before = len(session.sent)
                await seconds(1)
                if len(session.sent) > before and len(session.sent) % 2:
                    bench.alarms.acknowledge(session.sent[-1][1][-1])

        session = run(scene, 100, [("alarms.per_minute", str(most)), ("hes.repeat_alarm_s", "2")])
        minutes = [0] * 6
        for at_s, rows in session.sent:
            minutes[int(at_s) // 60] += len(rows)
        assert max(minutes) <= most + 1 and minutes[0] == most and minutes[1], (most, minutes)
        assert [rows[0] for _, rows in session.sent] == sorted([r[0] for _, r in session.sent])


def test_what_is_not_pushed_does_not_stand_in_the_way_however_much_it_is():
    async def scene(bench, session):
        for mp in range(3 * ROWS_MAX + 1):
            bench.alarms.raise_alarm(3, mp, "not this")
        bench.alarms.raise_alarm(2, 1, "this")
        await seconds(1)
        assert session.sent[-1][1] == [3 * ROWS_MAX + 2]
        bench.settings.put("alarms.pushed", str(1 << 3))
        await seconds(REPEAT_S + 2)
        assert session.sent[-1][1] == upto(ROWS_MAX)

    run(scene, settings=[("alarms.pushed", str(1 << 2))])
