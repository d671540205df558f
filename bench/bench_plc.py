"""A street of 500 meters behind a simulated G3 module and a DCU that reads it: how long it takes
to join and to be read, in virtual time, what a day of it costs in processor time, and how much
memory a meter takes.

Nothing in it is a measurement of a real line: see docs/meter_sim.md for what is assumed.
"""

import gc
import pathlib
import time
import tracemalloc

from bench.plc_street import INDEX, PROFILE, Street

METERS, MANY = 500, 1000
LOSS = 0.05
_FEW, _MORE = 100, 300  # meters, for the difference in memory
_OURS = ("boards", "dcu", "drivers", "hal", "storage", "wire")


async def _band(street):
    minutes = await street.joined()
    print(f"  all {len(street.on_file)} registered {minutes:.1f} min after power has come")
    await street.hour(1)  # now the layout of each meter is known
    several = await street.hour(2)
    street.dcu.settings.put("plc.at_once", "1")
    single = await street.hour(3)
    street.dcu.settings.put("plc.at_once", "0")
    street.tell(f"lose {LOSS}")
    lossy = await street.hour(4)
    # with one at a time nothing collides or contends: what the frames need then, they need
    needed_s = single.air_s + single.wait_s
    print(f"  index of all: {several.took_s} s, {several.air_s:.0f} s of it on the air")
    print(f"  one at a time: {single.took_s} s, {single.air_s:.0f} s of it on the air")
    print(f"  and {single.wait_s:.0f} s of CSMA, which each frame waits before it listens")
    ratio, gain = several.took_s / needed_s, single.took_s / several.took_s
    print(f"  {ratio:.2f} × what the channel needs, {gain:.2f} × as fast as one at a time")
    print(f"  {several.took_s / single.air_s:.2f} × the air alone")
    words = f"{lossy.first:.1%} in the first cycle, {lossy.all:.1%} after retries"
    print(f"  with {LOSS:.0%} of frames lost: {words}, in {lossy.took_s} s", flush=True)


async def _day(street):
    await street.joined()
    await street.wait_until(25)


def _a_day():
    """Four hours of profile every four hours, and once the index."""
    index = dict(INDEX)
    index["period"] = "1d"
    street = Street(METERS, "cenelec-a", tasks=(index, PROFILE))
    began_s = time.process_time()
    street.run(_day)
    took_s = time.process_time() - began_s
    entries = {}
    for task in street.dcu.tasks.all()[1:]:
        for mp in street.on_file:
            for entry in street.dcu.ledger.entries(task, mp, 0, 1 << 32):
                entries[entry.what] = entries.get(entry.what, 0) + 1
    street.close()
    frames = street.world.net.air.stats["frames"]
    print(
        f"a day of {METERS} meters: {entries} in the ledger, {frames} frames: {took_s:.1f} s CPU"
    )


def _memory(meters):
    """Octets that the DCU holds, those of the simulation left out."""
    tracemalloc.start()
    street = Street(meters, "fcc")

    async def play(street):
        await street.joined()
        await street.hour(1)
        gc.collect()
        found = tracemalloc.take_snapshot().statistics("filename")
        return sum([row.size for row in found if _is_ours(row.traceback[0].filename)])

    octets = street.run(play)
    tracemalloc.stop()
    street.close()
    return octets


def _is_ours(path):
    return pathlib.Path(path).parent.name in _OURS


def main():
    for band in ("cenelec-a", "fcc", "rf"):
        print(f"G3, {band}:", flush=True)
        street = Street(METERS, band)
        street.run(_band)
        street.close()
    print(f"G3, cenelec-a, {MANY} meters:", flush=True)
    street = Street(MANY, "cenelec-a")
    street.run(_band)
    street.close()
    _a_day()
    more = (_memory(_MORE) - _memory(_FEW)) / (_MORE - _FEW)
    print(f"memory: {more / 1000:.1f} kB for each meter")


if __name__ == "__main__":
    main()
