"""The entry of IEC 62056-21: its lines as octets, and a driver that is called into HDLC."""

from drivers import mode_e as driver
from drivers.hdlc_meter_link import HdlcMeterLink
from drivers.rs485 import Rs485Bus
from hal import coop
from hal.errors import NoReply, WireError
from tests.dual.codec_checks import asserts, outcomes
from tests.dual.hdlc_bench import FIRST, SECOND, echo, error_of
from tests.dual.hdlc_peers import Peers
from tests.virtual import VirtualClock, run_virtual
from wire import hdlc, mode_e

CALL = b"/?!\r\n"
IDENTIFIED = b"/SIM5\\2OPENDCU17\r\n"
ACKNOWLEDGED = b"\x06252\r\n"


def heard(octets):
    return outcomes(mode_e.Deframer(), octets)


def test_the_lines_of_the_standard_are_written():
    assert mode_e.call() == CALL
    assert mode_e.call("00 12ab") == b"/?00 12ab!\r\n"
    assert mode_e.acknowledgement("5") == ACKNOWLEDGED
    assert mode_e.call("1" * 32) and asserts(mode_e.call, "1" * 33)
    for wrong in ("a!", "a\r", "ä", "/?"):
        assert asserts(mode_e.call, wrong) and not mode_e.is_address(wrong)
    assert asserts(mode_e.acknowledgement, "7")


def test_the_lines_of_the_standard_are_read():
    for octets, value in (
        (IDENTIFIED, mode_e.Identification("SIM", "5", True, "\\2OPENDCU17")),
        (b"/GRX512345678\r\n", mode_e.Identification("GRX", "5", False, "12345678")),
        (b"/LGz4\r\n", mode_e.Identification("LGz", "4", False, "")),
        (b"/ISkA\\W\\2x\r\n", mode_e.Identification("ISk", "A", True, "\\W\\2x")),
        (ACKNOWLEDGED, mode_e.Acknowledgement("5")),
        (CALL, mode_e.Call("")),
        (b"/?17!\r\n", mode_e.Call("17")),
    ):
        assert heard(octets) == [value]
        assert heard(b"\x00\xffnoise" + octets + b"\x7e" + octets) == [value, value]
        deframer = mode_e.Deframer()
        found = []
        for octet in octets:
            deframer.feed(bytes([octet]))
            found.append(deframer.next_frame())
        assert found == [None] * (len(octets) - 1) + [value]


def test_lines_that_are_none_of_these_are_damage():
    for octets in (
        b"/\r\n",
        b"/SI\r\n",
        b"/S1M5x\r\n",
        b"/SIM5\x01\r\n",
        b"/SIM5\xe4\r\n",
        b"\x06252x\r\n",
        b"\x06050\r\n",
        b"\x06272\r\n",
        b"\x06\r\n",
        b"/SIM5" + b"x" * 60 + b"\r\n",
    ):
        assert heard(octets) == ["damaged"], octets
        assert heard(octets + ACKNOWLEDGED)[-1] == mode_e.Acknowledgement("5")
    assert heard(b"/SIM5" + b"x" * 57 + b"\r\n")[0].maker == "SIM"


class ModePeers(Peers):
    """HDLC servers of which the first is called by mode E; at another rate it hears nothing.

    identification, acknowledges   what it says; b"" for nothing
    echoes                         the adapter lets us hear what we say
    """

    def __init__(self, clock):
        super().__init__(clock, (FIRST, SECOND), echo)
        self.identification, self.acknowledgement = IDENTIFIED, ACKNOWLEDGED
        self.echoes = False
        self.line = (9600, "N", 8)
        self.entered = False
        self.damages = 0
        self.spoil = self._hears_no_hdlc

    def settings(self, baud, parity="N", databits=8):
        super().settings(baud, parity, databits)
        self.line = (baud, parity, databits)

    def _hears_no_hdlc(self, data):
        if data[:1] != b"\x7e":
            return True
        self.damages += self.line != (9600, "N", 8)
        return data[3:5] == FIRST and not self.entered

    async def write(self, data):
        if self.echoes:
            self.arrives(1, bytes(data))
        await super().write(data)
        if self.line != (300, "E", 7):
            return
        if data == CALL and self.identification:
            self.arrives(700, self.identification[:9])
            self.arrives(1100, self.identification[9:])
        if data[:1] == b"\x06":
            self.entered = data == ACKNOWLEDGED
            if self.acknowledgement:
                self.arrives(400, self.acknowledgement)


class Bench:
    def __init__(self):
        self.clock = VirtualClock()
        self.port = ModePeers(self.clock)
        self.bus = Rs485Bus("rs485-1", lambda: self.port, self.clock)

    def link(self, address=17, **options):
        return HdlcMeterLink(self.bus, address, **options)

    def meets(self, called=""):
        async def talk():
            link = self.link(called=called)
            await link.connect()
            assert await link.request(b"\xc0ask") == FIRST + b"\xc0ask"
            await link.disconnect()

        run_virtual(talk())
        assert self.port.damages == 0
        return self.port.written


def test_a_meter_is_called_at_300_bit_s_and_read_at_the_rate_that_it_offers():
    bench = Bench()
    assert bench.meets()[:2] == [CALL, ACKNOWLEDGED]
    assert bench.port.set_to == [(300, "E", 7), (9600, "N", 8)]
    assert bench.bus.retries == 0


def test_a_meter_that_does_not_announce_mode_e_is_taken_into_it_all_the_same():
    bench = Bench()
    bench.port.identification = b"/GRX512345678\r\n"
    assert bench.meets()[1] == ACKNOWLEDGED


def test_a_meter_that_changes_the_rate_without_a_word_is_followed():
    bench = Bench()
    bench.port.acknowledgement = b""
    bench.meets()


def test_behind_an_adapter_that_echoes_the_meters_own_acknowledgement_is_waited_for():
    for acknowledgement in (ACKNOWLEDGED, b""):
        bench = Bench()
        bench.port.echoes = True
        bench.port.acknowledgement = acknowledgement
        bench.meets()
        changed_ms = bench.port.written_ms[2] - bench.port.written_ms[1]
        assert changed_ms >= 700, "the meter's acknowledgement comes after 400, and 300 to change"


def test_a_call_that_is_lost_is_repeated_and_silence_is_told_in_bounded_time():
    bench = Bench()
    bench.port.identification = b""

    async def talk():
        began_ms = bench.clock.ticks_ms()
        error = await error_of(bench.link(called="").connect())
        assert isinstance(error, NoReply) and "300 bit/s" in str(error), error
        assert bench.clock.ticks_ms() - began_ms < 3 * 2_600

    run_virtual(talk())
    assert bench.port.written == [CALL] * 3


def test_a_line_that_babbles_at_300_bit_s_does_not_hold_the_bus():
    bench = Bench()
    bench.port.identification = b""
    for at_ms in range(100, 60_000, 100):
        bench.port.arrives(at_ms, b"///")

    async def talk():
        began_ms = bench.clock.ticks_ms()
        assert await driver.enter(bench.bus, "meter") is None
        assert bench.clock.ticks_ms() - began_ms < 8_000

    run_virtual(talk())


def test_a_meter_that_offers_no_rate_of_mode_e_is_told_so():
    bench = Bench()
    bench.port.identification = b"/SIMA\\2x\r\n"
    error = run_virtual(error_of(bench.link(called="").connect()))
    assert isinstance(error, WireError) and "no rate" in str(error)


def test_other_meters_of_the_bus_are_talked_to_at_its_own_rate_before_between_and_after():
    bench = Bench()

    async def other():
        link = bench.link(18)
        await link.connect()
        for _ in range(30):
            assert await link.request(b"\xc0ask") == SECOND + b"\xc0ask"
            await coop.sleep_ms(50)
        await link.disconnect()

    async def talk():
        reading = coop.spawn(other())
        link = bench.link(called="")
        await link.connect()
        for _ in range(5):
            assert await link.request(b"\xc0ask") == FIRST + b"\xc0ask"
            await coop.sleep_ms(20)
        await link.disconnect()
        await reading

    run_virtual(talk())
    assert bench.port.damages == 0 and bench.bus.retries == 0
    written = bench.port.written
    assert written[written.index(CALL) + 1] == ACKNOWLEDGED, "nobody talks between"


def test_a_meter_that_is_still_in_hdlc_is_found_there():
    bench = Bench()

    async def talk():
        link = bench.link(called="")
        await link.connect()
        await link.disconnect(is_silent=True)
        bench.port.identification = b""  # it does not listen at 300 bit/s
        await link.connect()
        assert await link.request(b"\xc0ask") == FIRST + b"\xc0ask"

    run_virtual(talk())


def test_the_frames_that_are_sent_are_those_of_hdlc():
    bench = Bench()
    frames = outcomes(hdlc.Deframer(), b"".join(bench.meets()[2:]))
    assert [hdlc.kind(frame.control) for frame in frames][0] == hdlc.SNRM
