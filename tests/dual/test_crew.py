"""Several visits of one channel at once: how many, who beside whom, and what becomes of each."""

from dcu import ledger
from dcu.crew import Crew
from dcu.meter_state import MeterState
from dcu.runs import Runs
from dcu.task_list import TaskList
from hal import coop
from hal.errors import NoReply
from tests.dual.plc_bench import row
from tests.kept import Kept
from tests.virtual import VirtualClock, run_virtual

SETTINGS = {"collect.period_s": 60, "clock.zone": "UTC0"}
BUDGET_S = 600


class Book:
    def at(self, task, mp, slot_s):
        return None

    def last(self, task, mp):
        return None

    def entries(self, task, mp, from_s, to_s):
        return ()


def anybody(state, others):
    return True


class Fleet:
    """Runs of the rounds over meters 1 to `count`; slot 600 has begun, the last one was missed."""

    def __init__(self, count=4, at_once=3, goes_with=anybody, goes_well=anybody, hops=()):
        self.states = {mp: MeterState(row(mp)) for mp in range(1, count + 1)}
        self.entries = []
        tasks = TaskList(Kept(), SETTINGS)

        def put(task, mp, entry):
            self.entries.append((mp, entry.slot_s, entry.what))

        self.runs = Runs("plc", tasks, self, self, Book(), put)
        self.crew = Crew(self.runs)
        hops = dict(hops)

        def arrange(states):
            return sorted(states, key=lambda state: (hops.get(state.record.mp, 0), state.served))

        self.crew.several(lambda: at_once, goes_with, goes_well, arrange if hops else list)
        self.runs.begin(541, 0)
        self.runs.begin(600, 59_000)

    def meters(self, channel):
        return [state.record for state in self.states.values()]

    def of(self, record):
        return self.states[record.mp]

    def next(self, now_s=600):
        chosen = self.crew.next(now_s, BUDGET_S)
        return chosen and chosen[0].record.mp


async def nothing():
    await coop.sleep_ms(1_000)


async def begun(fleet, visits):
    """What `visits` of the crew were begun with."""
    chosen = []
    for visit in visits:
        chosen.append(fleet.next())
        await fleet.crew.begin(visit())
    await coop.sleep_ms(0)
    chosen.append(fleet.next())
    return chosen


def test_as_many_are_visited_at_once_as_may_be():
    async def play():
        fleet = Fleet()
        chosen = await begun(fleet, [nothing] * 3)
        await fleet.crew.stop()
        return chosen

    assert run_virtual(play()) == [1, 2, 3, None]


def test_who_disturbs_another_waits_until_that_is_done():
    def goes_with(state, others):
        return state.record.mp % 2 not in [other.record.mp % 2 for other in others]

    async def play():
        fleet = Fleet(4, 4, goes_with)
        chosen = await begun(fleet, [nothing] * 2)
        fleet.runs.busy.pop(0)
        chosen.append(fleet.next())
        await fleet.crew.stop()
        return chosen

    assert run_virtual(play()) == [1, 2, None, 1]


def test_who_goes_better_with_those_under_way_comes_first_and_else_who_goes_with_them():
    def goes_well(state, others):
        return not others or state.record.mp > 2

    async def play(goes_with):
        fleet = Fleet(4, 4, goes_with, goes_well)
        chosen = await begun(fleet, [nothing] * 3)
        await fleet.crew.stop()
        return chosen

    assert run_virtual(play(anybody)) == [1, 3, 4, 2]
    assert run_virtual(play(lambda state, others: state.record.mp != 2)) == [1, 3, 4, None]


def test_a_wait_ends_with_the_first_that_ends_and_with_its_time():
    clock = VirtualClock()

    async def play():
        fleet = Fleet()
        await fleet.crew.begin(coop.sleep_ms(3_000))
        await fleet.crew.begin(coop.sleep_ms(9_000))
        found = []
        for limit_ms in (1_000, 5_000, 1_000):
            began_ms = clock.ticks_ms()
            await fleet.crew.wait(limit_ms)
            found.append((clock.ticks_ms() - began_ms, len(fleet.crew)))
        await fleet.crew.stop()
        return found

    assert run_virtual(play()) == [(1_000, 2), (2_000, 1), (1_000, 1)]


def test_what_a_visit_fails_with_is_raised():
    async def mistaken():
        raise NoReply("a mistake of ours")

    async def play():
        fleet = Fleet()
        await fleet.crew.begin(mistaken())
        try:
            await fleet.crew.wait(1_000)
        except NoReply as error:
            return str(error), len(fleet.crew)

    assert run_virtual(play()) == ("a mistake of ours", 0)


def test_one_at_a_time_is_made_at_once():
    done = []

    async def visit():
        done.append(True)

    async def play():
        fleet = Fleet(at_once=1)
        await fleet.crew.begin(visit())
        return len(fleet.crew)

    assert run_virtual(play()) == 0 and done


def test_a_window_that_is_over_does_not_take_the_run_from_under_a_visit():
    fleet = Fleet(3)
    busy, runs = fleet.crew.next(600, BUDGET_S)
    fleet.runs.tried(runs[0], busy)
    assert fleet.runs.begin(659, 60_000) == []
    ended = fleet.runs.begin(660, 119_000)
    assert ended == [] and [entry[0] for entry in fleet.entries] == [2, 3]
    assert fleet.next(660) in (2, 3)  # for the next slot
    fleet.runs.busy.remove(busy)
    fleet.runs.succeed(runs[0], busy, ledger.RECEIVED, None, 661)
    assert (1, 600, ledger.RECEIVED) in fleet.entries
    assert [run.slot_s for run in fleet.runs.begin(662, 121_000)] == [600]


def test_a_channel_that_fails_costs_nobody_that_is_being_visited_its_try():
    fleet = Fleet(2)
    busy, runs = fleet.crew.next(600, BUDGET_S)
    fleet.runs.lose("gone", 601)
    assert runs[0].waiting == [busy]


def test_the_nearest_come_first_but_not_before_those_that_had_no_time():
    fleet = Fleet(4, hops=((1, 3), (2, 1), (3, 2), (4, 2)))
    order = []
    for number in range(1, 3):  # there is time for two
        state, runs = fleet.crew.next(600, BUDGET_S)
        state.served = number
        order.append(state.record.mp)
        fleet.runs.tried(runs[0], state)
        fleet.runs.busy.remove(state)
        fleet.runs.succeed(runs[0], state, ledger.RECEIVED, None, 601)
    fleet.runs.begin(660, 119_000)
    (run,) = fleet.runs.open
    assert order == [2, 3] and [state.record.mp for state in run.waiting] == [4, 1, 2, 3]


def _run_of(fleet, slot_s, visits):
    """The MPs that a run has time for, in order; `served` goes on."""
    fleet.runs.begin(slot_s, 1000 * slot_s)
    order = []
    for _ in range(visits):
        state, runs = fleet.crew.next(slot_s, BUDGET_S)
        fleet.visits += 1
        state.served = fleet.visits
        order.append(state.record.mp)
        fleet.runs.tried(runs[0], state)
        fleet.runs.busy.remove(state)
        fleet.runs.succeed(runs[0], state, ledger.RECEIVED, None, slot_s)
    return order


def _overloaded(count, alarmed, visits, runs):
    """[order of a run], of a channel that has no time for all."""
    fleet = Fleet(count)
    fleet.visits = 0
    for mp in alarmed:
        fleet.states[mp].alarmed = True
    return fleet, [_run_of(fleet, 660 + 60 * number, visits) for number in range(runs)]


def test_meters_alarmed_about_get_their_share_of_a_channel_that_lacks_time_and_no_more():
    for count, alarmed, visits in ((40, (1, 2, 3), 10), (6, (1, 2, 3), 2), (20, (7,), 9)):
        _, orders = _overloaded(count, alarmed, visits, 60)
        order = [mp for each in orders for mp in each]
        at = [number for number, mp in enumerate(order) if mp in alarmed]
        assert [order[number] for number in at[: len(alarmed)]] == list(alarmed)  # the oldest
        apart = [after - before for before, after in zip(at, at[1:])]
        # at least _ALARMED_EACH others between, and never more than a run longer
        assert min(apart) >= 9 and max(apart) <= 18, (count, apart)
        assert set(order) == set(range(1, count + 1))


def test_a_quarantined_meter_takes_no_place_and_where_there_is_time_the_alarmed_come_last():
    fleet, _ = _overloaded(12, (1, 2), 0, 0)
    fleet.states[1].probe_s, fleet.states[1]._probe_after_s = 5_000, 5_000
    assert _run_of(fleet, 660, 11) == [3, 4, 5, 6, 7, 8, 9, 10, 2, 11, 12]
    assert _run_of(fleet, 720, 11)[-1] == 2
    fleet.states[1].probe_s = None
    assert _run_of(fleet, 780, 12)[8] == 1  # no run has reached it; 2 was visited just before
