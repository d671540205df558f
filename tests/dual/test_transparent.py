"""Transparent access through the gateway header, with meters of cardboard and in virtual time."""

from dcu.archive import Archive
from dcu.archive_row import Meter
from dcu.transparent import CLIENT_MAX, IDLE_MS, LOGICAL_MAX, SESSIONS_MAX, Transparent
from hal import coop
from hal.errors import NoReply, Refused, WireError
from tests.kept import Kept
from tests.part import Part
from tests.virtual import VirtualClock, run_virtual
from wire import gateway, wrapper

AARQ, GET, RLRQ = b"\x60\x00", b"\xc0\x01\xc1", b"\x62\x00"
NOT_POSSIBLE, OTHER_REASON = b"\xd8\x01\x01", b"\xd8\x01\x03"


class CardboardMeter:
    """Answers an APDU by the same in capitals of the trade: the tag, then what it is called."""

    def __init__(self, name, log):
        self.name = name
        self.log = log
        self.fails = None
        self.takes_ms = 10
        self.closes_ms = 0

    async def connect(self, urgent):
        assert urgent
        self.log.append("connect")
        if self.fails:
            raise self.fails

    async def exchange_apdu(self, apdu):
        self.log.append("apdu")
        await coop.sleep_ms(self.takes_ms)
        if self.fails:
            raise self.fails
        return b"answer to " + apdu

    async def close(self):
        await coop.sleep_ms(self.closes_ms)
        self.log.append("close")


class WatchedPart:
    """`longest_ms` is how long it was not seen."""

    def __init__(self):
        self.clock = VirtualClock()
        self.seen_ms = self.longest_ms = 0

    def alive(self):
        now_ms = self.clock.ticks_ms()
        self.longest_ms = max(self.longest_ms, now_ms - self.seen_ms)
        self.seen_ms = now_ms


class Bench:
    def __init__(self, meters=2):
        self.archive = Archive(Kept())
        for mp in range(1, meters + 1):
            self.archive.add(Meter({"mp": str(mp), "address": str(16 + mp)}))
        self.log = []
        self.opened = []
        self.meters = {}
        self.said = []
        self.transparent = Transparent(
            self.archive, self.open_meter, VirtualClock(), lambda *words: self.said.append(words)
        )

    def open_meter(self, record, client, logical):
        self.opened.append((record.mp, client, logical))
        name = f"MP {record.mp}"
        return self.meters.get(record.mp) or CardboardMeter(name, self.log)

    async def ask(self, apdu, address=b"17", network=1, client=1, logical=1, peer="HES"):
        payload = gateway.encode(gateway.Gateway(True, network, address, apdu))
        answer = await self.transparent.serve(wrapper.Wrapper(client, logical, payload), peer)
        got = gateway.decode(answer)
        assert (got.is_request, got.network, got.address) == (False, network, address)
        return got.apdu


def run(scene, **options):
    bench = Bench(**options)
    run_virtual(scene(bench))
    return bench


def test_an_association_opens_a_fresh_link_and_its_release_lets_the_meter_go():
    async def scene(bench):
        for apdu in (AARQ, GET, RLRQ):
            assert await bench.ask(apdu) == b"answer to " + apdu

    bench = run(scene)
    assert bench.log == ["connect", "apdu", "apdu", "apdu", "close"]
    assert bench.opened == [(1, 1, 1)]


def test_a_second_association_closes_the_first():
    async def scene(bench):
        await bench.ask(AARQ)
        await bench.ask(AARQ)

    assert run(scene).log == ["connect", "apdu", "close", "connect", "apdu"]


def test_the_session_of_one_peer_is_never_that_of_another():
    async def scene(bench):
        await bench.ask(AARQ, peer="HES")
        await bench.ask(GET, peer="10.0.0.1:5000")
        await bench.ask(RLRQ, peer="HES")
        await bench.ask(GET, peer="10.0.0.1:5000")

    log = ["connect", "apdu", "connect", "apdu", "apdu", "close", "apdu"]
    assert run(scene).log == log


def test_the_wports_are_the_saps_towards_the_meter():
    async def scene(bench):
        await bench.ask(AARQ, b"18", 1, 16, 2)

    assert run(scene).opened == [(2, 16, 2)]


def test_wports_that_hdlc_cannot_carry_are_refused_and_those_at_the_edge_are_not():
    async def scene(bench):
        for client, logical in ((1, 1), (CLIENT_MAX, LOGICAL_MAX)):
            assert await bench.ask(AARQ, b"18", 1, client, logical) == b"answer to " + AARQ
        for client, logical in ((0, 1), (CLIENT_MAX + 1, 1), (1, 0), (1, LOGICAL_MAX + 1)):
            assert await bench.ask(AARQ, b"18", 1, client, logical) == NOT_POSSIBLE

    run(scene)


def test_an_unknown_meter_or_channel_is_told_at_once():
    async def scene(bench):
        for address, network in ((b"99", 1), (b"17", 2), (b"17", 0), (b"x7", 1), (b"", 1)):
            assert await bench.ask(AARQ, address, network) == NOT_POSSIBLE, (address, network)

    assert run(scene).log == []


def test_a_silent_meter_is_told_and_let_go():
    async def scene(bench):
        meter = bench.meters[1] = CardboardMeter("MP 1", bench.log)
        for error in (NoReply("silent"), WireError("nonsense")):
            meter.fails = error
            assert await bench.ask(AARQ) == OTHER_REASON
            meter.fails = None
            await bench.ask(AARQ)
            meter.fails = error
            assert await bench.ask(GET) == OTHER_REASON
            assert bench.log[-1] == "close"

    run(scene)


def test_a_meter_in_use_is_told():
    async def scene(bench):
        meter = bench.meters[1] = CardboardMeter("MP 1", bench.log)
        meter.fails = Refused("in use")
        assert await bench.ask(AARQ) == NOT_POSSIBLE

    run(scene)


def test_a_forgotten_session_is_closed_after_the_idle_time_and_not_before():
    async def scene(bench):
        watch = coop.spawn(bench.transparent.close_idle(Part()))
        await bench.ask(AARQ)
        await coop.sleep_ms(IDLE_MS - 2_000)
        assert "close" not in bench.log
        await bench.ask(GET)
        await coop.sleep_ms(IDLE_MS - 2_000)
        assert "close" not in bench.log
        await coop.sleep_ms(5_000)
        assert bench.log[-1] == "close"
        await coop.stop(watch)

    run(scene)


def test_while_slow_meters_are_closed_the_part_is_seen_after_each():
    async def scene(bench):
        for mp in range(1, SESSIONS_MAX + 1):
            bench.meters[mp] = CardboardMeter("slow", bench.log)
            bench.meters[mp].closes_ms = 30_000
            await bench.ask(AARQ, b"%d" % (16 + mp))
        await coop.sleep_ms(IDLE_MS + 1_000)
        part = WatchedPart()
        watch = coop.spawn(bench.transparent.close_idle(part))
        await coop.sleep_ms(SESSIONS_MAX * 30_000 + 5_000)
        assert bench.log.count("close") == SESSIONS_MAX
        assert part.longest_ms == 30_000
        await coop.stop(watch)

    run(scene, meters=SESSIONS_MAX)


def test_a_second_request_before_the_answer_is_refused_and_the_first_is_answered():
    async def scene(bench):
        await bench.ask(AARQ)
        first = coop.spawn(bench.ask(GET))
        await coop.sleep_ms(1)
        assert await bench.ask(GET) == NOT_POSSIBLE
        assert await first == b"answer to " + GET

    run(scene)


def test_a_request_that_is_refused_leaves_the_session_of_the_one_under_way():
    async def scene(bench):
        await bench.ask(AARQ)
        first = coop.spawn(bench.ask(GET))
        await coop.sleep_ms(1)
        for apdu in (GET, AARQ, RLRQ):
            assert await bench.ask(apdu) == NOT_POSSIBLE
        assert await first == b"answer to " + GET
        assert await bench.ask(GET) == b"answer to " + GET

    assert run(scene).log == ["connect", "apdu", "apdu", "apdu"]


def test_a_request_whose_asker_has_gone_lets_go_of_the_meter():
    async def scene(bench):
        await bench.ask(AARQ)
        gone = coop.spawn(bench.ask(GET))
        await coop.sleep_ms(1)
        await coop.stop(gone)
        assert bench.log == ["connect", "apdu", "apdu", "close"]
        assert await bench.ask(AARQ) == b"answer to " + AARQ

    run(scene)


def test_as_many_meters_as_the_limit_says_and_not_one_more():
    async def scene(bench):
        for number in range(SESSIONS_MAX):
            assert await bench.ask(AARQ, b"%d" % (17 + number)) == b"answer to " + AARQ
        assert await bench.ask(AARQ, b"%d" % (17 + SESSIONS_MAX)) == NOT_POSSIBLE
        await bench.ask(RLRQ)
        assert await bench.ask(AARQ, b"%d" % (17 + SESSIONS_MAX)) == b"answer to " + AARQ

    run(scene, meters=SESSIONS_MAX + 1)


def test_a_damaged_header_is_dropped_and_its_octets_are_not_logged():
    async def scene(bench):
        frame = wrapper.Wrapper(1, 1, b"\xe6\x01\x08secret")
        assert await bench.transparent.serve(frame, "HES") is None

    (told,) = run(scene).said
    assert "damaged" in told[1] and b"secret".hex() not in told[1]
