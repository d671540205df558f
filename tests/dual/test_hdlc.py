"""HDLC frames: the published ones, the damaged ones, and what is between them."""

from tests.dual.codec_checks import (
    DAMAGED,
    asserts,
    check_deframer,
    flipped,
    octets_of,
    outcomes,
    refused,
    vectors,
)
from wire import hdlc

_SNRM = bytes.fromhex("7ea00802232193bd647e")
_SNRM_FRAME = hdlc.Frame(b"\x02\x23", b"\x21", hdlc.SNRM, b"", False)
_DATA_FRAME = hdlc.Frame(b"\x21", b"\x02\x23", 0x30, b"\xe6\xe7\x00\xc4\x01", True)


def frames_in(*chunks):
    return outcomes(hdlc.Deframer(), *chunks)


def _published(vector):
    return hdlc.Frame(
        bytes.fromhex(vector["destination"]),
        bytes.fromhex(vector["source_address"]),
        vector["control"],
        bytes.fromhex(vector["information"]),
        False,
    )


def test_every_published_frame_is_read_and_written_alike():
    for vector in vectors("hdlc"):
        octets, frame = bytes.fromhex(vector["hex"]), _published(vector)
        check_deframer(hdlc.Deframer, octets, frame)
        assert hdlc.encode(frame) == octets, vector["meaning"]


def test_a_segment_says_that_more_follow():
    octets = hdlc.encode(_DATA_FRAME)
    assert octets[1] & 0x08
    check_deframer(hdlc.Deframer, octets, _DATA_FRAME)


def test_a_flag_inside_the_information_is_data():
    frame = hdlc.Frame(b"\x03", b"\x21", 0x10, b"\x7e\x7e\x7e\xa0\x08", False)
    check_deframer(hdlc.Deframer, hdlc.encode(frame), frame)


def test_the_longest_frame_passes_and_a_longer_one_is_our_mistake():
    information = bytes(hdlc.LENGTH_MAX - 9)
    frame = hdlc.Frame(b"\x03", b"\x21", 0x10, information, False)
    assert frames_in(hdlc.encode(frame)) == [frame]
    longer = hdlc.Frame(b"\x03", b"\x21", 0x10, information + b"\x00", False)
    assert asserts(hdlc.encode, longer)


def test_two_frames_may_share_one_flag_or_have_many_between():
    data = hdlc.encode(_DATA_FRAME)
    assert frames_in(_SNRM[:-1] + data) == [_SNRM_FRAME, _DATA_FRAME]
    assert frames_in(*octets_of(_SNRM[:-1] + data)) == [_SNRM_FRAME, _DATA_FRAME]
    assert frames_in(b"\x7e\x7e" + _SNRM + b"\x7e\x7e\x7e" + data) == [_SNRM_FRAME, _DATA_FRAME]


def test_noise_between_frames_is_skipped_silently():
    noise = b"\x00\xff\x55"
    assert frames_in(noise + _SNRM + noise + _SNRM + noise) == [_SNRM_FRAME] * 2
    assert frames_in(*octets_of(noise + _SNRM + noise + _SNRM)) == [_SNRM_FRAME] * 2


def test_a_wrong_bit_never_yields_a_frame_and_the_next_good_one_is_found():
    for whole in (_SNRM, hdlc.encode(_DATA_FRAME)):
        for at, bit, octets in flipped(whole[:-1]):
            for chunks in ([octets + b"\x7e", whole], octets_of(octets + b"\x7e" + whole)):
                found = frames_in(*chunks)
                frames = [frame for frame in found if frame != DAMAGED]
                assert len(frames) == 1 and found[-1] in (_SNRM_FRAME, _DATA_FRAME), (at, bit)
                assert len(found) <= 2, (at, bit, found)


def test_header_and_information_are_both_checked():
    whole = hdlc.encode(_DATA_FRAME)
    for at in (3, 5, 6, 8, 9, 10):
        damaged = whole[:at] + bytes([whole[at] ^ 2]) + whole[at + 1 :]
        assert frames_in(damaged) == [DAMAGED], at
    assert frames_in(whole[:-1] + b"\x00") == [DAMAGED]  # no closing flag


def test_a_frame_right_but_for_one_check_sequence_is_damaged():
    whole = hdlc.encode(_DATA_FRAME)
    body = whole[1:7] + b"\x00\x00" + whole[9:-3]
    wrong_hcs = b"\x7e" + body + hdlc.fcs16(body).to_bytes(2, "little") + b"\x7e"
    assert frames_in(wrong_hcs) == [DAMAGED]


def test_a_damaged_length_is_found_without_waiting_for_octets_that_never_come():
    damaged = _SNRM[:1] + b"\xa7" + _SNRM[2:]  # announces more than 1,800 octets
    assert frames_in(damaged, _SNRM) == [DAMAGED, _SNRM_FRAME]


def test_each_of_several_damaged_frames_is_reported_once():
    damaged = hdlc.encode(_DATA_FRAME)[:-4] + b"\x00\x00\x00\x7e"
    assert frames_in(damaged + damaged + _SNRM) == [DAMAGED, DAMAGED, _SNRM_FRAME]


def test_a_length_that_does_not_fit_the_header_is_damage():
    for length in (0, 5, 7, 9, 10):
        body = bytes([0xA0, length, 0x02, 0x23, 0x21, 0x93])
        octets = b"\x7e" + body + hdlc.fcs16(body).to_bytes(2, "little") + b"\x7e\x7e\x7e"
        assert frames_in(octets) == [DAMAGED], length


def test_an_address_without_end_or_of_three_octets_is_damage():
    for address in ("00000000", "02022300"):
        octets = bytes.fromhex("7ea00c" + address + "219300007e")
        assert frames_in(octets + _SNRM) == [DAMAGED, _SNRM_FRAME]


def test_garbage_of_any_size_is_survived_and_the_next_frame_found():
    for garbage in (
        bytes(65536),
        b"\x7e" * 65536,
        b"\x7e\xa0\x40" * 21846,
        b"\x7e\xa7\xff" * 21846,
    ):
        deframer = hdlc.Deframer()
        outcomes(deframer, garbage)
        found = outcomes(deframer, b"\x55" * 16 + _SNRM + _SNRM)
        assert found[-1] == _SNRM_FRAME, garbage[:3]


def test_frames_never_taken_out_are_lost_with_a_word_not_piled_up():
    deframer = hdlc.Deframer()
    for _ in range(1000):
        deframer.feed(_SNRM)
    found = outcomes(deframer, _SNRM)
    assert found[0] == DAMAGED and found[-1] == _SNRM_FRAME
    assert len(found) * len(_SNRM) < 3 * hdlc.LENGTH_MAX


def test_a_big_chunk_of_good_frames_is_taken_out_whole():
    assert frames_in(_SNRM * 5000) == [_SNRM_FRAME] * 5000


def test_what_was_begun_before_a_silence_can_be_forgotten():
    deframer = hdlc.Deframer()
    assert outcomes(deframer, hdlc.encode(_DATA_FRAME)[:-3]) == []
    deframer.clear()
    assert outcomes(deframer, _SNRM) == [_SNRM_FRAME]


def test_an_error_shows_only_the_beginning_of_a_long_frame():
    octets = bytearray(hdlc.encode(hdlc.Frame(b"\x03", b"\x21", 0x10, bytes(2000), False)))
    octets[1000] ^= 1
    deframer = hdlc.Deframer()
    deframer.feed(octets)
    assert len(refused(deframer.next_frame).data) <= 32


def test_addresses_of_one_two_and_four_octets():
    for logical, physical, octets, expected in (
        (1, 17, 1, "23"),
        (1, 17, 0, "0223"),
        (1, 17, 2, "0223"),
        (1, 17, 4, "00020023"),
        (1, 1000, 0, "00020ed1"),
        (1, 127, 0, "02ff"),
        (1, 128, 0, "00020201"),
        (128, 1, 0, "02000003"),
        (0x3FFF, 0x3FFF, 0, "fefefeff"),
    ):
        assert hdlc.server_address(logical, physical, octets) == bytes.fromhex(expected)


def test_an_address_that_does_not_fit_is_our_mistake():
    for arguments in ((1, 128, 2), (128, 1, 2), (1, 128, 1), (1, 0x4000), (0x4000, 1), (-1, 1)):
        assert asserts(hdlc.server_address, *arguments), arguments
    assert hdlc.client_address(16) == b"\x21" and hdlc.client_address(127) == b"\xff"
    assert asserts(hdlc.client_address, 128)


def test_control_octets():
    assert hdlc.i_control(3, 5, True) == 0xB6
    assert hdlc.i_control(3, 5, False) == 0xA6
    assert hdlc.rr_control(1) == 0x31
    for control, expected in (
        (0xB6, hdlc.I_FRAME),
        (0x31, hdlc.RR),
        (0x35, hdlc.RNR),
        (0x93, hdlc.SNRM),
        (0x83, hdlc.SNRM),
        (0x63, hdlc.UA),
        (0x43, hdlc.DISC),
        (0x0F, hdlc.DM),
        (0x87, hdlc.FRMR),
        (0x03, hdlc.UI),
    ):
        assert hdlc.kind(control) == expected, hex(control)
    assert (hdlc.n_s(0xB6), hdlc.n_r(0xB6)) == (3, 5)


def test_an_information_field_announced_and_not_there_is_damage():
    head = bytes.fromhex("a00a02232193")
    body = head + hdlc.fcs16(head).to_bytes(2, "little")
    octets = b"\x7e" + body + hdlc.fcs16(body).to_bytes(2, "little") + b"\x7e"
    assert frames_in(octets + _SNRM) == [DAMAGED, _SNRM_FRAME]
