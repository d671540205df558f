"""General block transfer, client against server: both ways, with windows, with losses."""

from tests.dual.codec_checks import flipped, refused, truncated
from tests.dual.cosem_peer import CLIENTS, MANAGEMENT, PASSWORD
from tests.dual.shelf import Shelf, echo, long_data, slot
from wire import apdu, association, axdr, dialogue, initiate
from wire.apdu import GeneralBlock
from wire.block_transfer import TRIES_MAX
from wire.dialogue_blocks import in_blocks
from wire.errors import DcuError
from wire.server import CONFORMANCE, ServerAssociation
from wire.server_blocks import REQUEST_MAX


class Silence(DcuError):
    pass


class Line:
    """A client and a server with windows, and losses: `loses(n)` says of the n-th APDU, of both
    ways together, whether it is lost."""

    def __init__(self, max_pdu, window=1, loses=None, server_window=None):
        self.objects = Shelf()
        self.server = ServerAssociation(self.objects, CLIENTS, server_window or window)
        self.window = window
        self.max_pdu = max_pdu
        self.loses = loses or (lambda number: False)
        self.count = 0
        self.sent = []
        self.taken = []
        self.waiting = []
        offer = initiate.encode_initiate(initiate.request(CONFORMANCE, max_pdu))
        aarq = association.Aarq(association.LN, association.LLS, PASSWORD, offer)
        answer = self.server.answer(MANAGEMENT, 1, association.encode(aarq))
        assert association.decode(answer).result == 0

    def is_lost(self):
        self.count += 1
        return self.loses(self.count)

    def put(self, octets):
        assert len(octets) <= self.max_pdu
        self.sent.append(octets)
        if self.is_lost():
            return
        answer = self.server.answer(MANAGEMENT, 1, octets)
        while answer is not None:
            assert len(answer) <= self.max_pdu
            self.taken.append(answer)
            if not self.is_lost():
                self.waiting.append(answer)
            answer = self.server.more(MANAGEMENT)

    def do(self, talk, is_lossy=True):
        talk = in_blocks(talk, self.max_pdu, self.window, is_lossy)
        step, value = talk.send, None
        while True:
            try:
                request = step(value)
            except StopIteration as end:
                return end.value
            for each in request if isinstance(request, tuple) else (request,):
                if each:
                    self.put(each)
            step, value = talk.send, self.waiting.pop(0) if self.waiting else None
            if value is None:
                step, value = talk.throw, Silence("nothing came")


def blocks(apdus):
    return [apdu.decode(each) for each in apdus]


def test_what_is_longer_than_the_pdu_goes_and_comes_in_blocks():
    for window in (1, 2, 3, 7, 63):
        for max_pdu in (32, 64, 140, 300):
            for size in (5, 60, 127, 1000):
                line = Line(max_pdu, window)
                data = long_data(size)
                assert line.do(dialogue.action(*echo(), data)) == axdr.decode_all(data)
                assert line.objects.done == [("action", 1, size)]


def test_a_request_that_fits_goes_plain_and_its_short_answer_comes_plain():
    line = Line(64, 3)
    line.do(dialogue.set_(slot(1), axdr.u8(1)))
    assert [each[0] for each in line.sent + line.taken] == [0xC1, 0xC5]


def test_a_window_of_the_server_is_as_long_as_the_client_takes_once_it_has_said_so():
    line = Line(64, 3, server_window=7)
    line.objects.kept[slot(1)] = data = long_data(300)
    assert line.do(dialogue.get(slot(1))) == axdr.decode_all(data)
    # as in the standard: one, since the window is not known, then windows that are acknowledged
    assert [(each.number, each.streaming) for each in blocks(line.taken)] == [
        (1, False),
        (2, True),
        (3, True),
        (4, False),
        (5, True),
        (6, False),
    ]
    assert [each.ack for each in blocks(line.sent[1:])] == [1, 4]
    assert line.sent[1] == bytes.fromhex("e0830001000100")
    assert [each.ack for each in blocks(line.taken)] == [0, 1, 1, 1, 2, 2]
    assert [each.is_last for each in blocks(line.taken)] == [False] * 5 + [True]


def test_a_request_goes_a_window_at_a_time_and_its_answer_is_in_blocks_too():
    line = Line(64, 4, server_window=3)
    line.do(dialogue.set_(slot(1), long_data(300)))
    assert [(each.number, each.streaming) for each in blocks(line.sent)] == [
        (1, False),
        (2, True),
        (3, True),
        (4, False),
        (5, True),
        (6, False),
    ]
    first, second, answer = blocks(line.taken)
    assert (first.data, first.is_last, first.window, first.ack) == (b"", False, 3, 1)
    assert (second.ack, answer.ack) == (4, 6)
    assert (answer.data, answer.is_last, answer.number) == (bytes.fromhex("c501c100"), True, 3)


def test_any_one_lost_apdu_is_asked_for_again_and_nothing_is_done_twice():
    data = long_data(200)
    for window in (1, 3, 7):
        for lost in range(1, 40):
            line = Line(48, window, loses=lambda number, lost=lost: number == lost)
            assert line.do(dialogue.action(*echo(), data)) == axdr.decode_all(data), (window, lost)
            assert line.objects.done == [("action", 1, 200)]
            line.objects.kept[slot(1)] = data
            line.count = 0 if lost > 2 else lost  # a plain request is not repeated
            assert line.do(dialogue.get(slot(1))) == axdr.decode_all(data)


def test_many_losses_are_made_good_as_long_as_something_comes_through():
    data = long_data(600)
    for seed in range(1, 40):
        state = [seed]

        def loses(number, state=state):
            state[0] = (state[0] * 1103515245 + 12345) & 0x7FFFFFFF
            return number > 1 and state[0] >> 16 & 7 == 0

        line = Line(48, 1 + seed % 6, loses)
        assert line.do(dialogue.action(*echo(), data)) == axdr.decode_all(data), seed
        assert line.objects.done == [("action", 1, 600)]


def test_a_line_that_has_gone_dead_is_given_up():
    for dead_after in (1, 3, 8):
        line = Line(48, 3, loses=lambda number, dead_after=dead_after: number > dead_after)
        try:
            line.do(dialogue.action(*echo(), long_data(400)))
            raise AssertionError("done")
        except DcuError:
            pass
        assert line.count < dead_after + 3 * (TRIES_MAX + 2)


def test_silence_after_a_plain_request_or_on_a_line_without_losses_is_not_covered_up():
    for talk, lost, is_lossy in (
        (dialogue.get(slot(1)), 1, True),
        (dialogue.set_(slot(1), long_data(200)), 3, False),
    ):
        line = Line(64, 2, loses=lambda number, lost=lost: number >= lost)
        try:
            line.do(talk, is_lossy)
            raise AssertionError("done")
        except Silence:
            assert lost <= line.count <= lost + 1  # a window of two


def receiving(window=1):
    """A talk that has asked for something and has got the first block of the answer."""
    talk = in_blocks(dialogue.get(slot(1)), 64, window)
    next(talk)
    return talk, talk.send(apdu.encode(GeneralBlock(False, False, 1, 1, 0, b"\xc4\x01")))


def test_a_server_that_counts_its_acknowledgements_or_does_not_is_understood():
    for first in (1, 2):
        talk = in_blocks(dialogue.set_(slot(1), long_data(80)), 64)
        next(talk)
        assert talk.send(bytes.fromhex("e0010001000100"))[:1] == b"\xe0"
        answer = GeneralBlock(True, False, 1, first, 2, bytes.fromhex("c501c100"))
        try:
            talk.send(apdu.encode(answer))
            raise AssertionError("goes on")
        except StopIteration:
            pass


def test_a_server_that_goes_round_in_circles_is_given_up():
    for block in (
        GeneralBlock(False, False, 1, 1, 1, b"\xc4\x01"),  # what we have
        GeneralBlock(False, False, 1, 3, 1, b"\x00"),  # what comes too early
        GeneralBlock(False, False, 1, 2, 0, b""),  # nothing
    ):
        talk, _ = receiving()
        for _ in range(TRIES_MAX):
            assert apdu.decode(talk.send(apdu.encode(block))).ack == 1
        assert "in a row" in str(refused(talk.send, apdu.encode(block)))


def test_an_answer_in_blocks_has_a_longest_size():
    talk, _ = receiving()
    octets = bytes(16_000)
    number = 1

    def go_on():
        nonlocal number
        while True:
            number += 1
            talk.send(apdu.encode(GeneralBlock(False, False, 1, number, 1, octets)))

    assert "more than" in str(refused(go_on))
    assert number == 1 + dialogue.WHOLE_MAX // 16_000 + 1


def test_an_answer_in_the_middle_ends_the_transfer():
    talk, _ = receiving()
    assert refused(talk.send, b"\xd8\x01\x01").exception is not None


def test_damaged_blocks_are_refused_by_client_and_server():
    good = apdu.encode(GeneralBlock(False, False, 1, 2, 1, b"\xc1\x00\x11\x07"))
    for octets in [each[2] for each in flipped(good)] + truncated(good):
        talk, _ = receiving()
        try:
            talk.send(octets)
        except (DcuError, StopIteration):
            pass
        if octets[:1] != b"\xe0":
            continue  # an AARQ, perhaps
        line = Line(64)
        line.server.answer(MANAGEMENT, 1, octets)
        line.do(dialogue.set_(slot(1), long_data(80)))


def first_block(octets, is_last=False, window=1):
    return apdu.encode(GeneralBlock(is_last, False, window, 1, 0, octets))


def test_a_request_in_blocks_has_a_longest_size():
    for size, fits in ((REQUEST_MAX, True), (REQUEST_MAX + 1, False)):
        line = Line(2048, 4)
        talk = dialogue.set_(slot(1), long_data(size - 13))
        if fits:
            line.do(talk)
        else:
            assert refused(line.do, talk).exception.state == apdu.NOT_ALLOWED


def test_a_request_that_begins_anew_or_goes_plain_forgets_what_came_before():
    line = Line(64)
    request = apdu.encode(apdu.SetRequest(0xC1, slot(1), None, axdr.u8(1)))
    line.put(first_block(b"\xc1\x01"))
    line.put(first_block(request, True))
    line.put(first_block(b"\xc1\x01"))
    line.do(dialogue.set_(slot(2), axdr.u8(2)))
    line.put(apdu.encode(GeneralBlock(True, False, 1, 2, 1, b"\xc1")))
    assert line.objects.done == [("set", 1, 2), ("set", 2, 2)]


def test_to_a_window_of_nothing_nothing_is_acknowledged():
    line = Line(64)
    line.put(first_block(b"\xc1\x01", window=0))
    assert line.taken == []


def test_blocks_that_were_not_agreed_are_refused_and_long_answers_come_otherwise():
    line = Line(64)
    offer = initiate.encode_initiate(initiate.request(initiate.CONFORMANCE, 64))
    aarq = association.Aarq(association.LN, association.LLS, PASSWORD, offer)
    line.server.answer(MANAGEMENT, 1, association.encode(aarq))
    line.objects.kept[slot(1)] = long_data(100)
    assert line.server.answer(MANAGEMENT, 1, first_block(b"\xc0")) == b"\xd8\x01\x02"
    assert line.do(dialogue.get(slot(1))) == axdr.decode_all(long_data(100))
    assert [each[0] for each in line.taken] == [0xC4] * 2


def test_a_client_that_asks_for_the_same_for_ever_is_refused():
    line = Line(64)
    line.objects.kept[slot(1)] = long_data(300)
    line.put(apdu.encode(apdu.GetRequest(0xC1, slot(1), None)))
    for _ in range(TRIES_MAX):
        line.put(bytes.fromhex("e0810001000000"))
        assert line.taken[-1][:1] == b"\xe0"
    line.put(bytes.fromhex("e0810001000000"))
    assert line.taken[-1] == b"\xd8\x01\x03"
