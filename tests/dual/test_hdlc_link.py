"""The data link step by step: connecting, segments, silence, late frames, broken rules."""

from tests.dual.codec_checks import asserts, outcomes, refused
from wire import hdlc
from wire.apdu import APDU_MAX
from wire.hdlc_flow import SEGMENTS_MAX
from wire.hdlc_link import HOLDS_MAX, HdlcClient
from wire.hdlc_server import HdlcServer

_SERVER = hdlc.server_address(1, 17)
_CLIENT = hdlc.client_address(16)
_UA = hdlc.Frame(_CLIENT, _SERVER, hdlc.UA, b"", False)
_REQUEST = b"\xe6\xe6\x00"
_RESPONSE = b"\xe6\xe7\x00"


def _frames(octets):
    return outcomes(hdlc.Deframer(), octets)


def _frame(octets):
    frames = _frames(octets)
    assert len(frames) == 1, frames
    return frames[0]


def _to_client(control, information=b"", segmented=False):
    return hdlc.Frame(_CLIENT, _SERVER, control, information, segmented)


def _i(ns, nr, information, segmented=False, poll=True):
    return _to_client(hdlc.i_control(ns, nr, poll), information, segmented)


def _to_server(control, information=b"", segmented=False):
    return hdlc.Frame(_SERVER, _CLIENT, control, information, segmented)


def _connected(**options):
    client = HdlcClient(_SERVER, _CLIENT, **options)
    client.connect()
    assert client.receive(_UA) == ("connected",)
    return client


def test_the_published_snrm_and_disc_are_sent():
    client = HdlcClient(_SERVER, _CLIENT)
    assert client.connect().hex() == "7ea00802232193bd647e"
    assert client.disconnect().hex() == "7ea00802232153b1a27e"
    client = HdlcClient(_SERVER, _CLIENT, 512, 3)
    published = "7ea0210223219348558180140502020006020200070400000003080400000003c6fb7e"
    assert client.connect().hex() == published


def test_the_published_request_is_sent_in_the_first_i_frame():
    apdu = "601da109060760857405080101be10040e01000000065f1f0400001e5dffff"
    octets = _connected().send(bytes.fromhex(apdu))
    assert octets.hex() == "7ea02c02232110af9fe6e600" + apdu + "b3e27e"


def test_a_request_and_its_answer():
    client = _connected()
    assert _frame(client.send(b"ask")) == _to_server(0x10, _REQUEST + b"ask")
    assert client.receive(_i(0, 1, _RESPONSE + b"answer")) == ("apdu", b"answer")
    assert _frame(client.send(b"more")).control == hdlc.i_control(1, 1, True)


def test_what_comes_before_the_answer_is_taken_and_the_answer_is_asked_for():
    client = _connected()
    client.send(b"ask")
    assert client.receive(_i(0, 1, _RESPONSE + b"event")) == ("apdu", b"event")
    assert _frame(client.listen()) == _to_server(hdlc.rr_control(1))
    assert _frame(client.repeat()) == _to_server(hdlc.rr_control(1))
    assert client.receive(_to_client(hdlc.rr_control(1))) is None
    assert client.receive(_i(1, 1, _RESPONSE + b"answer")) == ("apdu", b"answer")


def test_each_side_keeps_to_what_the_other_can_take():
    for client_max, server_max, agreed in ((128, 512, 128), (512, 128, 128), (512, 300, 300)):
        client = HdlcClient(_SERVER, _CLIENT, client_max, 7)
        server = HdlcServer(_SERVER, server_max, 1)
        event, octets = server.receive(_frame(client.connect()))
        assert event == "connected"
        assert client.receive(_frame(octets)) == ("connected",)
        asked = _frames(client.send(bytes(1000)))
        assert [len(frame.information) for frame in asked] == [agreed]


def test_what_ua_does_not_say_has_its_default():
    client = HdlcClient(_SERVER, _CLIENT, 2030, 7)
    client.connect()
    client.receive(_UA)
    asked = _frames(client.send(bytes(200)))
    assert [len(frame.information) for frame in asked] == [128]


def test_parameters_that_make_no_sense_end_the_connecting():
    client = HdlcClient(_SERVER, _CLIENT)
    client.connect()
    refused(client.receive, _to_client(hdlc.UA, b"\x81\x80"))
    assert asserts(client.send, b"ask")


def test_a_long_request_goes_in_segments_each_acknowledged():
    client = _connected(max_info=128)
    first = _frame(client.send(bytes(300)))
    assert first.segmented and len(first.information) == 128
    assert first.information[:4] == _REQUEST + b"\x00"
    step = client.receive(_to_client(hdlc.rr_control(1)))
    second = _frame(step[1])
    assert step[0] == "write" and second.segmented and second.information == bytes(128)
    last = _frame(client.receive(_to_client(hdlc.rr_control(2)))[1])
    assert not last.segmented and len(last.information) == 303 - 256
    assert client.receive(_to_client(hdlc.rr_control(3))) is None  # the answer is being made
    assert _frame(client.repeat()) == _to_server(hdlc.rr_control(0))
    assert client.receive(_i(0, 3, _RESPONSE + b"done")) == ("apdu", b"done")


def test_a_long_answer_is_put_together():
    client = _connected()
    client.send(b"ask")
    step = client.receive(_i(0, 1, _RESPONSE + b"one ", True))
    assert step[0] == "write" and _frame(step[1]).control == hdlc.rr_control(1)
    assert _frame(client.receive(_i(1, 1, b"two ", True))[1]).control == hdlc.rr_control(2)
    assert client.receive(_i(2, 1, b"three")) == ("apdu", b"one two three")


def test_after_silence_the_same_frame_is_repeated():
    client = HdlcClient(_SERVER, _CLIENT)
    assert asserts(client.repeat)
    assert client.connect() == client.repeat()
    client.receive(_UA)
    assert client.send(b"ask") == client.repeat() == client.repeat()
    assert client.disconnect() == client.repeat()


def test_a_late_duplicate_answer_is_not_taken_for_the_next_one():
    client = _connected()
    client.send(b"first")
    client.repeat()
    answer = _i(0, 1, _RESPONSE + b"first answer")
    assert client.receive(answer) == ("apdu", b"first answer")
    assert client.receive(answer) is None  # nothing has been asked since
    client.send(b"second")
    assert client.receive(answer) is None
    assert client.receive(_i(1, 2, _RESPONSE + b"second answer")) == ("apdu", b"second answer")


def test_a_late_acknowledgement_does_not_send_a_segment_twice():
    client = _connected()
    client.send(bytes(300))
    client.repeat()
    rr = _to_client(hdlc.rr_control(1))
    assert client.receive(rr)[0] == "write"
    assert client.receive(rr) is None


def test_a_late_ua_does_not_disturb():
    client = _connected()
    assert client.receive(_UA) is None
    client.send(b"ask")
    assert client.receive(_UA) is None
    assert client.receive(_i(0, 1, _RESPONSE + b"answer")) == ("apdu", b"answer")


def test_frames_of_an_earlier_link_are_ignored_while_connecting():
    client = HdlcClient(_SERVER, _CLIENT)
    client.connect()
    for frame in (_i(0, 1, _RESPONSE + b"old"), _to_client(hdlc.rr_control(1))):
        assert client.receive(frame) is None
    assert client.receive(_UA) == ("connected",)


def test_frames_of_other_stations_are_ignored():
    client = _connected()
    client.send(b"ask")
    other = hdlc.server_address(1, 18)
    for destination, source in ((_CLIENT, other), (b"\x03", _SERVER), (_SERVER, _CLIENT)):
        frame = hdlc.Frame(destination, source, 0x30, _RESPONSE + b"other", False)
        assert client.receive(frame) is None
    assert HdlcServer(other).receive(_to_server(hdlc.SNRM)) is None


def test_unnumbered_information_is_tolerated():
    client = _connected()
    client.send(b"ask")
    assert client.receive(_to_client(hdlc.UI, b"push")) is None


def test_dm_says_that_the_link_is_gone():
    client = HdlcClient(_SERVER, _CLIENT)
    client.connect()
    assert client.receive(_to_client(hdlc.DM)) == ("disconnected",)
    client = _connected()
    client.send(b"ask")
    assert client.receive(_to_client(0x0F)) == ("disconnected",)
    assert asserts(client.send, b"ask")


def test_disconnecting_is_answered_by_ua_or_dm():
    for answer in (hdlc.UA, hdlc.DM):
        client = _connected()
        client.disconnect()
        assert client.receive(_i(0, 0, _RESPONSE + b"late")) is None
        assert client.receive(_to_client(answer)) == ("disconnected",)


def test_a_server_not_ready_is_asked_again():
    client = _connected()
    client.send(bytes(200))
    assert client.receive(_to_client(hdlc.RNR | hdlc.POLL | 1 << 5)) is None
    assert _frame(client.repeat()).control == hdlc.rr_control(0)
    assert _frame(client.receive(_to_client(hdlc.rr_control(1)))[1]).information == bytes(75)


def test_a_server_that_is_never_ready_is_not_waited_for():
    rnr = _to_client(hdlc.RNR | hdlc.POLL)
    client = _connected()
    client.send(b"ask")
    for _ in range(HOLDS_MAX):
        assert client.receive(rnr) is None
        assert client.receive(_to_client(hdlc.rr_control(0)))[0] == "write"
    assert "not ready" in str(refused(client.receive, rnr))
    client.connect()
    client.receive(_UA)
    client.send(b"ask")
    assert client.receive(rnr) is None


def test_broken_rules_end_the_link():
    for reason, frame in (
        ("rejects", _to_client(hdlc.FRMR, b"\x10\x00\x01")),
        ("acknowledge", _i(0, 0, _RESPONSE + b"answer")),
        ("acknowledge", _i(0, 5, _RESPONSE + b"answer")),
        ("out of order", _i(3, 1, _RESPONSE + b"answer")),
        ("nothing in it", _i(0, 1, b"", True)),
        ("LLC", _i(0, 1, _REQUEST + b"answer")),
        ("LLC", _i(0, 1, b"\xe6")),
        ("no APDU", _i(0, 1, _RESPONSE)),
    ):
        client = _connected()
        client.send(b"ask")
        assert reason in str(refused(client.receive, frame)), reason
        assert client.receive(frame) is None and asserts(client.send, b"ask")


def test_an_answer_to_nothing_is_refused():
    assert "nothing asked" in str(refused(_connected().receive, _i(0, 0, _RESPONSE + b"x")))


def _segments(client, size, count):
    """Send `count` segments of `size` octets to a client that has asked; the last result."""
    client.send(b"ask")
    for at in range(count):
        last = at == count - 1
        head = _RESPONSE if at == 0 else b""
        body = head + bytes(size - len(head))
        step = client.receive(_i(at & 7, 1, body, not last))
    return step


def test_an_apdu_of_the_longest_size_passes_and_one_octet_more_does_not():
    size = APDU_MAX + len(_RESPONSE)
    assert _segments(_connected(), size // 7, 7) == ("apdu", bytes(APDU_MAX))
    assert "longer" in str(refused(_segments, _connected(), (size + 1) // 4, 4))


def test_an_apdu_of_endless_small_segments_is_refused():
    assert len(_segments(_connected(), 4, SEGMENTS_MAX)[1]) == 4 * SEGMENTS_MAX - 3
    assert "segments" in str(refused(_segments, _connected(), 4, SEGMENTS_MAX + 1))
