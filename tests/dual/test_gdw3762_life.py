"""The driver of a 376.2 module against a simulated one: its list, restarts, a firmware."""

from drivers import gdw3762_nodes
from drivers.gdw3762_meter_link import LINES_MAX, Lines
from drivers.gdw3762_nodes import FOUND_MAX, NODES_MAX
from drivers.gdw3762_upgrade import hardware_of
from drivers.module_life import ABSENT, RUNNING
from hal import coop
from hal.errors import DcuError, PortError, Refused, WireError
from meter_sim.gdw3762_frame import PRM, UP, Frame, bcd, seal
from meter_sim.gdw3762_world import digits_of
from tests.dual.g3_bench import TRANSPORTS, error_of
from tests.dual.gdw3762_bench import MASTER, Bench, eui
from tests.dual.modem_town import Prng
from wire import module_image

BODY = bytes([value * 7 & 0xFF for value in range(20_000)])


def test_the_list_of_the_module_becomes_what_is_on_file():
    async def play(bench):
        nodes = bench.world.module.nodes
        nodes.update({digits_of(number): 0 for number in (2, 3, 40)})
        nodes.update({"123456789012": 0})
        bench.ears.known = [eui(number) for number in range(1, 26)] + [eui(40)]
        await bench.with_members_of(26)
        assert sorted(nodes) == [digits_of(number) for number in range(1, 26)] + [digits_of(40)]
        assert bench.world.module.master == MASTER
        bench.on_file.append(26)
        bench.ears.known.append(eui(26))
        await bench.until(lambda: digits_of(26) in nodes, 60)
        assert await bench.driver.exchange(26, b"x") == b"re x"

    bench = Bench(40)
    bench.on_file = list(range(1, 26))
    bench.run(play)


def test_nodes_that_were_taken_though_nobody_said_so_are_not_given_twice():
    async def play(bench):
        module, lost = bench.world.module, []
        answer = module.answer

        def forgetful(request, *words):
            if request.afn == 0x11 and not lost:
                lost.append(request)
            else:
                answer(request, *words)

        module.answer = forgetful
        await bench.running()
        assert lost and len(module.nodes) == 3
        assert bench.ears.events == ["module probing", "module starting", "module running"]

    Bench(3).run(play)


def test_who_is_kicked_is_not_asked_any_more():
    async def play(bench):
        await bench.with_members()
        bench.on_file.remove(2)
        await bench.driver.kick(2, eui(2))
        assert sorted(bench.world.module.nodes) == [digits_of(1), digits_of(3)]
        assert "not in the list" in str(await error_of(bench.driver.exchange(2, b"x")))
        await bench.driver.kick(2, eui(2))

    Bench(3).run(play)


def test_routes_that_are_forgotten_are_found_anew_and_the_list_is_given_again():
    async def play(bench):
        await bench.with_members()
        nodes, before = bench.world.module.nodes, len(bench.ears.events)
        await bench.driver.forget_routes()
        assert not nodes
        await bench.until(lambda: bench.driver.state == RUNNING and len(nodes) == 3, 60)
        assert "its routes are looked for anew" in "".join(bench.ears.events[before:])
        assert await bench.driver.exchange(2, b"x") == b"re x"

    Bench(3).run(play)


def test_strangers_that_a_search_finds_are_put_to_the_dcu():
    async def play(bench):
        bench.ears.known = [eui(1), eui(2), eui(5)]
        bench.search_min = 5
        bench.tell("on-all")
        await bench.until(lambda: eui(5) in bench.ears.members, 300)
        assert await bench.driver.exchange(5, b"x") == b"re x"
        assert sorted(bench.ears.members) == [eui(1), eui(2), eui(5)]
        assert len(bench.world.module.nodes) == 3

    bench = Bench(6)
    bench.on_file = [1, 2]
    bench.run(play)


def test_of_those_that_are_found_only_so_many_wait_and_a_list_without_end_is_cut():
    async def play(bench):
        await bench.with_members()
        nodes = bench.driver._nodes
        for number in range(100, 100 + FOUND_MAX + 1):
            nodes.found(digits_of(number))
        nodes.found("7000000000AB")
        assert nodes._found == [digits_of(number) for number in range(100, 100 + FOUND_MAX)]
        for rows in (NODES_MAX - 1, NODES_MAX, 2 * NODES_MAX):
            bench.world.module.nodes = {digits_of(number): 0 for number in range(rows)}
            found = await gdw3762_nodes.infos(bench.driver._channel)
            assert len(found) == min(rows, NODES_MAX)
        row = bcd(digits_of(1)) + b"\x01\x01"
        table = bench.world.module.requests._table
        table[(0x10, 2)] = lambda frame: b"\xff\xff\x28" + 40 * row  # more than it was asked for
        assert len(await gdw3762_nodes.infos(bench.driver._channel)) == NODES_MAX

    bench = Bench(1)
    bench.world.module.is_paced = False
    bench.run(play)


def test_lines_are_kept_for_so_many_meters():
    lines = Lines(None, None)
    first = lines.link("0", None)
    assert lines.link("0", None)._bus is first._bus
    for number in range(1, LINES_MAX):
        lines.link(str(number), None)
    assert lines.link("0", None)._bus is first._bus
    lines.link("one more", None)
    assert lines.link("0", None)._bus is not first._bus


def test_a_restart_in_mid_cycle_is_noticed_and_the_list_is_given_again():
    async def play(bench):
        await bench.with_members()
        await coop.sleep_ms(20_000)
        bench.world.node(1).reply_ms = 20_000
        asking = coop.spawn(error_of(bench.driver.exchange(1, b"x")))
        await coop.sleep_ms(3_000)
        bench.tell("reboot")
        assert isinstance(await asking, PortError)
        await bench.until(lambda: bench.driver.starts == 2)
        bench.world.node(1).reply_ms = 50
        assert await bench.driver.exchange(1, b"x") == b"re x"
        assert len(bench.world.module.nodes) == 3

    for keeps_nodes in (True, False):
        Bench(3, keeps_nodes=keeps_nodes).run(play)


def test_a_restart_that_is_not_told_is_noticed_by_the_nodes_that_are_gone():
    async def play(bench):
        await bench.with_members()
        bench.tell("reboot")
        await bench.until(lambda: len(bench.world.module.nodes) == 2, 200)
        await bench.running()

    Bench(2, keeps_nodes=False, is_telling=False).run(play)


def test_a_module_that_is_taken_out_is_lost_and_is_found_when_it_is_back():
    async def play(bench):
        await bench.with_members()
        bench.tell("remove")
        await bench.until(lambda: bench.driver.state != RUNNING)
        assert isinstance(await error_of(bench.driver.exchange(1, b"x")), PortError)
        await coop.sleep_ms(400_000)
        bench.tell("insert")
        await bench.until(lambda: bench.driver.state == RUNNING)
        assert await bench.driver.exchange(1, b"x") == b"re x"

    for drive in (1, 2):
        Bench(1, drive=drive).run(play)


def test_before_it_is_running_nothing_can_be_asked():
    async def play(bench):
        bench.has_port = False
        await coop.sleep_ms(100)
        assert isinstance(await error_of(bench.driver.exchange(1, b"x")), PortError)
        assert bench.driver.state == ABSENT

    Bench(1).run(play)


def image(driver, kind=module_image.GDW3762, more=0):
    hardware = hardware_of(driver.identity) + more
    return module_image.encode(kind, hardware, (2, 7, 0), BODY)


def test_a_new_firmware_gets_there_over_every_kind_of_line_and_no_meter_is_lost():
    async def play(bench):
        await bench.with_members()
        for _ in range(30):
            try:
                await bench.driver.upgrade(image(bench.driver))
                break
            except DcuError:
                await bench.until(lambda: bench.driver.state == RUNNING, 3_000)
        await bench.until(lambda: bench.driver.version == (2, 7), 3_000)
        await bench.until(lambda: bench.driver.state == RUNNING, 3_000)
        assert await bench.driver.exchange(1, b"x", (1,) * 6) == b"re x"
        assert "module firmware: 20032 of 20032 octets" in bench.ears.events

    for transport in TRANSPORTS:
        Bench(1, transport).run(play)


def test_a_module_that_does_not_say_that_it_starts_with_its_new_firmware_is_asked_at_once():
    async def play(bench):
        await bench.with_members()
        await bench.driver.upgrade(image(bench.driver))
        await bench.until(lambda: bench.driver.version == (2, 7), 60)

    Bench(1, is_telling=False).run(play)


def test_a_firmware_for_another_module_or_a_wrong_one_leaves_the_old_one():
    async def play(bench):
        await bench.with_members()
        driver = bench.driver
        for wrong in ({"kind": module_image.G3_PLC}, {"more": 1}):
            error = await error_of(driver.upgrade(image(driver, **wrong)))
            assert isinstance(error, Refused)
        assert isinstance(await error_of(driver.upgrade(image(driver)[:-1])), WireError)
        bench.world.module.requests.file.refuses = 1
        error = await error_of(driver.upgrade(image(driver)))
        assert "does not take the firmware" in str(error)
        assert (driver.state, driver.version, driver.starts) == (RUNNING, (1, 0), 1)

    Bench(1).run(play)


def test_whatever_a_module_says_the_driver_goes_on():
    async def play(bench):
        await bench.with_members()
        chance = Prng(7)
        for _ in range(40):
            asking = coop.spawn(_any_error(bench.driver.statistics()))
            await coop.sleep_ms(1)
            for afn in (0x00, 0x02, 0x03, 0x06, 0x10, 0x13, 0x14, 0x77):
                for fn in (1, 2, 3, 4, 5, 10):
                    data = bytes([int(256 * chance()) for _ in range(int(24 * chance()))])
                    control = UP | 3 | (PRM if chance() < 0.5 else 0)
                    frame = Frame(control, int(256 * chance()), None, afn, fn, data)
                    if afn != 0x03:
                        bench.line.said(seal(frame))
            await coop.sleep_ms(300)
            await asking
        await bench.until(lambda: bench.driver.state == RUNNING, 1_000)
        await coop.sleep_ms(100_000)
        assert await bench.driver.exchange(1, b"x", (1,) * 6) == b"re x"
        assert bench.driver.starts == 1

    for drive in (1, 2):
        Bench(2, drive=drive).run(play)


async def _any_error(coroutine):
    try:
        await coroutine
    except DcuError:
        pass
