"""The forms of SET, ACTION and ACCESS with lists and blocks, notifications, general blocks: octets
as the standard writes them, both ways; damaged ones are refused."""

from tests.dual.codec_checks import check_codec, check_survives, refused
from wire import apdu
from wire.apdu import Access, Asked, Attribute, Done, Method, Part, Performed, Result
from wire.apdu_fields import COUNT_MAX

DATA = Attribute(1, bytes.fromhex("0000806300ff"), 2)
CLOCK = Attribute(8, bytes.fromhex("0000010000ff"), 2)
RELAY = Method(70, bytes.fromhex("000060030aff"), 1)
NOON = bytes.fromhex("07e90101ff0c1e0f00ffc400")
A_DATA, A_CLOCK = "00010000806300ff02", "00080000010000ff02"
A_RELAY = "0046000060030aff01"
FIRST, LAST = Part(False, 1, b"\x09\x03ab"), Part(True, 2, b"c")
P_FIRST, P_LAST = "00000000010409036162", "01000000020163"

# (octets, value)
FORMS = (
    ("c102c1" + A_DATA + "00" + P_FIRST, apdu.SetFirstBlock(0xC1, DATA, None, FIRST)),
    (
        "c102c1" + A_DATA + "01021105" + P_FIRST,
        apdu.SetFirstBlock(0xC1, DATA, Access(2, b"\x11\x05"), FIRST),
    ),
    ("c103c1" + P_LAST, apdu.SetNextBlock(0xC1, LAST)),
    (
        "c104c102" + A_DATA + "00" + A_CLOCK + "0002110700",
        apdu.SetListRequest(0xC1, ((DATA, None), (CLOCK, None)), (b"\x11\x07", b"\x00")),
    ),
    (
        "c105c101" + A_DATA + "00" + P_FIRST,
        apdu.SetListFirstBlock(0xC1, ((DATA, None),), FIRST),
    ),
    ("c302c100000007", apdu.ActionNextRequest(0xC1, 7)),
    (
        "c303c102" + A_RELAY + A_RELAY + "020f0000",
        apdu.ActionListRequest(0xC1, (RELAY, RELAY), (b"\x0f\x00", b"\x00")),
    ),
    ("c304c1" + A_RELAY + P_FIRST, apdu.ActionFirstBlock(0xC1, RELAY, FIRST)),
    ("c305c101" + A_RELAY + P_FIRST, apdu.ActionListFirstBlock(0xC1, (RELAY,), FIRST)),
    ("c306c1" + P_LAST, apdu.ActionNextBlock(0xC1, LAST)),
    ("c502c100000001", apdu.SetBlockResponse(0xC1, 1)),
    ("c503c10000000003", apdu.SetLastBlockResponse(0xC1, 0, 3)),
    ("c504c102000300000003", apdu.SetLastListBlockResponse(0xC1, (0, 3), 3)),
    ("c505c1020004", apdu.SetListResponse(0xC1, (0, 4))),
    ("c702c1" + P_FIRST, apdu.ActionBlockResponse(0xC1, FIRST)),
    (
        "c703c103" + "0000" + "0001001107" + "0400",
        apdu.ActionListResponse(
            0xC1,
            (Performed(0, None), Performed(0, Result(0, b"\x11\x07")), Performed(4, None)),
        ),
    ),
    ("c704c100000002", apdu.ActionNextResponse(0xC1, 2)),
    (
        "d9c0000001000201" + A_DATA + "01" + A_CLOCK + "020000",
        apdu.AccessRequest(
            0xC0000001, b"", (Asked(1, DATA, None), Asked(1, CLOCK, None)), (b"\x00", b"\x00")
        ),
    ),
    (
        "d9400000020c"
        + NOON.hex()
        + "0402"
        + A_DATA
        + "03"
        + A_RELAY
        # with selection: the selector and its parameters follow the descriptor
        + "04"
        + A_DATA
        + "021105"
        + "05"
        + A_DATA
        + "011106"
        + "0411070f000012ffff",
        apdu.AccessRequest(
            0x40000002,
            NOON,
            (
                Asked(2, DATA, None),
                Asked(3, RELAY, None),
                Asked(4, DATA, Access(2, b"\x11\x05")),
                Asked(5, DATA, Access(1, b"\x11\x06")),
            ),
            (b"\x11\x07", b"\x0f\x00", b"\x00", b"\x12\xff\xff"),
        ),
    ),
    (
        "dac0000001000002110700020100030b",
        apdu.AccessResponse(
            0xC0000001, b"", (), (b"\x11\x07", b"\x00"), (Done(1, 0), Done(3, 11))
        ),
    ),
    (
        "dad0000001000101" + "01" + A_DATA + "011107010100",
        apdu.AccessResponse(
            0xD0000001, b"", (Asked(1, DATA, None),), (b"\x11\x07",), (Done(1, 0),)
        ),
    ),
    ("100000000100", apdu.DataConfirm(1, b"")),
    ("10400000010c" + NOON.hex(), apdu.DataConfirm(0x40000001, NOON)),
    ("e00100010000" + "03c001c1", apdu.GeneralBlock(False, False, 1, 1, 0, b"\xc0\x01\xc1")),
    ("e0830001000100", apdu.GeneralBlock(True, False, 3, 1, 1, b"")),
    ("e07fffff0102" + "0100", apdu.GeneralBlock(False, True, 63, 0xFFFF, 0x102, b"\x00")),
)
EVENTS = (
    ("c200" + A_DATA + "1107", apdu.EventNotification(b"", DATA, b"\x11\x07")),
    ("c2010c" + NOON.hex() + A_DATA + "00", apdu.EventNotification(NOON, DATA, b"\x00")),
)


def test_each_form_is_its_octets_both_ways_and_damage_is_refused():
    for text, value in FORMS:
        check_codec(apdu.decode, apdu.encode, bytes.fromhex(text), value)


def test_an_event_is_its_octets_both_ways_and_its_data_are_left_to_be_judged():
    for text, value in EVENTS:
        octets = bytes.fromhex(text)
        assert apdu.decode(octets) == value and apdu.encode(value) == octets
        check_survives(apdu.decode, octets)
        refused(apdu.decode, bytes.fromhex("c200" + A_DATA))


def test_a_list_has_as_many_data_as_items():
    for text in (
        "c104c102" + A_DATA + "00" + A_CLOCK + "00011107",
        "c104c101" + A_DATA + "0002110700",
        "c303c101" + A_RELAY + "020000",
        "d9c0000001000201" + A_DATA + "01" + A_CLOCK + "0100",
        "dac000000100000211070001" + "0100",
    ):
        refused(apdu.decode, bytes.fromhex(text))


def test_a_list_has_so_many_items_and_no_more():
    for count, fits in ((COUNT_MAX, True), (COUNT_MAX + 1, False)):
        octets = apdu.encode(apdu.GetListRequest(0xC1, ((DATA, None),) * count))
        if fits:
            assert len(apdu.decode(octets).items) == count
        else:
            assert "more than" in str(refused(apdu.decode, octets))


def test_access_has_no_other_kinds_than_the_standards():
    for kind in ("00", "06", "ff"):
        refused(apdu.decode, bytes.fromhex("d9c00000010001" + kind + A_DATA + "0100"))
    for kind in ("00", "04", "05"):
        refused(apdu.decode, bytes.fromhex("dac000000100000100" + "01" + kind + "00"))


def test_half_a_date_time_is_refused_wherever_one_may_stand():
    for text in ("0f000000010107" + "1107", "100000000101" + "07", "c2010107" + A_DATA + "00"):
        refused(apdu.decode, bytes.fromhex(text))
