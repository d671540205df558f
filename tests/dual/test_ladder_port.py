"""The ladder when the very port of the module is not there."""

from dcu import ladder as rungs
from tests.dual.test_ladder import World


def test_a_module_that_is_not_there_is_looked_for_with_the_same_pauses_as_one_that_is_mute():
    """Nothing is up that could be lost, but that is what its bearer says."""
    absent = {state: "lost" for state in (rungs.START, rungs.RESET)}
    mute = {rungs.START: "failed", rungs.RESET: "mute"}
    worlds = [World(outcomes).run() for outcomes in (absent, mute)]
    assert worlds[0].log == worlds[1].log
    assert worlds[0].waits()[-1] == 3600 and 20 < worlds[0].count(rungs.RESET) < 60


def test_one_that_goes_in_any_state_is_found_again():
    for state in (rungs.START, rungs.SIM, rungs.REGISTER, rungs.DIAL, rungs.DROP, rungs.RESET):
        world = World({state: lambda now_s: "lost" if now_s < 7200 else "ok"})
        world.outcomes[rungs.SIM] = world.outcomes[rungs.SIM] if state == rungs.SIM else "ok"
        world.run(6 * 3600)
        assert world.ladder.state in (rungs.ONLINE, rungs.BEAT), state
