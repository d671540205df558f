"""The DLMS wrapper over UDP through a G3 module, as a link to one meter."""

from drivers.g3_meter_link import APDU_MAX, G3MeterLink
from hal.errors import NoReply, Refused, WireError
from tests.dual.g3_bench import Bench, error_of
from wire import wrapper

GET, SET, ACTION, SEALED_SET = b"\xc0\x01\xc1", b"\xc1\x01\xc1", b"\xc3\x01\xc1", b"\xc9\x05"
SAYS = b"\xc4\x01\xc1\x00"


class Meter:
    """What stands behind a node: says the same to everybody, and counts."""

    def __init__(self, says=SAYS, source=1, more=b""):
        self.heard = []
        self.deaf = 0  # so many times it hears and does not answer
        self._says = says
        self._source = source
        self._more = more

    def answer(self, asked, now_ms):
        _, frame = wrapper.parse(asked[2], 0, False)
        self.heard.append(frame)
        if len(self.heard) <= self.deaf:
            return b""
        return wrapper.encode(wrapper.Wrapper(self._source, 16, self._says)) + self._more


def ask(meter, play):
    """`await play(link)` with a link to this meter, in a network of one."""

    async def whole(bench):
        await bench.with_members()
        shorts = list(bench.ears.members.values())
        link = G3MeterLink("meter 1", bench.driver, lambda: shorts[0] if shorts else None)
        await link.connect()
        return await play(link)

    return Bench(1, answer=meter.answer).run(whole)


def test_an_apdu_goes_out_wrapped_and_its_answer_comes_back_plain():
    meter = Meter()
    assert ask(meter, lambda link: link.request(GET)) == SAYS
    assert meter.heard == [wrapper.Wrapper(16, 1, GET)]
    assert ask(Meter(), lambda link: link.request((GET,))) == SAYS


def test_what_does_no_harm_is_said_again_and_nothing_else():
    for apdu, times in ((GET, 2), (SEALED_SET, 2), (b"\x60\x00", 2), (SET, 1), (ACTION, 1)):
        meter = Meter()
        meter.deaf = 9
        error = ask(meter, lambda link, apdu=apdu: error_of(link.request(apdu)))
        assert isinstance(error, NoReply) and len(meter.heard) == times, apdu


def test_an_answer_to_or_of_others_is_refused_and_so_is_what_is_no_wrapper():
    for meter in (Meter(source=2), Meter(more=b"\x00")):
        assert isinstance(ask(meter, lambda link: error_of(link.request(GET))), WireError)


def test_the_longest_apdu_passes_and_no_longer_one():
    meter = Meter()
    assert ask(meter, lambda link: link.request(b"\xc0" * APDU_MAX)) == SAYS
    longer = b"\xc0" * (APDU_MAX + 1)
    assert isinstance(ask(meter, lambda link: error_of(link.request(longer))), Refused)


def test_a_meter_that_has_not_joined_does_not_answer():
    async def play(bench):
        await bench.running()
        link = G3MeterLink("meter 1", bench.driver, lambda: None)
        assert isinstance(await error_of(link.request(GET)), NoReply)

    Bench(1).run(play)
