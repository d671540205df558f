"""Processor time and memory that the drivers of modules need to read a meter, without what the
simulated module and its meters take, on the interpreter that runs this:

micropython bench/module_rate.py
"""

import gc
import sys
import time

sys.path.insert(0, ".")

from drivers.dlms_meter import DlmsMeter
from tests.dual import g3_bench, gdw3762_bench
from tests.dual.cosem_peer import ENERGY
from wire import hdlc, wrapper
from wire.hdlc_server import HdlcServer

METERS, ROUNDS = 50, 4
_AARE = bytes.fromhex(
    "6129a109060760857405080101a203020100a305a103020100be10040e0800065f1f0400001e9d04000007"
)
_SAID = {0x60: _AARE, 0xC0: b"\xc4\x01%c\x00\x06\x00\x01\xe2\x40", 0x62: b"\x63\x00"}


def now_us():
    """Of this process, where the interpreter tells; else of the clock: let nothing else run."""
    if hasattr(time, "process_time"):
        return int(1e6 * time.process_time())
    return time.ticks_us()


def answer_to(apdu):
    said = _SAID[apdu[0]]
    return said.replace(b"%c", apdu[2:3]) if apdu[0] == 0xC0 else said


def over_udp(number):
    """A meter that says the same to everybody, behind the wrapper."""

    def answer(asked, now_ms):
        frame = wrapper.parse(asked[2], 0, False)[1]
        said = wrapper.Wrapper(frame.destination, frame.source, answer_to(frame.apdu))
        return wrapper.encode(said)

    return answer


def over_hdlc(number):
    """The same over HDLC, one APDU in each frame."""
    server = HdlcServer(b"\x03", 230, 1)

    def answer(asked, now_ms):
        deframer = hdlc.Deframer()
        deframer.feed(asked[1])
        said = server.receive(deframer.next_frame())
        if said and said[0] == "apdu":
            return server.send(answer_to(said[1]))
        return said[1] if said else b""

    return answer


def measured(kind, make, answer_of):
    bench = make()
    nodes = bench.world.net.nodes
    for key in nodes:
        nodes[key].answer = answer_of(key)
    spent = [0]
    run_world = bench._run_world

    def timed():
        began_us = now_us()
        run_world()
        spent[0] += now_us() - began_us

    bench._run_world = timed

    async def play(bench):
        await bench.with_members()
        gc.collect()
        before = gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0
        meters = [_meter(bench, number) for number in range(1, METERS + 1)]
        await _read(meters)
        bench.ears.talk.clear()  # which the bench alone keeps
        gc.collect()
        octets = gc.mem_alloc() - before if before else 0
        times_us = []
        for _ in range(ROUNDS):
            spent[0] = 0
            began_us = now_us()
            await _read(meters)
            times_us.append((now_us() - began_us - spent[0]) / METERS)
        return min(times_us), octets // METERS

    return bench.run(play)


def _meter(bench, number):
    return DlmsMeter(bench.driver.link(f"meter {number}", lambda: number, 16))


async def _read(meters):
    for meter in meters:
        await meter.open()
        assert await meter.get(ENERGY) == 123_456
        await meter.close()


def report(interpreter):
    g3 = ("G3", lambda: g3_bench.Bench(METERS), over_udp)
    by_us = ("376.2, the DCU drives", lambda: gdw3762_bench.Bench(METERS, drive=1), over_hdlc)
    by_it = ("376.2, the module drives", lambda: gdw3762_bench.Bench(METERS, drive=2), over_hdlc)
    for kind, make, answer_of in (g3, by_us, by_it):
        took_us, octets = measured(kind, make, answer_of)
        memory = f", {octets} octets of heap a meter" if octets else ""
        print(f"module, {interpreter}, {kind}: {took_us / 1000:.2f} ms a visit{memory}")


if __name__ == "__main__":
    report(sys.implementation.name)
