"""The ladder of the uplink: a day of each trouble, in the time that a modem's steps take."""

from dcu import ladder as rungs
from dcu.ladder import CONNECT, DIAL, LOGIN, RESET, START, WAIT, Ladder
from dcu.schema import SCHEMA, parse

DAY_S = 86_400
WELL = {rungs.SIM: "ok", rungs.SERVE: "idle"}  # other states: "ok"
TAKES_S = {START: 11, rungs.REGISTER: 8, DIAL: 5, CONNECT: 2, rungs.PING: 4, RESET: 12}
VAIN_S = {START: 15, rungs.REGISTER: 300, DIAL: 150, CONNECT: 75, LOGIN: 20, rungs.BEAT: 20}
VAIN_S[rungs.PING] = 16


class World:
    """`outcomes` is {state: event, or function(seconds since the start) -> event}; `log` is a list
    of (second, state, seconds waited, turn)."""

    def __init__(self, outcomes, settings=(), is_server=False, holds_off=True, draw=50):
        figures = {row.key: parse(row, row.default) for row in SCHEMA}
        figures.update({"uplink.jitter_percent": 0})
        figures.update(dict(settings))
        self.figures = figures
        self.ladder = Ladder(figures.get, lambda: draw, is_server, holds_off)
        self.outcomes = dict(WELL)
        self.outcomes.update(outcomes)
        self.log = []
        self.now_s = 0

    def run(self, until_s=DAY_S):
        while self.now_s < until_s:
            state = self.ladder.state
            self.log.append((self.now_s, state, self.ladder.wait_s, self.ladder.turn))
            event = self.outcomes.get(state, "ok")
            event = event(self.now_s) if callable(event) else event
            self.now_s += self._takes_s(state, event)
            self.ladder.take(event)
        return self

    def _takes_s(self, state, event):
        if state == WAIT:
            return self.ladder.wait_s
        if state == rungs.ONLINE:
            return 300 if event == "ok" else 10
        if state == rungs.SERVE:
            return 600 if event == "idle" else 50
        takes = TAKES_S if event == "ok" else VAIN_S
        return takes.get(state, 1)

    def times(self, state):
        return [at_s for at_s, was, _, _ in self.log if was == state]

    def count(self, state):
        return len(self.times(state))

    def waits(self):
        return [wait_s for _, state, wait_s, _ in self.log if state == WAIT]

    def turns(self):
        return [turn for _, state, _, turn in self.log if state == CONNECT]


def until(limit_s, before, after):
    return lambda now_s: before if now_s < limit_s else after


def test_a_good_day_is_one_dial_and_a_heartbeat_each_five_minutes():
    world = World({}).run()
    states = [state for _, state, _, _ in world.log[:8]]
    assert states == "start sim register dial connect login online beat".split()
    assert world.count(DIAL) == 1 and world.count(RESET) == 0 and world.waits() == []
    assert 280 <= world.count(rungs.BEAT) <= 288


# A day of each trouble by the default figures, without jitter: what fails, whether
# the HES dials us; dials, redials, restarts; restarts held off for 10, 30 and 60 minutes.
DAYS = {
    "no path": ({CONNECT: "failed", rungs.PING: "failed"}, False, 100, 75, 24, (1, 1, 19)),
    "HES silent": ({LOGIN: "silent"}, False, 1, 0, 0, (0, 0, 0)),
    "flapping context": ({rungs.ONLINE: "lost"}, False, 109, 81, 26, (1, 1, 21)),
    "mute module": ({START: "mute"}, False, 0, 0, 28, (1, 1, 23)),
    "locked SIM": ({rungs.SIM: "locked"}, False, 0, 0, 0, (0, 0, 0)),
    "server, the HES calls": ({rungs.SERVE: "closed"}, True, 1, 0, 0, (0, 0, 0)),
    "server, nobody calls": ({rungs.SERVE: "idle"}, True, 1, 0, 0, (0, 0, 0)),
    "server, no path": ({rungs.PING: "failed"}, True, 66, 49, 16, (1, 1, 11)),
}


def test_a_day_of_each_trouble_costs_so_much_and_no_more():
    for trouble, (outcomes, is_server, dials, redials, resets, held) in DAYS.items():
        world = World(outcomes, is_server=is_server).run()
        followed = zip(world.log, world.log[1:])
        holds = [one[2] for one, after in followed if (one[1], after[1]) == (WAIT, RESET)]
        assert world.count(DIAL) == dials, trouble
        assert (world.ladder.redials_total, world.ladder.resets_total) == (redials, resets), (
            trouble
        )
        assert tuple([holds.count(wait_s) for wait_s in (600, 1_800, 3_600)]) == held, trouble
        assert resets - len(holds) == (3 if resets else 0), "at once, without a hold-off"


def test_no_path_for_a_day_restarts_the_module_less_and_less_often():
    world = World({CONNECT: "failed", rungs.PING: "failed"}).run()
    resets = world.times(RESET)
    before = [at_s for at_s in world.times(DIAL) if at_s < resets[0]]
    assert len(before) == 1 + 3, "the first dial, and redial_max"
    assert 18 <= len(resets) <= 24 and 75 <= world.count(DIAL) <= 101
    holds = [wait_s for wait_s in world.waits() if wait_s != 60]
    assert holds[:4] == [600, 1800, 3600, 3600]
    assert world.ladder.resets_total == len(resets)


def test_where_a_restart_is_no_burden_it_is_not_held_off():
    world = World({CONNECT: "failed", rungs.PING: "failed"}, holds_off=False).run()
    assert set(world.waits()) == {60}


def test_a_silent_hes_is_no_reason_to_dial_or_to_restart():
    world = World({LOGIN: "silent"}).run()
    assert world.count(RESET) == 0 and world.count(DIAL) == 1
    assert world.waits()[:7] == [60, 120, 240, 480, 960, 1800, 1800]
    assert world.turns()[:6] == [0, 0, 1, 1, 2, 2]
    assert world.count(LOGIN) == 3 * world.count(CONNECT)


def test_a_hes_that_is_back_is_found_within_the_longest_pause():
    world = World({LOGIN: until(40_000, "silent", "ok")}).run()
    back_s = world.times(rungs.ONLINE)[0]
    assert 40_000 <= back_s <= 40_000 + 1800 + 100
    world.outcomes[rungs.ONLINE] = "failed"
    world.run(2 * DAY_S)
    first = [wait_s for at_s, state, wait_s, _ in world.log if state == WAIT and at_s > DAY_S][0]
    assert first == 60, "the heartbeats before were answered"


def test_a_host_that_answers_no_ping_does_not_keep_us_from_the_other():
    world = World({CONNECT: "failed", rungs.PING: "failed"}).run(7_200)
    assert world.turns()[:5] == [0, 0, 1, 1, 2]


def test_a_flapping_context_does_not_restart_the_module_all_day():
    world = World({rungs.ONLINE: "lost"}).run()
    assert world.count(DIAL) < 200 and 10 <= world.count(RESET) <= 30
    assert world.times(DIAL)[1] - world.times(DIAL)[0] < 30, "the first loss is dialled at once"
    assert world.times(DIAL)[2] - world.times(DIAL)[1] > 60


def test_one_lost_context_after_a_proof_is_dialled_at_once_each_time():
    lost_s = []

    def loses_each_hour(now_s):
        if now_s - (lost_s[-1] if lost_s else 0) < 3_600:
            return "ok"
        lost_s.append(now_s)
        return "lost"

    world = World({rungs.ONLINE: loses_each_hour}).run()
    assert len(lost_s) > 20 and world.waits() == [] and world.count(RESET) == 0


def test_a_login_alone_lets_no_counter_fall_back():
    world = World({rungs.ONLINE: "failed"}).run()
    assert world.waits()[:6] == [60, 120, 240, 480, 960, 1800]


def test_a_mute_module_is_restarted_at_once_then_held_off():
    world = World({START: "mute"}).run(7_200)
    resets = world.times(RESET)
    assert resets[2] < 100 and resets[3] - resets[2] > 600 and len(resets) <= 6
    for state in (rungs.SIM, rungs.REGISTER, DIAL, CONNECT, LOGIN, rungs.BEAT, rungs.PING, RESET):
        world = World({state: until(1_000, "mute", "ok"), CONNECT: until(9, "failed", "ok")})
        if state == CONNECT:
            world.outcomes[CONNECT] = until(1_000, "mute", "ok")
        world.run()
        assert world.ladder.state in (rungs.ONLINE, rungs.BEAT), state


def test_a_locked_sim_is_looked_at_each_hour_and_the_module_never_restarted():
    world = World({rungs.SIM: "locked"}).run()
    assert world.count(RESET) == 0 and 22 <= world.count(rungs.SIM) <= 24


def test_without_a_sim_the_module_is_restarted_each_half_hour():
    for event in ("absent", "failed"):
        world = World({rungs.SIM: event}).run()
        assert 44 <= world.count(RESET) <= 48


def test_a_network_that_denies_us_is_asked_again_after_a_quarter_of_an_hour():
    world = World({rungs.REGISTER: "denied"}).run()
    assert world.count(RESET) == 0 and set(world.waits()) == {900}
    assert World({rungs.REGISTER: "failed"}).run().count(RESET) >= 20


def test_a_device_that_is_gone_is_looked_for_before_anything_is_restarted():
    world = World({START: until(150, "failed", "ok")}).run(600)
    assert world.count(RESET) == 0 and world.count(rungs.ONLINE) == 2


def test_heartbeats_in_vain_close_the_link_within_three_periods():
    world = World({rungs.BEAT: until(2_000, "ok", "silent")}).run()
    assert 2_000 < world.times(rungs.PING)[0] < 2_000 + 3 * 300
    assert world.ladder.misses_total >= 3
    asked_s = [at_s for at_s in world.times(rungs.BEAT) if at_s > 2_000][:3]
    assert asked_s[2] - asked_s[0] == 40, "repeated at once, not a period later"


def test_in_server_mode_calls_and_good_pings_leave_the_link_as_it_is():
    for event in ("closed", "idle"):
        world = World({rungs.SERVE: event}, is_server=True).run()
        assert world.count(DIAL) == world.count(rungs.LISTEN) == 1
        for state in (CONNECT, rungs.DROP, RESET, WAIT):
            assert world.count(state) == 0, state
        assert world.count(rungs.PING) == (0 if event == "closed" else 143)


def test_in_server_mode_a_path_that_is_lost_is_dialled_then_restarted():
    outcomes = {rungs.PING: until(5_000, "ok", "failed")}
    world = World(outcomes, is_server=True).run(30_000)
    assert 5_000 < world.times(DIAL)[1] < 5_700
    assert world.count(RESET) >= 1 and world.count(CONNECT) == 0
    world.outcomes[rungs.PING] = "ok"
    world.run(60_000)
    assert world.ladder.state in (rungs.SERVE, rungs.PING)


def test_figures_are_those_that_are_set_now():
    settings = (("hes.retry_min_s", 5), ("hes.retry_max_s", 11), ("hes.login_tries", 1))
    world = World({LOGIN: "silent"}, settings).run(150)
    assert world.waits()[:3] == [5, 10, 11] and world.count(LOGIN) == world.count(CONNECT)
    world.figures["hes.retry_max_s"] = 7
    world.run(200)
    assert world.waits()[-1] == 7


def test_redials_are_as_many_as_set_also_none():
    for most in (0, 1, 5):
        outcomes = {DIAL: "failed"}
        world = World(outcomes, (("uplink.redial_max", most),)).run(10_000)
        first_s = world.times(RESET)[0]
        assert len([at_s for at_s in world.times(DIAL) if at_s < first_s]) == 1 + most


def test_pauses_are_spread_by_the_jitter_that_is_set_to_both_sides():
    for draw, expected in ((0, 48), (99, 72)):
        world = World({LOGIN: "silent"}, (("uplink.jitter_percent", 20),), draw=draw).run(200)
        assert world.waits()[0] == expected
    ladder = World({}, (("uplink.jitter_percent", 50),), draw=0).ladder
    assert ladder.spread(1) == 1, "never none"


def test_each_state_has_its_words():
    world = World({LOGIN: "silent"})
    while world.ladder.state != WAIT:
        assert world.ladder.text("main:5020"), world.ladder.state
        world.run(world.now_s + 1)
    assert world.ladder.text() == "the host is there, the HES is not; again in 60 s"
    states = [state for state in rungs._STEPS if state != WAIT]
    assert sorted(states) == sorted(rungs.TEXT)
    assert max([len(text) for text in rungs.TEXT.values()]) < 40
