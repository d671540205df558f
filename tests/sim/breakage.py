"""What can break in the world, one row for each kind: how it breaks, and how it is mended.

Each function breaks something that the world's dice choose and returns what mends it.
"""

from tests.sim.bus import QUIET, Faults
from tests.sim.world import CLOCK_OFF_S

# faults of meter_sim that a DCU must survive, with arguments
_METER_FAULTS = ("silent", "slow:700", "late:2500", "late:6000", "drop:0.05", "flip:0.05")
_METER_FAULTS += ("garbage", "as:18")


async def bad_cable(world):
    bus = _one(world, world.buses)
    prng = world.prng
    bus.faults = Faults(
        lose=prng.uniform(0, 0.3),
        flip=prng.uniform(0, 0.3),
        cut=prng.uniform(0, 0.1),
        noise=prng.uniform(0, 0.2),
        late=prng.uniform(0, 0.05),
    )
    return lambda: setattr(bus, "faults", QUIET)


async def meter_without_supply(world):
    meter = _one(world, world.meters)
    meter.power_off(world.clock.utc_s())
    return lambda: meter.power_on(world.clock.utc_s())


async def mad_meter(world):
    meter = _one(world, world.meters)
    meter.faults.add(world.prng.choice(_METER_FAULTS))
    return meter.faults.clear


async def adapter_unplugged(world):
    bus = _one(world, world.buses)
    bus.is_plugged = False
    return lambda: setattr(bus, "is_plugged", True)


async def disk_full(world):
    world.disk.room = world.prng.randrange(2000)
    return lambda: setattr(world.disk, "room", None)


async def row_gone(world):
    row = world.prng.choice(world.rows)
    world.rows.remove(row)
    return lambda: world.rows.append(row)


async def clock_set(world):
    off_s = world.prng.randint(-CLOCK_OFF_S, CLOCK_OFF_S)
    world.dcu.clock.set_utc(world.clock.utc_s() + off_s)
    return lambda: None


async def power_cut(world):
    await world.power_cut()
    return lambda: None


KINDS = (
    bad_cable,
    bad_cable,
    meter_without_supply,
    mad_meter,
    mad_meter,
    adapter_unplugged,
    disk_full,
    row_gone,
    clock_set,
    power_cut,
)


def _one(world, things):
    return things[world.prng.choice(sorted(things))]
