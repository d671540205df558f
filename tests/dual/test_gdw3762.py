"""The driver of a 376.2 module against a simulated one: asking, rounds, losses, tables."""

from drivers.module_life import RUNNING
from hal import coop
from hal.errors import NoReply, PortError, Refused
from meter_sim.gdw3762_frame import PRM, UP, Frame, bcd, seal
from meter_sim.gdw3762_world import digits_of
from tests.dual.g3_bench import TRANSPORTS, error_of
from tests.dual.gdw3762_bench import Bench, eui
from wire import qgdw3762_units as units

CONCENTRATOR, MODULE, BOTH = 1, 2, 3
TRIES = (1,) * 6


def test_meters_are_asked_over_every_kind_of_line_whoever_drives():
    for transport in TRANSPORTS:
        for drive in (CONCENTRATOR, MODULE):
            Bench(5, transport, drive=drive).run(_ask_all)


async def _ask_all(bench):
    await bench.with_members()
    starts = bench.driver.starts
    for _ in range(2):
        for number in range(1, 6):
            payload = f"question {number}".encode()
            assert await bench.driver.exchange(number, payload, TRIES) == b"re " + payload
    assert bench.driver.state == RUNNING and bench.driver.starts == starts
    assert bench.ears.members == {eui(number): number for number in range(1, 6)}


def test_many_ask_at_once_and_each_gets_its_own_answer():
    async def play(bench):
        await bench.with_members()
        questions = [(number % 8 + 1, bytes([number]) * (10 + 9 * number)) for number in range(24)]
        answers = await coop.gather(*[bench.driver.exchange(*each) for each in questions])
        assert answers == [b"re " + payload for _, payload in questions]
        assert (await bench.driver.statistics())["busy"] == 0

    for drive in (CONCENTRATOR, MODULE):
        Bench(8, drive=drive).run(play)


def test_a_silent_meter_is_no_reply_and_the_module_is_not_blamed():
    async def play(bench):
        await bench.with_members()
        bench.tell("silent 2")
        bench.tell("off 3")
        began_ms = bench.clock.ticks_ms()
        for number in (2, 3):
            assert isinstance(await error_of(bench.driver.exchange(number, b"hello")), NoReply)
        assert bench.clock.ticks_ms() - began_ms < 60_000
        assert await bench.driver.exchange(1, b"x") == b"re x"
        assert (bench.driver.state, bench.driver.starts) == (RUNNING, 1)

    for drive in (CONCENTRATOR, MODULE):
        Bench(3, drive=drive).run(play)


def test_a_meter_that_takes_longer_than_the_module_waits_is_no_reply_and_late_is_late():
    async def play(bench):
        await bench.with_members()
        bench.world.node(1).reply_ms = 80_000
        assert isinstance(await error_of(bench.driver.exchange(1, b"one", (1,))), NoReply)
        bench.world.node(1).reply_ms = 50
        assert await bench.driver.exchange(1, b"two") == b"re two"
        bench.tell("late 70000")
        assert isinstance(await error_of(bench.driver.exchange(1, b"three", (1,))), PortError)
        bench.tell("late 0")

    Bench(1).run(play)


def test_lost_answers_cost_time_and_no_more():
    async def play(bench):
        await bench.with_members()
        bench.tell("lose-confirm 0.3")
        for number in range(10):
            payload = bytes([number]) * 20
            assert await bench.driver.exchange(1, payload, TRIES) == b"re " + payload
        bench.tell("lose-confirm 0")
        began_ms = bench.clock.ticks_ms()
        assert await bench.driver.exchange(1, b"x") == b"re x"
        assert bench.clock.ticks_ms() - began_ms < 2_000

    for drive in (CONCENTRATOR, MODULE):
        Bench(1, drive=drive).run(play)


def test_what_is_lost_on_the_line_is_said_again_once_it_is_known_how_long_a_meter_takes():
    heard = []

    def hear(asked, now_ms):
        heard.append(asked[1])
        return b"re " + asked[1]

    async def play(bench):
        await bench.with_members()
        for _ in range(8):
            await bench.driver.exchange(1, b"x")
        answer, lost = bench.world.module.answer, []
        bench.world.module.answer = lambda *words: lost.append(words)
        asking = coop.spawn(bench.driver.exchange(1, b"lost", (1,)))
        await coop.sleep_ms(2_000)
        bench.world.module.answer = answer
        began_ms = bench.clock.ticks_ms()
        assert await asking == b"re lost" and lost
        assert bench.clock.ticks_ms() - began_ms < 3_000

        heard.clear()
        bench.world.node(1).reply_ms = 20_000  # it is busy with it when it is asked again
        assert await bench.driver.exchange(1, b"slow", (1,)) == b"re slow"
        assert heard == [b"slow"]
        assert (await bench.driver.statistics())["busy"] == 0

    Bench(1, answer=hear, drive=CONCENTRATOR).run(play)


def test_a_busy_module_is_asked_again_and_a_meter_out_of_the_net_is_no_reply():
    async def play(bench):
        await bench.with_members()
        bench.tell("busy 3")
        assert await bench.driver.exchange(1, b"x") == b"re x"
        assert (await bench.driver.statistics())["busy"] == 3
        bench.tell("not-in-net 2")
        assert isinstance(await error_of(bench.driver.exchange(1, b"x")), NoReply)
        bench.tell("busy 99")
        assert isinstance(await error_of(bench.driver.exchange(1, b"x")), Refused)

    Bench(1, drive=BOTH).run(play)


def test_a_node_that_the_module_has_forgotten_is_given_to_it_again():
    async def play(bench):
        await bench.with_members()
        bench.tell("forget")
        assert await bench.driver.exchange(2, b"x") == b"re x"
        assert list(bench.world.module.nodes) == [digits_of(2)]
        await bench.until(lambda: len(bench.world.module.nodes) == 3, 200)

    Bench(3, drive=CONCENTRATOR).run(play)


def test_in_a_round_of_the_module_an_urgent_question_is_asked_at_once_if_it_can_be():
    async def play(bench, is_at_once):
        await bench.with_members()
        driver = bench.driver
        for number in range(1, 7):
            bench.world.node(number).reply_ms = 8_000
        asking = [coop.spawn(driver.exchange(number, b"slow", (1,))) for number in range(1, 6)]
        await coop.sleep_ms(5_000)
        bench.world.node(6).reply_ms = 50
        began_ms = bench.clock.ticks_ms()
        assert await driver.exchange(6, b"now", urgent=True) == b"re now"
        assert (bench.clock.ticks_ms() - began_ms < 3_000) == is_at_once
        for each in asking:
            assert await each == b"re slow"
        assert bench.clock.ticks_ms() - began_ms < 55_000

    for drive in (BOTH, MODULE):
        bench = Bench(6, drive=drive)
        bench.is_driven = False
        bench.run(lambda bench, drive=drive: play(bench, drive == BOTH))


def test_when_a_round_is_over_the_next_one_begins_at_once():
    async def play(bench):
        await bench.with_members()
        for _ in range(3):
            began_ms = bench.clock.ticks_ms()
            assert await bench.driver.exchange(1, b"x") == b"re x"
            assert bench.clock.ticks_ms() - began_ms < 2_000
            await coop.sleep_ms(20_000)
        assert (await bench.driver.statistics())["rounds"] == 3

    Bench(3, drive=MODULE).run(play)


def test_a_late_answer_is_not_taken_for_that_to_the_next_question():
    async def play(bench):
        await bench.with_members()
        channel = bench.driver._channel
        bench.tell("late 13000")
        assert isinstance(await error_of(channel.ask("node-count")), NoReply)
        bench.tell("late 0")
        bench.world.module.nodes["999"] = 0
        assert units.node_count(await channel.ask("node-count")) == 2
        assert channel.late

    Bench(1).run(play)


def test_what_the_module_says_twice_is_answered_twice_and_taken_once():
    async def play(bench):
        await bench.with_members()
        bench.world.module.round.restart = lambda: None
        asking = coop.spawn(bench.driver.exchange(1, b"x", (1,)))
        await coop.sleep_ms(1_000)
        asked = Frame(UP | PRM | 3, 77, None, 0x14, 1, b"\x01" + bcd(digits_of(1)) + b"\x01\x00")
        report = Frame(UP | PRM | 3, 78, None, 0x06, 2, b"\x01\x00\x00\x01\x00\x02hi")
        for frame in (asked, asked, report, report):
            bench.line.said(seal(frame))
            await coop.sleep_ms(500)
        assert await asking == b"hi"
        assert (await bench.driver.statistics())["late"] == 0

    Bench(1, drive=MODULE).run(play)


def test_a_module_that_asks_what_time_it_is_is_told_the_local_time():
    async def play(bench):
        await bench.with_members()
        told = []
        bench.world.module.tell(0x14, 2, b"", told.append)
        bench.world.module.tell(0x14, 3, b"", told.append)
        await coop.sleep_ms(1_000)
        assert told[0].data == b"\x00\x30\x12\x03\xa1\x25"
        assert (told[1].afn, told[1].fn, told[1].data) == (0x00, 2, bytes([units.UNSUPPORTED]))

    Bench(1).run(play)


def test_a_round_that_has_died_is_begun_again():
    async def play(bench):
        await bench.with_members()
        bench.world.node(1).reply_ms = 30_000
        asking = coop.spawn(bench.driver.exchange(1, b"x"))
        await coop.sleep_ms(2_000)
        bench.world.module.round.reset()  # and it says nothing of it
        bench.world.node(1).reply_ms = 50
        assert await asking == b"re x"

    Bench(1, drive=MODULE).run(play)
