"""The slot with simulated modules: what is in it is found, served, missed, and found again."""

from drivers import slot_probe
from drivers.module_life import ABSENT, RUNNING
from drivers.slot import G3_PLC, G3_RF
from drivers.slot_probe import GDW3762
from hal import coop
from hal.errors import DcuError, NoReply, PortError, Refused
from meter_sim.plc_world import eui
from tests.dual.g3_bench import NEW_GMK, TRANSPORTS, error_of, lossy
from tests.dual.slot_bench import NAMES, SlotBench
from tests.kept import Kept
from wire import module_image, xmodem


def test_modules_are_changed_for_one_another_over_every_kind_of_line():
    for transport in TRANSPORTS:
        SlotBench(transport).run(_swap)


async def _swap(bench):
    for name in NAMES:
        bench.plug(name)
        await bench.served(name, 2_000)
        await bench.ask_all(name)
    bench.plug(None)
    await bench.until(lambda: bench.driver.state == ABSENT, 1_000)
    assert "no module in the slot" in bench.driver.trouble
    assert isinstance(await error_of(bench.driver.exchange(1, b"x")), PortError)
    changes = [text for text in bench.ears.events if "changed" in text]
    assert changes == [
        "module changed: G3-RF in the place of G3",
        "module changed: 376.2 in the place of G3-RF",
    ]
    bench.plug(G3_PLC)
    await bench.served(G3_PLC, 2_000)
    await bench.ask_all(G3_PLC)  # its meters have not noticed


def test_a_module_that_does_not_say_over_what_it_talks_is_found_by_what_it_refuses():
    async def play(bench):
        bench.plug(G3_RF)
        await bench.served(G3_RF)
        assert bench.driver.starts == 1
        await coop.sleep_ms(2_000)
        return bench.ears.events

    kept = Kept()
    assert "status 03" in " ".join(SlotBench(is_extended=False, kept=kept).run(play))
    assert "status 03" not in " ".join(SlotBench(is_extended=False, kept=kept).run(play))


def test_a_module_is_found_at_every_rate_that_is_known_of_its_kind():
    async def play(bench, name, baud):
        bench.worlds[name].module.baud = baud
        bench.plug(name)
        await bench.served(name)
        await bench.ask_all(name)

    for name, baud in ((G3_PLC, 115_200), (G3_PLC, 230_400), (GDW3762, 115_200)):
        SlotBench().run(lambda bench, name=name, baud=baud: play(bench, name, baud))


def test_no_question_of_the_others_is_a_key_of_a_bootloader():
    class Sink:
        def __init__(self):
            self.heard = b""

        def settings(self, baud, parity):
            pass

        async def write(self, octets):
            self.heard += octets

        async def read(self, size, limit_ms):
            await coop.sleep_ms(limit_ms)
            return b""

    async def play(bench):
        sink = Sink()
        assert await slot_probe.probe(sink, bench.clock) is None
        return sink.heard

    heard = SlotBench().run(play)
    assert not [key for key in b"123" if key in heard]
    assert heard.count(b"\n") == heard.count(b"\x18\n") == 4


def test_a_bootloader_that_waits_for_the_rest_of_a_firmware_is_found():
    async def play(bench):
        bench.parts[1].save(IMAGE)
        bench.plug(G3_PLC)
        module = bench.world.module
        module.enter_boot()
        module.hear(b"1")
        module.hear(xmodem.block(1, b"x"))
        await bench.until(lambda: bench.driver.state == RUNNING, 60)
        assert module.version == (2, 0, 0)

    SlotBench().run(play)


def test_an_echo_is_no_module():
    class Echo:
        def __init__(self):
            self._said = b""

        def settings(self, baud, parity):
            pass

        async def write(self, octets):
            self._said += octets

        async def read(self, size, limit_ms):
            said, self._said = self._said[:size], self._said[size:]
            await coop.sleep_ms(limit_ms if not said else 1)
            return said

    async def play(bench):
        return await slot_probe.probe(Echo(), bench.clock)

    assert SlotBench().run(play) is None


def test_how_long_a_new_module_waits_for_being_found():
    async def play(bench):
        for name in NAMES:
            bench.plug(None)
            await bench.until(lambda: bench.driver.state == ABSENT)
            await coop.sleep_ms(600_000)
            bench.plug(name)
            assert await bench.until(lambda: bench.driver.state == RUNNING) < 90

    SlotBench().run(play)


def test_what_was_in_the_slot_is_tried_first_after_a_restart():
    kept = Kept()

    async def play(bench):
        bench.plug(GDW3762)
        took_s = await bench.until(lambda: bench.driver.state == RUNNING)
        await coop.sleep_ms(2_000)
        return took_s

    first_s = SlotBench(kept=kept).run(play)
    assert kept.data == b"376.2 376.2 9600 E"
    again_s = SlotBench(kept=kept).run(play)
    assert again_s < first_s
    for wrong in (b"", b"376.2 376.2", b"dream 376.2 9600 E", b"376.2 376.2 x E"):
        SlotBench(kept=Kept(wrong)).run(play)


def test_a_disk_that_is_full_costs_the_memory_and_not_the_module():
    async def play(bench):
        bench.kept.full = True
        bench.plug(G3_PLC)
        await bench.served(G3_PLC)
        await coop.sleep_ms(2_000)
        assert "not remembered" in " ".join(bench.ears.events)

    SlotBench().run(play)


def test_a_module_that_restarts_in_mid_cycle_is_served_on():
    async def play(bench):
        for name in NAMES:
            bench.plug(name)
            await bench.served(name)
            await coop.sleep_ms(20_000)
            starts = bench.driver.starts
            asking = coop.spawn(_any_error(bench.ask_all(name)))
            bench.tell("reboot")
            await asking
            await bench.until(lambda starts=starts: bench.driver.starts > starts)
            await bench.ask_all(name)

    SlotBench().run(play)


def test_a_port_that_is_gone_is_named_and_opened_again():
    async def play(bench):
        bench.has_port = False
        bench.plug(GDW3762)
        await coop.sleep_ms(100_000)
        assert (bench.driver.state, bench.driver.trouble) == (ABSENT, "no such device")
        bench.has_port = True
        await bench.served(GDW3762)
        bench.has_port, bench.line.is_broken = False, True
        await bench.until(lambda: bench.driver.state == ABSENT)
        bench.has_port = True
        await bench.served(GDW3762)
        await bench.ask_all(GDW3762)

    SlotBench().run(play)


def test_what_one_module_knows_the_next_one_does_not_answer_for():
    async def play(bench):
        bench.plug(G3_PLC)
        await bench.served(G3_PLC)
        assert await bench.driver.rekey([(1, eui(1)), (2, eui(2))], NEW_GMK) == []
        assert [row.short for row in await bench.driver.table("neighbours")] == [1, 2]
        assert (await bench.driver.statistics())["phy_sent"]
        bench.plug(GDW3762)
        await bench.served(GDW3762)
        assert isinstance(await error_of(bench.driver.exchange(1, b"x")), NoReply)
        assert isinstance(await error_of(bench.driver.rekey([], NEW_GMK)), Refused)
        assert len(await bench.driver.table("routes")) == 2
        await bench.driver.kick(1001, b"")
        assert len(bench.world.module.nodes) == 1
        assert bench.driver.version == (1, 0)

    SlotBench().run(play)


IMAGE = module_image.encode(module_image.G3_PLC, 1, (2, 0, 0), bytes(range(256)) * 80)
NEXT = module_image.encode(module_image.G3_PLC, 1, (3, 0, 0), bytes(range(256)) * 80)


def test_a_module_gets_a_firmware_in_the_slot_and_is_back_with_it():
    async def play(bench):
        bench.plug(G3_PLC)
        await bench.served(G3_PLC)
        ports = bench.ports
        await bench.driver.upgrade(IMAGE)
        assert bench.world.module.version == (2, 0, 0)
        await bench.until(lambda: bench.driver.state == RUNNING)
        assert bench.ports == ports + 1  # nobody has looked for another module meanwhile
        assert (bench.parts[0].data, bench.parts[1].data) == (b"", IMAGE)
        await bench.ask_all(G3_PLC)
        wrong = module_image.encode(module_image.GDW3762, 1, (2, 0, 0), b"x")
        assert isinstance(await error_of(bench.driver.upgrade(wrong)), Refused)

    SlotBench().run(play)


def test_a_module_found_in_its_bootloader_gets_the_firmware_that_is_kept():
    """Also by a DCU that has just started, and knows nothing but what is on its disk."""

    async def play(bench, coming, last):
        bench.parts[0].save(coming)
        bench.parts[1].save(last)
        bench.plug(G3_PLC)
        bench.world.module.enter_boot()
        bench.world.module.boot.is_whole = False
        assert await bench.until(lambda: bench.driver.state == RUNNING) < 30
        await coop.sleep_ms(2_000)
        assert bench.kept.data == b"G3 usi 38400 N"
        return bench.world.module.version

    assert SlotBench().run(lambda bench: play(bench, IMAGE, b"")) == (2, 0, 0)
    assert SlotBench().run(lambda bench: play(bench, b"", IMAGE)) == (2, 0, 0)
    assert SlotBench().run(lambda bench: play(bench, NEXT, IMAGE)) == (3, 0, 0)


def test_a_firmware_that_is_refused_again_and_again_gives_way_to_the_one_before():
    async def play(bench):
        bench.plug(G3_PLC)
        await bench.served(G3_PLC)
        await bench.driver.upgrade(IMAGE)
        await bench.until(lambda: bench.driver.state == RUNNING)
        bench.world.module.boot.refuses = 3
        assert isinstance(await error_of(bench.driver.upgrade(NEXT)), DcuError)
        await bench.until(lambda: bench.driver.state == RUNNING, 3_000)
        assert bench.world.module.version == (2, 0, 0)
        assert "module gets the firmware back that it had" in bench.ears.events

    SlotBench().run(play)


def test_a_module_whose_bootloader_has_nothing_is_reported_and_found_once_it_is_well():
    async def play(bench):
        bench.plug(G3_PLC)
        bench.world.module.enter_boot()
        bench.world.module.boot.is_whole = False
        await bench.until(lambda: "without a firmware" in str(bench.ears.events))
        assert isinstance(await error_of(bench.driver.exchange(1, b"x")), PortError)
        bench.world.module.boot.is_whole = True
        await bench.served(G3_PLC)

    SlotBench(lossy).run(play)


async def _any_error(coroutine):
    try:
        await coroutine
    except DcuError:
        pass
