"""A DLMS meter whose association stays open, and what the driver learns of it."""

from drivers.dlms_meter import DlmsMeter
from drivers.hdlc_meter_link import LinkDropped
from hal import coop
from hal.errors import NoReply, WireError
from tests.dual.cardboard_link import ENERGY, EXCEPTION, POWER, CardboardLink
from wire import axdr, obis
from wire.abilities import Abilities

SEVEN = bytes.fromhex("c401c1001107")
NOT_ALLOWED = b"\xd8\x01\x01"
FRESH, KEPT = ("connect", None), "leave open"


def visits(link, count, idle_ms=60_000, release="none"):
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
    assert visits(link, 2, 120_000, release="plain") == [7, 7]
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


def test_a_link_that_is_dropped_again_in_the_same_visit_is_told():
    dropped = LinkDropped("rs485-1 meter 17 has dropped the link", True)
    link = CardboardLink(get=[dropped, SEVEN, dropped, SEVEN])

    async def live():
        meter = DlmsMeter(link)
        await meter.open()
        assert await meter.get(ENERGY) == 7
        try:
            await meter.get(ENERGY)
        except LinkDropped:
            await meter.close()
            return link.said.count("reconnect")

    assert coop.run(live()) == 1


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


def acts(failure):
    """(how often an action was sent, what came of it) on a link found open that fails so."""
    link = CardboardLink(get=SEVEN, action=[failure, bytes.fromhex("c701c10000")])

    async def live():
        meter = DlmsMeter(link)
        await meter.open()
        await meter.close(60_000)
        await meter.open()
        try:
            outcome = await meter.action(70, obis.parse("0.0.96.3.10.255"), 1, axdr.i8(0))
        except (NoReply, WireError) as error:
            outcome = error
        await meter.close()
        return tags(link).count(0xC3), outcome

    return coop.run(live())


def test_an_action_is_sent_again_only_when_it_was_certainly_not_carried_out():
    for failure in (LinkDropped("dropped", True), NOT_ALLOWED):
        assert acts(failure) == (2, None)
    for failure in (LinkDropped("dropped", False), None):
        count, outcome = acts(failure)
        assert count == 1 and isinstance(outcome, Exception)


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


def test_what_is_asked_after_a_failure_is_asked_on_a_new_link():
    nonsense = bytes.fromhex("c403c1020006000000070104")
    for failure in (None, nonsense):
        link = CardboardLink(get=[failure, SEVEN])
        meter = DlmsMeter(link)

        async def live(meter=meter, link=link):
            await meter.open()
            try:
                await meter.get(ENERGY)
            except (NoReply, WireError):
                assert await meter.get(ENERGY) == 7
            await meter.close()
            return link.said.count("reconnect")

        assert coop.run(live()) == 1


def test_a_list_that_is_too_much_for_a_meter_does_not_teach_that_it_takes_none():
    known = Abilities(lists=True)
    link = CardboardLink(list=bytes.fromhex("c401c1010b"), get=SEVEN)

    async def live():
        meter = DlmsMeter(link, known=known)
        await meter.open()
        assert await meter.get_list((ENERGY, POWER)) == [(0, 7), (0, 7)]
        await meter.close()

    coop.run(live())
    assert known.lists is True
