"""Reading what came from the wire never goes past its end."""

from tests.dual.codec_checks import asserts, refused
from wire.cursor import Cursor


def test_integers_are_big_endian_and_follow_each_other():
    cursor = Cursor(bytes.fromhex("01 0203 04050607 0809"))
    assert (cursor.u8(), cursor.u16(), cursor.u32()) == (1, 0x0203, 0x04050607)
    assert cursor.left() == 2
    assert cursor.rest() == b"\x08\x09"
    assert cursor.left() == 0


def test_data_too_short_are_refused_and_nothing_is_taken():
    cursor = Cursor(b"\x01\x02\x03")
    for read in (cursor.u32, lambda: cursor.take(4)):
        assert "3 left" in str(refused(read))
    assert cursor.rest() == b"\x01\x02\x03"
    refused(cursor.u8)


def test_a_length_has_a_short_and_a_long_form():
    for octets, value in (
        ("00", 0),
        ("7f", 127),
        ("8180", 128),
        ("820100", 256),
        ("83010000", 65536),
        ("84ffffffff", 0xFFFFFFFF),
    ):
        cursor = Cursor(bytes.fromhex(octets))
        assert (cursor.length(), cursor.left()) == (value, 0)


def test_a_length_of_no_known_form_or_cut_short_is_refused():
    for octets in ("", "80", "85", "ff", "81", "8201", "84ffffff"):
        refused(Cursor(bytes.fromhex(octets)).length)


def test_nothing_can_be_taken_and_less_than_nothing_is_our_mistake():
    assert Cursor(b"").take(0) == b""
    assert asserts(Cursor(b"1").take, -1)


def test_an_error_shows_only_the_beginning_of_long_data():
    assert len(refused(Cursor(bytes(1000)).take, 1001).data) < 64
