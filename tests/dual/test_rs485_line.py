"""The RS485 bus beside questions and answers: another line for some, and what is said unasked."""

from drivers.hdlc_meter_link import HdlcMeterLink
from drivers.line import Line
from drivers.pushes import Pushes
from drivers.rs485 import Rs485Bus
from hal import coop
from tests.dual.scripted_port import ScriptedPort
from tests.virtual import VirtualClock, run_virtual
from wire import hdlc

METER = hdlc.server_address(1, 17)
CLIENT = hdlc.client_address(16)
ASK = hdlc.encode(hdlc.Frame(METER, CLIENT, hdlc.SNRM, b"", False))
ANSWER = hdlc.encode(hdlc.Frame(CLIENT, METER, hdlc.UA, b"", False))
SLOW = Line(300, "E", 7, octet_ms=1500)


def ui(information, control=hdlc.UI, destination=CLIENT):
    return hdlc.encode(hdlc.Frame(destination, METER, control, information, False))


PUSH = ui(b"\xe6\xe7\x00\x0fpush")


def record_of(address):
    return address if address == METER else None


class Bench:
    def __init__(self, *answers):
        self.clock = VirtualClock()
        self.port = ScriptedPort(self.clock, answers)
        self.pushed = []
        pushes = Pushes(record_of, lambda address, apdu: self.pushed.append((address, apdu)))
        self.bus = Rs485Bus("rs485-1", lambda: self.port, self.clock, aside=pushes)

    async def ask(self, line=None):
        return await self.bus.exchange(ASK, hdlc.Deframer, is_ua, line=line)


def is_ua(frame):
    return frame if frame.control == hdlc.UA else None


def test_one_exchange_may_go_on_another_line_and_the_next_goes_on_the_usual_one():
    bench = Bench([(50, ANSWER)], [(50, ANSWER)], [(50, ANSWER)], [(50, ANSWER)])

    async def talk():
        for line in (None, SLOW, SLOW, None):
            assert await bench.ask(line)

    run_virtual(talk())
    assert bench.port.set_to == [(300, "E", 7), (9600, "N", 8)]


def test_a_port_that_is_opened_again_is_on_the_usual_line():
    bench = Bench([(50, ANSWER)], [(50, ANSWER)])

    async def talk():
        await bench.ask(SLOW)
        bench.bus.close()
        assert await bench.ask()

    run_virtual(talk())
    assert bench.port.set_to == [(300, "E", 7)]


def test_a_slow_line_may_pause_longer_within_a_message():
    for line, is_heard in ((None, False), (SLOW, True)):
        bench = Bench([(50, ANSWER[:4]), (1500, ANSWER[4:])])
        assert (run_virtual(bench.ask(line)) is not None) == is_heard


def test_at_a_low_rate_a_uart_may_hold_back_what_it_has():
    slow = Line(300)
    held_ms = slow.wire_ms(32)
    for line, gap_ms, is_heard in (
        (Line(9600), 99, True),
        (Line(9600), 101, False),
        (slow, held_ms - 1, True),
        (slow, held_ms + 1, False),
    ):
        first_ms = 999 + (gap_ms - 100 if line == slow else 0)
        bench = Bench([(first_ms, ANSWER[:4]), (first_ms + gap_ms, ANSWER[4:])])
        assert (run_virtual(bench.ask(line)) is not None) == is_heard, gap_ms


def test_a_line_knows_how_long_octets_take():
    assert Line().wire_ms(96) == 100
    assert Line(300, "E", 7).wire_ms(6) == 200
    assert Line(1200, "O", 8).wire_ms(12) == 110


def test_nobody_talks_between_exchanges_that_go_in_a_row():
    bench = Bench([(400, ANSWER)], [(400, ANSWER)], [(10, ANSWER)])

    async def row(ask):
        await ask(ASK + b"1", hdlc.Deframer, is_ua)
        await coop.sleep_ms(100)
        return await ask(ASK + b"2", hdlc.Deframer, is_ua)

    async def talk():
        first = coop.spawn(bench.bus.in_a_row(row))
        await coop.sleep_ms(50)
        await bench.bus.exchange(ASK + b"3", hdlc.Deframer, is_ua, urgent=True)
        return await first

    assert run_virtual(talk()).control == hdlc.UA
    assert [octets[-1:] for octets in bench.port.written] == [b"1", b"2", b"3"]


def test_a_push_in_the_midst_of_an_exchange_is_handed_on_and_the_answer_still_heard():
    for place in (PUSH + ANSWER, ui(b"\xe6\xe7\x00\x0fpush", 0x03, b"\xff") + ANSWER):
        bench = Bench([(50, place)])
        assert run_virtual(bench.ask()).control == hdlc.UA
        assert bench.pushed == [(METER, b"\x0fpush")]


def test_a_push_of_the_meter_that_is_being_asked_is_handed_on_too():
    bench = Bench([(50, PUSH), (90, ANSWER)])
    run_virtual(HdlcMeterLink(bench.bus, 17).connect())
    assert bench.pushed == [(METER, b"\x0fpush")]
    assert len(bench.port.written) == 1


def test_a_push_between_exchanges_is_handed_on():
    bench = Bench([(50, ANSWER)])
    bench.port.arrives(10, PUSH[:5])
    bench.port.arrives(20, PUSH[5:] + b"noise")

    async def talk():
        await coop.sleep_ms(30)
        return await bench.ask()

    assert run_virtual(talk()).control == hdlc.UA
    assert bench.pushed == [(METER, b"\x0fpush")]


def test_a_push_to_an_idle_bus_is_heard_within_a_second_or_so():
    bench = Bench()

    async def talk():
        keeping = coop.spawn(bench.bus.keep_open())
        bench.port.arrives(5_000, PUSH)
        bench.port.arrives(5_010, PUSH[:-1] + b"x")  # damaged
        bench.port.arrives(5_020, PUSH)
        await coop.sleep_ms(6_500)
        await coop.stop(keeping)

    run_virtual(talk())
    assert bench.pushed == [(METER, b"\x0fpush")] * 2


def test_what_is_no_push_is_not_handed_on():
    for octets in (ANSWER, ui(b""), ui(b"\xe6\xe7\x00"), ui(b"\xe6\xe6\x00\xc0")):
        bench = Bench([(50, octets)])
        run_virtual(bench.ask())
        assert bench.pushed == []
