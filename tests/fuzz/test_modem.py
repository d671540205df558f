"""Whatever a module says, the driver ends in bounded time: with an answer, or a DcuError."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.modem_dialects import DIALECTS, EVERY_NOTICE
from hal.errors import DcuError
from tests.dual.modem_bench import HES, Bench
from tests.dual.modem_town import echo
from tests.fuzz.octets import damaged, quickly
from tests.meter_sim.test_modem import SESSIONS
from wire import at

ONLINE_MS_MAX = 3_600_000
CALL_MS_MAX = 1_000_000


def _said():
    """All that modules say on file, and lines of which each is enough to go on."""
    lines = [b"OK", b"+CPIN: READY", b"+CREG: 0,1", b"SHUT OK", b"> ", b"EC25", b"SIM800", b"RDY"]
    lines += [b'+QIURC: "incoming",%d,11,"1.2.3.4",5' % n for n in (0, 3, 12, 99)]
    lines += [b"+QIRD: 5", b"+QIRD: 2048", b"+CIPRXGET: 2,0,9,9", b'+QIACT: 1,1,1,"1.2.3.4"']
    for path in sorted(SESSIONS.glob("*.txt")):
        texts = path.read_text().splitlines()
        lines += [text[2:].encode() for text in texts if text[:2] == "< "]
    return [b"\r\n" + line + b"\r\n" for line in lines]


SAID = _said()
GOOD = st.lists(st.sampled_from(SAID), min_size=1, max_size=5).map(b"".join)


@given(octets=st.lists(damaged(SAID), max_size=6).map(b"".join), size=st.integers(1, 40))
def test_pieces_do_not_matter_to_the_dialogue(octets, size):
    for dialect in DIALECTS.values():
        found = []
        for piece in (len(octets) or 1, size):
            dialogue, events = at.Dialogue(EVERY_NOTICE, dialect.counted), []
            for begin in range(0, len(octets), piece):
                for small in range(begin, min(begin + piece, len(octets)), 500):
                    dialogue.feed(octets[small : min(small + 500, begin + piece)])
                    quickly(_take_all, dialogue, events)
            found.append(events)
        assert found[0] == found[1]


def _take_all(dialogue, events):
    while True:
        try:
            event = dialogue.next_event()
        except at.WireError:
            continue  # where a line that is too long is noticed, depends on the pieces
        if event is None:
            return
        events.append(event)


@given(
    lines=st.lists(st.one_of(GOOD, damaged(SAID)), min_size=1, max_size=6),
    gaps=st.lists(st.integers(0, 30), min_size=1, max_size=6),
    in_stead=st.booleans(),
    dialect=st.sampled_from(sorted(DIALECTS)),
)
def test_the_driver_ends_whatever_the_module_says(lines, gaps, in_stead, dialect):
    """Among what a good module says, or in its stead."""
    bench = Bench(dialect)
    said, count = bench.port.said, [0, 0]

    def spoilt(octets):
        count[0] += 1
        is_spoilt = count[0] > gaps[count[1] % len(gaps)]
        if is_spoilt:
            said(lines[count[1] % len(lines)])
            count[:] = [0, count[1] + 1]
        if not (is_spoilt and in_stead):
            said(octets)

    bench.module._out = spoilt
    bench.town.hosts[HES[1]] = echo
    bench.access = bench.access_with(pin="1234")
    bench.run(_use)


async def _use(bench):
    async def ends(coroutine, limit_ms=CALL_MS_MAX):
        began_ms = bench.clock.ticks_ms()
        try:
            return await coroutine
        except DcuError:
            return None
        finally:
            assert bench.clock.ticks_ms() - began_ms < limit_ms

    async def handler(stream):
        await stream.read(10, 1_000)

    modem = bench.modem
    await ends(modem.online(10_000), ONLINE_MS_MAX)
    await ends(modem.serve(handler, "0.0.0.0", 4059))
    stream = await ends(modem.connect(*HES, 20_000))
    bench.town.call_in(4059)
    if stream:
        await ends(stream.write(bytes(2000)))
        await ends(stream.read(10, 5_000))
        assert len(stream._inbox) <= at.PAYLOAD_MAX
        await ends(stream.close())
    await ends(modem.ping(HES[0]))
    await ends(modem.status())
    await ends(modem.reset())
