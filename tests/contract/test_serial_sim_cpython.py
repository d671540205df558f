"""The simulated bus keeps the contract of a serial port, as far as a driver relies on it."""

import random

import pytest

from tests.contract import serial_checks
from tests.contract.parrot import HANG_UP, Parrot
from tests.sim.bus import Bus
from tests.virtual import VirtualClock, run_virtual


@pytest.mark.parametrize("check", serial_checks.EVERY_PORT, ids=lambda check: check.__name__)
def test_the_simulated_bus_keeps_the_contract(check):
    async def main():
        clock = VirtualClock()
        bus = Bus(clock, random.Random(1))
        bus.meters.append(ParrotMeter())
        await check(bus.open(), clock)

    run_virtual(main())


def test_the_simulated_bus_takes_another_speed():
    async def main():
        clock = VirtualClock()
        port = Bus(clock, random.Random(1)).open()
        for settings, octets_in_a_second in (((300, "E", 7), 30), ((9600, "N"), 960)):
            port.settings(*settings)
            began_ms = clock.ticks_ms()
            await port.write(bytes(octets_in_a_second))
            assert abs(clock.ticks_ms() - began_ms - 1000) <= 1

    run_virtual(main())


class ParrotMeter:
    """A parrot as a meter of the bus: it says all at once."""

    reply_after_ms = 1

    def __init__(self):
        self._parrot = Parrot()

    def receive(self, octets, now_ms, utc_s):
        said = [octets for _, octets in self._parrot.hear(octets)]
        assert HANG_UP not in said
        return b"".join(said)
