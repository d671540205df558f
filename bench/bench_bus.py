"""How well the collection uses an RS485 bus, and how fast its simulation runs.

32 simulated meters on one bus of 9600 bit/s in virtual time, with real octet times and 20 ms from
question to answer. Ratios do not depend on the machine; days per CPU second do.
"""

import time

from hal import coop
from tests.sim.world import CHANNELS, World
from tests.virtual import run_virtual

METERS = 32
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
    days = HOURS * 3600 / DAY_S / spent_s
    print(f"simulated days of {3 * METERS} meters per CPU second: {days:.3f}")


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
