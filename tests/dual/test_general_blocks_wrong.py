"""General block transfer with peers that go wrong: circles, damage, no end; and the limits."""

from tests.dual.codec_checks import flipped, refused, truncated
from tests.dual.cosem_peer import MANAGEMENT, PASSWORD
from tests.dual.general_line import Line
from tests.dual.shelf import long_data, slot
from wire import apdu, association, axdr, dialogue, initiate
from wire.apdu import GeneralBlock
from wire.block_transfer import BLOCKS_MAX, IDLE_MAX, NUMBER_MAX, TRIES_MAX, Transfer
from wire.dialogue_blocks import in_blocks
from wire.errors import DcuError
from wire.server_blocks import REQUEST_MAX
from wire.server_general import GeneralBlocks


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


def test_a_server_whose_blocks_bring_nothing_and_ask_for_nothing_is_given_up():
    useless = (
        GeneralBlock(False, True, 1, 3, 1, b"\x00"),  # what comes too early, in a window
        GeneralBlock(False, False, 0, 3, 1, b"\x00"),
    )
    for block in useless:
        talk, _ = receiving()
        tries = IDLE_MAX if block.streaming else TRIES_MAX
        for _ in range(tries):
            assert talk.send(apdu.encode(block)) == b""
        assert "in a row" in str(refused(talk.send, apdu.encode(block)))
    talk = in_blocks(dialogue.get(slot(1)), 64)
    next(talk)
    for number in range(IDLE_MAX):  # acknowledgements of nothing
        assert talk.send(apdu.encode(GeneralBlock(False, False, 1, number, 0, b""))) == b""
    assert "bring nothing" in str(refused(talk.send, apdu.encode(useless[0])))


def test_blocks_that_bring_nothing_are_forgotten_when_one_brings_something():
    talk, _ = receiving()
    early = apdu.encode(GeneralBlock(False, True, 1, 9, 1, b"\x00"))
    for number in range(2, 5):
        for _ in range(IDLE_MAX):
            assert talk.send(early) == b""
        talk.send(apdu.encode(GeneralBlock(False, False, 1, number, 1, b"\x00")))


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


def test_progress_is_all_that_is_wanted_however_often_a_block_is_repeated():
    talk, _ = receiving()
    block = apdu.encode(GeneralBlock(False, False, 1, 1, 1, b"\xc4\x01"))
    for number in range(2, 3 * TRIES_MAX):
        assert apdu.decode(talk.send(block)).ack == number - 1
        block = apdu.encode(GeneralBlock(False, False, 1, number, 1, b"\x00"))
        assert apdu.decode(talk.send(block)).ack == number


def test_what_is_too_long_is_not_cut_for_whom_takes_no_blocks():
    for is_agreed, tag in ((True, 0xE0), (False, 0xC4)):
        answer = GeneralBlocks(is_agreed, 64, 1).answer(b"\xc0", lambda whole: b"\xc4" * 100)
        assert answer[0] == tag


def test_a_push_in_blocks_that_nobody_acknowledges_is_put_together():
    transfer = Transfer(1, 128, 1000, True)
    parts = (b"\xdb\x00", b"\x01", b"\x02\x03")
    for number, part in enumerate(parts):
        block = GeneralBlock(number == 2, False, 0, number + 1, 0, part)
        whole, blocks = transfer.receive(apdu.encode(block))
        assert blocks == () and whole == (b"".join(parts) if number == 2 else None)


def test_an_apdu_has_so_many_blocks_and_no_more():
    transfer = Transfer(1, 128, 2 * BLOCKS_MAX, True)
    block = bytearray(apdu.encode(GeneralBlock(False, True, 0, 1, 0, b"\x00")))
    for number in range(1, BLOCKS_MAX + 1):
        block[2], block[3] = number >> 8, number & 0xFF
        assert transfer.receive(bytes(block)) == (None, ())
    block[2], block[3] = (BLOCKS_MAX + 1) >> 8, (BLOCKS_MAX + 1) & 0xFF
    assert "more than" in str(refused(transfer.receive, bytes(block)))


def test_a_client_that_uses_up_all_numbers_by_repeating_blocks_is_refused():
    line = Line(64)
    block = bytearray(first_block(b"\xc1"))
    answer, count = line.server.answer(MANAGEMENT, 1, bytes(block)), 1
    while answer[:1] == b"\xe0":
        number = 2 + count // (TRIES_MAX + 1)
        block[2], block[3] = number >> 8, number & 0xFF
        answer, count = line.server.answer(MANAGEMENT, 1, bytes(block)), count + 1
    assert answer == b"\xd8\x01\x03" and count == NUMBER_MAX + 1


def test_acknowledgements_may_take_the_last_number_and_blocks_then_none():
    transfer = Transfer(1, 64, 2 * NUMBER_MAX, False)
    transfer._used = NUMBER_MAX - 1
    first = apdu.encode(GeneralBlock(False, False, 1, 1, 0, b"\xc0"))
    _, (acknowledgement,) = transfer.receive(first)
    assert apdu.decode(acknowledgement).number == NUMBER_MAX
    assert "no numbers" in str(refused(transfer.receive, first))
    assert "no numbers" in str(refused(transfer.send, b"\xc4"))
    transfer.restart()
    assert transfer.send(b"\xc4")


def test_an_acknowledgement_of_less_than_before_is_no_progress():
    talk = in_blocks(dialogue.set_(slot(1), long_data(300)), 64)
    next(talk)
    acknowledged = [apdu.encode(GeneralBlock(False, False, 1, 1, n, b"")) for n in (2, 1)]

    def go_round():
        while True:
            for each in acknowledged:
                assert apdu.decode(talk.send(each)).number == 3

    assert "in a row" in str(refused(go_round))


def test_a_confirmation_in_the_midst_of_a_long_answer_does_not_end_it():
    line = Line(64)
    line.objects.kept[slot(1)] = long_data(300)
    line.put(apdu.encode(apdu.GetRequest(0xC1, slot(1), None)))
    assert line.server.answer(MANAGEMENT, 1, apdu.encode(apdu.DataConfirm(1, b""))) is None
    line.put(bytes.fromhex("e0810001000100"))
    block = apdu.decode(line.taken[-1])
    assert isinstance(block, GeneralBlock) and block.number == 2
    line.put(apdu.encode(apdu.GetRequest(0xC1, slot(2), None)))  # another request does end it
    line.put(bytes.fromhex("e0810001000200"))
    assert line.taken[-1][0] == 0xC4
