"""A DLMS meter that notifies between request and answer, or speaks in general blocks."""

from drivers.dlms_meter import DlmsMeter
from hal import coop
from hal.errors import NoReply, WireError
from tests.dual.cardboard_link import ACCEPTED, ACCEPTED_WITH_BLOCKS, ENERGY, CardboardLink
from wire import axdr

EVENT = bytes.fromhex("c20000010000806300ff021107")
VALUE = bytes.fromhex("c401c1000600191a23")


def visit(link, use, unasked=None):
    async def live():
        meter = DlmsMeter(link, unasked=unasked)
        await meter.open()
        try:
            return await use(meter)
        finally:
            await meter.close()

    return coop.run(live())


async def read(meter):
    return await meter.get(ENERGY)


def test_a_notification_is_handed_over_and_the_answer_waited_for():
    for unasked in (EVENT, b"\x0f\x00", b"\xca\x01", b"\xdb\x01"):
        heard = []
        link = CardboardLink(get=unasked, next=VALUE)
        assert visit(link, read, heard.append) == 0x191A23
        assert heard == [unasked]


def test_notifications_that_nobody_wants_are_dropped():
    assert visit(CardboardLink(get=EVENT, next=VALUE), read) == 0x191A23


def test_a_meter_that_only_notifies_does_not_answer():
    for answer, error in ((EVENT, WireError), (None, NoReply)):
        link = CardboardLink(get=EVENT, next=answer)
        try:
            visit(link, read)
            raise AssertionError("answered")
        except error:
            pass


def test_general_blocks_are_proposed_where_several_go_in_a_row():
    for in_a_row, bits in ((1, "001e5d"), (4, "201e5d")):
        link = CardboardLink(get=VALUE)
        link.blocks_in_a_row = in_a_row
        visit(link, read)
        assert bytes.fromhex("5f1f0400" + bits) in link.asked[0]


def test_what_is_longer_than_the_meter_takes_goes_in_blocks_of_the_service_if_it_takes_them():
    short = ACCEPTED.replace(b"\x1e\x9d\x04\x00", b"\x1e\x9d\x00\x20")
    without = ACCEPTED.replace(b"\x1e\x9d\x04\x00", b"\x10\x9d\x00\x20")
    done = {
        short: [bytes.fromhex("c502c100000001"), bytes.fromhex("c503c10000000002")],
        without: [bytes.fromhex("c501c100")],
    }
    for aarq, answers in done.items():
        link = CardboardLink(aarq=aarq, set=list(answers))
        visit(link, lambda meter: meter.set(ENERGY, axdr.octets(bytes(25))))
        assert [each[:2] for each in link.asked[1:]] == (
            [b"\xc1\x02", b"\xc1\x03"] if aarq == short else [b"\xc1\x01"]
        )
    answers = [bytes.fromhex("c704c100000001"), bytes.fromhex("c704c100000002")]
    link = CardboardLink(aarq=short, action=answers + [bytes.fromhex("c701c10000")])
    visit(link, lambda meter: meter.action(9, ENERGY.ln, 1, axdr.octets(bytes(40))))
    assert [each[:2] for each in link.asked[1:]] == [b"\xc3\x04", b"\xc3\x06", b"\xc3\x06"]


def test_a_meter_with_general_blocks_is_spoken_to_in_them():
    first = bytes.fromhex("e00100010001" + "07" + "c401c100060019")
    last = bytes.fromhex("e08100020002" + "02" + "1a23")
    link = CardboardLink(aarq=ACCEPTED_WITH_BLOCKS, get=first, block=last)
    assert visit(link, read) == 0x191A23
    assert link.asked[-1] == bytes.fromhex("e0810001000100")
    acknowledged = bytes.fromhex("e0010001000100")
    last = bytes.fromhex("e08100020002" + "04" + "c501c100")
    link = CardboardLink(aarq=ACCEPTED_WITH_BLOCKS, block=[acknowledged, last])
    visit(link, lambda meter: meter.set(ENERGY, axdr.octets(bytes(25))))
    assert [each[0] for each in link.asked] == [0x60, 0xE0, 0xE0]
