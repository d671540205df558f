"""The forms of SET, ACTION and ACCESS with lists and blocks, notifications, general blocks: octets
as the standard writes them, both ways; damaged ones are refused."""

from tests.dual.apdu_forms import A_CLOCK, A_DATA, A_RELAY, DATA, EVENTS, FORMS
from tests.dual.codec_checks import check_codec, check_survives, refused
from wire import apdu
from wire.apdu_fields import COUNT_MAX, filling, put_octets


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
        "dac0000001000001110702" + "01000100",
    ):
        refused(apdu.decode, bytes.fromhex(text))


def test_a_list_has_so_many_items_and_no_more():
    for count, fits in ((COUNT_MAX, True), (COUNT_MAX + 1, False)):
        octets = apdu.encode(apdu.GetListRequest(0xC1, ((DATA, None),) * count))
        if fits:
            assert len(apdu.decode(octets).items) == count
        else:
            assert "more than" in str(refused(apdu.decode, octets))


def test_octets_with_their_length_fill_a_room_and_do_not_overflow_it():
    for room in range(1, 600):
        size = filling(room)
        assert room in (0x80, 0x101) or len(put_octets(bytes(size))) - 1 == room
        assert len(put_octets(bytes(size))) - 1 <= room, room


def test_access_has_no_other_kinds_than_the_standards():
    for kind in ("00", "06", "ff"):
        refused(apdu.decode, bytes.fromhex("d9c00000010001" + kind + A_DATA + "0100"))
    for kind in ("00", "04", "05"):
        refused(apdu.decode, bytes.fromhex("dac000000100000100" + "01" + kind + "00"))


def test_half_a_date_time_is_refused_wherever_one_may_stand():
    for text in ("0f000000010107" + "1107", "100000000101" + "07", "c2010107" + A_DATA + "00"):
        refused(apdu.decode, bytes.fromhex(text))
