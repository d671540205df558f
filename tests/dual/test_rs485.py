"""The RS485 bus on a scripted port, in virtual time: what is taken for an answer, and when."""

from drivers.rs485 import MORE, Rs485Bus
from hal import coop
from hal.errors import PortError
from tests.dual.scripted_port import ScriptedPort
from tests.virtual import VirtualClock, run_virtual
from wire import hdlc

METER = hdlc.server_address(1, 17)
OTHER = hdlc.server_address(1, 18)
CLIENT = hdlc.client_address(16)
ASK = hdlc.encode(hdlc.Frame(METER, CLIENT, hdlc.SNRM, b"", False))
ANSWER = hdlc.encode(hdlc.Frame(CLIENT, METER, hdlc.UA, b"", False))
STRANGER = hdlc.encode(hdlc.Frame(CLIENT, OTHER, hdlc.UA, b"", False))


def of_meter(frame):
    return frame if frame.source == METER else None


def ask(bus, urgent=False, accept=of_meter):
    return bus.exchange(ASK, hdlc.Deframer, accept, urgent)


def heard(*chunks, before=(), accept=of_meter):
    """(what one exchange gives, ms it took, the bus) when `chunks` come after our question."""

    async def talk():
        clock = VirtualClock()
        port = ScriptedPort(clock, [chunks])
        for after_ms, octets in before:
            port.arrives(after_ms, octets)
        bus = Rs485Bus("rs485-1", lambda: port, clock)
        outcome = await ask(bus, accept=accept)
        return outcome, clock.ticks_ms() - port.written_ms[0], bus

    return run_virtual(talk())


def test_an_answer_is_taken_as_soon_as_it_is_whole():
    frame, took_ms, bus = heard((50, ANSWER))
    assert frame.control == hdlc.UA and took_ms == 50
    assert (bus.sent, bus.received, bus.timeouts) == (len(ASK), len(ANSWER), 0)


def test_an_answer_may_come_octet_by_octet():
    chunks = [(50 + n, ANSWER[n : n + 1]) for n in range(len(ANSWER))]
    assert heard(*chunks)[0].control == hdlc.UA


def test_silence_ends_at_the_reply_time():
    frame, took_ms, bus = heard()
    assert frame is None and took_ms == 1000 and bus.timeouts == 1


def test_an_answer_in_the_last_millisecond_is_taken_and_one_after_it_is_not():
    assert heard((999, ANSWER))[0]
    assert heard((1001, ANSWER))[0] is None


def test_a_long_answer_that_began_in_time_is_heard_to_its_end():
    whole = hdlc.encode(hdlc.Frame(CLIENT, METER, hdlc.UA, bytes(1500), False))
    chunks = [(900 + n, whole[n : n + 50]) for n in range(0, len(whole), 50)]
    assert heard(*chunks)[0].information == bytes(1500)


def test_noise_before_the_answer_is_skipped():
    assert heard((10, b"\x00\x7e\xa0\x08bad"), (20, ANSWER))[0]
    assert heard((10, b"\xff\xff" + ANSWER))[0]


def test_noise_is_skipped_till_the_reply_time_only():
    frame, took_ms, _ = heard(*[(n * 90, b"\x55" * 9) for n in range(11)])
    assert frame is None and 1000 <= took_ms <= 1100


def test_a_line_that_babbles_for_ever_ends_the_exchange_all_the_same():
    chunks = [(n * 50, b"\x55" * 48) for n in range(1000)]
    frame, took_ms, bus = heard(*chunks)
    assert frame is None and took_ms <= 1000 + bus.wire_ms(4096) + 100


def test_a_part_of_an_answer_is_waited_on_and_not_strange():
    parts = []

    def accept(frame):
        parts.append(frame)
        return MORE if len(parts) < 3 else frame

    chunks = [(20 + 90 * n, ANSWER) for n in range(3)]
    frame, took_ms, bus = heard(*chunks, accept=accept)
    assert frame is parts[2] and took_ms == 200 and bus.strange == 0


def test_a_damaged_answer_is_not_taken():
    for at in range(1, len(ANSWER) - 1):
        broken = ANSWER[:at] + bytes([ANSWER[at] ^ 0x10]) + ANSWER[at + 1 :]
        assert heard((20, broken))[0] is None, at


def test_a_frame_that_was_cut_does_not_swallow_the_one_after_the_silence():
    long = hdlc.encode(hdlc.Frame(CLIENT, METER, hdlc.UA, bytes(500), False))
    for cut in (6, 20, 100):
        assert heard((20, long[:cut]), (400, ANSWER))[0].information == b"", cut


def test_another_meters_answer_is_not_taken():
    frame, _, bus = heard((20, STRANGER), (60, ANSWER))
    assert frame.source == METER and bus.strange == 1


def test_the_echo_of_our_own_octets_is_not_taken():
    assert heard((0, ASK), (30, ANSWER))[0].source == METER
    assert heard((0, ASK))[0] is None


def test_what_came_before_we_asked_is_thrown_away():
    frame, _, bus = heard(before=[(0, ANSWER)])
    assert frame is None and bus.stale == len(ANSWER)


def test_a_line_that_babbles_before_we_ask_is_not_waited_for():
    _, _, bus = heard((30, ANSWER), before=[(0, b"\x55" * 256)] * 100)
    assert bus.stale == 16 * 256 and bus.exchanges == 1


def test_we_keep_quiet_between_the_last_octet_and_our_next():
    async def talk():
        clock = VirtualClock()
        port = ScriptedPort(clock, [[(30, ANSWER)], [(30, ANSWER)]])
        bus = Rs485Bus("rs485-1", lambda: port, clock, quiet_ms=7)
        await ask(bus)
        await ask(bus)
        return port.written_ms

    first_ms, second_ms = run_virtual(talk())
    assert second_ms - first_ms == 30 + 7


def test_one_talks_at_a_time_and_the_urgent_goes_first():
    order = []

    async def one(bus, name, urgent):
        await ask(bus, urgent)
        order.append(name)

    async def talk():
        clock = VirtualClock()
        port = ScriptedPort(clock, [[(30, ANSWER)]] * 4)
        bus = Rs485Bus("rs485-1", lambda: port, clock)
        jobs = [one(bus, "first", False), one(bus, "second", False), one(bus, "third", False)]
        await coop.gather(*jobs, one(bus, "urgent", True))
        return port.written_ms

    written_ms = run_virtual(talk())
    assert order == ["first", "urgent", "second", "third"]
    for before, after in zip(written_ms, written_ms[1:]):
        assert after - before >= 30


def test_an_asker_that_is_cancelled_leaves_the_bus_to_the_others():
    async def talk():
        clock = VirtualClock()
        port = ScriptedPort(clock, [[(30, ANSWER)]] * 3)
        bus = Rs485Bus("rs485-1", lambda: port, clock)
        holder = coop.spawn(ask(bus))
        waiter = coop.spawn(ask(bus))
        last = coop.spawn(ask(bus))
        await coop.sleep_ms(5)
        waiter.cancel()
        await holder
        return await coop.within_ms(1000, last)

    assert run_virtual(talk()).source == METER


class Flaky:
    """A device that is there, or is not."""

    def __init__(self, clock):
        self.clock = clock
        self.is_there = True
        self.opened = []
        self.port = None

    def open(self):
        self.opened.append(self.clock.ticks_ms())
        if not self.is_there:
            raise PortError("/dev/ttyUSB9: no such device")
        self.port = ScriptedPort(self.clock, [[(30, ANSWER)]] * 9)
        return self.port

    def unplug(self):
        self.is_there = False
        self.port.is_broken = True


def test_a_lost_port_is_told_once_and_tried_again_at_growing_intervals():
    told = []

    async def talk():
        clock = VirtualClock()
        device = Flaky(clock)
        report = lambda is_lost, text: told.append((is_lost, text))  # noqa: E731
        bus = Rs485Bus("rs485-1", device.open, clock, report=report)
        keeper = coop.spawn(bus.keep_open())
        assert await ask(bus)
        device.unplug()
        port = device.port
        failures = 0
        for _ in range(20):
            try:
                await ask(bus)
            except PortError:
                failures += 1
            await coop.sleep_ms(10_000)
        tries = len(device.opened)
        device.is_there = True
        await coop.sleep_ms(61_000)
        assert await ask(bus)
        keeper.cancel()
        return failures, tries, port.is_open, bus.status()

    failures, tries, is_open, status = run_virtual(talk())
    assert failures == 20 and 5 <= tries <= 11 and not is_open
    assert [is_lost for is_lost, _ in told] == [True, False]
    assert "no such device" in told[0][1] and told[0][1].startswith("rs485-1")
    assert status["losses"] == 1 and status["trouble"] is None and status["open"]


def test_a_device_that_is_not_there_at_start_is_told_and_fails_at_once():
    told = []

    async def talk():
        clock = VirtualClock()
        device = Flaky(clock)
        device.is_there = False
        report = lambda is_lost, text: told.append(is_lost)  # noqa: E731
        bus = Rs485Bus("rs485-1", device.open, clock, report=report)
        began_ms = clock.ticks_ms()
        for _ in range(5):
            try:
                await ask(bus)
                assert False
            except PortError as error:
                assert "ttyUSB9" in str(error)
        return clock.ticks_ms() - began_ms, len(device.opened)

    assert run_virtual(talk()) == (0, 1)
    assert told == [True]


def test_wire_time_is_counted_from_the_octets():
    _, _, bus = heard((50, ANSWER))
    octets = len(ASK) + len(ANSWER)
    assert bus.status()["wire_ms"] == octets * 10 * 1000 // 9600


def test_a_tap_hears_what_is_sent_and_what_is_answered():
    taken = []

    async def talk():
        clock = VirtualClock()
        port = ScriptedPort(clock, [((50, ANSWER[:3]), (60, ANSWER[3:]))])
        bus = Rs485Bus("rs485-1", lambda: port, clock)
        bus.tap = lambda is_sent, octets: taken.append((is_sent, bytes(octets)))
        await ask(bus)

    run_virtual(talk())
    assert taken == [(True, ASK), (False, ANSWER[:3]), (False, ANSWER[3:])]
