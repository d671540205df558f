"""What the console can do with the network behind the module slot."""

from dcu import plc_tree
from dcu.alarm_codes import GROUP_KEY_CHANGED, METER_OUT
from dcu.console import execute
from dcu.exit_codes import GOOD, NO_ANSWER, REFUSED, WRONG_USE
from dcu.meter_state import MeterStates
from dcu.plan import OPEN
from dcu.plc_door import OPEN_MAX_MIN
from dcu.schema import find
from dcu.task_list import TaskList
from dcu.unit import Dcu
from dcu.verbs_tasks import plan_of
from hal import coop
from hal.errors import PortError
from meter_sim.plc_world import eui
from tests.dual.plc_bench import PlcBench, filled
from tests.kept import Kept
from wire.usi_attributes import Neighbour, Route
from wire.usi_commands import Hop

E3 = eui(3).hex().upper()


class Console:
    """A network of three meters on file and a stranger, with its console."""

    def __init__(self, settings=(), meters=4):
        self.bench = PlcBench(meters, strangers=(3,), settings=settings)
        bench = self.bench
        self.dcu = Dcu("pc", "x", bench.settings, bench.archive, bench.clock, None)
        self.dcu.plc, self.dcu.states = bench.plc, MeterStates()
        self.said = []

    async def ask(self, verb, *words):
        """(exit code, result)"""

        async def say(text):
            self.said.append(text)

        return await execute(self.dcu, "plc " + verb, list(words), say)

    def run(self, play):
        async def whole(bench):
            await filled(bench, (1, 2, 4))
            return await play(self)

        return self.bench.run(whole)


def test_nodes_are_those_on_file_and_the_strangers_that_are_in():
    async def play(console):
        console.bench.tell("off 2")
        console.bench.tell("leave 4")
        await console.bench.until(lambda: console.bench.told(METER_OUT))
        console.bench.plc.door.open_for(30)
        await console.bench.until(lambda: 3 in console.bench.members())
        return await console.ask("nodes")

    code, rows = Console().run(play)
    assert code == GOOD and [row["mp"] for row in rows] == [1, 2, 4, None]
    assert [row["state"] for row in rows][0] == "unknown"
    assert rows[3]["eui"] == E3 and rows[3]["state"] == "not on file"
    assert rows[0]["address"] == 5001 and rows[0]["hops"] in (None, 1)


def test_the_tree_is_as_the_module_has_it_now():
    async def play(console):
        return await console.ask("tree", "look")

    console = Console()
    code, rows = console.run(play)
    assert code == GOOD and sorted([row["mp"] for row in rows]) == [1, 2, 4]
    assert {row["depth"] for row in rows} == {1} and {row["parent"] for row in rows} == {0}
    assert console.said == ["asking the module for its tables"]


def test_in_the_tree_each_comes_after_who_passes_its_packets_on():
    console = Console()
    survey, plc = console.bench.plc.survey, console.bench.plc
    shorts = {}
    for number in (1, 2, 4):
        shorts[number] = plc.book.place(eui(number))
        plc.book.joined(eui(number), shorts[number])
    survey.routes = {
        shorts[1]: Route(shorts[1], shorts[4], 24, 2, 0, 0, 180),
        shorts[4]: Route(shorts[4], shorts[4], 12, 1, 0, 0, 180),
        shorts[2]: Route(shorts[2], shorts[4], 36, 3, 0, 0, 180),
    }
    survey.neighbours = {shorts[4]: Neighbour(shorts[4], 3, 4, 50, 300)}
    rows = plc_tree.tree_of(console.dcu)
    assert [(row["mp"], row["depth"]) for row in rows] == [(4, 1), (1, 2), (2, None)]
    assert (rows[0]["phase"], rows[0]["lqi"]) == (240, 50) and survey.is_weak(shorts[4])
    assert plc.goes_with(state_of(console, 1), [state_of(console, 4)]) is False
    survey.paths[shorts[2]] = (0, [Hop(shorts[1], 0, 4, 0, 0, 0), Hop(shorts[4], 0, 4, 0, 0, 0)])
    assert [(row["mp"], row["depth"]) for row in plc_tree.tree_of(console.dcu)][2] == (2, 3)


def state_of(console, mp):
    return console.dcu.states.of(console.bench.archive.get(mp))


def test_two_that_are_each_others_parent_do_not_hang_the_tree():
    console = Console()
    plc = console.bench.plc
    shorts = []
    for number in (1, 2):
        shorts.append(plc.book.place(eui(number)))
        plc.book.joined(eui(number), shorts[-1])
    for mine, other in (shorts, shorts[::-1]):
        plc.survey.routes[mine] = Route(mine, other, 24, 2, 0, 0, 180)
    assert [row["depth"] for row in plc_tree.tree_of(console.dcu)] == [None, None]


def test_a_ping_shows_the_way_hop_by_hop_by_mp_or_eui():
    async def play(console):
        by_mp = await console.ask("ping", "1")
        by_eui = await console.ask("ping", eui(1).hex())
        return by_mp, by_eui

    (code, found), (_, again) = Console().run(play)
    assert code == GOOD and found["eui"] == again["eui"] == eui(1).hex().upper()
    there, back = found["ways"]["there"], found["ways"]["back"]
    assert there[-1]["mp"] == 1 and back[-1]["short"] == 0
    assert there[0]["cost"] > 0 and there[0]["phase"] % 60 == 0


def test_wrong_names_are_refused_with_what_to_do():
    async def play(console):
        answers = []
        for name in ("9", "3", "zz" * 8, E3, "x"):
            answers.append(await console.ask("ping", name))
        return answers

    answers = Console().run(play)
    assert [code for code, _ in answers] == [WRONG_USE] * 5
    texts = [text for _, text in answers]
    assert "no meter at MP 9" in texts[0] and "no meter at MP 3" in texts[1]
    assert "16 hex digits" in texts[2] and "dcu plc nodes" in texts[3] and "MP 'x'" in texts[4]


def test_no_way_to_a_meter_is_refused_by_the_module():
    async def play(console):
        console.bench.tell("off 2")
        await coop.sleep_ms(1_000)
        return await console.ask("ping", "2")

    code, text = Console().run(play)
    assert code in (WRONG_USE, NO_ANSWER, REFUSED) and "module" in text


def test_the_whitelist_is_shown_and_changed():
    async def play(console):
        answers = [await console.ask("whitelist")]
        answers.append(await console.ask("whitelist", "open", "30"))
        await console.bench.until(lambda: 3 in console.bench.members())
        answers.append(await console.ask("whitelist"))
        answers.append(await console.ask("whitelist", "alarm"))
        answers.append(await console.ask("whitelist", "strict"))
        return answers

    console = Console()
    found = [result for _, result in console.run(play)]
    assert [row["mode"] for row in found] == ["strict", "open", "open", "alarm", "strict"]
    assert found[1]["open_s"] == 1800 and found[2]["strangers"][0]["eui"] == E3
    assert console.bench.settings.get("plc.admission") == "strict"


def test_wrong_words_of_the_whitelist():
    async def play(console):
        answers = []
        for words in (("open",), ("open", "0"), ("open", str(OPEN_MAX_MIN + 1)), ("shut",)):
            answers.append(await console.ask("whitelist", *words))
        answers.append(await console.ask("whitelist", "strict", "5"))
        assert "'strict 5'" in answers[-1][1]
        good = await console.ask("whitelist", "open", str(OPEN_MAX_MIN))
        console.bench.settings.put("plc.psk", "")
        answers.append(await console.ask("whitelist", "open", "5"))
        return good, answers

    good, answers = Console().run(play)
    assert good[0] == GOOD and [code for code, _ in answers] == [WRONG_USE] * 6
    assert "minutes" in answers[0][1] and "plc.psk" in answers[5][1]


def test_a_kick_needs_a_yes_and_says_that_the_meter_may_come_back():
    async def play(console):
        refused = await console.ask("kick", "1")
        done = await console.ask("kick", "1", "yes")
        gone = console.bench.members()
        await console.bench.until(lambda: 1 in console.bench.members(), 900)
        return refused, done, gone

    console = Console()
    refused, done, gone = console.run(play)
    assert refused[0] == WRONG_USE and "--yes" in refused[1]
    assert done[0] == GOOD and "may join again" in done[1] and 1 not in gone
    assert console.bench.told(METER_OUT)[0][0] == 1


def test_a_new_group_key_needs_a_yes_and_says_how_far_it_is():
    async def play(console):
        refused = await console.ask("rekey")
        console.bench.tell("off 4")
        return refused, await console.ask("rekey", "yes")

    console = Console()
    refused, done = console.run(play)
    assert refused[0] == WRONG_USE and "3 meters" in refused[1]
    assert done == (GOOD, "there is a new group key; 1 of 3 meters have missed it")
    assert console.said and console.bench.told(GROUP_KEY_CHANGED)
    assert console.bench.plc.key.index == 1


def test_a_new_group_key_is_given_to_all_also_when_who_asked_has_gone():
    async def gone(text):
        raise PortError("hung up")

    async def play(console):
        console.bench.tell("off 4")  # which makes it a long job
        try:
            await execute(console.dcu, "plc rekey", ["yes"], gone)
        except PortError:
            pass
        await coop.sleep_ms(1_000)
        again = await console.ask("rekey", "yes")
        await console.bench.until(lambda: console.bench.told(GROUP_KEY_CHANGED), 120)
        return again

    console = Console()
    code, text = console.run(play)
    assert code == WRONG_USE and "already" in text
    assert console.bench.told(GROUP_KEY_CHANGED)[0][1] == "1 of 3 meters have missed it"
    assert console.bench.plc.key.index == 1


def test_without_a_module_each_verb_says_why():
    async def play(console):
        console.bench.settings.put("slot.device", "")
        answers = []
        for words in (("tree", "look"), ("stats",), ("ping", "1"), ("kick", "1", "yes")):
            answers.append(await console.ask(*words))
        return answers

    answers = Console().run(play)
    assert [code for code, _ in answers] == [NO_ANSWER] * 4
    assert {text for _, text in answers} == {"no device is set (slot.device)"}


def test_statistics_are_those_of_module_and_driver():
    async def play(console):
        await console.ask("stats")
        await console.bench.driver.exchange(console.bench.plc.book.members()[0][0], b"x")
        return await console.ask("stats")

    code, counts = Console().run(play)
    assert code == GOOD and counts["answered"] == 1 and counts["line_damaged"] == 0


def test_the_plan_counts_what_several_meters_at_once_bring():
    console = Console()
    dcu, tasks = console.dcu, []
    dcu.tasks = TaskList(Kept(), dcu.settings)
    for at_once in ("1", "2"):
        dcu.settings.put("plc.at_once", at_once)
        for number in (1, 2, 4):
            state_of(console, number).cost_ms = {0: (None, 9_000), OPEN: (None, 1_000)}
        tasks.append(plan_of(dcu, dcu.tasks.all()).ports["plc"]["tasks"][0]["run_s"])
    assert tasks == [30.0, 15.0]


def test_bands_have_rates_and_numbers_of_their_own():
    for band in find("plc.band").low:
        console = Console(settings=[("plc.band", band)])
        assert console.bench.plc.baud() >= 9600 and 2 <= console.bench.plc.at_once() <= 5
