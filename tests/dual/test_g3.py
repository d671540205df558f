"""The driver of a G3 module against a simulated one: asking, pushes, losses, tables."""

from drivers.module_life import RUNNING
from hal import coop
from hal.errors import DcuError, NoReply
from tests.dual.g3_bench import TRANSPORTS, Bench, error_of


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


def test_a_silent_meter_is_no_reply_and_the_others_are_not_held_up():
    async def play(bench):
        await bench.with_members()
        bench.tell("silent 2")
        began_ms = bench.clock.ticks_ms()
        asking = coop.spawn(error_of(bench.driver.exchange(2, b"hello")))
        assert await bench.driver.exchange(1, b"x") == b"answer to x"
        assert bench.clock.ticks_ms() - began_ms < 2_000
        assert isinstance(await asking, NoReply)
        assert 40_000 <= bench.clock.ticks_ms() - began_ms < 45_000

    Bench(2).run(play)


def test_a_late_answer_is_not_taken_for_the_next_one():
    async def play(bench):
        await bench.with_members()
        bench.world.node(1).reply_ms = 8_000
        assert isinstance(await error_of(bench.driver.exchange(1, b"one", (5_000,))), NoReply)
        assert await bench.driver.exchange(1, b"two", (20_000,)) == b"answer to two"
        assert (await bench.driver.statistics())["late"] == 1

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
        assert isinstance(await error_of(bench.driver.exchange(1, b"x")), NoReply)

    Bench(1).run(play)


def test_one_route_is_looked_for_and_no_second_one():
    async def play(bench):
        await bench.with_members()
        bench.tell("no-route 1")
        assert await bench.driver.exchange(1, b"x") == b"answer to x"
        before = bench.world.net.mesh.discoveries
        bench.tell("no-route 9")
        error = await error_of(bench.driver.exchange(1, b"x"))
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
        assert isinstance(await error_of(driver.path(99)), DcuError)

    Bench(3).run(play)


def test_a_table_that_has_become_shorter_is_read_as_far_as_it_goes():
    async def play(bench):
        await bench.with_members()
        pib = bench.world.module.pib
        get = pib.adp_get
        pib.adp_get = lambda *what: (0, b"\0\0\0\x09") if what[0] == 0x080000C8 else get(*what)
        assert len(await bench.driver.table("routes")) == 3

    Bench(3).run(play)


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
