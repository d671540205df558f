"""Profiles of a simulated meter by range of time, over the real drivers and a bus."""

from dcu import meter_profile, meter_services
from hal.errors import Refused
from tests.sim.test_services import MP, with_meter
from tests.sim.world import World
from wire import obis
from wire.profile_rows import value_columns

LOAD, EVENTS = obis.parse("1.0.99.1.0.255"), obis.parse("0.0.99.98.0.255")
SWITCHED = obis.parse("0.0.99.98.3.255")
IMPORT = obis.parse("1.0.1.8.0.255")
HOUR_S, DAY_S = 3600, 86_400


def world_with(deviation_min=0, **changes):
    world = World(seed=22, period_s=60)
    world.meters[MP].objects.clock.deviation_min = deviation_min
    for name, value in changes.items():
        setattr(world.meters[MP].objects, name, value)
    return world


def load_rows(world, first_s, last_s):
    """(layout, rows) of the load profile; times are relative to the world's now."""

    async def scene(meter, world):
        now_s = world.clock.utc_s()
        shape = await meter_profile.layout(meter, LOAD)
        return shape, await meter_profile.read_rows(
            meter, LOAD, shape, now_s + first_s, now_s + last_s
        )

    return with_meter(scene, world)


def test_a_load_profile_is_what_the_meter_has_measured_whatever_its_deviation():
    for changes in ({}, {"deviation_min": -60}, {"deviation_min": 210}, {"null_time": True}):
        world = world_with(**changes)
        shape, rows = load_rows(world, -DAY_S, 0)
        assert len(rows) == 96 and shape.period_s == 900
        columns = value_columns(shape.columns)
        at = [column.ln for column in columns].index(IMPORT)
        scaler, unit = shape.scaler_units[columns[at]]
        assert unit == 30
        for n, (utc_s, values) in enumerate(rows):
            assert utc_s == rows[0][0] + 900 * n and utc_s % 900 == 0
            truth_wh = world.meters[MP].truth(utc_s)["energy_import_wh"]
            assert values[at] * 10**scaler == truth_wh, changes


def test_both_ends_of_a_range_are_in_it():
    async def scene(meter, world):
        shape = await meter_profile.layout(meter, LOAD)
        end_s = world.clock.utc_s() // 900 * 900
        rows = await meter_profile.read_rows(meter, LOAD, shape, end_s - 1800, end_s)
        assert [utc_s - end_s for utc_s, _ in rows] == [-1800, -900, 0]
        rows = await meter_profile.read_rows(meter, LOAD, shape, end_s - 1799, end_s - 1)
        assert [utc_s - end_s for utc_s, _ in rows] == [-900]
        rows = await meter_profile.read_rows(meter, LOAD, shape, end_s - 1800)
        assert [utc_s - end_s for utc_s, _ in rows] == [-1800, -900, 0]
        assert await meter_profile.read_rows(meter, LOAD, shape, 5, 100_000) == []

    with_meter(scene)


def test_a_long_range_comes_in_several_requests_and_each_row_once():
    async def scene(meter, world):
        shape = await meter_profile.layout(meter, LOAD)
        to_s = world.clock.utc_s() // 900 * 900  # so that each request begins with a row
        rows = await meter_profile.read_rows(meter, LOAD, shape, to_s - 20 * DAY_S, to_s)
        assert len(rows) == 20 * 96 + 1
        assert len({utc_s for utc_s, _ in rows}) == len(rows)

    with_meter(scene)


def test_a_range_of_more_rows_than_can_be_held_is_refused():
    async def scene(meter, world):
        shape = await meter_profile.layout(meter, LOAD)
        to_s = 900 * meter_profile.ROWS_MAX
        assert await meter_profile.read_rows(meter, LOAD, shape, 1, to_s) == []
        try:
            await meter_profile.read_rows(meter, LOAD, shape, 0, to_s)
        except Refused:
            return True

    assert with_meter(scene)


def test_events_come_from_the_last_one_that_is_known():
    async def scene(meter, world):
        shape = await meter_profile.layout(meter, SWITCHED)
        began_s = world.clock.utc_s()
        assert await meter_profile.read_rows(meter, SWITCHED, shape, began_s) == []
        for is_on in (False, True, False):
            await meter_services.switch(meter, is_on)
        events = await meter_profile.read_rows(meter, SWITCHED, shape, began_s)
        assert sorted([code for _, (code,) in events]) == [62, 62, 63]
        last_s = events[-1][0]
        again = await meter_profile.read_rows(meter, SWITCHED, shape, last_s)
        assert again == [event for event in events if event[0] == last_s]

    with_meter(scene)
