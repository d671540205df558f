"""A street of 500 meters behind a simulated G3 module: how long it takes to join and to be read,
in virtual time, and what a day of it costs in processor time.

Nothing in it is a measurement of a real line: see docs/meter_sim.md for what is assumed.
"""

import time

from dcu import meter_profile
from drivers.dlms_meter import DlmsMeter
from drivers.g3_meter_link import G3MeterLink
from drivers.login import Login
from hal import coop
from hal.errors import DcuError
from meter_sim.plc_cli import meter_answers
from tests.dual.g3_bench import Bench
from wire import association, obis
from wire.apdu import Attribute
from wire.credentials import Credentials

METERS, SEED = 500, 1
AT_ONCE = (1, 2, 5)
LOSS = 0.05
DAY_S, EVERY_S, SLOT_S = 86_400, 4 * 3600, 900
UTC_S = 1_760_054_400  # midnight
ENERGY = Attribute(3, obis.parse("1.0.1.8.0.255"), 2)
PROFILE = obis.parse("1.0.99.1.0.255")


class Street(Bench):
    def __init__(self, band):
        super().__init__(METERS, seed=SEED, band=band)
        for number, node in self.world.net.nodes.items():
            node.answer = meter_answers(number, SEED, lambda ms: UTC_S + ms / 1000)

    async def visit(self, number, read):
        """Whether it could be done."""
        login = Login("lls", Credentials(association.LLS, b"12345678"))
        link = G3MeterLink(f"meter {number}", self.driver, lambda: number, 1)
        meter = DlmsMeter(link, login)
        try:
            await meter.open()
            await read(meter)
            return True
        except DcuError:
            return False
        finally:
            await meter.close()

    async def visit_all(self, numbers, read, at_once):
        """(numbers of those that failed, seconds, seconds on the air)"""
        left, failed = list(numbers), []
        began_ms, air_ms = self.clock.ticks_ms(), self.world.net.air.stats["air_ms"]

        async def work():
            while left:
                number = left.pop(0)
                if not await self.visit(number, read):
                    failed.append(number)

        await coop.gather(*[work() for _ in range(at_once)])
        air_s = (self.world.net.air.stats["air_ms"] - air_ms) / 1000
        return failed, (self.clock.ticks_ms() - began_ms) / 1000, air_s


async def read_index(meter):
    await meter.get(ENERGY)


def read_profile(utc_s, shapes):
    """The rows of the last four hours; shapes: the layout, once it is known: all are alike."""

    async def read(meter):
        if not shapes:
            shapes.append(await meter_profile.layout(meter, PROFILE))
        from_s, to_s = utc_s - EVERY_S, utc_s - 1
        rows = await meter_profile.read_rows(meter, PROFILE, shapes[0], from_s, to_s)
        assert len(rows) == EVERY_S // SLOT_S, len(rows)

    return read


async def _figures(street):
    await street.running()
    street.tell("on-all")
    joined_s = await street.until(lambda: len(street.ears.members) == METERS, 7200)
    print(f"  all {METERS} registered {joined_s / 60:.1f} min after power has come")
    everybody = range(1, METERS + 1)
    for at_once in AT_ONCE:
        failed, took_s, air_s = await street.visit_all(everybody, read_index, at_once)
        words = f"daily index, {at_once} at once: {took_s:.0f} s, {air_s:.0f} s of it on the air"
        print(f"  {words}, {len(failed)} failed")
    street.tell(f"lose {LOSS}")
    missed, _, _ = await street.visit_all(everybody, read_index, AT_ONCE[-1])
    again, _, _ = await street.visit_all(missed, read_index, 1)
    first, second = [100 - 100 * len(each) / METERS for each in (missed, again)]
    print(f"  with {LOSS:.0%} of frames lost: {first:.1f} % at once, {second:.1f} % after a retry")


async def _day(street):
    await street.running()
    street.tell("on-all")
    await street.until(lambda: len(street.ears.members) == METERS, 7200)
    failures, shapes = 0, []
    for hour in range(4, 28, 4):
        await coop.sleep_ms(max(0, hour * 3_600_000 + 60_000 - street.clock.ticks_ms()))
        read = read_profile(UTC_S + hour * 3600, shapes)
        failed, _, _ = await street.visit_all(range(1, METERS + 1), read, AT_ONCE[-1])
        failures += len(failed)
    failed, _, _ = await street.visit_all(range(1, METERS + 1), read_index, AT_ONCE[-1])
    return failures + len(failed)


def main():
    for band in ("cenelec-a", "fcc", "rf"):
        print(f"G3, {band}:", flush=True)
        Street(band).run(_figures)
    street = Street("cenelec-a")
    began_s = time.process_time()
    failures = street.run(_day)
    took_s = time.process_time() - began_s
    visits = METERS * (DAY_S // EVERY_S + 1)
    frames = street.world.net.air.stats["frames"]
    print(f"a day, {visits} visits, {failures} failed, {frames} frames on the air: {took_s:.1f} s")


if __name__ == "__main__":
    main()
