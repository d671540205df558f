"""The driver of a G3 module against a simulated one: joining, asking, losses, restarts."""

from drivers.g3 import ABSENT, RUNNING
from drivers.g3_start import get
from hal import coop
from hal.errors import DcuError, NoReply, PortError
from meter_sim import plc_node
from meter_sim.plc_world import PSK, eui
from tests.dual.g3_bench import GMK, NEW_GMK, TRANSPORTS, Bench, lossy
from wire import usi_attributes


def test_meters_join_and_are_asked_over_every_kind_of_line():
    for transport in TRANSPORTS:
        bench = Bench(5, transport)
        bench.run(_join_and_ask)


async def _join_and_ask(bench):
    await bench.with_members()
    for _ in range(2):
        for number in range(1, 6):
            payload = f"question {number}".encode()
            answer = await bench.driver.exchange(number, payload, (10_000,) * 6)
            assert answer == b"answer to " + payload
    assert bench.driver.state == RUNNING and bench.driver.starts == 1


def test_many_ask_at_once_and_each_gets_its_own_answer():
    async def play(bench):
        await bench.with_members()
        questions = [
            (number % 8 + 1, bytes([number]) * (10 + 25 * number)) for number in range(24)
        ]
        answers = await coop.gather(*[bench.driver.exchange(*each) for each in questions])
        assert answers == [b"answer to " + payload for _, payload in questions]
        statistics = await bench.driver.statistics()
        assert statistics["no_room"] == 0 and statistics["answered"] == 24

    Bench(8).run(play)


def test_who_is_not_wanted_is_declined_and_nobody_else_is():
    async def play(bench):
        bench.ears.known = [eui(1), eui(3)]
        await bench.running()
        bench.tell("on-all")
        await coop.sleep_ms(300_000)
        assert sorted(bench.ears.members.items()) == [(eui(1), 1), (eui(3), 3)]
        assert bench.ears.failed == []

    Bench(4).run(play)


def test_a_meter_with_another_key_is_reported_after_its_time_and_joins_with_its_own():
    async def play(bench):
        await bench.running()
        bench.world.node(1).psk = bytes(16)
        bench.tell("on 1")
        await bench.until(lambda: eui(1) in bench.ears.failed)
        assert not bench.ears.members
        bench.ears.psk = bytes(16)
        await bench.until(lambda: eui(1) in bench.ears.members)

    Bench(1).run(play)


def test_a_silent_meter_is_no_reply_and_the_others_are_not_held_up():
    async def play(bench):
        await bench.with_members()
        bench.tell("silent 2")
        began_ms = bench.clock.ticks_ms()
        asking = coop.spawn(_error_of(bench.driver.exchange(2, b"hello")))
        assert await bench.driver.exchange(1, b"x") == b"answer to x"
        assert bench.clock.ticks_ms() - began_ms < 2_000
        assert isinstance(await asking, NoReply)
        assert 40_000 <= bench.clock.ticks_ms() - began_ms < 45_000

    Bench(2).run(play)


def test_a_late_answer_is_not_taken_for_the_next_one():
    async def play(bench):
        await bench.with_members()
        bench.world.node(1).reply_ms = 8_000
        assert isinstance(await _error_of(bench.driver.exchange(1, b"one", (5_000,))), NoReply)
        assert await bench.driver.exchange(1, b"two", (20_000,)) == b"answer to two"
        assert (await bench.driver.statistics())["late"] == 1

    Bench(1).run(play)


def test_a_restart_of_the_module_is_noticed_and_no_meter_has_to_join_anew():
    async def play(bench):
        await bench.with_members()
        for _ in range(5):
            await bench.driver.exchange(1, b"x")
        bench.tell("reboot")
        error = await _error_of(bench.driver.exchange(1, b"y"))
        assert isinstance(error, PortError) and "restarted" in str(error)
        await bench.until(lambda: bench.driver.starts == 2)
        # at the first try: what the module says is no repetition for the meters
        assert await bench.driver.exchange(1, b"z", (10_000,)) == b"answer to z"
        assert 10_000 <= int.from_bytes(bench.world.module.pib.mac[0x77], "big") < 20_000
        assert len(bench.ears.members) == 3

    for is_extended in (False, True):
        Bench(3, is_extended=is_extended).run(play)


def test_a_restart_that_nobody_asks_into_is_noticed_by_the_question_whether_it_is_there():
    async def play(bench):
        await bench.with_members()
        bench.tell("reboot")
        return await bench.until(lambda: bench.driver.starts == 2)

    assert 50 < Bench(1).run(play) < 75
    assert Bench(1, is_extended=True).run(play) < 10  # it says so


def test_a_module_that_is_taken_out_is_lost_and_is_found_when_it_is_back():
    async def play(bench):
        await bench.with_members()
        bench.tell("remove")
        await bench.until(lambda: bench.driver.state != RUNNING)
        assert isinstance(await _error_of(bench.driver.exchange(1, b"x")), PortError)
        await coop.sleep_ms(400_000)
        bench.tell("insert")
        await bench.until(lambda: bench.driver.state == RUNNING)
        assert await bench.driver.exchange(1, b"x") == b"answer to x"

    Bench(1).run(play)


def test_a_port_that_fails_is_opened_again():
    async def play(bench):
        await bench.with_members()
        bench.has_port = False
        bench.line.is_broken = True
        assert isinstance(await _error_of(bench.driver.exchange(1, b"x")), PortError)
        await coop.sleep_ms(100_000)
        bench.has_port = True
        await bench.running()
        assert await bench.driver.exchange(1, b"x") == b"answer to x"

    Bench(1).run(play)


def test_lost_confirms_cost_no_buffer_for_good():
    async def play(bench):
        await bench.with_members()
        bench.tell("lose-confirm 0.5")
        for number in range(30):
            payload = bytes([number]) * 60
            assert await bench.driver.exchange(1, payload, (10_000,) * 4)
        bench.tell("lose-confirm 0")
        questions = [bench.driver.exchange(1 + number % 3, b"x" * 300) for number in range(6)]
        began_ms = bench.clock.ticks_ms()
        await coop.gather(*questions)
        assert bench.clock.ticks_ms() - began_ms < 10_000

    Bench(3).run(play)


def test_a_module_without_buffers_is_asked_again_a_little_later():
    async def play(bench):
        await bench.with_members()
        bench.tell("no-buffers 3")
        assert await bench.driver.exchange(1, b"x") == b"answer to x"
        assert (await bench.driver.statistics())["no_room"] == 3
        bench.tell("no-buffers 99")
        assert isinstance(await _error_of(bench.driver.exchange(1, b"x")), NoReply)

    Bench(1).run(play)


def test_one_route_is_looked_for_and_no_second_one():
    async def play(bench):
        await bench.with_members()
        bench.tell("no-route 1")
        assert await bench.driver.exchange(1, b"x") == b"answer to x"
        before = bench.world.net.mesh.discoveries
        bench.tell("no-route 9")
        error = await _error_of(bench.driver.exchange(1, b"x"))
        assert "no route" in str(error)
        assert bench.world.net.mesh.discoveries == before + 1

    Bench(1).run(play)


def test_a_relay_that_dies_is_found_out_and_gone_around():
    async def play(bench):
        await bench.with_members()
        ways = bench.world.net.mesh.ups
        number = [number for number in ways if len(ways[number]) > 1][0]
        bench.tell(f"break {ways[number][0]} {ways[number][1]}")
        short = bench.world.node(number).short
        assert await bench.driver.exchange(short, b"x", (10_000,)) == b"answer to x"

    Bench(40, band="cenelec-a").run(play)


def test_a_new_key_is_taken_by_all_that_are_there_and_the_others_are_named():
    async def play(bench):
        await bench.with_members()
        bench.tell("off 2")
        members = [(number, eui(number)) for number in (1, 2, 3)]
        assert await bench.driver.rekey(members, NEW_GMK) == [(2, eui(2))]
        for number in (1, 3):
            assert bench.world.node(number).key == NEW_GMK
            assert await bench.driver.exchange(number, b"x") == b"answer to x"

    Bench(3).run(play)


def test_who_is_kicked_is_gone_and_asks_again():
    async def play(bench):
        await bench.with_members()
        bench.ears.known = []
        await bench.driver.kick(2, eui(2))
        await bench.until(lambda: bench.world.node(2).state == plc_node.SEARCHING)
        await coop.sleep_ms(200_000)
        assert bench.world.node(2).state == plc_node.SEARCHING
        bench.tell("leave 1")
        await bench.until(lambda: bench.ears.gone == [1])

    Bench(2).run(play)


def test_what_meters_say_unasked_is_passed_on():
    async def play(bench):
        await bench.with_members()
        bench.world.data.pushed(bench.world.node(2), 4059, 4059, b"news")
        bench.world.data.pushed(bench.world.node(2), 4059, 0xF0B7, b"to nobody")
        await coop.sleep_ms(5_000)
        assert bench.ears.pushes == [(2, b"news")]
        bench.tell("conflict")
        await coop.sleep_ms(1_000)
        assert bench.ears.events[-1] == "another network has PAN 781D"

    Bench(2).run(play)


def test_tables_paths_and_counters_are_read():
    async def play(bench):
        await bench.with_members()
        driver = bench.driver
        routes = await driver.table("routes")
        assert [route.destination for route in routes] == [1, 2, 3]
        neighbours = await driver.table("neighbours")
        assert [each.short for each in neighbours] == [1, 2, 3]
        assert [each.short for each in await driver.table("positions")] == [1, 2, 3]
        forward, reverse = await driver.path(3)
        assert (forward[-1].address, reverse[-1].address) == (3, 0)
        await driver.exchange(1, b"x")
        statistics = await driver.statistics()
        assert statistics["phy_sent"] > 0 and statistics["answered"] == 1
        assert isinstance(await _error_of(driver.path(99)), DcuError)

    Bench(3).run(play)


def test_a_table_that_has_become_shorter_is_read_as_far_as_it_goes():
    async def play(bench):
        await bench.with_members()
        pib = bench.world.module.pib
        get = pib.adp_get
        pib.adp_get = lambda *what: (0, b"\0\0\0\x09") if what[0] == 0x080000C8 else get(*what)
        assert len(await bench.driver.table("routes")) == 3

    Bench(3).run(play)


def test_a_late_confirm_is_not_taken_for_that_of_another_attribute():
    async def play(bench):
        await bench.running()
        channel = bench.driver._channel
        bench.tell("late 7600")
        assert isinstance(await _error_of(get(channel, "", usi_attributes.MAX_HOPS)), NoReply)
        bench.tell("late 0")
        assert await get(channel, "", usi_attributes.ROUTE_TTL_MIN) == b"\x01\x68"

    Bench(1).run(play)


def test_before_it_is_running_nothing_can_be_asked():
    async def play(bench):
        bench.has_port = False
        await coop.sleep_ms(100)
        assert isinstance(await _error_of(bench.driver.exchange(1, b"x")), PortError)
        assert isinstance(await _error_of(bench.driver.table("routes")), PortError)
        assert bench.driver.state == ABSENT

    Bench(1).run(play)


def test_all_are_told_at_once():
    heard = []

    def hear(asked, now_ms):
        heard.append(asked[2])
        return b""

    async def play(bench):
        await bench.with_members()
        await bench.driver.broadcast(b"all")
        assert len(heard) >= 7 and set(heard) == {b"all"}

    Bench(10, answer=hear).run(play)


def test_a_storm_of_joins_on_a_bad_line_ends_with_all_in_the_network():
    async def play(bench):
        await bench.with_members()
        bench.ears.members.clear()
        bench.tell("storm 30")
        await bench.until(lambda: len(bench.ears.members) == 30, 3_000)
        assert await bench.driver.exchange(30, b"x", (10_000,) * 5) == b"answer to x"

    Bench(30, lossy).run(play)


def test_neither_a_network_nor_an_admission_shows_its_key():
    bench = Bench(1)
    for thing, key in ((bench.driver._network(), GMK), (bench.ears.wants_in(eui(1)), PSK)):
        assert repr(key)[2:-1] not in repr(thing) and "object" in repr(thing)


async def _error_of(coroutine):
    try:
        await coroutine
    except DcuError as error:
        return error
    raise AssertionError("it ended well")
