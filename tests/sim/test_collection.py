"""Days in the life of the collection: the real dcu and drivers on buses and a disk that fail.

First safety, with faults: nothing wrong is stored, nothing promised is lost, no task dies.
Then liveness, without: everything comes right by itself.
"""

import hashlib

import pytest

from dcu.alarm_codes import STORAGE_FAILED
from hal import coop
from tests.sim.bad_days import (
    PERIOD_S,
    bad_day,
    bad_day_and_good_hours,
    check,
    read_now_and_then,
)
from tests.sim.bus import Faults
from tests.sim.world import CHANNELS, World
from tests.virtual import run_virtual

SEEDS = range(20)
METERS = 32  # on each of three buses


@pytest.mark.timeout(480)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_bad_day_stores_nothing_wrong_and_then_all_is_well(seed):
    check(run_virtual(bad_day_and_good_hours(seed, meters=METERS)))


def test_the_same_seed_gives_the_same_day():
    def day(seed):
        world, on_demand = run_virtual(bad_day(seed, hours=3))
        kept = hashlib.sha256(repr((world.dcu.stored(), on_demand)).encode()).digest()
        return kept, [(bus.frames, bus.octets, bus.collisions) for bus in world.buses.values()]

    assert day(7) == day(7)
    assert day(7) != day(8)


async def hours_with(world, hours):
    world.power_on()
    await world.run(hours)
    await world.stop()
    return world


def rows_by_mp(world):
    rows = world.check_rows()
    return {mp: [row for row in rows if row[0] == mp] for mp in world.meters}


@pytest.mark.parametrize("fault", ("silent", "garbage", "late:6000", "as:18", "drop:0.3"))
def test_one_bad_meter_costs_the_others_no_reading(fault):
    world = World(seed=3)
    world.meters[1].faults.add(fault)
    run_virtual(hours_with(world, 6.1))
    counts = {mp: len(rows) for mp, rows in rows_by_mp(world).items()}
    assert counts.pop(1) < 24
    assert set(counts.values()) == {24}, counts


def test_a_tenth_of_the_frames_lost_raises_no_alarm():
    world = World(seed=4)
    for bus in world.buses.values():
        bus.faults = Faults(lose=0.1, flip=0.0, cut=0.0, noise=0.0, late=0.0)
    run_virtual(hours_with(world, 12))
    assert world.dcu.alarms_since_start() == []


def test_two_never_talk_at_once_on_a_good_bus():
    world = World(seed=5, period_s=60)

    async def live():
        world.power_on()
        found = []
        readers = [coop.spawn(read_now_and_then(world, found)) for _ in range(20)]
        await world.run(hours=1)
        await coop.stop(*readers)
        await world.stop()
        return found

    assert len(run_virtual(live())) > 50
    assert [bus.collisions for bus in world.buses.values()] == [0, 0, 0]


def test_a_meter_known_to_be_silent_costs_a_round_one_time_out():
    def round_ms(*faults):
        world = World(seed=6)
        for fault in faults:
            world.meters[1].faults.add(fault)
        run_virtual(hours_with(world, 3))
        return world.dcu.collections[0].last_round_ms

    assert round_ms("silent") <= round_ms() + 1000 + 50


def test_a_probe_of_a_silent_meter_takes_no_longer_than_the_others_on_the_bus_need():
    world = World(seed=6, period_s=900)
    world.meters[1].faults.add("silent")
    spent_ms = []

    async def live():
        world.power_on()
        collection = world.dcu.collections[0]
        await world.run(3)
        for _ in range(8):
            visits, before_ms = world.dcu.buses[CHANNELS[0]].timeouts, collection.visits_ms
            await world.run(1)
            probes = world.dcu.buses[CHANNELS[0]].timeouts - visits
            spent_ms.append((probes, collection.visits_ms - before_ms))
        await world.stop()

    run_virtual(live())
    times_ms = sorted([spent for probes, spent in spent_ms if probes == 1])
    assert len(times_ms) >= 6
    assert times_ms[-1] - times_ms[0] >= 600, times_ms  # the whole time now and then


def test_work_on_demand_waits_for_one_exchange_and_not_for_the_round():
    world = World(seed=9, meters=12)
    waits_ms = []

    async def live():
        world.power_on()
        await coop.sleep_ms(PERIOD_S * 1000 + 1000)  # in the midst of a round
        bus = world.dcu.buses[CHANNELS[0]]
        for _ in range(8):
            asked_ms = world.clock.ticks_ms()
            await bus.exchange(b"\x7e", _Deaf, None, urgent=True, reply_ms=1)
            waits_ms.append(world.clock.ticks_ms() - asked_ms)
            await coop.sleep_ms(100)
        assert world.dcu.collections[0].rounds == 0
        await world.stop()

    run_virtual(live())
    assert max(waits_ms) < 500, waits_ms


class _Deaf:
    """A deframer of no protocol."""

    def feed(self, data):
        pass

    def next_frame(self):
        return None


def test_a_disk_full_for_an_hour_costs_no_reading():
    world = World(seed=11)

    async def live():
        world.power_on()
        await world.run(1)
        world.disk.room = 100
        await world.run(1)
        world.disk.room = None
        await world.run(1.1)
        await world.stop()

    run_virtual(live())
    assert {mp: len({row[1] for row in rows}) for mp, rows in rows_by_mp(world).items()} == {
        mp: 12 for mp in world.meters
    }
    assert world.dcu.alarms_since_start() == [(STORAGE_FAILED, 0)]


def test_a_port_that_is_gone_leaves_the_other_ports_alone():
    world = World(seed=10)
    world.buses[CHANNELS[1]].is_plugged = False
    run_virtual(hours_with(world, 4.1))
    counts = [len(rows) for _, rows in sorted(rows_by_mp(world).items())]
    assert counts == [16] * 4 + [0] * 4 + [16] * 4
    told = [
        part for _, part, text in world.dcu.lines if text.startswith("rs485-2: no such device")
    ]
    assert len(told) == 1
    assert world.dcu.alarms_since_start() == []


def often(world, minutes, between=None):
    """Let rounds of a minute run; `between(minute)` is called in the middle of each."""

    async def live():
        world.power_on()
        await coop.sleep_ms(30_000)
        for minute in range(minutes):
            if between:
                between(minute)
            await coop.sleep_ms(60_000)
        await world.stop()

    run_virtual(live())
    return {mp: len(rows) for mp, rows in rows_by_mp(world).items()}


def test_associations_stay_open_between_frequent_rounds():
    world, one = World(seed=12, period_s=60), World(seed=12, period_s=60)
    often(one, 1)
    counts = often(world, 60)
    assert set(counts.values()) == {60}
    frames, frames_of_first = [w.buses[CHANNELS[0]].frames for w in (world, one)]
    assert (frames - frames_of_first) / 59 / 4 == 2  # of a read-out: a question, an answer


def test_a_link_that_a_meter_has_lost_with_its_supply_costs_no_reading():
    world = World(seed=13, period_s=60)

    def dip(minute):
        meter = world.meters[1 + minute % len(world.meters)]
        meter.power_off(world.clock.utc_s() - 2)
        meter.power_on(world.clock.utc_s() - 1)

    counts = often(world, 60, dip)
    assert set(counts.values()) == {60}
    assert world.dcu.alarms_since_start() == []
    assert sum([world.dcu.states.of(row).failed for row in world.rows]) == 0


def test_a_lossy_line_costs_no_reading_of_frequent_rounds():
    world = World(seed=14, period_s=60)
    for bus in world.buses.values():
        bus.faults = Faults(lose=0.05, flip=0.02, cut=0.02, noise=0.02, late=0.0)
    counts = often(world, 120)
    assert min(counts.values()) >= 118, counts
    assert world.dcu.alarms_since_start() == []
