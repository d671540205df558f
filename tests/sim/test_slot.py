"""The same DLMS meter, in the eyes of the DCU, behind one module and then behind another."""

from drivers.dlms_meter import DlmsMeter
from drivers.login import Login
from drivers.slot import G3_PLC
from drivers.slot_probe import GDW3762
from hal.errors import PortError
from meter_sim.plc_cli import meter_answers, serial_answers
from tests.dual.g3_bench import error_of
from tests.dual.slot_bench import SlotBench
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
