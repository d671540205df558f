"""A G3 module gets a new firmware: checks, losses, and what becomes of one that broke off."""

from drivers.module_life import RUNNING
from hal import coop
from hal.errors import DcuError, Refused, WireError
from tests.dual.g3_bench import Bench, error_of, lossy
from wire import module_image, xmodem

BODY = bytes([value * 7 & 0xFF for value in range(40_000)])
IMAGE = module_image.encode(module_image.G3_PLC, 1, (2, 0, 0), BODY)


def test_a_module_is_back_with_its_new_firmware_and_keeps_its_meters():
    async def play(bench):
        await bench.with_members()
        await bench.driver.upgrade(IMAGE)
        assert bench.world.module.version == (2, 0, 0)
        await bench.until(lambda: bench.driver.state == RUNNING, 60)
        assert await bench.driver.exchange(1, b"x") == b"answer to x"
        assert "module firmware: 40032 of 40032 octets" in bench.ears.events

    Bench(1, is_extended=True).run(play)


def test_a_firmware_for_another_module_or_a_damaged_one_never_gets_there():
    async def play(bench):
        await bench.running()
        for kind, hardware in ((module_image.G3_RF, 1), (module_image.G3_PLC, 2)):
            image = module_image.encode(kind, hardware, (2, 0, 0), BODY)
            assert isinstance(await error_of(bench.driver.upgrade(image)), Refused)
        damaged = IMAGE[:-1] + b"\x00"
        assert isinstance(await error_of(bench.driver.upgrade(damaged)), WireError)
        assert bench.driver.state == RUNNING and bench.driver.starts == 1

    Bench(1, is_extended=True).run(play)


def test_a_module_of_other_make_takes_none():
    async def play(bench):
        await bench.running()
        error = await error_of(bench.driver.upgrade(IMAGE))
        assert "takes no firmware" in str(error)

    Bench(1).run(play)


def test_an_upload_over_a_bad_line_gets_through_or_is_begun_again():
    async def play(bench):
        for _ in range(20):
            await bench.until(lambda: bench.driver.state == RUNNING, 3_000)
            if bench.world.module.version == (2, 0, 0):
                break
            try:
                await bench.driver.upgrade(IMAGE)
            except DcuError:
                await coop.sleep_ms(60_000)
        assert bench.world.module.version == (2, 0, 0)

    Bench(1, lossy, is_extended=True).run(play)


def test_a_module_that_lost_its_power_in_the_midst_gets_the_firmware_again():
    async def play(bench):
        await bench.with_members()
        upgrading = coop.spawn(error_of(bench.driver.upgrade(IMAGE)))
        await bench.until(lambda: not bench.world.module.boot.is_whole)
        bench.tell("remove")
        assert isinstance(await upgrading, DcuError)
        assert bench.world.module.is_in_boot
        bench.tell("insert")
        await bench.until(lambda: bench.world.module.version == (2, 0, 0), 1_000)
        await bench.until(lambda: bench.driver.state == RUNNING)

    Bench(1, is_extended=True).run(play)


def test_a_firmware_that_the_module_finds_wrong_is_told_and_given_again():
    async def play(bench):
        await bench.running()
        bench.world.module.boot.refuses = 1
        error = await error_of(bench.driver.upgrade(IMAGE))
        assert "does not take the firmware: wrong checksum" in str(error)
        await bench.until(lambda: bench.driver.state == RUNNING)
        assert bench.world.module.version == (2, 0, 0)

    Bench(1, is_extended=True).run(play)


def test_a_module_that_waits_for_the_rest_of_an_upload_is_brought_out_of_it():
    async def play(bench):
        await bench.running()
        bench.world.module.enter_boot()
        bench.world.module.hear(b"1" + xmodem.block(1, b"x"))
        await coop.sleep_ms(1_000)
        bench.world.module.boot.is_whole = True  # it had a second copy
        await bench.until(lambda: bench.driver.starts == 2, 600)

    Bench(1, is_extended=True).run(play)


def test_a_module_that_runs_another_firmware_than_it_was_given_is_told_of():
    async def play(bench):
        await bench.running()
        boot = bench.world.module.boot
        start = boot._start
        boot._start = lambda version: start((1, 0, 0))
        await bench.driver.upgrade(IMAGE)
        await bench.until(lambda: bench.driver.starts == 2)
        await coop.sleep_ms(1_000)
        assert "module runs firmware 1.0.0, and was given 2.0.0" in bench.ears.events

    Bench(1, is_extended=True).run(play)
