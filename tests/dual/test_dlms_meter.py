"""A DLMS meter over a link of cardboard: what is asked, and what becomes of the answers."""

from drivers.dlms_meter import DlmsMeter
from drivers.hdlc_meter_link import LinkDropped
from hal import coop
from hal.errors import NoReply, WireError
from wire import obis
from wire.abilities import Abilities
from wire.apdu import APDU_MAX, Attribute
from wire.dialogue import AccessRefused, AssociationRefused

ENERGY = Attribute(3, obis.parse("1.0.1.8.0.255"), 2)
POWER = Attribute(3, obis.parse("1.0.1.7.0.255"), 2)
ACCEPTED = bytes.fromhex(
    "6129a109060760857405080101a203020100a305a103020100be10040e0800065f1f0400001edf04000007"
)
# the same, and no "multiple references" in the conformance
ACCEPTED_WITHOUT_LISTS = bytes.fromhex(
    "6129a109060760857405080101a203020100a305a103020100be10040e0800065f1f0400001c1d04000007"
)
REFUSED = bytes.fromhex("6117a109060760857405080101a203020101a305a10302010d")
EXCEPTION = b"\xd8\x01\x02"
RELEASED = bytes.fromhex("6303800100")


class CardboardLink:
    """Answers by the first octets of the request; None is silence."""

    name = "rs485-1 meter 17"

    def __init__(self, **answers):
        self.answers = {"aarq": ACCEPTED, "rlrq": RELEASED}
        self.answers.update(answers)
        self.asked = []
        self.said = []
        self.is_open = False

    async def connect(self, attempts=None, urgent=False):
        self.said.append(("connect", attempts))
        return self.is_open

    async def reconnect(self, attempts=None):
        self.said.append("reconnect")

    def can_stay_open(self, idle_ms):
        return idle_ms < 120_000

    def leave_open(self):
        self.is_open = True
        self.said.append("leave open")

    async def request(self, apdu):
        apdu = bytes(apdu)
        self.asked.append(apdu)
        kind = {0x60: "aarq", 0x62: "rlrq", 0xC0: "get"}[apdu[0]]
        if kind == "get" and apdu[1] == 3:
            kind = "list"
        answer = self.answers.get(kind)
        if isinstance(answer, list):  # one after the other; the last stays
            answer = answer.pop(0) if answer[1:] else answer[0]
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            raise NoReply(f"{self.name} does not answer")
        if answer[0] == 0xC4:
            return answer[:2] + apdu[2:3] + answer[3:]
        return answer

    async def disconnect(self, is_silent=False):
        self.is_open = False
        self.said.append(("disconnect", is_silent))


def visit(link, use=None, password=b"", release=False):
    """What `use(meter)` gives between open and close."""

    async def live():
        meter = DlmsMeter(link, password, release=release)
        await meter.open()
        try:
            return await use(meter) if use else None
        finally:
            await meter.close()

    return coop.run(live())


def error_of(function, *arguments):
    try:
        function(*arguments)
    except (WireError, NoReply) as error:
        return error
    return None


def test_it_associates_without_a_password():
    link = CardboardLink()
    visit(link)
    assert link.asked[0][0] == 0x60 and len(link.asked) == 1
    assert link.said == [("connect", None), ("disconnect", False)]


def test_it_associates_with_a_password():
    link = CardboardLink()
    visit(link, password=b"12345678")
    assert b"\x80\x0812345678" in link.asked[0]
    assert bytes.fromhex("60857405080201") in link.asked[0]


def test_a_refused_association_lets_go_of_the_link():
    link = CardboardLink(aarq=REFUSED)
    assert isinstance(error_of(visit, link), AssociationRefused)
    assert link.said == [("connect", None), ("disconnect", False)]


def test_silence_in_the_association_ends_without_a_farewell():
    link = CardboardLink(aarq=None)
    assert isinstance(error_of(visit, link), NoReply)
    assert link.said[-1] == ("disconnect", True)


def test_one_attribute_is_read():
    link = CardboardLink(get=bytes.fromhex("c401c1000600191a23"))
    assert visit(link, lambda meter: meter.get(ENERGY)) == 0x191A23
    assert link.asked[1][3:] == bytes.fromhex("00030100010800ff0200")


def test_what_the_meter_refuses_is_told_with_the_reason_and_the_meter_stays():
    link = CardboardLink(get=bytes.fromhex("c401c10103"))

    async def twice(meter):
        for _ in range(2):
            try:
                await meter.get(ENERGY)
                assert False
            except AccessRefused as error:
                assert error.result == 3

    visit(link, twice)
    assert link.said[-1] == ("disconnect", False)


def test_many_attributes_are_read_in_one_request():
    link = CardboardLink(list=bytes.fromhex("c403c1020006000000070104"))
    assert visit(link, lambda meter: meter.get_list((ENERGY, POWER))) == [(0, 7), (4, None)]
    assert len(link.asked) == 2


def test_a_meter_that_does_not_know_lists_is_asked_one_by_one_from_then_on():
    for refusal in (EXCEPTION, bytes.fromhex("c401c101fa")):
        link = CardboardLink(list=refusal, get=bytes.fromhex("c401c1001105"))

        async def twice(meter):
            first = await meter.get_list((ENERGY, POWER))
            return first, await meter.get_list((ENERGY,))

        assert visit(link, twice) == ([(0, 5), (0, 5)], [(0, 5)])
        assert [apdu[1] for apdu in link.asked[1:]] == [3, 1, 1, 1]


def test_a_meter_that_says_it_does_not_know_lists_is_not_asked_by_one():
    link = CardboardLink(aarq=ACCEPTED_WITHOUT_LISTS, get=bytes.fromhex("c401c1001105"))
    assert visit(link, lambda meter: meter.get_list((ENERGY, POWER))) == [(0, 5), (0, 5)]
    assert [apdu[1] for apdu in link.asked[1:]] == [1, 1]


def test_requests_are_counted_up_so_that_a_late_answer_is_not_taken():
    link = CardboardLink(get=bytes.fromhex("c401c1001105"))

    async def often(meter):
        for _ in range(17):
            await meter.get(ENERGY)

    visit(link, often)
    numbers = [apdu[2] & 0x0F for apdu in link.asked[1:]]
    assert numbers == list(range(1, 16)) + [1, 2]


def test_what_is_proposed_is_what_the_link_takes():
    link = CardboardLink()
    visit(link)
    assert link.asked[0][-2:] == APDU_MAX.to_bytes(2, "big")


def test_a_refusal_among_single_answers_is_its_own():
    link = CardboardLink(list=EXCEPTION, get=bytes.fromhex("c401c10104"))
    assert visit(link, lambda meter: meter.get_list((ENERGY,))) == [(4, None)]


def test_too_few_or_too_many_answers_are_nonsense():
    for answer in ("c403c101000600000007", "c403c103000600000007000600000007000600000007"):
        link = CardboardLink(list=bytes.fromhex(answer))
        error = error_of(visit, link, lambda meter: meter.get_list((ENERGY, POWER)))
        assert isinstance(error, WireError), answer


def test_any_apdu_goes_through_untouched():
    link = CardboardLink(get=b"anything at all")
    assert visit(link, lambda meter: meter.exchange_apdu(b"\xc0\x01\xff")) == b"anything at all"
    assert link.asked[1] == b"\xc0\x01\xff"


def test_a_release_is_said_when_it_is_wanted_and_only_to_one_that_talks():
    link = CardboardLink()
    visit(link, release=True)
    assert link.asked[1] == bytes.fromhex("6203800100")
    silent = CardboardLink()
    assert error_of(visit, silent, lambda meter: meter.get(ENERGY), b"", True)
    assert len(silent.asked) == 2 and silent.said[-1] == ("disconnect", True)
    deaf = CardboardLink(rlrq=None)
    visit(deaf, release=True)
    assert deaf.said[-1] == ("disconnect", True)


SEVEN = bytes.fromhex("c401c1001107")
NOT_ALLOWED = b"\xd8\x01\x01"
FRESH, KEPT = ("connect", None), "leave open"


def visits(link, count, idle_ms=60_000, release=False):
    """What `count` visits in a row read, each value or error."""

    async def live():
        meter = DlmsMeter(link, release=release)
        found = []
        for _ in range(count):
            await meter.open()
            try:
                found.append(await meter.get(ENERGY))
            except (NoReply, WireError) as error:
                found.append(error)
            await meter.close(idle_ms)
        return found

    return coop.run(live())


def tags(link):
    return [apdu[0] for apdu in link.asked]


def test_an_association_stays_open_while_the_meter_holds_it():
    link = CardboardLink(get=SEVEN)
    assert visits(link, 3) == [7, 7, 7]
    assert tags(link) == [0x60, 0xC0, 0xC0, 0xC0]
    assert link.said == [FRESH, KEPT] * 3


def test_it_is_released_when_the_next_visit_comes_later_than_that():
    link = CardboardLink(get=SEVEN)
    assert visits(link, 2, 120_000, release=True) == [7, 7]
    assert tags(link) == [0x60, 0xC0, 0x62] * 2
    assert link.said == [FRESH, ("disconnect", False)] * 2


def test_a_visit_in_between_leaves_the_association_as_it_found_it():
    link = CardboardLink(get=SEVEN)

    async def live():
        meter = DlmsMeter(link)
        for idle_ms in (None, 60_000, None):
            await meter.open()
            await meter.close(idle_ms)

    coop.run(live())
    assert [said for said in link.said if said != FRESH] == [("disconnect", False), KEPT, KEPT]


def test_what_has_gone_meanwhile_is_opened_again_in_the_same_visit_and_once():
    dropped = LinkDropped("rs485-1 meter 17 has dropped the link", True)
    for failure in (dropped, None, NOT_ALLOWED):
        link = CardboardLink(get=[SEVEN, failure, SEVEN])
        assert visits(link, 2) == [7, 7], failure
        assert link.said == [FRESH, KEPT, FRESH, "reconnect", KEPT]
        assert tags(link) == [0x60, 0xC0, 0xC0, 0x60, 0xC0]
        link = CardboardLink(get=[SEVEN, failure, failure, SEVEN])
        first, second, third = visits(link, 3)
        assert (first, third) == (7, 7) and isinstance(second, Exception)
        assert link.said.count("reconnect") == 1


def test_a_list_is_read_again_too():
    answer = bytes.fromhex("c403c1020006000000070104")
    link = CardboardLink(list=[answer, NOT_ALLOWED, answer])

    async def live():
        meter = DlmsMeter(link)
        for _ in range(2):
            await meter.open()
            assert await meter.get_list((ENERGY, POWER)) == [(0, 7), (4, None)]
            await meter.close(60_000)

    coop.run(live())
    assert "reconnect" in link.said


def test_silence_or_a_denial_on_a_proven_association_is_told():
    for failure in (None, NOT_ALLOWED):
        link = CardboardLink(get=failure)
        (found,) = visits(link, 1)
        assert isinstance(found, Exception) and "reconnect" not in link.said


def test_after_a_broken_dialogue_nothing_is_left_open():
    link = CardboardLink(get=bytes.fromhex("c403c1020006000000070104"))
    (found,) = visits(link, 1)
    assert isinstance(found, WireError) and link.said[-1] == ("disconnect", False)
    link = CardboardLink(get=bytes.fromhex("c401c10103"))
    visits(link, 1)
    assert link.said[-1] == KEPT  # a refusal is an answer


def test_what_a_meter_takes_is_known_to_the_next_driver_of_it():
    known = Abilities()
    link = CardboardLink(list=EXCEPTION, get=bytes.fromhex("c401c1001105"))

    async def live():
        for _ in range(2):
            meter = DlmsMeter(link, known=known)
            await meter.open()
            await meter.get_list((ENERGY,))
            await meter.close()

    coop.run(live())
    assert known.lists is False and [apdu[1] for apdu in link.asked if apdu[0] == 0xC0] == [
        3,
        1,
        1,
    ]
    known = Abilities()
    link = CardboardLink(list=bytes.fromhex("c403c101000600000007"))
    coop.run(live())
    assert known.lists is True
