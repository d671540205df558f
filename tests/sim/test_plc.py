"""A street of DLMS meters behind a simulated G3 module, read by the driver in virtual time."""

import pytest

from drivers.dlms_meter import DlmsMeter
from drivers.g3_meter_link import G3MeterLink
from hal import coop
from hal.errors import DcuError
from meter_sim.plc_cli import meter_answers
from tests.dual.g3_bench import Bench
from wire import obis
from wire.apdu import Attribute

SEEDS = range(20)
ENERGY = Attribute(3, obis.parse("1.0.1.8.0.255"), 2)
METERS = 8
UTC_S = 1_760_000_000


class Street(Bench):
    def __init__(self, seed, meters=METERS, band="fcc"):
        super().__init__(meters, seed=seed, band=band)
        for number, node in self.world.net.nodes.items():
            node.answer = meter_answers(number, seed, lambda ms: UTC_S + ms / 1000)

    async def read(self, number):
        """The energy of a meter, or None."""
        link = G3MeterLink(f"meter {number}", self.driver, lambda: number)
        meter = DlmsMeter(link)
        try:
            await meter.open()
            return await meter.get(ENERGY)
        except DcuError:
            return None
        finally:
            await meter.close()

    async def read_all(self):
        numbers = sorted(self.world.net.nodes)
        return await coop.gather(*[self.read(number) for number in numbers])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_street_with_faults_comes_right_when_they_are_over(seed):
    street = Street(seed)
    chance = street.world.module.chance

    async def play(bench):
        await bench.with_members()
        for _ in range(4):  # safety: whatever happens, nothing dies
            for line in ("lose 0.2", "flip 0.001", "lose-confirm 0.1", "noise 1 12 60"):
                if chance() < 0.5:
                    bench.tell(line)
            if chance() < 0.3:
                bench.tell("reboot")
            number = 1 + int(METERS * chance())
            bench.tell(f"off {number}")
            await bench.read_all()
            bench.tell(f"on {number}")
        for line in ("lose 0", "flip 0", "lose-confirm 0"):
            bench.tell(line)
        await bench.until(lambda: bench.driver.state == "running", 900)
        # liveness: all are there, and all can be read
        await bench.until(lambda: len(bench.world.net.members()) == METERS, 900)
        await coop.sleep_ms(60_000)
        assert None not in await bench.read_all()

    street.run(play)
    assert len(street.ears.members) == METERS
