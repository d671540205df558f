"""What TLS costs, beside the same octets in clear in the same run, on the interpreter that runs
this. Both ends are in one process, over a pipe in memory:

micropython bench/tls_rate.py
"""

import sys
import time

sys.path.insert(0, ".")

from hal import coop, tls
from tests.contract.tls_helpers import LIMIT_MS, NAME, NOW_S, Meeting, context, pipe, read_all
from tests.virtual import run_virtual

HANDSHAKES = 20
FRAME, FRAMES = 1_024, 1_000
ROUNDS = 3
_now = getattr(time, "perf_counter_ns", None) or time.time_ns


def handshake():
    """(ms of processor time for one end, octets on the line); both show a certificate."""
    client, server = context("ca", "dcu"), context("ca", "hes")
    octets = []

    async def shake():
        for _ in range(HANDSHAKES):
            meeting = await Meeting(client, server).shake()
            octets.append(sum([end.passed for end in meeting.ends]))
            await meeting.close()

    began_ns = _now()
    run_virtual(shake())
    return (_now() - began_ns) / 2e6 / HANDSHAKES, octets[0]


async def pump(near, far):
    for _ in range(FRAMES):
        await near.write(bytes(FRAME))
        await read_all(far, FRAME)


async def secured_pump(near, far, began):
    shaking = tls.connect(near, context(), NAME, LIMIT_MS, NOW_S)
    waiting = tls.accept(far, context("", "hes"), LIMIT_MS, NOW_S)
    secured = await coop.gather(shaking, waiting)
    began.append((_now(), near.passed))
    await pump(*secured)
    began.append((_now(), near.passed))


def clear_us():
    """µs for a frame, written and read."""
    near, far = pipe()
    began_ns = _now()
    run_virtual(pump(near, far))
    return (_now() - began_ns) / 1e3 / FRAMES


def secured_us():
    """(µs for a frame, octets that its record has beside it)"""
    marks = []
    run_virtual(secured_pump(*pipe(), marks))
    (began_ns, before), (ended_ns, after) = marks
    return (ended_ns - began_ns) / 1e3 / FRAMES, (after - before) / FRAMES - FRAME


def report(interpreter):
    milliseconds, octets = handshake()
    clear = min([clear_us() for _ in range(ROUNDS)])
    secured, beside = min([secured_us() for _ in range(ROUNDS)])
    mib = FRAME / 1.048576
    print(f"TLS, {interpreter}: handshake {milliseconds:.1f} ms at each end, {octets} octets")
    print(
        f"TLS, {interpreter}: a frame of {FRAME} octets, there and taken: {secured:.0f} us and "
        f"{beside:.0f} octets more, in clear {clear:.0f} us ({mib / secured:.1f} and "
        f"{mib / clear:.1f} MiB/s)"
    )


if __name__ == "__main__":
    report("micropython" if sys.implementation.name == "micropython" else "cpython")
