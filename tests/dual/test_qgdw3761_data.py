"""Q/GDW 376.1: what the data units say, bit by bit as on real lines, and what they cannot say."""

from tests.dual.codec_checks import asserts, octets_of, outcomes, refused, truncated, vectors
from wire import qgdw3761
from wire import qgdw3761_formats as formats
from wire import qgdw3761_message as message
from wire.cursor import Cursor
from wire.errors import WireError
from wire.qgdw3761_data import HISTORY, LIVE
from wire.qgdw3761_frame import password_size
from wire.qgdw3761_records import TARIFFS_MAX, ByTariff, Many
from wire.qgdw3761_units import ALL_POINTS

# Of them the form is not known.
_VENDORS = ("AFN04 F40", "AFN04 F22", "vendor query", "vendor answer")


def frames():
    """(meaning, Frame) of every valid published frame."""
    for vector in vectors("qgdw3761"):
        if vector["valid"]:
            (frame,) = outcomes(qgdw3761.Deframer(), bytes.fromhex(vector["hex"]))
            yield vector["meaning"], frame


def units_of(octets):
    (frame,) = outcomes(qgdw3761.Deframer(), bytes.fromhex(octets))
    is_up = qgdw3761.is_from_terminal(frame)
    units, rest = message.take_units(frame.afn, is_up, frame.body)
    return message.shown(frame.afn, is_up, units), rest


def golden(beginning):
    """The hexadecimal of the published frame whose meaning begins so."""
    (found,) = [v["hex"] for v in vectors("qgdw3761") if v["meaning"].startswith(beginning)]
    return found


def test_every_published_frame_is_taken_apart_and_put_together_alike():
    for meaning, frame in frames():
        is_up = qgdw3761.is_from_terminal(frame)
        units, rest = message.take_units(frame.afn, is_up, frame.body, password_size(frame))
        assert message.give_units(frame.afn, is_up, units) + rest == frame.body, meaning
        is_known = not [each for each in _VENDORS if meaning.startswith(each)]
        assert bool(units) == is_known, meaning


def test_a_beginning_of_a_frame_says_less_or_is_refused():
    for _, frame in frames():
        is_up = qgdw3761.is_from_terminal(frame)
        for piece in truncated(frame.body):
            try:
                units, rest = message.take_units(frame.afn, is_up, piece)
            except WireError:
                continue
            assert message.give_units(frame.afn, is_up, units) + rest == piece


def test_the_password_of_2005_is_two_octets_and_an_afn_that_is_not_known_is_left_whole():
    (frame,) = outcomes(qgdw3761.Deframer(), bytes.fromhex(golden("2005-protocol flag (01)")))
    units, rest = message.take_units(frame.afn, False, frame.body, password_size(frame))
    assert units[0].functions == [38] and rest == b"\x98\x0a"
    assert refused(message.take_units, message.RESET, False, b"\x98", 2)
    assert refused(message.take_units, message.RESET, False, bytes(15))
    assert message.take_units(0xFE, True, b"\x00") == ([], b"\x00")
    (row,), rest = units_of(golden("AFN0C F162?"))
    assert bytes.fromhex(row["data"]) == b"ppa008egs/lacol/tnm/" and not rest


def test_what_published_frames_say():
    (row,), rest = units_of(golden("set F1:"))
    assert row["data"]["heartbeat_min"] == 5 and row["data"]["timeout"] == 0x201E
    assert rest == bytes(16)
    (row,), _ = units_of(golden("set F3"))
    data = row["data"]
    assert (data["main"], data["main_port"], data["sub_port"]) == ("10.0.0.5", 8877, 8878)
    assert data["apn"] == "cmnet"
    (row,), _ = units_of(golden("set F10"))
    meter = row["data"][0]
    assert (meter["address"], meter["port"] & 31, meter["protocol"]) == ("037241368952", 31, 20)
    (row,), _ = units_of("683e003e00684b3107010002" + "0d63010101142111266516")
    assert (row["pn"], row["fn"], row["data"]) == (1, 161, {"day": "2026-11-21"})
    (row,), _ = units_of(
        "687a007a0068e431070100000e7300000100050304050e0a051922112615192211260503ce16"
    )
    (event,) = row["data"]["events"]
    assert event["erc"] == "14 (power off and on)"
    assert event["body"] == {"off": "2026-11-22 19:05", "on": "2026-11-22 19:15"}
    (row,), _ = units_of("684a004a0068c9310701000002710000040030051922f1260016")
    assert row["data"] == "2026-11-22 19:05:30"


_VALUES = (  # a format, a value, its octets
    (formats.A1, (2026, 11, 22, 19, 5, 30, 7), "30051922f126"),
    (formats.A15, (2026, 11, 22, 19, 5), "0519221126"),
    (formats.A16, (22, 19, 5, 30), "30051922"),
    (formats.A17, (11, 22, 19, 5), "05192211"),
    (formats.A18, (22, 19, 5), "051922"),
    (formats.A19, (19, 5), "0519"),
    (formats.A20, (2026, 11, 22), "221126"),
    (formats.A21, (2026, 11), "1126"),
    (formats.A24, (22, 19), "1922"),
    (formats.A5, -7999, "99f9"),
    (formats.A6, 1234, "3412"),
    (formats.A7, 2301, "0123"),
    (formats.A8, 9999, "9999"),
    (formats.A9, -12345, "452381"),
    (formats.A9, 799999, "999979"),
    (formats.A10, 123456, "563412"),
    (formats.A11, 12345678, "78563412"),
    (formats.A12, "037241368952", "528936417203"),
    (formats.A13, 1, "01000000"),
    (formats.A14, 9999999999, "9999999999"),
    (formats.A22, 50, "50"),
    (formats.A23, 654321, "214365"),
    (formats.A25, -1, "010080"),
    (formats.A26, 999, "9909"),
    (formats.A27, 12345678, "78563412"),
)


def test_each_format_is_read_and_written_alike():
    for codec, value, octets in _VALUES:
        octets = bytes.fromhex(octets)
        assert codec.give(value) == octets, value
        cursor = Cursor(octets + b"\x00")
        assert codec.take(cursor) == value and cursor.left() == 1
        for piece in truncated(octets):
            assert refused(codec.take, Cursor(piece))


def test_all_octets_ee_are_no_data():
    for codec in (formats.A1, formats.A15, formats.A5, formats.A9, formats.A14):
        octets = codec.give(None)
        assert not octets.strip(b"\xee") and codec.take(Cursor(octets)) is None
        assert codec.shown(None) is None


def test_what_is_no_decimal_or_no_date_is_refused():
    for codec, octets in (
        (formats.A14, "000a000000"),
        (formats.A14, "eeeeeeee00"),
        (formats.A9, "00000a"),
        (formats.A12, "0000000000a0"),
        (formats.A20, "001126"),
        (formats.A20, "321126"),
        (formats.A20, "010026"),
        (formats.A20, "011326"),
        (formats.A1, "60051922f126"),
        (formats.A1, "30601922f126"),
        (formats.A1, "30052422f126"),
        (formats.Ascii(2), "0041"),
        (formats.Ascii(2), "7f00"),
    ):
        assert refused(codec.take, Cursor(bytes.fromhex(octets))), octets


def test_a_number_that_does_not_fit_is_our_mistake():
    for codec, most in ((formats.A14, 10**10 - 1), (formats.A11, 10**8 - 1), (formats.A9, 799999)):
        assert codec.fits(most) and codec.give(most)
        assert not codec.fits(most + 1) and asserts(codec.give, most + 1)
    assert formats.A9.fits(-799999) and not formats.A9.fits(-800000) and not formats.A14.fits(-1)
    assert asserts(formats.A14.give, -1) and asserts(formats.U8.give, 256)


def test_decimals_are_shown_with_their_point():
    for codec, value, text in (
        (formats.A14, 1234567, "123.4567"),
        (formats.A14, 5, "0.0005"),
        (formats.A9, -5, "-0.0005"),
        (formats.A7, 2301, "230.1"),
        (formats.A10, 5, 5),
    ):
        assert codec.shown(value) == text


def test_more_tariffs_than_there_are_is_refused():
    codec = ByTariff((), ("kwh", formats.U8))
    for tariffs in (0, 1, TARIFFS_MAX):
        octets = bytes([tariffs]) + bytes(1 + tariffs)
        value = codec.take(Cursor(octets))
        assert len(value["kwh"]) == 1 + tariffs and codec.give(value) == octets
    assert refused(codec.take, Cursor(bytes([TARIFFS_MAX + 1]) + bytes(99)))
    assert asserts(codec.give, {"kwh": (TARIFFS_MAX + 2) * [0]})


def test_a_count_beyond_the_frame_is_refused_before_memory_is_taken():
    codec = Many(formats.U16, formats.U8)
    assert refused(codec.take, Cursor(b"\xff\xff" + bytes(100)))


def test_several_points_and_functions_in_one_unit_have_their_data_in_order():
    body = bytes.fromhex("0301" + "0301" + 2 * ("010203040506" + "07"))
    units, rest = message.take_units(message.CLASS_1, False, bytes.fromhex("03010310"))
    assert (units[0].points, units[0].functions, rest) == ([1, 2], [129, 130], b"")
    one = ("0519221126" + "00" + "7856341200") + ("0519221126" + "00" + "78563412")
    body = bytes.fromhex("03010310" + one + one)
    units, rest = message.take_units(message.CLASS_1, True, body)
    assert [[v["time"] for v in values] for values in units[0].data] == 2 * [
        2 * [(2026, 11, 22, 19, 5)]
    ]
    assert units[0].data[1][1]["kvarh"] == [12345678] and rest == b""
    assert message.give_units(message.CLASS_1, True, units) == body


def test_all_points_and_the_terminal_itself_are_one_point():
    for points, octets in (([0], "0000"), ([ALL_POINTS], "ff00"), ([9, 16], "8102")):
        assert message.point_set(points) == bytes.fromhex(octets)
    assert asserts(message.point_set, [8, 9]) and asserts(message.function_set, [8, 9])
    assert message.function_set([161, 162]) == b"\x03\x14"


def test_a_function_not_known_asks_by_its_name_or_ends_what_is_understood():
    known, unknown = "00000200", "00000100"  # F2 and F1 of AFN 0C
    body = bytes.fromhex(unknown + known)
    units, rest = message.take_units(message.CLASS_1, False, body)
    assert [unit.functions for unit in units] == [[1], [2]] and rest == b""
    reset_and_more = bytes.fromhex("0000" + "8006" + "1f") + bytes(16)
    units, rest = message.take_units(message.CONTROL, False, reset_and_more)
    assert [unit.functions for unit in units] == [] and rest == reset_and_more


def test_a_password_after_forwarded_data_is_seen_as_such():
    data = bytes.fromhex("00000100" + "02cb8a140100" + "7e")
    for tail in (b"", bytes(16)):
        units, rest = message.take_units(message.TRANSPARENT, False, data + tail)
        assert len(units) == 1 and rest == tail
    for size in (15, 17):
        assert refused(message.take_units, message.TRANSPARENT, False, data + bytes(size))


def test_a_frame_asks_for_so_much_and_no_more():
    eight_by_eight = b"\xff\x01\xff\x10"
    count = message.VALUES_MAX // 64
    units, _ = message.take_units(message.CLASS_1, False, eight_by_eight * count)
    assert len(units) == count
    one_more = eight_by_eight * count + b"\x00\x00\x02\x00"
    assert refused(message.take_units, message.CLASS_1, False, one_more)


def test_each_function_that_is_read_has_a_name_of_its_own():
    for rows in (LIVE, HISTORY):
        numbers = [row[0] for row in rows]
        assert len(set(numbers)) == len(numbers)
        assert len({row[1] for row in rows}) == len(rows)


def test_an_event_of_another_form_keeps_its_octets():
    event = bytes.fromhex("0e0a05192211261519221126")
    for octets in (event, b"\x0e\x02\x01\x02", b"\xfe\x01\x00", b"\x0e\x0b" + event[2:] + b"\x00"):
        body = bytes.fromhex("00000100" + "0503ff00") + octets
        units, rest = message.take_units(message.CLASS_3, True, body)
        assert message.give_units(message.CLASS_3, True, units) == body and rest == b""
        assert message.shown(message.CLASS_3, True, units)


def test_octet_by_octet_a_frame_says_the_same():
    octets = bytes.fromhex("683e003e00684b31070100020d63010101142111266516")
    whole = outcomes(qgdw3761.Deframer(), octets)
    assert outcomes(qgdw3761.Deframer(), *octets_of(octets)) == whole
