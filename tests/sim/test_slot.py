"""The slot on bad days; and the same DLMS meter, in the eyes of the DCU, behind one module and
then behind another."""

import random

import pytest

from drivers.dlms_meter import DlmsMeter
from drivers.login import Login
from drivers.slot import G3_PLC
from drivers.slot_probe import GDW3762
from hal import coop
from hal.errors import DcuError, PortError
from meter_sim.plc_cli import meter_answers, serial_answers
from tests.dual.g3_bench import TRANSPORTS, error_of
from tests.dual.slot_bench import NAMES, SlotBench
from wire import association, obis
from wire.apdu import Attribute
from wire.credentials import Credentials

UTC_S = 1_760_054_400
NAME = Attribute(1, obis.parse("0.0.42.0.0.255"), 2)


def test_a_driver_of_a_meter_goes_on_behind_whatever_module_is_plugged_in():
    async def play(bench):
        def node():
            return bench.shorts(bench.driver.kind)[0]

        login = Login("lls", Credentials(association.LLS, b"12345678"))
        meter = DlmsMeter(bench.driver.link("meter 1", node, 1), login)
        assert isinstance(await error_of(meter.open()), PortError)
        for name in (G3_PLC, GDW3762, G3_PLC):
            bench.plug(name)
            await bench.until(lambda name=name: bench.driver.kind == name)
            await bench.served(name)
            await meter.open()
            assert (await meter.get(NAME)).startswith(b"SIM")
            await meter.close(60_000)  # the module may be another until then
        bench.plug(None)
        await bench.until(lambda: bench.driver.trouble)
        assert isinstance(await error_of(meter.open()), PortError)

    bench = SlotBench()
    for name, answers in ((G3_PLC, meter_answers), (GDW3762, serial_answers)):
        world = bench.worlds[name]
        world.node(1).answer = answers(1, 1, lambda ms: UTC_S + ms / 1000)
    bench.run(play)


def test_who_waits_for_a_meter_takes_nothing_from_who_has_it():
    async def play(bench):
        bench.plug(GDW3762)
        await bench.served(GDW3762)
        link = bench.driver.link("meter 1", lambda: bench.shorts(GDW3762)[0], 1)
        await link.connect()
        waiting = coop.spawn(link.connect())
        await coop.sleep_ms(100)
        assert await link.request(b"\xc0\x01\xc1\x00\x01\x00\x00\x2a\x00\x00\xff\x02\x00")
        assert not waiting.done()
        await link.disconnect()
        await waiting
        await link.disconnect()

    bench = SlotBench()
    bench.worlds[GDW3762].node(1).answer = serial_answers(1, 1, lambda ms: UTC_S + ms / 1000)
    bench.run(play)


SEEDS = range(8)
FAULTS = {"drop": 0.02, "flip": 0.02, "duplicate": 0.02, "lose-confirm": 0.3, "late": 2_000}


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_to_the_slot_the_module_in_it_serves_in_the_end(seed):
    async def play(bench):
        asking = coop.spawn(_ask_for_ever(bench))
        for _ in range(10):
            await _trouble(bench, prng)
            await coop.sleep_ms(int(1000 * prng.uniform(1, 200)))
            assert not asking.done()
        await coop.stop(asking)

        for world in bench.worlds.values():
            for fault in FAULTS:
                assert world.command(f"{fault} 0") == "ok"
        bench.has_port = True
        name = prng.choice(NAMES)
        bench.plug(name)
        await bench.served(name, 3_000)
        await coop.sleep_ms(150_000)  # what restarts, or was lost meanwhile, is found out
        for attempt in range(3):  # a line that loses every fifth frame may lose the module
            await bench.running()
            try:
                await bench.ask_all(name, 20)
                return
            except PortError:
                assert attempt < 2
                await coop.sleep_ms(30_000)

    prng = random.Random(seed)
    SlotBench(prng.choice(TRANSPORTS), seed=seed + 1).run(play)


async def _trouble(bench, prng):
    what = prng.choice(("plug", "plug", "empty", "reboot", "port", "fault", "boot"))
    if what in ("plug", "empty"):
        bench.plug(prng.choice(NAMES) if what == "plug" else None)
    elif what == "reboot":
        bench.tell("reboot")
    elif what == "port":
        bench.has_port = not bench.has_port
        if bench.line:
            bench.line.is_broken = not bench.has_port
    elif what == "fault":
        fault = prng.choice(sorted(FAULTS))
        bench.tell(f"{fault} {FAULTS[fault]}")
    elif hasattr(bench.world.module, "enter_boot"):
        bench.world.module.enter_boot()


async def _ask_for_ever(bench):
    """Nothing but an error that has a name may come of it."""
    while True:
        for short in (1, 501, 1001):
            try:
                await bench.driver.exchange(short, b"hello", (5_000,))
                await bench.driver.statistics()
            except DcuError:
                await coop.sleep_ms(3_000)
