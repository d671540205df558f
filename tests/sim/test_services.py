"""What is done with a simulated meter by hand, over the real drivers and a bus in virtual time."""

from dcu import meter_services
from hal import coop
from hal.errors import NoReply
from tests.sim.bus import QUIET
from tests.sim.world import CHANNELS, World
from tests.virtual import run_virtual
from wire.dialogue import AccessRefused

MP = 1  # it has a password: the public client may not set


def with_meter(use, world=None, mp=MP):
    """What `use(driver, simulated meter)` gives, between the rounds of a minute."""
    world = world or World(seed=21, period_s=60)

    async def live():
        world.power_on()
        await coop.sleep_ms(90_000)
        driver = world.dcu.meter(world.rows[mp - 1])
        await driver.open(urgent=True)
        try:
            return await use(driver, world)
        finally:
            await driver.close()
            await world.stop()

    return run_virtual(live())


def test_a_meters_clock_is_set_whatever_its_deviation():
    for deviation_min in (0, -60, 210):
        world = World(seed=21, period_s=60)
        clock = world.meters[MP].objects.clock
        clock.offset_s, clock.deviation_min = 15, deviation_min

        async def scene(meter, world, clock=clock):
            off_s = await meter_services.clock(meter) - world.clock.utc_s()
            await meter_services.set_clock(meter, world.clock.utc_s)
            return off_s, clock.offset_s

        off_s, after_s = with_meter(scene, world)
        assert 14 <= off_s <= 15 and -1 <= after_s <= 0, deviation_min


def test_a_consumer_is_disconnected_and_connected():
    async def scene(meter, world):
        objects = world.meters[MP].objects
        for is_on, state in ((False, "disconnected"), (True, "connected")):
            await meter_services.switch(meter, is_on)
            assert objects.output_on == is_on
            assert await meter_services.switch_state(meter) == (is_on, state)

    with_meter(scene)


def test_who_may_not_switch_is_refused_by_the_meter():
    async def scene(meter, world):
        try:
            await meter_services.switch(meter, False)
        except AccessRefused:
            return world.meters[2].objects.output_on

    assert with_meter(scene, mp=2) is True


def test_nothing_is_switched_twice_by_a_line_that_loses():
    async def scene(meter, world):
        objects, acted = world.meters[MP].objects, []
        note = objects.events.note
        objects.events.note = lambda *words: (acted.append(words), note(*words))
        world.buses[CHANNELS[0]].faults = QUIET._replace(lose=0.3)
        counts = []
        for n in range(20):
            await meter.close(30_000)
            before = len(acted)
            try:
                await meter.open()
                await meter_services.switch(meter, bool(n % 2))
                assert len(acted) == before + 1
            except NoReply:
                assert len(acted) <= before + 1
            counts.append(len(acted) - before)
        return counts

    counts = with_meter(scene)
    assert 0 in counts and counts.count(1) > 10
