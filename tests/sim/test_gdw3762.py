"""DLMS meters behind a simulated 376.2 module, read over HDLC by the driver of the DCU."""

from drivers.dlms_meter import DlmsMeter
from drivers.gdw3762_meter_link import Lines
from drivers.login import Login
from hal import coop
from hal.errors import DcuError, NoReply
from meter_sim.curve import curve_of
from meter_sim.plc_cli import FIRST_ADDRESS, serial_answers
from tests.dual.g3_bench import error_of, lossy
from tests.dual.gdw3762_bench import Bench
from wire import association, hdlc, obis
from wire.apdu import Attribute
from wire.credentials import Credentials

UTC_S = 1_760_054_400
ENERGY = Attribute(3, obis.parse("1.0.1.8.0.255"), 2)
OBJECTS = Attribute(15, obis.parse("0.0.40.0.0.255"), 2)


def bench_of(meters, **nature):
    bench = Bench(meters, **nature)
    for number in range(1, meters + 1):
        answer = serial_answers(number, 1, lambda ms: UTC_S + ms / 1000)
        bench.world.node(number).answer = answer
    return bench


def meter_of(bench, lines, number):
    login = Login("lls", Credentials(association.LLS, b"12345678"))
    return DlmsMeter(lines.link(f"meter {number}", lambda: number, 1), login)


async def energy_of(bench, lines, number):
    meter = meter_of(bench, lines, number)
    await meter.open()
    try:
        return await meter.get(ENERGY)
    finally:
        await meter.close()


def test_meters_are_read_several_at_once_whoever_drives():
    async def play(bench):
        await bench.with_members()
        lines = Lines(bench.driver, bench.clock)
        numbers = range(1, 5)
        read = await coop.gather(*[energy_of(bench, lines, number) for number in numbers])
        for number, value in zip(numbers, read, strict=True):
            curve = curve_of(1, FIRST_ADDRESS - 1 + number)
            truth_wh = curve.truth(UTC_S)["energy_import_wh"]
            later_wh = curve.truth(UTC_S + 600)["energy_import_wh"]
            scale = 10**curve.energy_scaler
            assert truth_wh / scale - 1 <= value <= later_wh / scale + 1

    for drive in (1, 2):
        bench_of(4, drive=drive).run(play)


def test_what_is_longer_than_a_frame_comes_in_several():
    async def play(bench):
        await bench.with_members()
        meter = meter_of(bench, Lines(bench.driver, bench.clock), 1)
        await meter.open()
        assert len(await meter.get(OBJECTS)) > 20
        await meter.close()

    for drive in (1, 2):
        bench_of(1, drive=drive).run(play)


def test_a_meter_without_power_is_named_in_the_failure():
    async def play(bench):
        await bench.with_members()
        bench.tell("off 2")
        lines = Lines(bench.driver, bench.clock)
        error = await error_of(energy_of(bench, lines, 2))
        assert isinstance(error, NoReply) and "meter 2 does not answer" in str(error)
        assert await energy_of(bench, lines, 1)

    bench_of(2).run(play)


def test_over_a_bad_line_all_are_read_and_nothing_twice():
    async def play(bench):
        await bench.with_members()
        lines, read = Lines(bench.driver, bench.clock), 0
        began_ms = bench.clock.ticks_ms()
        for _ in range(12):
            try:
                read += bool(await energy_of(bench, lines, 1))
            except DcuError:
                await coop.sleep_ms(20_000)
        assert read > 6
        return bench.clock.ticks_ms() - began_ms

    bench_of(1, transport=lossy, drive=1).run(play)


def test_what_a_meter_says_between_is_not_taken_for_its_answer():
    async def play(bench):
        await bench.with_members()
        node = bench.world.node(1)
        answer = node.answer

        def talkative(asked, now_ms):
            said = answer(asked, now_ms)
            return said and news + said

        node.answer = talkative
        assert await energy_of(bench, Lines(bench.driver, bench.clock), 1)

    news = hdlc.encode(hdlc.Frame(b"\x03", b"\x03", 0x03, b"\xe6\xe7\x00\x0f", False))
    bench_of(1).run(play)


def test_two_who_want_the_same_meter_come_one_after_the_other():
    async def play(bench):
        await bench.with_members()
        lines = Lines(bench.driver, bench.clock)
        assert len(set(await coop.gather(*[energy_of(bench, lines, 1) for _ in range(3)]))) == 1

    bench_of(1).run(play)
