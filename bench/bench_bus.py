"""How well the collection uses an RS485 bus, and how fast its simulation runs.

32 simulated meters on one bus of 9600 bit/s in virtual time, with real octet times and 20 ms from
question to answer. Ratios do not depend on the machine; days per CPU second do.
"""

import time

from hal import coop
from tests.sim.world import CHANNELS, World
from tests.virtual import run_virtual

METERS = 32
DEAD = 8
PERIOD_S = 900
OFTEN_S = 60  # associations stay open: the meters hold them for 120 s
HOURS = 4
RESPONSE_MS = 20
SETTLE_MS = 100_000  # a round is over so long after its slot has begun
DAY_S = 86_400


def main():
    world = World(seed=1, meters=METERS, period_s=PERIOD_S, reply_ms=RESPONSE_MS)
    bus = world.buses[CHANNELS[0]]
    began_s = time.process_time()
    elapsed_ms, rounds = run_virtual(_rounds(world))
    spent_s = time.process_time() - began_s
    visits = rounds * METERS
    print(f"bus efficiency, {METERS} meters at 9600 bit/s: {bus.busy_ms / elapsed_ms:.3f}")
    print(f"time of a round of {METERS} meters: {elapsed_ms / rounds / 1000:.1f} s")
    print(f"octets on the wire per meter read-out: {bus.octets / visits:.0f}")
    often = World(seed=1, meters=METERS, period_s=OFTEN_S, reply_ms=RESPONSE_MS)
    _, rounds = run_virtual(_rounds(often, hours=1))
    octets = often.buses[CHANNELS[0]].octets / rounds / METERS
    print(f"the same, read every {OFTEN_S} s over associations that stay open: {octets:.0f}")
    print(f"bus efficiency with {DEAD} of the {METERS} dead: {_with_dead_ones():.3f}")
    days = HOURS * 3600 / DAY_S / spent_s
    print(f"simulated days of {3 * METERS} meters per CPU second: {days:.3f}")
    print(f"a day of {3 * METERS} meters, tasks as in docs/tasks.md: {_day_s():.1f} CPU s")


def _with_dead_ones():
    """Octet times and answers of the living, by the time that the visits took."""
    world = World(seed=1, meters=METERS, period_s=PERIOD_S, reply_ms=RESPONSE_MS)
    bus = world.buses[CHANNELS[0]]
    for mp in range(1, METERS + 1, METERS // DEAD):
        world.meters[mp].faults.add("silent")
    spent = []

    async def live():
        world.power_on()
        await world.run(2)  # by then it is known which are dead
        collection = world.dcu.collections[0]
        before = bus.busy_ms, collection.visits_ms
        await world.run(HOURS)
        spent.append((bus.busy_ms - before[0]) / (collection.visits_ms - before[1]))
        await world.stop()

    run_virtual(live())
    return spent[0]


def _day_s():
    """CPU seconds of a day with hourly reads, load profiles each four hours, daily billing."""
    world = World(seed=1, meters=METERS, period_s=3600, reply_ms=RESPONSE_MS)
    world.settings["collect.first_days"] = 1

    async def live():
        world.power_on()
        world.dcu.task_list.add({"id": "1", "kind": "profile", "period": "4h"})
        day = {"id": "2", "kind": "billing", "period": "1d", "offset": "10m"}
        world.dcu.task_list.add(day)
        await world.run(24)
        await world.stop()

    began_s = time.process_time()
    run_virtual(live())
    return time.process_time() - began_s


async def _rounds(world, hours=HOURS):
    """(milliseconds that the rounds on the first bus took, their number)"""
    elapsed_ms = 0
    world.power_on()
    await coop.sleep_ms(SETTLE_MS)
    collection = world.dcu.collections[0]
    period_s = world.settings["collect.period_s"]
    before = collection.rounds
    for rounds in range(hours * 3600 // period_s):
        await coop.sleep_ms(period_s * 1000)
        assert collection.rounds == before + rounds + 1
        assert collection.read == METERS
        elapsed_ms += collection.last_round_ms
    await world.stop()
    return elapsed_ms, collection.rounds
