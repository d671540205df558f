"""Meters that are called into HDLC at 300 bit/s, on a bus with others, at the pace of the wire."""

import random

import pytest

from drivers.dlms_meter import DlmsMeter
from drivers.hdlc_meter_link import HdlcMeterLink
from drivers.rs485 import Rs485Bus
from hal import coop
from hal.errors import DcuError
from meter_sim.meter import Meter
from meter_sim.mode_e import Line, ModeE
from tests.sim.bus import Bus, Faults
from tests.virtual import VirtualClock, run_virtual
from wire import obis
from wire.apdu import Attribute

CLOCK = Attribute(8, obis.parse("0.0.1.0.0.255"), 2)


class Plant:
    """A meter of mode E at address 17 with serial number 17, and a common one at 18."""

    def __init__(self, rate, seed=1):
        self.clock = VirtualClock()
        self.wire = Bus(self.clock, random.Random(seed))
        called, common = [Meter(address) for address in (17, 18)]
        self.wire.meters += [ModeE(called, lambda: Line(*self.wire.line), rate), common]
        self.bus = Rs485Bus("rs485-1", self.wire.open, self.clock)
        self.serial = called.objects.serial.decode()

    def meter(self, address, called=None):
        return DlmsMeter(HdlcMeterLink(self.bus, address, called=called))


async def visit(meter):
    await meter.open()
    value = await meter.get(CLOCK)
    await meter.close()
    return value


@pytest.mark.parametrize("rate", "0123456")
def test_a_meter_is_called_and_read_at_each_rate(rate):
    plant = Plant(rate)
    for called in ("", plant.serial):
        assert len(run_virtual(visit(plant.meter(17, called)))) == 12
    assert plant.bus.retries == 0


def test_another_serial_number_is_not_answered():
    plant = Plant("5")
    with pytest.raises(DcuError, match="does not answer the call"):
        run_virtual(visit(plant.meter(17, "4711")))


@pytest.mark.parametrize("seed", range(10))
def test_on_a_bad_cable_each_meter_is_read_in_the_end(seed):
    plant = Plant("56"[seed % 2], seed)
    plant.wire.faults = Faults(0.05, 0.05, 0.02, 0.05, 0.0)
    read = {17: 0, 18: 0}

    async def keep_visiting(address, called):
        meter = plant.meter(address, called)
        for _ in range(12):
            try:
                await visit(meter)
                read[address] += 1
            except DcuError:
                await coop.sleep_ms(30_000)

    async def both():
        calling = coop.spawn(keep_visiting(17, ""))
        await keep_visiting(18, None)
        await calling

    run_virtual(both())
    assert min(read.values()) >= 3, read
