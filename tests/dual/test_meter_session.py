"""How an association is entered when the counter may be out of step, or the keys are wrong."""

from dcu.hold import Hold
from drivers.dlms_meter import DlmsMeter
from drivers.login import Login
from drivers.meter_session import overheard
from hal import coop
from hal.errors import DcuError, NoReply, NotAuthenticated
from tests.dual.cardboard_link import ACCEPTED, ENERGY, REFUSED, CardboardLink
from tests.virtual import VirtualClock, run_virtual
from wire.ciphering import COUNTER_MAX

NOT_ALLOWED = b"\xd8\x01\x01"
OUT_OF_STEP = b"\xd8\x01\x06\x00\x00\x03\xe8"  # an exception: 1000 is expected
ANSWER = bytes.fromhex("c401c1001105")


class Counter:
    def __init__(self, first=1, is_new=False):
        self.number = first
        self._is_new = is_new

    def is_new(self):
        return self._is_new

    def raise_to(self, number):
        was_behind = self.number < number
        self.number = max(self.number, number)
        return was_behind


class Bench:
    """`told` is what the meter tells of its counter, None if nothing."""

    def __init__(self, aarq, told=None, counter=None, **answers):
        self.link = CardboardLink(aarq=aarq, get=answers.get("get", ANSWER))
        self.told = told
        self.counter = counter or Counter()
        self.asked_for_counter = []
        self.hold = Hold(VirtualClock(), lambda: 3600)
        self.meter = DlmsMeter(
            self.link,
            Login("hls-gmac", None, self.counter),
            hold=self.hold,
            read_counter=self.read_counter,
        )

    async def read_counter(self, attempts, urgent):
        assert not self.link.is_held  # the meter has one link, and the other client needs it
        self.asked_for_counter.append((attempts, urgent))
        return self.told

    def entered(self):
        """(None or the error of opening, AARQs sent, next counter)"""

        async def live():
            try:
                await self.meter.open(2, urgent=True)
                await self.meter.close()
            except DcuError as error:
                return error

        error = run_virtual(live())
        aarqs = len([apdu for apdu in self.link.asked if apdu[0] == 0x60])
        return error, aarqs, self.counter.number


def test_a_counter_never_used_here_goes_on_above_the_one_of_the_meter():
    bench = Bench(ACCEPTED, 70, Counter(is_new=True))
    assert bench.entered() == (None, 1, 71)
    assert bench.asked_for_counter == [(2, True)]
    assert Bench(ACCEPTED, None, Counter(is_new=True)).entered() == (None, 1, 1)


def test_a_counter_that_is_in_use_is_not_asked_for():
    bench = Bench(ACCEPTED, 70)
    assert bench.entered() == (None, 1, 1) and bench.asked_for_counter == []


def test_out_of_step_is_mended_in_the_same_visit_whatever_the_meter_makes_of_it():
    for failure in (None, REFUSED, REFUSED[:-1] + b"\x01", b"\xd8\x01\x05"):
        bench = Bench([failure, ACCEPTED], 70)
        assert bench.entered() == (None, 2, 71), failure
        assert bench.asked_for_counter == [(2, True)]


def test_a_meter_that_says_which_counter_it_expects_is_not_asked_for_it():
    bench = Bench([OUT_OF_STEP, ACCEPTED], 70)
    assert bench.entered() == (None, 2, 1000) and bench.asked_for_counter == []


def test_a_refusal_with_the_counter_in_step_is_about_the_key():
    bench = Bench([REFUSED, ACCEPTED], 70, Counter(71))
    error, aarqs, _ = bench.entered()
    assert isinstance(error, NotAuthenticated) and "hls-gmac" in str(error) and aarqs == 1
    error, aarqs, _ = bench.entered()
    assert isinstance(error, NotAuthenticated) and aarqs == 1
    bench = Bench([REFUSED, ACCEPTED], None)
    assert isinstance(bench.entered()[0], NotAuthenticated)


def test_silence_is_the_lines_fault_once_and_then_the_keys():
    assert Bench([None, ACCEPTED], 70, Counter(71)).entered() == (None, 2, 71)
    error, aarqs, _ = Bench(None, 70, Counter(71)).entered()
    assert isinstance(error, NotAuthenticated) and aarqs == 2


def test_silence_of_a_meter_that_tells_nothing_is_silence():
    error, aarqs, _ = Bench(None, None).entered()
    assert isinstance(error, NoReply) and aarqs == 1
    error, _, _ = Bench(None, None, Counter(is_new=True)).entered()
    assert isinstance(error, NoReply)


def test_the_counter_is_asked_for_once_in_a_visit():
    bench = Bench(REFUSED, 70, Counter(is_new=True))
    error, aarqs, _ = bench.entered()
    assert isinstance(error, NotAuthenticated) and aarqs == 1
    assert len(bench.asked_for_counter) == 1


def test_a_counter_that_leaves_none_is_not_believed():
    last_good = COUNTER_MAX - (1 << 20)
    assert Bench([None, ACCEPTED], last_good).entered() == (None, 2, last_good + 1)
    error, _, number = Bench([None, ACCEPTED], last_good + 1).entered()
    assert isinstance(error, NotAuthenticated) and number == 1


def test_what_falls_out_of_step_while_it_is_open_is_mended_in_the_same_visit():
    bench = Bench(ACCEPTED, 70, get=[OUT_OF_STEP, ANSWER])

    async def live():
        await bench.meter.open()
        assert await bench.meter.get(ENERGY) == 5
        await bench.meter.close()

    coop.run(live())
    assert bench.counter.number == 1000 and "reconnect" in bench.link.said
    bench = Bench([ACCEPTED, None, ACCEPTED], 70, get=[ANSWER, None, ANSWER])

    async def often():
        for _ in range(2):
            await bench.meter.open()
            assert await bench.meter.get(ENERGY) == 5
            await bench.meter.close(1000)

    coop.run(often())
    assert bench.counter.number == 71 and len(bench.asked_for_counter) == 1


def test_a_visit_that_has_lost_the_meter_for_good_asks_nothing_more_and_holds_nothing():
    bench = Bench([ACCEPTED, REFUSED], 70, Counter(71), get=[ANSWER, NOT_ALLOWED])

    async def live():
        await bench.meter.open()
        await bench.meter.get(ENERGY)
        await bench.meter.close(1000)
        await bench.meter.open()
        ends = []
        for _ in range(3):
            try:
                await bench.meter.get(ENERGY)
            except DcuError as error:
                ends.append(type(error))
        asked = len(bench.link.asked)
        await bench.meter.close()
        assert len(bench.link.asked) == asked and not bench.link.is_held
        return ends

    assert run_virtual(live())[0] is NotAuthenticated
    assert len([apdu for apdu in bench.link.asked if apdu[0] == 0x60]) == 2


def test_what_is_said_within_is_overheard_and_silence_goes_on_to_who_asks():
    def talk():
        try:
            yield b"asked"
        except NoReply:
            pass
        return (yield b"again")

    heard = []
    listened = overheard(talk(), lambda is_sent, apdu: heard.append((is_sent, apdu)))
    assert listened.send(None) == b"asked"
    assert listened.throw(NoReply("gone")) == b"again"
    try:
        listened.send(b"told")
    except StopIteration as done:
        assert done.value == b"told"
    assert heard == [(True, b"asked"), (True, b"again"), (False, b"told")]
