"""The driver of a 376.2 module against a simulated one: what all are told, pushes, tables."""

from hal import coop
from hal.errors import Refused
from meter_sim.gdw3762_air import Band
from tests.dual.g3_bench import error_of, lossy
from tests.dual.gdw3762_bench import Bench
from wire import hdlc, wrapper


def test_what_meters_say_unasked_is_passed_on_in_the_wrapper():
    async def play(bench):
        await bench.with_members()
        said = hdlc.Frame(b"\x03", b"\x03", 0x03, b"\xe6\xe7\x00" + b"\x0f news", False)
        bench.world.pushed(2, hdlc.encode(said))
        bench.world.pushed(2, hdlc.encode(said)[:-4] + b"\x00\x00\x00\x7e")
        bench.world.pushed(2, hdlc.encode(hdlc.Frame(b"\x03", b"\x03", 0x10, said[3], False)))
        await coop.sleep_ms(5_000)
        assert bench.ears.pushes == [(2, wrapper.encode(wrapper.Wrapper(1, 1, b"\x0f news")))]

    Bench(2).run(play)


def test_all_are_told_at_once_in_a_frame_that_nobody_answers():
    heard = []

    def hear(asked, now_ms):
        heard.append(asked[1])
        return b""

    async def play(bench):
        await bench.with_members()
        await bench.driver.broadcast(wrapper.encode(wrapper.Wrapper(16, 1, b"\xc1 all")))
        frame = hdlc.Frame(b"\xff", b"\x21", 0x03, b"\xe6\xe6\x00\xc1 all", False)
        assert heard == [hdlc.encode(frame)] * 4

    Bench(4, answer=hear).run(play)


def test_tables_paths_and_counters_are_read():
    async def play(bench):
        bench.world.air.band = Band(1, 1_200, 60, 15.0)  # many need a relay
        await bench.with_members()
        driver = bench.driver
        routes = {row.destination: row for row in await driver.table("routes")}
        assert len(routes) > 30
        ways = {number: bench.world.air.way(number) for number in routes}
        assert [routes[number].hops for number in routes] == [len(ways[each]) for each in ways]
        neighbours = await driver.table("neighbours")
        assert {row.short for row in neighbours} == {each for each in ways if len(ways[each]) == 1}
        far = [number for number in ways if len(ways[number]) > 1]
        known = [number for number in far if routes[number].next_hop is not None]
        assert len(far) > 16 and len(known) == 16  # some at a time
        forward, reverse = await driver.path(far[-1])
        assert tuple([hop.address for hop in forward]) == ways[far[-1]]
        assert [hop.address for hop in reverse][-1] == 0
        for _ in range(len(far) // 16):
            rows = await driver.table("routes")
        for row in rows:
            assert row.next_hop == ways[row.destination][0]
        phases = {row.short: row.phase for row in neighbours}
        town = bench.world.town
        assert phases == {short: 2 * town.phase[short] for short in phases}
        assert isinstance(await error_of(driver.path(999)), Refused)
        assert (await driver.statistics())["line_damaged"] == 0

    Bench(60, band="narrowband").run(play)


def test_there_are_no_keys_to_change():
    async def play(bench):
        await bench.with_members()
        assert isinstance(await error_of(bench.driver.rekey([], bytes(16))), Refused)

    Bench(1, lossy).run(play)
