"""A change of the group key that a power cut breaks off, at any moment of it."""

from drivers.module_life import RUNNING
from hal import coop
from tests.sim.plc_world import PlcWorld

CUTS_MS = (10, 60, 150, 300, 500, 700, 900, 1_100, 1_300, 1_500, 1_700, 1_900, 2_100)
METERS = 5


def _keys(world):
    """Those in use: of the module, the DCU and each meter that is in the network."""
    net = world.world.net
    return {net.key, world.dcu.plc.key.octets()} | {node.key for node in net.members()}


def test_a_new_group_key_survives_a_power_cut_at_any_moment_and_nobody_joins_anew():
    world = PlcWorld(1, METERS)
    seen = set()

    async def cut(world, after_ms, is_module_too):
        plc = world.dcu.plc
        old = plc.key.octets()
        running = coop.spawn(plc.rekey())
        await coop.sleep_ms(after_ms)
        await coop.stop(running)
        seen.add((plc.key.is_changing, len(_keys(world))))
        await world.power_off()
        if is_module_too:
            world.tell("reboot")
        world.power_on()
        await world.until(lambda: world.driver.state == RUNNING, 60)
        await world.until(lambda: not world.dcu.plc.key.is_changing, 60)
        await coop.sleep_ms(1_000)
        keys = _keys(world)
        assert len(keys) == 1 and world.members() == list(range(1, METERS + 1)), after_ms
        assert len(world.world.net.members()) == METERS
        return keys != {old}

    async def play(world):
        await world.running()
        world.tell("on-all")
        await world.until(lambda: len(world.members()) == METERS)
        before = len([line for line in world.lines if "has joined" in line[2]])
        changed = [await cut(world, ms, number % 2) for number, ms in enumerate(CUTS_MS)]
        after = len([line for line in world.lines if "has joined" in line[2]])
        assert before == after == METERS
        return changed

    assert all(world.run(play))
    # before any meter has used the new key, when some have, and when it was over
    assert seen >= {(True, 1), (True, 2), (False, 1)}, seen
