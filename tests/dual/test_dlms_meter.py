"""A DLMS meter over a link of cardboard: what is asked, and what becomes of the answers."""

from dcu.hold import PAUSE_MAX_S, Hold
from drivers.dlms_meter import DlmsMeter
from drivers.login import Login
from hal import coop
from hal.errors import NoReply, NotAuthenticated, Refused, WireError
from tests.dual.cardboard_link import (
    ACCEPTED,
    ACCEPTED_WITH_ACCESS,
    ACCEPTED_WITHOUT_LISTS,
    ENERGY,
    EXCEPTION,
    POWER,
    REFUSED,
    CardboardLink,
)
from tests.virtual import VirtualClock, run_virtual
from wire import association
from wire.apdu import APDU_MAX
from wire.credentials import Credentials
from wire.dialogue import AccessRefused, AssociationRefused

PASSWORD = Login("lls", Credentials(association.LLS, b"12345678"))


def visit(link, use=None, login=None, release="none", hold=None):
    """What `use(meter)` gives between open and close."""

    async def live():
        meter = DlmsMeter(link, login, release=release, hold=hold)
        await meter.open()
        try:
            return await use(meter) if use else None
        finally:
            await meter.close()

    return coop.run(live())


def error_of(function, *arguments):
    try:
        function(*arguments)
    except (WireError, NoReply, Refused) as error:
        return error
    return None


def test_it_associates_without_a_password():
    link = CardboardLink()
    visit(link)
    assert link.asked[0][0] == 0x60 and len(link.asked) == 1
    assert link.said == [("connect", None), ("disconnect", False)]


def test_it_associates_with_a_password():
    link = CardboardLink()
    visit(link, login=PASSWORD)
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
    visit(link, release="plain")
    assert link.asked[1] == bytes.fromhex("6203800100")
    silent = CardboardLink()
    assert error_of(visit, silent, lambda meter: meter.get(ENERGY), None, "plain")
    assert len(silent.asked) == 2 and silent.said[-1] == ("disconnect", True)
    deaf = CardboardLink(rlrq=None)
    visit(deaf, release="plain")
    assert deaf.said[-1] == ("disconnect", True)


def refusal_of(diagnostic):
    return REFUSED[:-1] + bytes([diagnostic])


def test_credentials_that_were_refused_are_held_back_for_a_growing_pause():
    async def live():
        clock = VirtualClock()
        link = CardboardLink(aarq=REFUSED)
        meter = DlmsMeter(link, PASSWORD, hold=Hold(clock, lambda: 3600))
        tries_s = []
        for _ in range(10 * 24 * 6):
            before = len(link.asked)
            try:
                await meter.open()
            except NotAuthenticated as error:
                told = str(error)
                assert "rs485-1 meter 17" in told and "lls" in told and "held back" in told
                assert "12345678" not in told and "3132333435363738" not in told
            if len(link.asked) > before:
                tries_s.append(clock.ticks_ms() // 1000)
            await coop.sleep_ms(600_000)
        return [after - before for before, after in zip(tries_s, tries_s[1:])]

    pauses_s = run_virtual(live())
    assert pauses_s[:6] == [3600, 7200, 14400, 28800, 57600, PAUSE_MAX_S]
    assert set(pauses_s[5:]) == {PAUSE_MAX_S}


def test_a_password_that_is_taken_again_ends_the_pauses():
    async def live():
        clock = VirtualClock()
        link = CardboardLink(aarq=[REFUSED, ACCEPTED, REFUSED])
        meter = DlmsMeter(link, PASSWORD, hold=Hold(clock, lambda: 60))
        for expected_s in (60, None, 60):
            try:
                await meter.open()
                assert expected_s is None
                await meter.close()
            except NotAuthenticated as error:
                assert f"held back for {expected_s} s" in str(error)
            await coop.sleep_ms(60_000)

    run_virtual(live())


def test_which_refusals_are_about_the_credentials():
    for name, diagnostic, is_about in (
        ("lls", 13, True),
        ("lls", 0, True),
        ("lls", 1, True),
        ("lls", 2, False),
        ("none", 12, True),
        ("none", 14, True),
        ("none", 11, True),
        ("none", 1, False),
    ):
        link = CardboardLink(aarq=refusal_of(diagnostic))
        hold = Hold(VirtualClock(), lambda: 60)
        login = PASSWORD if name == "lls" else Login()
        error = error_of(visit, link, None, login, "none", hold)
        assert isinstance(error, NotAuthenticated) == is_about, (name, diagnostic)
        assert link.said[-1] == ("disconnect", False)


def test_a_meter_without_lists_is_asked_by_access_if_it_says_so():
    answer = bytes.fromhex("da400000000000020600000007000201000104")
    link = CardboardLink(
        aarq=ACCEPTED_WITH_ACCESS, access=answer, get=bytes.fromhex("c401c1001105")
    )
    assert visit(link, lambda meter: meter.get_list((ENERGY, POWER))) == [(0, 7), (4, None)]
    link = CardboardLink(
        aarq=ACCEPTED_WITH_ACCESS, access=EXCEPTION, get=bytes.fromhex("c401c1001105")
    )
    assert visit(link, lambda meter: meter.get_list((ENERGY, POWER))) == [(0, 5), (0, 5)]
