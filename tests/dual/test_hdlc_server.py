"""The data link from the server's side, and both sides over a line that loses and delays."""

from tests.dual.codec_checks import asserts, outcomes
from wire import hdlc
from wire.hdlc_link import HdlcClient
from wire.hdlc_server import HdlcServer

_SERVER = hdlc.server_address(1, 17)
_CLIENT = hdlc.client_address(16)
_REQUEST = b"\xe6\xe6\x00"
_TRIES = 300


def _frames(octets):
    return outcomes(hdlc.Deframer(), octets)


def _frame(octets):
    frames = _frames(octets)
    assert len(frames) == 1, frames
    return frames[0]


def _from(source, control, information=b"", segmented=False):
    return hdlc.Frame(_SERVER, source, control, information, segmented)


def _i(ns, nr, information, segmented=False):
    return _from(_CLIENT, hdlc.i_control(ns, nr, True), information, segmented)


def _serving(**options):
    server = HdlcServer(_SERVER, **options)
    event, octets = server.receive(_from(_CLIENT, hdlc.SNRM))
    assert event == "connected" and _frame(octets).control == hdlc.UA
    return server


def test_a_client_without_a_link_is_told_so():
    server = HdlcServer(_SERVER)
    for control in (hdlc.DISC, hdlc.rr_control(0), hdlc.i_control(0, 0, True)):
        event, octets = server.receive(_from(_CLIENT, control, b""))
        assert event == "write" and _frame(octets).control == hdlc.DM
    assert server.receive(_from(_CLIENT, hdlc.i_control(0, 0, False))) is None


def test_a_client_that_leaves_is_let_go():
    server = _serving()
    event, octets = server.receive(_from(_CLIENT, hdlc.DISC))
    assert event == "disconnected" and _frame(octets).control == hdlc.UA
    assert _frame(server.receive(_from(_CLIENT, hdlc.DISC))[1]).control == hdlc.DM


def test_another_client_is_told_that_it_has_no_link_until_it_opens_one():
    server = _serving()
    event, octets = server.receive(_from(b"\x03", hdlc.rr_control(0)))
    assert event == "write"
    assert (_frame(octets).control, _frame(octets).destination) == (hdlc.DM, b"\x03")
    assert server.receive(_i(0, 0, _REQUEST + b"ask")) == ("apdu", b"ask")
    assert server.receive(_from(b"\x03", hdlc.SNRM))[0] == "connected"


def test_a_repeated_request_is_answered_again_and_handed_on_once():
    server = _serving()
    ask = _i(0, 0, _REQUEST + b"ask")
    assert server.receive(ask) == ("apdu", b"ask")
    assert server.receive(ask) is None  # the answer is being made
    answer = server.send(b"answer")
    assert server.receive(ask) == ("write", answer)
    assert server.receive(_i(1, 1, _REQUEST + b"next")) == ("apdu", b"next")


def test_a_repeated_segment_is_acknowledged_again_and_taken_once():
    server = _serving()
    first = _i(0, 0, _REQUEST + b"one ", True)
    assert server.receive(first) == server.receive(first)
    assert server.receive(_i(1, 0, b"two")) == ("apdu", b"one two")


def test_a_long_answer_is_sent_segment_by_segment_and_again_where_lost():
    server = _serving()
    server.receive(_i(0, 0, _REQUEST + b"ask"))
    first = server.send(bytes(200))
    assert _frame(first).segmented
    assert server.receive(_from(_CLIENT, hdlc.rr_control(0))) == ("write", first)
    last = server.receive(_from(_CLIENT, hdlc.rr_control(1)))[1]
    assert not _frame(last).segmented and len(_frame(last).information) == 75
    ready = server.receive(_from(_CLIENT, hdlc.rr_control(2)))[1]
    assert _frame(ready).control == hdlc.rr_control(1)
    assert server.receive(_from(_CLIENT, hdlc.rr_control(6))) is None  # names nothing sent


def test_a_poll_while_the_answer_is_made_is_answered_by_rr():
    server = _serving()
    server.receive(_i(0, 0, _REQUEST + b"ask"))
    poll = _from(_CLIENT, hdlc.rr_control(0))
    assert _frame(server.receive(poll)[1]).control == hdlc.rr_control(1)
    assert _frame(server.send(b"answer")).information[3:] == b"answer"


def test_a_new_snrm_begins_anew():
    server = _serving()
    server.receive(_i(0, 0, _REQUEST + b"ask"))
    server.send(bytes(500))
    server.receive(_from(_CLIENT, hdlc.SNRM))
    assert asserts(server.send, b"answer to nothing")
    assert server.receive(_i(0, 0, _REQUEST + b"ask")) == ("apdu", b"ask")


def test_unnumbered_information_is_tolerated():
    assert _serving().receive(_from(_CLIENT, 0x03, b"broadcast")) is None


def test_a_client_that_breaks_the_rules_is_rejected_and_has_no_link_any_more():
    for frame in (
        _i(3, 0, _REQUEST + b"ask"),
        _i(0, 1, _REQUEST + b"ask"),
        _i(0, 0, b"\xe6\xe7\x00ask"),
        _i(0, 0, b""),
        _i(0, 0, _REQUEST),
    ):
        server = _serving()
        _is_rejected(server.receive(frame), bytes([frame.control]))
        assert _frame(server.receive(frame)[1]).control == hdlc.DM
    server = _serving()
    server.receive(_i(0, 0, _REQUEST + b"ask"))
    _is_rejected(server.receive(_i(1, 0, _REQUEST + b"and")), b"\x12\x20\x00")


def _is_rejected(outcome, information):
    event, octets = outcome
    frame = _frame(octets)
    assert (event, frame.control) == ("rejected", hdlc.FRMR)
    assert frame.information[: len(information)] == information, frame.information


def test_a_command_that_is_not_known_is_rejected_and_an_answer_to_nothing_is_not():
    for control in (0x09, 0x0D, 0xEF):  # REJ, SREJ, SNRME
        _is_rejected(_serving().receive(_from(_CLIENT, control)), bytes([control, 0, 1]))
        assert HdlcServer(_SERVER).receive(_from(_CLIENT, control)) is None
    for control in (hdlc.UA, hdlc.DM, hdlc.FRMR):
        assert _serving().receive(_from(_CLIENT, control)) is None


def test_parameters_that_make_no_sense_open_no_link():
    server = HdlcServer(_SERVER)
    event, octets = server.receive(_from(_CLIENT, hdlc.SNRM, b"\x81\x80\x03\x05\x01\x07"))
    assert (event, _frame(octets).control) == ("write", hdlc.DM)
    assert _frame(server.receive(_i(0, 0, _REQUEST + b"ask"))[1]).control == hdlc.DM


def test_a_client_that_has_no_room_is_sent_nothing_until_it_asks():
    server = _serving()
    server.receive(_i(0, 0, _REQUEST + b"ask"))
    assert _frame(server.receive(_from(_CLIENT, hdlc.POLL | hdlc.RNR))[1]).control == 0x31
    assert len(_frames(server.send(bytes(300)))) == 1
    held = server.receive(_from(_CLIENT, 1 << 5 | hdlc.POLL | hdlc.RNR))
    assert _frame(held[1]).control == hdlc.rr_control(1)
    assert hdlc.n_s(_frame(server.receive(_from(_CLIENT, hdlc.rr_control(1)))[1]).control) == 1
    assert server.receive(_from(_CLIENT, 5 << 5 | hdlc.POLL | hdlc.RNR)) is None


def test_a_client_silent_for_too_long_has_no_link_any_more():
    for silent_ms, is_linked in ((119_999, True), (120_000, False)):
        server = HdlcServer(_SERVER)
        server.receive(_from(_CLIENT, hdlc.SNRM), 5_000)
        at_ms = 5_000
        for _ in range(3):  # it is the last frame that counts
            at_ms += 119_999
            assert _frame(server.receive(_from(_CLIENT, hdlc.rr_control(0)), at_ms)[1])
        event, found = server.receive(_i(0, 0, _REQUEST + b"ask"), at_ms + silent_ms)
        assert (event == "apdu") == is_linked
        assert is_linked or _frame(found).control == hdlc.DM


def test_others_do_not_keep_a_silent_client_linked_and_patience_may_be_endless():
    server = HdlcServer(_SERVER)
    server.receive(_from(_CLIENT, hdlc.SNRM), 0)
    server.receive(_from(hdlc.client_address(1), hdlc.rr_control(0)), 100_000)
    assert _frame(server.receive(_i(0, 0, _REQUEST + b"a"), 130_000)[1]).control == hdlc.DM
    server = HdlcServer(_SERVER, inactivity_ms=0)
    server.receive(_from(_CLIENT, hdlc.SNRM), 0)
    assert server.receive(_i(0, 0, _REQUEST + b"a"), 10_000_000) == ("apdu", b"a")


def test_an_answer_that_takes_long_is_not_the_clients_inactivity():
    server = HdlcServer(_SERVER)
    server.receive(_from(_CLIENT, hdlc.SNRM), 0)
    server.receive(_i(0, 0, _REQUEST + b"ask"), 10)
    server.receive(_from(_CLIENT, hdlc.rr_control(0)), 300_000)
    assert _frame(server.send(b"late")).information == b"\xe6\xe7\x00late"


class Line:
    """A client and an echoing server; what is written may be lost, halved or come late."""

    def __init__(self, seed, size, window, trouble):
        asks, answers = window
        self.client = HdlcClient(_SERVER, _CLIENT, size, asks)
        self.server = HdlcServer(_SERVER, size, answers)
        self.handed_on = []
        self._state = seed
        self._trouble = trouble  # in 256
        self._late = []
        self._to_client = hdlc.Deframer()
        self._to_server = hdlc.Deframer()

    def chance(self):
        self._state = (self._state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self._state >> 16) & 0xFF

    def _spoilt(self, octets):
        if self.chance() >= self._trouble:
            return octets
        if self.chance() < 128:
            return b""
        at = self.chance() % len(octets)
        return octets[:at] + bytes([octets[at] ^ 0x10]) + octets[at + 1 :]

    def answers(self, octets):
        """The octets that come back, in transmissions: late ones of earlier, then its own."""
        came, self._late = self._late, []
        for frame in outcomes(self._to_server, self._spoilt(octets)):
            step = self.server.receive(frame) if frame != "damaged" else None
            if step and step[0] == "apdu":
                self.handed_on.append(step[1])
                step = ("write", self.server.send(step[1]))
            if step:
                back = self._spoilt(step[1])
                (self._late if self.chance() < self._trouble // 2 else came).append(back)
        self._to_server.clear()
        return came

    def until(self, wanted, octets):
        """Drive the client as a driver does: write, listen, repeat after a silence."""
        for _ in range(_TRIES):
            heard = None
            for chunk in self.answers(octets):
                for frame in outcomes(self._to_client, chunk):
                    step = self.client.receive(frame) if frame != "damaged" else None
                    heard = step or heard
            self._to_client.clear()
            if heard is None:
                octets = self.client.repeat()
            elif heard[0] == "write":
                octets = heard[1]
            else:
                assert heard[0] == wanted, heard
                return heard
        raise AssertionError("the link is stuck")


def _exchange_all(line):
    line.until("connected", line.client.connect())
    line._late = []  # a driver drains the line before it asks on a new link
    asked = [bytes([number]) * (1 + 97 * number % 700) for number in range(12)]
    for apdu in asked:
        assert line.until("apdu", line.client.send(apdu)) == ("apdu", apdu)
    assert line.handed_on == asked


def test_whatever_is_lost_damaged_or_late_each_apdu_arrives_once_and_in_order():
    for seed in range(147):
        window = 1 + seed % 7, 1 + seed // 7 % 7
        _exchange_all(Line(seed, (128, 32, 512)[seed // 49], window, 48))


def test_a_quiet_line_needs_no_repetition():
    for window in range(1, 8):
        line = Line(1, 128, (window, window), 0)
        line.client.repeat = None
        _exchange_all(line)
