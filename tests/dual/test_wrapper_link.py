"""DLMS in the wrapper over a stream that is open."""

from drivers.wrapper_link import WrapperLink
from hal.errors import NoReply, PortError
from tests.dual.scripted_port import ScriptedPort
from tests.virtual import VirtualClock, run_virtual
from wire import wrapper

ASK = b"\xc0\x01\xc1"


def framed(apdu, source=1, destination=16):
    return wrapper.encode(wrapper.Wrapper(source, destination, apdu))


def answer(*chunks, before=()):
    """(answer, the stream) when `chunks` come after the request."""

    async def live():
        clock = VirtualClock()
        stream = ScriptedPort(clock, [chunks])
        for after_ms, octets in before:
            stream.arrives(after_ms, octets)
        link = WrapperLink("meter at 10.0.0.1", stream, clock)
        await link.connect()
        got = await link.request(ASK)
        await link.disconnect()
        return got, stream

    return run_virtual(live())


def test_a_request_goes_out_framed_and_its_answer_comes_back_plain():
    got, stream = answer((30, framed(b"\xc4\x01")))
    assert got == b"\xc4\x01" and stream.written == [framed(ASK, 16, 1)]


def test_an_answer_may_come_in_pieces():
    whole = framed(b"\xc4" * 300)
    pieces = [(10 * n, whole[at : at + 40]) for n, at in enumerate(range(0, len(whole), 40))]
    assert answer(*pieces)[0] == b"\xc4" * 300


def test_what_is_for_others_or_came_before_is_not_the_answer():
    stale = [(0, framed(b"\xc4\x09"))]
    others = [(5, framed(b"\xc4\x02", 2, 16)), (6, framed(b"\xc4\x03", 1, 17))]
    assert answer(*others, (30, framed(b"\xc4\x01")), before=stale)[0] == b"\xc4\x01"


def test_several_go_out_one_after_another_and_what_comes_is_given_one_by_one():
    async def live():
        clock = VirtualClock()
        both = framed(b"\xe0\x41") + framed(b"\xe0\x01")
        stream = ScriptedPort(clock, [[], [(5, both)], [(5, framed(b"\xc4\x01"))]])
        link = WrapperLink("meter", stream, clock)
        got = [await link.request((b"\xe0\x41", b"\xe0\x81")), await link.request(b"")]
        got.append(await link.request(ASK))
        return got, stream.written

    got, written = run_virtual(live())
    assert got == [b"\xe0\x41", b"\xe0\x01", b"\xc4\x01"]
    assert written == [framed(each, 16, 1) for each in (b"\xe0\x41", b"\xe0\x81", ASK)]


def test_what_was_left_over_is_not_the_answer_to_the_next_request():
    async def live():
        clock = VirtualClock()
        stream = ScriptedPort(
            clock,
            [[(5, framed(b"\xc4\x01") + framed(b"\xc4\x09"))], [(5, framed(b"\xc4\x02"))]],
        )
        link = WrapperLink("meter", stream, clock)
        return [await link.request(ASK), await link.request(ASK)]

    assert run_virtual(live()) == [b"\xc4\x01", b"\xc4\x02"]


def test_silence_is_told():
    for chunks in ((), ((10, framed(b"\xc4\x01")[:-1]),)):
        try:
            answer(*chunks)
            assert False
        except NoReply as error:
            assert "10.0.0.1" in str(error)


def test_a_closed_stream_is_a_lost_port():
    async def live():
        clock = VirtualClock()
        stream = ScriptedPort(clock)
        stream.is_broken = True
        try:
            await WrapperLink("meter", stream, clock).request(ASK)
        except PortError:
            return True
        return False

    assert run_virtual(live())
