"""Associations that stay open between rounds, and who else wants the meter meanwhile."""

import pytest

from dcu.meter_state import ONLINE
from dcu.transparent import Transparent
from hal import coop
from meter_sim.security import Settings
from tests.part import Part
from tests.sim.bad_days import bad_day
from tests.sim.test_security import row_of
from tests.sim.world import FIRST_ADDRESS, World
from tests.virtual import run_virtual
from wire import association, gateway, initiate, obis, wrapper
from wire.apdu import Attribute
from wire.dialogue import get, release

AARQ = association.encode(
    association.Aarq(
        association.LN,
        association.LLS,
        b"12345678",
        initiate.encode_initiate(initiate.request()),
    )
)
GET = next(get(Attribute(3, obis.parse("1.0.1.8.0.255"), 2)))
RLRQ = next(release())


class Archive:
    def __init__(self, world):
        self._rows = world.rows

    def find(self, channel, address):
        found = [row for row in self._rows if (row.channel, row.address) == (channel, address)]
        return found[0] if found else None


async def asked(transparent, apdu, client=1, address=FIRST_ADDRESS):
    payload = gateway.encode(gateway.Gateway(True, 1, str(address).encode(), apdu))
    answer = await transparent.serve(wrapper.Wrapper(client, 1, payload), "hes")
    return gateway.decode(answer).apdu


def rows_of_mp_1(world):
    return len([row for row in world.check_rows() if row[0] == 1])


def hours_of_minutes(scene, minutes):
    """A world in which `scene(world, transparent)` goes on in the middle of each minute."""
    world = World(seed=41, period_s=60)

    async def live():
        world.power_on()
        log = lambda part, text: None  # noqa: E731
        transparent = Transparent(Archive(world), world.dcu.meter, world.dcu.clock, log)
        letting_go = coop.spawn(transparent.close_idle(Part()))
        await coop.sleep_ms(30_000)
        for _ in range(minutes):
            await coop.sleep_ms(30_000)
            await scene(transparent)
            await coop.sleep_ms(30_000 - 1)
        await coop.stop(letting_go)
        await world.stop()

    run_virtual(live())
    return world


def test_the_hes_gets_a_meter_whose_association_is_open_and_the_rounds_get_it_back():
    for client in (1, 2):

        async def scene(transparent, client=client):
            assert (await asked(transparent, AARQ, client))[0] == 0x61
            assert (await asked(transparent, GET, client))[:2] == b"\xc4\x01"
            assert (await asked(transparent, RLRQ, client))[0] == 0x63

        world = hours_of_minutes(scene, 10)
        assert rows_of_mp_1(world) >= 9 and world.dcu.alarms_since_start() == []
        assert world.dcu.states.of(world.rows[0]).failed == 0


def test_a_hes_that_goes_away_without_a_word_costs_no_reading():
    async def scene(transparent):
        assert (await asked(transparent, AARQ))[0] == 0x61

    world = hours_of_minutes(scene, 6)
    assert rows_of_mp_1(world) >= 5 and world.dcu.alarms_since_start() == []


async def bad_hours(seed, **options):
    world, _ = await bad_day(seed, 2, period_s=60, meters=3, **options)
    await world.run(hours=0.75)
    await world.stop()
    return world


@pytest.mark.parametrize("seed", range(6))
def test_bad_hours_of_frequent_rounds_leave_every_meter_read(seed):
    keys = {"row": row_of(), "security": Settings(tells=seed > 3)} if seed % 2 else {}
    world = run_virtual(bad_hours(seed, **keys))
    world.check_rows()
    assert {world.dcu.states.word(mp) for mp in world.meters} == {ONLINE}
