"""The data link where more than one frame goes at once, and where frames come back as an echo."""

from tests.dual.codec_checks import outcomes
from wire import hdlc
from wire.hdlc_link import HdlcClient
from wire.hdlc_server import HdlcServer

_SERVER = hdlc.server_address(1, 17)
_CLIENT = hdlc.client_address(16)


def _frames(octets):
    return outcomes(hdlc.Deframer(), octets)


def _frame(octets):
    frames = _frames(octets)
    assert len(frames) == 1, frames
    return frames[0]


def test_a_window_of_segments_is_sent_and_polled_once():
    client = HdlcClient(_SERVER, _CLIENT, 128, 3)
    server = HdlcServer(_SERVER, 128, 3)
    client.receive(_frame(server.receive(_frame(client.connect()))[1]))
    frames = _frames(client.send(bytes(1000)))
    assert [bool(frame.control & hdlc.POLL) for frame in frames] == [False, False, True]
    assert server.receive(frames[0]) is None
    # The second is lost: the third is out of turn, and the answer asks for the second.
    assert _frame(server.receive(frames[2])[1]).control == hdlc.rr_control(1)
    again = _frames(
        client.receive(hdlc.Frame(_CLIENT, _SERVER, hdlc.rr_control(1), b"", False))[1]
    )
    assert [hdlc.n_s(frame.control) for frame in again] == [1, 2, 3]


def test_what_is_lost_within_a_window_of_the_answer_is_asked_for_after_a_silence():
    client = HdlcClient(_SERVER, _CLIENT, 128, 3)
    server = HdlcServer(_SERVER, 128, 3)
    client.receive(_frame(server.receive(_frame(client.connect()))[1]))
    assert server.receive(_frame(client.send(b"ask"))) == ("apdu", b"ask")
    answer = _frames(server.send(b"x" * 300))
    assert [client.receive(answer[at]) for at in (0, 2)] == [None, None]
    again = _frames(server.receive(_frame(client.repeat()))[1])
    assert [client.receive(frame) for frame in again] == [None, ("apdu", b"x" * 300)]


def test_in_a_wide_window_a_late_frame_does_not_stop_the_repeating_of_the_request():
    for size in range(1, 10):
        client, server = HdlcClient(_SERVER, _CLIENT, 128, 7), HdlcServer(_SERVER, 128, 7)
        client.receive(_frame(server.receive(_frame(client.connect()))[1]))
        server.receive(_frame(client.send(b"first")))
        old, outcome = _frames(server.send(bytes(128 * size - 3))), None
        for frame in old:  # grows
            outcome = client.receive(frame) or outcome
            if outcome and outcome[0] == "write" and frame is old[-1]:
                old += _frames(server.receive(_frame(outcome[1]))[1])
        assert outcome == ("apdu", bytes(128 * size - 3))
        assert [client.receive(frame) for frame in old[-7:]] == [None] * len(old[-7:])
        request = client.send(b"second")
        late = old[-7:]
        assert [client.receive(frame) for frame in late] == [None] * len(late)
        assert client.repeat() == request


def test_the_echo_of_our_own_frames_is_no_answer_even_where_both_have_one_address():
    for server_address in (_SERVER, _CLIENT):
        client = HdlcClient(server_address, _CLIENT, 512, 3)
        server = HdlcServer(server_address, 512, 3)
        octets, heard = client.connect(), None
        for apdu in (b"", bytes(2000)):
            while heard is None:
                step = None
                for frame in _frames(octets):
                    step = server.receive(frame)
                    assert client.receive(frame) is None, "the echo"
                octets = server.send(step[1]) if step[0] == "apdu" else step[1]
                for frame in _frames(octets):
                    heard = client.receive(frame)
                if heard and heard[0] == "write":
                    octets, heard = heard[1], None
            if not apdu:
                assert heard == ("connected",)
                octets, heard = client.send(bytes(2000)), None
        assert heard == ("apdu", bytes(2000))
