"""What the drivers of modules need of the processor for each meter read, on both interpreters; and
how long a 376.2 module takes for a street, in virtual time: no measurement of a real line, see
docs/meter_sim.md.
"""

from bench import module_rate
from bench.interpreters import on_micropython
from drivers.dlms_meter import DlmsMeter
from drivers.login import Login
from hal import coop
from hal.errors import DcuError
from meter_sim.gdw3762_air import BANDS
from meter_sim.plc_cli import serial_answers
from tests.dual.gdw3762_bench import Bench
from wire import association, obis
from wire.apdu import Attribute
from wire.credentials import Credentials

METERS, SEED = 200, 1
UTC_S = 1_760_054_400  # midnight
LOSS = 0.05
ENERGY = Attribute(3, obis.parse("1.0.1.8.0.255"), 2)
CONCENTRATOR, MODULE = 1, 2
AT_ONCE = {CONCENTRATOR: 1, MODULE: 20}  # who waits in a round costs nothing


def main():
    module_rate.report("cpython")
    on_micropython("16M", "module_rate.py")
    for band in BANDS:
        for drive in (CONCENTRATOR, MODULE):
            _street(band, drive)


def _street(band, drive):
    bench = Bench(METERS, band=band, drive=drive, seed=SEED)
    for number in range(1, METERS + 1):
        answer = serial_answers(number, SEED, lambda ms: UTC_S + ms / 1000)
        bench.world.node(number).answer = answer

    async def play(bench):
        await bench.with_members()
        await _read_all(bench, range(1, 9), drive)  # the module's list is in use
        missed, took_s = await _read_all(bench, range(1, METERS + 1), drive)
        bench.tell(f"lose {LOSS}")
        lost, _ = await _read_all(bench, range(1, METERS + 1), drive)
        again, _ = await _read_all(bench, lost, drive)
        shares = [100 - 100 * len(each) / METERS for each in (missed, lost, again)]
        return (took_s, *shares)

    who = "the DCU drives" if drive == CONCENTRATOR else "the module drives"
    took_s, quiet, first, second = bench.run(play)
    text = f"{METERS} meters read in {took_s:.0f} s, {quiet:.1f} %"
    lossy = f"with {LOSS:.0%} of frames lost {first:.1f} %, {second:.1f} % after a retry"
    print(f"376.2, {band}, {who}: {text}; {lossy}", flush=True)


async def _read_all(bench, numbers, drive):
    """([numbers of those that failed], seconds)"""
    left, failed = list(numbers), []
    began_ms = bench.clock.ticks_ms()

    async def work():
        while left:
            number = left.pop(0)
            if not await _is_read(bench, number):
                failed.append(number)

    await coop.gather(*[work() for _ in range(AT_ONCE[drive])])
    return failed, (bench.clock.ticks_ms() - began_ms) / 1000


async def _is_read(bench, number):
    login = Login("lls", Credentials(association.LLS, b"12345678"))
    meter = DlmsMeter(bench.driver.link(f"meter {number}", lambda: number, 1), login)
    try:
        await meter.open()
        await meter.get(ENERGY)
        return True
    except DcuError:
        return False
    finally:
        await meter.close()


if __name__ == "__main__":
    main()
