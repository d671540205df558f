"""Octets and values of the forms of SET, ACTION and ACCESS, notifications, general blocks."""

from wire import apdu
from wire.apdu import Access, Asked, Attribute, Done, Method, Part, Performed, Result

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
