"""`make sim SEEDS=n`: so many bad days; stops at the first that ends badly, and shows its end.

python -m tests.sim.run SEEDS [FIRST [METERS]]      METERS on each of three buses, usually 32
"""

import sys
import time
import traceback

from tests.sim.bad_days import bad_day_and_good_hours, check
from tests.sim.world import World
from tests.virtual import run_virtual

_LINES = 40  # of the log of the DCU


def main(seeds, first=0, meters=32):
    began_s = time.monotonic()
    for number, seed in enumerate(range(first, first + seeds), 1):
        worlds = []
        try:
            check(run_virtual(_seen(seed, meters, worlds)))
        except Exception:  # whatever it is, the seed that shows it is what matters
            _tell(seed, meters, worlds)
            return 1
        minutes = (time.monotonic() - began_s) / 60
        print(f"\rseed {seed} good, {number / minutes:.0f} seeds a minute ", end="", flush=True)
    print(f"\n{seeds} bad days of {3 * meters} meters, and all is well after each")
    return 0


async def _seen(seed, meters, worlds):
    """The day; its World is put into `worlds` even if it ends badly."""
    power_on = World.power_on

    def seen(world):
        worlds.append(world)
        power_on(world)

    World.power_on = seen
    try:
        return await bad_day_and_good_hours(seed, meters=meters)
    finally:
        World.power_on = power_on


def _tell(seed, meters, worlds):
    traceback.print_exc()
    if worlds:
        for utc_s, part, text in worlds[-1].dcu.lines[-_LINES:]:
            print(f"{utc_s} {part}: {text}")
    print(f"seed {seed} ends badly: python -m tests.sim.run 1 {seed} {meters}")


if __name__ == "__main__":
    sys.exit(main(*[int(word) for word in sys.argv[1:]]))
