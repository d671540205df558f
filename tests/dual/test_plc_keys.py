"""The network behind the module slot: its group key, what is known of its shape, its secrets."""

from dcu.alarm_codes import GROUP_KEY_CHANGED
from drivers import g3_tables
from hal import coop
from hal.errors import NoReply, PortError
from tests.dual.g3_bench import error_of
from tests.dual.plc_bench import Part, PlcBench, filled
from tests.virtual import run_virtual
from wire.usi_attributes import Neighbour, Position, Route


def test_a_new_group_key_is_durable_before_it_is_in_use():
    bench = PlcBench(3)

    async def play(bench):
        await filled(bench, (1, 2, 3))
        bench.tell("off 3")
        before = bench.plc.key.index
        missed = await bench.plc.rekey()
        assert [eui[-1] for eui in missed] == [3]
        assert bench.plc.key.index == 1 - before and bench.members() == [1, 2]
        bench.tell("on 3")
        await bench.until(lambda: bench.members() == [1, 2, 3])

    bench.run(play)


def test_a_module_lost_before_any_meter_uses_the_new_key_has_the_old_one_until_it_is_back():
    bench = PlcBench(3)

    async def play(bench):
        await filled(bench, (1, 2, 3))
        before = bench.plc.key.octets(), bench.plc.key.index
        bench.tell("off 1")  # the first that the key is given to: that takes its time
        failing = coop.spawn(error_of(bench.plc.rekey()))
        await coop.sleep_ms(3_000)
        bench.line.is_broken = True
        assert isinstance(await failing, PortError)
        assert (bench.plc.key.octets(), bench.plc.key.index) == before
        bench.tell("on 1")
        await bench.until(lambda: not bench.plc.key.is_changing, 300)
        assert bench.plc.key.index == 1 - before[1] and bench.told(GROUP_KEY_CHANGED)

    bench.run(play)


def test_a_group_key_that_cannot_be_stored_is_not_used():
    bench = PlcBench(2)

    async def play(bench):
        await filled(bench, (1, 2))
        before = bench.plc.key.octets(), bench.plc.key.index
        bench.disk.key.full = True
        failure = await error_of(bench.plc.rekey())
        assert "no space left" in str(failure)
        assert (bench.plc.key.octets(), bench.plc.key.index) == before
        assert await bench.driver.exchange(bench.plc.node(bench.archive.get(1)), b"x")

    bench.run(play)


def test_the_survey_knows_ways_phases_and_counters():
    bench = PlcBench(4)

    async def play(bench):
        await filled(bench, (1, 2, 3, 4))
        await bench.plc.survey.look(bench.driver)
        short = bench.plc.node(bench.archive.get(4))
        found = bench.plc.survey.row(short)
        assert (found["hops"], found["via"], found["parent"]) == (1, short, 0)
        assert found["lqi"] > 52 and found["phase"] in (0, 60, 120, 180, 240, 300)
        await bench.until(lambda: "sent" in bench.plc.survey.totals.values, 1200)

    bench.run(play)


def test_a_mistake_of_ours_ends_the_part_and_is_not_hidden():
    bench = PlcBench(1)
    failures = []

    def mistaken(eui):
        raise AssertionError("a mistake")

    async def supervised():
        try:
            await bench.plc.run(Part())
        except AssertionError as error:
            failures.append(str(error))

    bench.plc.wants_in = mistaken
    bench.start = supervised

    async def play(bench):
        await bench.running()
        bench.tell("on-all")
        await bench.until(lambda: failures)

    bench.run(play)
    assert failures == ["a mistake"]


def test_a_few_rows_of_a_table_may_be_lost_on_a_bad_line_and_no_more():
    async def rows_with(bench, lost):
        ask, asked = g3_tables.get, []

        async def get(channel, layer, attribute, index=0):
            asked.append(index)
            if len(asked) > 1 and index < lost:
                raise NoReply("no answer")
            return await ask(channel, layer, attribute, index)

        g3_tables.get = get
        try:
            return len(await bench.driver.table("positions"))
        finally:
            g3_tables.get = ask

    async def play(bench):
        await filled(bench, range(1, 13))
        most = g3_tables.LOST_MAX
        assert await rows_with(bench, most) == 12 - most
        assert isinstance(await error_of(rows_with(bench, most + 1)), NoReply)

    PlcBench(12).run(play)


def test_a_module_that_was_started_anew_counts_from_nothing():
    survey = PlcBench(1).plc.survey
    for sent in (10, 13):
        survey.totals.add({"sent": sent})
    survey.forget()
    survey.totals.add({"sent": 15})
    assert survey.totals.values == {"sent": 3 + 15} and survey.routes == {}


def test_what_was_counted_before_a_restart_of_the_module_stays_counted():
    bench = PlcBench(1)

    async def exchanged(count):
        for _ in range(count):
            await bench.driver.exchange(bench.plc.book.members()[0][0], b"x")
        bench.plc.survey.totals.add(await bench.driver.statistics())

    async def play(bench):
        await filled(bench, (1,))
        await exchanged(0)
        await exchanged(3)
        bench.tell("reboot")
        await bench.until(lambda: bench.driver.starts == 2)
        await coop.sleep_ms(5_000)
        await exchanged(5)
        assert bench.plc.survey.totals.values["answered"] == 8

    bench.run(play)


def test_no_key_is_in_a_log_an_alarm_or_a_representation():
    bench = PlcBench(2, strangers=(2,))
    bench.run(lambda bench: filled(bench, (1,)))
    shown = repr(bench.lines) + repr(bench.alarms) + repr(bench.plc.status())
    for secret in (bench.plc.key.octets(), bytes.fromhex(bench.settings.get("plc.psk"))):
        assert secret.hex() not in shown.lower()


def test_a_part_that_watches_the_module_is_seen_while_the_module_is_slow():
    seen = []

    class Watched(Part):
        def alive(self):
            seen.append(bench.clock.ticks_ms())

    bench = PlcBench(40)
    bench.start = lambda: bench.plc.run(Watched())

    async def play(bench):
        await filled(bench, range(1, 41))
        bench.tell("late 1500")
        await bench.until(lambda: len(bench.plc.survey.neighbours) >= 30, 1_200)

    bench.run(play)
    assert max([after - before for before, after in zip(seen, seen[1:])]) < 10_000


class Tables:
    """A module that tells of two neighbours, a meter that it hears now and then, and one that it
    does not."""

    def __init__(self, numbers):
        self.rows = {
            "routes": [Route(number, 1, 12, 1 + (number > 2), 0, 0, 180) for number in numbers],
            "neighbours": [Neighbour(number, 3, 2, 90 + number, 300) for number in (1, 2)],
            "positions": [Position(number, 40 + number, 300) for number in (1, 2, 3)],
        }
        self.asked = []

    async def table(self, name):
        self.asked.append(name)
        return self.rows[name]


def test_how_well_a_meter_is_heard_that_is_no_neighbour_says_the_position_table():
    survey = PlcBench(1).plc.survey
    for numbers, lqis, phases in (
        ((1, 2), [91, 92], [120, 120]),  # no other table is needed for these
        ((1, 2, 3, 4), [91, 92, 43, None], [120, 120, None, None]),
    ):
        module = Tables(numbers)
        run_virtual(survey.look(module))
        rows = [survey.row(number) for number in numbers]
        assert [row["lqi"] for row in rows] == lqis
        assert [row["phase"] for row in rows] == phases
        assert ("positions" in module.asked) == (len(numbers) > 2)
    survey.forget()
    assert [survey.row(number)["lqi"] for number in (1, 3)] == [None, None]


def test_tables_are_asked_for_when_meters_come_and_go_and_else_every_six_hours():
    bench = PlcBench(3)
    looks = []
    look = bench.plc.survey.look

    async def counted(module):
        looks.append(bench.clock.ticks_ms())
        await look(module)

    bench.plc.survey.look = counted

    async def within(hours):
        before = len(looks)
        await coop.sleep_ms(int(hours * 3_600_000))
        return len(looks) - before

    async def play(bench):
        await filled(bench, (1, 2, 3))
        await within(0.5)
        quiet = await within(2)
        bench.archive.remove(2)  # it is put out
        changed, later = await within(0.5), await within(6)
        return quiet, changed, later

    assert bench.run(play) == (0, 1, 1)
