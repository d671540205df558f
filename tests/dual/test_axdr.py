"""A-XDR Data become plain values; hostile Data are refused at once."""

from tests.dual.codec_checks import asserts, check_decoder, check_survives, refused
from wire import axdr
from wire.axdr import BitString, Delta
from wire.axdr_compact import VALUES_MAX
from wire.cosem_time import IGNORED, NORMAL, REVERSED, utc_of
from wire.cursor import Cursor


def decoded(text):
    return axdr.decode_all(bytes.fromhex(text))


ENCODED = (  # octets, value, what gives the octets
    ("00", None, axdr.null()),
    ("0300", False, axdr.boolean(False)),
    ("0301", True, axdr.boolean(True)),
    ("05fffffffe", -2, axdr.i32(-2)),
    ("06fffffffe", 4294967294, axdr.u32(4294967294)),
    ("0f80", -128, axdr.i8(-128)),
    ("0f7f", 127, axdr.i8(127)),
    ("108000", -32768, axdr.i16(-32768)),
    ("11ff", 255, axdr.u8(255)),
    ("12fffe", 65534, axdr.u16(65534)),
    ("14fffffffffffffffe", -2, axdr.i64(-2)),
    ("147fffffffffffffff", (1 << 63) - 1, axdr.i64((1 << 63) - 1)),
    ("15ffffffffffffffff", (1 << 64) - 1, axdr.u64((1 << 64) - 1)),
    ("161e", 30, axdr.enum(30)),
    ("0900", b"", axdr.octets(b"")),
    ("09060100010800ff", b"\x01\x00\x01\x08\x00\xff", axdr.octets(b"\x01\x00\x01\x08\x00\xff")),
    ("0a036b5768", "kWh", axdr.visible("kWh")),
    ("0c03c2b043", "°C", axdr.utf8("°C")),
    ("0403a0", BitString(3, b"\xa0"), axdr.bits(BitString(3, b"\xa0"))),
    ("0100", [], axdr.array([])),
    ("0102110112ffff", [1, 65535], axdr.array([axdr.u8(1), axdr.u16(65535)])),
    ("02020fff161e", (-1, 30), axdr.structure([axdr.i8(-1), axdr.enum(30)])),
    ("0102020100020100", [(None,), (None,)], axdr.array([axdr.structure([axdr.null()])] * 2)),
)

DECODED_ONLY = (
    ("0d42", 0x42),
    ("1740490fdb", 3.1415927410125732),
    ("18400921fb54442d18", 3.141592653589793),
    ("1907e90101ff0c1e0f00ffc400", bytes.fromhex("07e90101ff0c1e0f00ffc400")),
    ("1a07e90101ff", b"\x07\xe9\x01\x01\xff"),
    ("1b0c1e0f00", b"\x0c\x1e\x0f\x00"),
    ("1cfe", Delta(-2)),
    ("1dfffe", Delta(-2)),
    ("1efffffffe", Delta(-2)),
    ("1ffe", Delta(254)),
    ("20fffe", Delta(65534)),
    ("21fffffffe", Delta(4294967294)),
    ("ff", None),
)


def test_every_type_is_decoded_whole_and_refused_when_cut_or_followed():
    for text, value, _ in ENCODED:
        check_decoder(axdr.decode_all, bytes.fromhex(text), value)
    for text, value in DECODED_ONLY:
        check_decoder(axdr.decode_all, bytes.fromhex(text), value)


def test_the_encoders_give_what_is_decoded():
    for text, _, octets in ENCODED:
        assert octets.hex() == text, text


def test_kinds_of_values_are_kept_apart():
    assert type(decoded("0100")) is list
    assert type(decoded("0200")) is tuple
    assert decoded("0301") is True
    assert type(decoded("0901ff")) is bytes
    assert decoded("0403a0") != decoded("0404a0")
    assert [decoded("0403a0").bit(n) for n in range(3)] == [1, 0, 1]


def test_text_that_is_no_utf8_is_taken_as_latin1():
    assert decoded("0a03b04369") == "\xb0Ci"


def test_visible_text_is_sent_as_printable_ascii():
    assert axdr.visible("Zähler\n") == b"\x0a\x07Z?hler?"


def test_lengths_of_more_than_127_octets_have_the_long_form():
    for size, head in ((127, "097f"), (128, "098180"), (255, "0981ff"), (256, "09820100")):
        octets = axdr.octets(bytes(size))
        assert octets[:-size].hex() == head
        assert axdr.decode_all(octets) == bytes(size)
    assert axdr.decode_all(b"\x09\x84\x00\x00\x00\x01x") == b"x"
    refused(decoded, "0985000000000178")
    refused(decoded, "0980")


def test_values_out_of_range_are_our_mistake():
    for encode, values in (
        (axdr.u8, (-1, 256)),
        (axdr.i8, (-129, 128)),
        (axdr.u16, (-1, 65536)),
        (axdr.i32, (-(1 << 31) - 1, 1 << 31)),
        (axdr.i64, (1 << 63,)),
        (axdr.u64, (-1, 1 << 64)),
        (axdr.enum, (256,)),
    ):
        for value in values:
            assert asserts(encode, value), value


def test_a_count_that_the_octets_left_cannot_hold_is_refused_at_once():
    for text in ("0184800000000000", "02847fffffff000000", "0104000000"):
        assert "elements in" in str(refused(decoded, text)), text
    assert decoded("010400000000") == [None] * 4


def test_data_may_nest_to_the_limit_and_no_deeper():
    deepest = "0101" * axdr.DEPTH_MAX + "00"
    assert decoded(deepest)
    assert "nested" in str(refused(decoded, "0101" + deepest))
    assert "nested" in str(refused(decoded, "0201" * 5000 + "00"))


def test_unknown_tags_are_refused():
    known = (0, 1, 2, 3, 4, 5, 6, 9, 10, 12, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26)
    known += (27, 28, 29, 30, 31, 32, 33, 255)
    for tag in range(256):
        if tag not in known:
            assert "tag" in str(refused(axdr.decode_all, bytes([tag]) + bytes(20))), tag


def test_one_value_is_taken_from_a_cursor_and_the_rest_left():
    cursor = Cursor(bytes.fromhex("1101 02021202 001102 ff"))
    assert axdr.decode(cursor) == 1
    assert axdr.decode(cursor) == (512, 2)
    assert cursor.rest() == b"\xff"


def test_a_profile_survives_any_damage():
    row = axdr.structure([axdr.octets(axdr.date_time(1735734615)), axdr.u32(7), axdr.null()])
    check_survives(axdr.decode_all, axdr.array([row] * 3))


COMPACT = "13 02 02 12 05 0c 0001 00000002 ffff fffffffe".replace(" ", "")


def test_a_compact_array_is_a_list_of_what_its_type_says():
    check_decoder(axdr.decode_all, bytes.fromhex(COMPACT), [(1, 2), (65535, -2)])
    octets = "13 09 07 03616263 026465".replace(" ", "")
    assert decoded(octets) == [b"abc", b"de"]
    triples = "13 01 0003 11 06 010203040506".replace(" ", "")
    assert decoded(triples) == [[1, 2, 3], [4, 5, 6]]
    assert decoded("1302021100030102" + "03")[2] == (3, None)
    assert decoded("131100") == []


def test_a_compact_array_of_nothing_without_end_or_of_too_much_is_refused():
    assert "nothing" in str(refused(decoded, "13000100"))
    assert "nothing" in str(refused(decoded, "130200" + "0100"))
    assert "values" in str(refused(decoded, "1301ffff01ffff11" + "0100"))
    assert "values" in str(refused(decoded, "13020201ffff1101ffff11" + "00"))
    assert decoded("13" + "010001" * 7 + "11" + "0107") == [[[[[[[[7]]]]]]]]
    assert "nested" in str(refused(decoded, "13" + "010001" * 8 + "11" + "0107"))
    refused(decoded, "13130100")
    refused(decoded, "130284ffffffff11" + "0100")
    refused(decoded, "1311050102")


def test_a_compact_array_holds_as_many_values_as_the_limit():
    type_ = "13020211" + "01%04x00"
    most = type_ % (VALUES_MAX - 3)  # with the number, the structure and the array itself
    assert decoded(most + "0107")[0][0] == 7
    assert "values" in str(refused(decoded, type_ % (VALUES_MAX - 2) + "0107"))
    quarter = type_ % (VALUES_MAX // 4 - 3)
    assert len(decoded(quarter + "0401020304")) == 4
    assert "values" in str(refused(decoded, quarter + "050102030405"))
    assert len(decoded("1311820100" + "00" * 256)) == 256


def test_utc_goes_into_a_date_time_and_back():
    for utc_s, deviation_min, octets in (
        (1735734615 - 3600, -60, "07e90101ff0c1e0f00ffc400"),
        (1735689600, 0, "07e90101ff00000000000000"),
        (951782400 + 3600, 60, "07d0021dff00000000003c00"),
        (0, 0, "07b20101ff00000000000000"),
        (4102444799, 0, "08330c1fff173b3b00000000"),
        (4107542400, 0, "08340301ff00000000000000"),
    ):
        assert axdr.date_time(utc_s, deviation_min).hex() == octets
        assert axdr.parse_date_time(bytes.fromhex(octets)) == utc_s


def test_every_day_of_130_years_comes_back():
    for utc_s in range(0, 4102444800, 86400 * 13 + 3599):
        assert axdr.parse_date_time(axdr.date_time(utc_s)) == utc_s


def test_the_deviation_is_taken_as_the_meter_means_it():
    noon = bytes.fromhex("07e90101030c000000003c00")  # deviation 003C: 13:00 UTC, it says
    for deviation, hour in ((NORMAL, 13), (REVERSED, 11), (IGNORED, 12)):
        assert utc_of(noon, deviation) == axdr.parse_date_time(
            axdr.date_time(1735689600 + 3600 * hour)
        )
    unspecified = noon[:9] + b"\x80\x00\x00"
    for deviation in (NORMAL, REVERSED, IGNORED):
        assert utc_of(unspecified, deviation) == 1735689600 + 12 * 3600
        assert utc_of(noon[:5], deviation) is None


def test_a_date_time_with_wildcards_or_out_of_range_is_none():
    good = bytes.fromhex("07e90101ff0c1e0f00000000")
    for at, value in ((0, 0), (2, 0), (2, 13), (2, 0xFD), (3, 0), (3, 32), (3, 0xFE), (5, 24)):
        assert axdr.parse_date_time(good[:at] + bytes([value]) + good[at + 1 :]) is None, at
    for at, value in ((5, 255), (6, 60), (6, 255), (7, 60), (9, 0x7F)):
        assert axdr.parse_date_time(good[:at] + bytes([value]) + good[at + 1 :]) is None, at
    for deviation, taken in ((840, True), (841, False), (-840, True), (-841, False)):
        octets = bytes.fromhex("07e90101ff0c1e0f00") + (deviation % 65536).to_bytes(2, "big")
        assert (axdr.parse_date_time(octets + b"\x00") is not None) == taken, deviation
    for day in ("07e9021d", "ffff0101", "07e8021e", "0834021d"):
        assert axdr.parse_date_time(bytes.fromhex(day + "ff0c1e0f00000000")) is None, day
    for other in (None, 7, "07e90101ff0c", [], good[:11], good + b"\x00"):
        assert axdr.parse_date_time(other) is None


def test_an_unspecified_second_is_zero_and_an_unspecified_deviation_is_the_callers():
    octets = bytes.fromhex("07e90101ff0000ffff8000ff")
    assert axdr.parse_date_time(octets) == 1735689600
    assert axdr.parse_date_time(octets, -60) == 1735689600 - 3600
