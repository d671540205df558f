"""How many 376.1 frames are taken apart and answered in a second of processor time, on the
interpreter that runs this:

micropython bench/gdw_rate.py
"""

import sys
import time

sys.path.insert(0, ".")

from tests.dual.codec_checks import vectors
from tests.dual.gdw_bench import READING, GdwBench
from wire import qgdw3761
from wire.qgdw3761_frame import password_size
from wire.qgdw3761_message import give_units, take_units
from wire.qgdw3761_units import ALL_POINTS

ROUNDS = 20
METERS = 8


def stream():
    """(octets of the published frames, how many there are)"""
    found = [bytes.fromhex(each["hex"]) for each in vectors("qgdw3761") if each["valid"]]
    return b"".join(found), len(found)


def take_all(octets):
    """[(Frame, units or None)] of a stream."""
    deframer, found = qgdw3761.Deframer(), []
    deframer.feed(octets)
    while True:
        frame = deframer.next_frame()
        if frame is None:
            return found
        is_up = qgdw3761.is_from_terminal(frame)
        units, _ = take_units(frame.afn, is_up, frame.body, password_size(frame))
        found.append((frame, units))


def give_all(found):
    for frame, units in found:
        if units:
            give_units(frame.afn, qgdw3761.is_from_terminal(frame), units)
        qgdw3761.encode(frame)


def microseconds(work, count):
    """For each of `count` things that `work()` does, the best of five."""
    best = None
    for _ in range(5):
        began = time.ticks_us() if hasattr(time, "ticks_us") else time.perf_counter_ns() // 1000
        for _ in range(ROUNDS):
            work()
        ended = time.ticks_us() if hasattr(time, "ticks_us") else time.perf_counter_ns() // 1000
        best = ended - began if best is None else min(best, ended - began)
    return best / (ROUNDS * count)


def report(interpreter):
    octets, count = stream()
    found = take_all(octets)
    assert len(found) == count
    taken = microseconds(lambda: take_all(octets), count)
    given = microseconds(lambda: give_all(found), count)
    bench = GdwBench(meters=METERS)
    for mp in range(1, METERS + 1):
        bench.keep(mp, READING[0], READING)
    one = bench.frame(0x0C, [(1, 129)])
    all_of_them = bench.frame(0x0C, [(ALL_POINTS, 129)])
    served = microseconds(lambda: bench.frames(one), 1)
    shares = (microseconds(lambda: bench.frames(all_of_them), 1) - served) / (METERS - 1)
    text = f"{1e6 / taken:.0f} frames/s decoded, {taken:.0f} µs each; {given:.0f} µs encoded"
    more = f"request answered in {served:.0f} µs, each meter more {shares:.0f} µs"
    print(f"376.1, {interpreter}: {text}; {more}")


if __name__ == "__main__":
    report("micropython")
