"""General block transfer, client against server: both ways, with windows, with losses."""

from tests.dual.general_line import Line, Silence
from tests.dual.shelf import echo, long_data, slot
from wire import apdu, axdr, dialogue
from wire.block_transfer import TRIES_MAX
from wire.errors import DcuError


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


def test_neither_side_sends_more_in_a_row_than_it_would_take_itself():
    data = long_data(600)
    for ours, theirs in ((7, 1), (1, 7), (7, 3), (3, 7)):
        line = Line(64, ours, server_window=theirs)
        assert line.do(dialogue.action(*echo(), data)) == axdr.decode_all(data)
        for way in (blocks(line.sent), blocks(line.taken)):
            streamed = 0
            for each in way:
                streamed = streamed + 1 if each.streaming else 0
                assert streamed < min(ours, theirs)


def test_each_request_of_a_dialogue_is_an_exchange_of_its_own():
    line = Line(64)
    for n in (1, 2):
        line.objects.kept[slot(n)] = long_data(150)
    found = line.do(dialogue.get_each([slot(1), slot(2)]))
    assert found == [(0, axdr.decode_all(long_data(150)))] * 2
    acknowledged = [apdu.decode(each).number for each in line.sent if each[:1] == b"\xe0"]
    assert acknowledged == [1, 2, 1, 2]


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
