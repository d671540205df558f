"""The driver of a G3 module against a simulated one: joining, keys, restarts, hot swap."""

from drivers.g3_start import get
from drivers.module_life import ABSENT, RUNNING
from hal import coop
from hal.errors import DcuError, NoReply, PortError
from meter_sim import plc_node
from meter_sim.plc_world import PSK, eui
from tests.dual.g3_bench import GMK, NEW_GMK, Bench, error_of, lossy
from tests.dual.modem_town import Prng
from wire import usi, usi_attributes, usi_commands


def test_who_is_not_wanted_is_declined_and_nobody_else_is():
    async def play(bench):
        bench.ears.known = [eui(1), eui(3)]
        await bench.running()
        bench.tell("on-all")
        await coop.sleep_ms(300_000)
        assert sorted(bench.ears.members.items()) == [(eui(1), 1), (eui(3), 3)]
        assert "by itself" in str(await error_of(bench.driver.forget_routes()))
        await bench.driver.search()  # they ask by themselves
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


def test_a_meter_that_was_given_up_and_is_in_the_network_is_found_there():
    """It would never ask again."""

    async def play(bench):
        await bench.running()
        admissions = bench.driver._admissions
        is_there = admissions._is_there

        async def is_not_there(short):
            return False

        admissions.joined = lambda values: None  # the word of it is lost
        admissions._is_there = is_not_there  # and so are those that look for it
        bench.tell("on 1")
        await bench.until(lambda: bench.ears.failed == [eui(1)])
        assert bench.world.node(1).state == plc_node.MEMBER and not bench.ears.members
        admissions._is_there = is_there
        await bench.until(lambda: eui(1) in bench.ears.members, 1_300)
        assert bench.ears.failed == [eui(1)]

    Bench(1).run(play)


def test_a_restart_of_the_module_is_noticed_and_no_meter_has_to_join_anew():
    async def play(bench):
        await bench.with_members()
        for _ in range(5):
            await bench.driver.exchange(1, b"x")
        bench.tell("reboot")
        error = await error_of(bench.driver.exchange(1, b"y"))
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
        assert isinstance(await error_of(bench.driver.exchange(1, b"x")), PortError)
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
        assert isinstance(await error_of(bench.driver.exchange(1, b"x")), PortError)
        await coop.sleep_ms(100_000)
        states = [
            "module lost: module: no such device",
            "module probing",
            "module absent: no such device",
        ]
        assert bench.ears.events[3:6] == states
        bench.has_port = True
        await bench.running()
        assert await bench.driver.exchange(1, b"x") == b"answer to x"

    Bench(1).run(play)


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


def test_a_late_confirm_is_not_taken_for_that_of_another_attribute():
    async def play(bench):
        await bench.running()
        channel = bench.driver._channel
        bench.tell("late 7600")
        assert isinstance(await error_of(get(channel, "", usi_attributes.MAX_HOPS)), NoReply)
        bench.tell("late 0")
        assert await get(channel, "", usi_attributes.ROUTE_TTL_MIN) == b"\x01\x68"

    Bench(1).run(play)


def test_before_it_is_running_nothing_can_be_asked():
    async def play(bench):
        bench.has_port = False
        await coop.sleep_ms(100)
        assert isinstance(await error_of(bench.driver.exchange(1, b"x")), PortError)
        assert isinstance(await error_of(bench.driver.table("routes")), PortError)
        assert bench.driver.state == ABSENT

    Bench(1).run(play)


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


def test_whatever_a_module_says_the_driver_goes_on():
    async def play(bench):
        await bench.with_members()
        chance = Prng(7)
        for _ in range(60):
            asking = coop.spawn(_any_error(bench.driver.statistics()))
            await coop.sleep_ms(1)
            for row in usi_commands.COMMANDS:
                if row.name != "booted" and not row.is_request:
                    octets = usi_commands.encode(row.name, _values(row, chance))
                    bench.line.said(usi.encode(octets))
            await coop.sleep_ms(300)
            await asking
        await bench.until(lambda: bench.driver.state == RUNNING, 1_000)
        await coop.sleep_ms(100_000)
        assert await bench.driver.exchange(1, b"x") == b"answer to x"

    Bench(2).run(play)


async def _any_error(coroutine):
    try:
        await coroutine
    except DcuError:
        pass


def _values(row, chance):
    """Anything that fits the row; a status that says that all is well, half of the time."""

    def octets():
        return bytes([int(256 * chance()) for _ in range(int(20 * chance()))])

    def number(bits):
        return int((1 << bits) * chance())

    values = {}
    for name, kind in row.fields:
        if kind in ("u8", "u16", "u32"):
            values[name] = number(int(kind[1:]))
        else:
            values[name] = ([], []) if kind == "hops" else octets()
        if kind == "eui":
            values[name] = bytes([number(8) for _ in range(8)])
    if "status" in values:
        values["status"] = 0 if chance() < 0.5 else 2 + number(7)
    if "command" in values:
        values["command"] = usi_commands.code("mac-get.request")
    return values
