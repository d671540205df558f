"""The data link of the meter: segments, repeats, silence, several clients."""

import pytest

from meter_sim.meter import Meter
from tests.meter_sim.reader import (
    CLIENT,
    DM,
    FRMR,
    GET_LIST,
    NOW_S,
    UA,
    Reader,
    aarq,
    descriptor,
    fcs,
    frame,
    frames_in,
    get_request,
    parameters,
)

CLOCK = (8, "0.0.1.0.0.255", 2)
OBJECT_LIST = (15, "0.0.40.0.0.255", 2)


def test_an_answer_longer_than_a_frame_comes_in_segments_that_rr_fetches():
    reader = Reader(Meter(17)).open(octets=32)
    said = reader.send(GET_LIST + b"\x03" + 3 * (descriptor(*CLOCK) + b"\x00"))
    assert [(len(part.information), part.segmented) for part in said] == [(32, True)]


def test_a_segmented_answer_is_the_same_as_a_whole_one():
    small = Reader(Meter(17)).open(octets=32)
    large = Reader(Meter(17, max_info=2030)).open(octets=2030)
    assert small.get(*OBJECT_LIST) == large.get(*OBJECT_LIST)


def test_a_segmented_request_is_put_together():
    reader = Reader(Meter(17)).open(octets=32)
    octets = b"\xe6\xe6\x00" + GET_LIST + b"\x03" + 3 * (descriptor(*CLOCK) + b"\x00")
    for at in range(0, len(octets), 10):
        last = at + 10 >= len(octets)
        said = reader.say(reader.control(), octets[at : at + 10], not last)
        reader.sent = (reader.sent + 1) % 8
        assert (said[0].control & 0x0F == 1) is not last, "RR until the last segment"
    assert said[0].information[:7] == b"\xe6\xe7\x00\xc4\x03\xc1\x03"


def test_the_window_lets_several_segments_go_in_a_row_and_polls_on_the_last():
    reader = Reader(Meter(17, window=3)).open(octets=32, window=3)
    said = reader.send(get_request(*OBJECT_LIST))
    assert [bool(part.control & 0x10) for part in said] == [False, False, True]
    assert [part.control >> 1 & 7 for part in said] == [2, 3, 4]  # AARE took 0 and 1
    (lost, *again) = reader.say(0x11 | 3 << 5)  # the second one has not come
    assert lost == said[1] and len(again) == 2


def test_a_repeated_frame_means_that_the_answer_was_lost_and_it_is_said_again():
    reader = Reader(Meter(17)).open()
    control = reader.control()
    first = reader.send(get_request(*CLOCK))
    reader.utc_s += 5
    assert reader.say(control, b"\xe6\xe6\x00" + get_request(*CLOCK)) == first


def test_a_lost_segment_is_said_again():
    reader = Reader(Meter(17)).open(octets=32)
    first = reader.send(get_request(*OBJECT_LIST))
    assert reader.say(0x11 | reader.received << 5) == first


def test_a_client_that_gives_up_a_segmented_answer_can_ask_for_something_else():
    reader = Reader(Meter(17)).open(octets=32)
    reader.send(get_request(*OBJECT_LIST))
    reader.received = (reader.received + 1) % 8
    assert len(reader.get(*CLOCK)) == 12


def test_segments_given_up_are_not_said_any_more():
    reader = Reader(Meter(17), CLIENT).open(octets=32, password=b"12345678")
    reader.send(get_request(*OBJECT_LIST))
    unconfirmed = b"\xc1\x01\x81" + descriptor(*CLOCK) + b"\x00\x00"
    reader.say(reader.control(), b"\xe6\xe6\x00" + unconfirmed)
    (ready,) = reader.say(0x11 | reader.received << 5)
    assert ready.control & 0x0F == 1


def test_a_frame_out_of_order_is_answered_with_what_is_expected():
    reader = Reader(Meter(17)).open()
    (answer,) = reader.say(0x10 | 5 << 1 | reader.received << 5, b"\xe6\xe6\x00")
    assert answer.control == 0x11 | reader.sent << 5


def test_information_longer_than_agreed_is_rejected():
    reader = Reader(Meter(17)).open(octets=32)
    assert reader.say(reader.control(), bytes(32))[0].control != FRMR
    reader = Reader(Meter(17)).open(octets=32)
    (rejected,) = reader.say(reader.control(), bytes(33))
    assert (rejected.control, rejected.information[2]) == (FRMR, 4)


def test_a_request_without_an_end_is_rejected_at_8192_octets():
    reader = Reader(Meter(17)).open()
    answers = []
    for _ in range(65):
        answers.append(reader.say(reader.control(), bytes(128), True)[0].control)
        reader.sent = (reader.sent + 1) % 8
    assert FRMR not in answers[:64] and answers[64] == FRMR


def test_who_is_not_connected_gets_dm():
    reader = Reader(Meter(17))
    for control in (0x10, 0x11, 0x53, 0x97):
        assert reader.say(control)[0].control == DM
    assert reader.say(0x00) == [], "no poll, no answer"


@pytest.mark.parametrize("parameters", ("8180140501", "8180030501" + "00", "ff"))
def test_a_connection_on_terms_that_cannot_be_is_none(parameters):
    reader = Reader(Meter(17)).open()
    (answer,) = reader.say(0x93, bytes.fromhex(parameters))
    assert answer.control == DM
    assert reader.send(get_request(*CLOCK))[0].control == DM, "the one before has ended too"


@pytest.mark.parametrize(
    "name, low, high",
    (("address", 1, 16_381), ("max_info", 32, 2030), ("window", 1, 7), ("max_pdu", 64, 65_535)),
)
def test_a_meter_is_made_within_its_limits(name, low, high):
    for good in (low, high):
        Meter(**{"address": 17, name: good})
    for bad in (low - 1, high + 1):
        with pytest.raises(AssertionError):
            Meter(**{"address": 17, name: bad})


def test_after_120_s_of_silence_the_meter_has_forgotten_the_connection():
    reader = Reader(Meter(17)).open()
    reader.now_ms += 120_000
    assert len(reader.get(*CLOCK)) == 12
    reader.now_ms += 120_001
    assert reader.send(get_request(*CLOCK))[0].control == DM


def test_two_clients_are_connected_at_once_and_do_not_know_each_other():
    meter = Meter(17)
    public, client = Reader(meter).open(), Reader(meter, CLIENT).open(password=b"12345678")
    assert public.get(*CLOCK) == client.get(*CLOCK)
    assert public.say(0x53)[0].control == UA
    assert len(client.get(*CLOCK)) == 12
    assert public.say(0x11)[0].control == DM


def test_a_client_the_meter_does_not_have_hears_nothing():
    assert Reader(Meter(17), sap=48).say(0x93) == []


@pytest.mark.parametrize(
    "server", (b"\x25", b"\x02\x25", b"\x04\x23", b"\x00\x02\x00\x25", b"\xff")
)
def test_what_is_for_another_address_is_not_answered(server):
    assert Reader(Meter(17), server=server).say(0x93) == []


def test_what_other_meters_answer_is_not_taken_for_a_request():
    meters = [Meter(16), Meter(17)]
    ua = meters[1].receive(frame(b"\x02\x23", b"\x21", 0x93), 0, NOW_S)
    assert ua and not meters[0].receive(ua, 0, NOW_S)


def test_a_frame_may_come_octet_by_octet_but_not_with_a_long_gap():
    snrm = frame(b"\x02\x23", b"\x21", 0x93)
    meter = Meter(17, inter_octet_ms=25)
    for number, octet in enumerate(snrm):
        answer = meter.receive(bytes((octet,)), 25 * number, NOW_S)
        assert bool(answer) is (number == len(snrm) - 1)
    assert meter.receive(snrm[:5], 1000, NOW_S) == b""
    assert meter.receive(snrm[5:], 1026, NOW_S) == b""
    assert meter.receive(snrm, 2000, NOW_S)


def test_no_bit_may_be_wrong():
    snrm = frame(b"\x02\x23", b"\x21", 0x93, parameters(64))
    for bit in range(8 * len(snrm)):
        spoilt = bytearray(snrm)
        spoilt[bit // 8] ^= 1 << bit % 8
        meter = Meter(17)
        assert meter.receive(bytes(spoilt), 0, NOW_S) == b"", bit
        assert meter.receive(snrm, 1000, NOW_S), "back in step"


def test_a_wrong_check_of_the_head_is_wrong_even_if_the_whole_is_right():
    body = bytearray(frame(b"\x02\x23", b"\x21", 0x93, parameters(64))[1:-3])
    body[6] ^= 1  # HCS
    spoilt = b"\x7e" + bytes(body) + fcs(body) + b"\x7e"
    assert Meter(17).receive(spoilt, 0, NOW_S) == b""


@pytest.mark.parametrize("server", (b"\x23", b"\x02\x23", b"\x00\x02\x00\x23"))
def test_a_frame_cut_inside_its_head_is_nothing(server):
    for octets in range(3):
        body = server + b"\x21\x93"[:octets]
        body = bytes((0xA0, len(body) + 4)) + body
        heard = b"\x7e" + body + fcs(body) + b"\x7e"
        assert bool(Meter(17).receive(heard, 0, NOW_S)) is (octets == 2)


def test_noise_and_shared_flags_do_not_hide_a_frame():
    snrm = frame(b"\x02\x23", b"\x21", 0x93)
    heard = b"\x00\x55\x7e\x7e" + snrm + snrm[1:]
    assert [said.control for said in frames_in(Meter(17).receive(heard, 0, NOW_S))] == [UA, UA]


def test_the_first_association_may_be_segmented_too():
    reader = Reader(Meter(17), CLIENT).connect(octets=32)
    (answer,) = reader.send(aarq(password=b"12345678"))
    assert answer.information[3] == 0x61 and answer.segmented
