"""What comes unasked between request and answer is set aside, so many times and no more."""

from tests.dual.codec_checks import refused
from tests.dual.cosem_peer import ENERGY
from wire import dialogue
from wire.dialogue_blocks import in_blocks
from wire.dialogue_unasked import GENERAL, PLAIN, UNASKED_MAX, set_aside
from wire.errors import DcuError

EVENT = bytes.fromhex("c20000010000806300ff021107")
VALUE = bytes.fromhex("c401c1000600191a23")


def ended(talk, answer):
    try:
        talk.send(answer)
    except StopIteration as end:
        return end.value
    raise AssertionError("goes on")


def test_so_many_notifications_are_set_aside_for_one_answer_and_no_more():
    for count, fits in ((0, True), (UNASKED_MAX, True), (UNASKED_MAX + 1, False)):
        heard = []
        talk = set_aside(dialogue.get(ENERGY), heard.append)
        next(talk)
        for _ in range(min(count, UNASKED_MAX)):
            assert talk.send(EVENT) == b""
        if fits:
            assert ended(talk, VALUE) == 0x191A23
        else:
            assert "more than" in str(refused(talk.send, EVENT))
        assert heard == [EVENT] * min(count, UNASKED_MAX)


def test_what_may_be_an_answer_is_set_aside_only_if_so_said():
    general = b"\xdb\x00"
    for tags, is_aside in ((PLAIN, False), (PLAIN + GENERAL, True)):
        heard = []
        talk = set_aside(dialogue.get(ENERGY), heard.append, tags)
        next(talk)
        if is_aside:
            assert talk.send(general) == b""
        else:
            refused(talk.send, general)
        assert bool(heard) == is_aside


def test_it_is_set_aside_in_the_middle_of_blocks_too():
    heard = []
    talk = set_aside(in_blocks(dialogue.get(ENERGY), 64), heard.append)
    next(talk)
    first = bytes.fromhex("e0010001000107c401c100060019")
    assert talk.send(first)[:1] == b"\xe0"
    assert talk.send(EVENT) == b""
    assert ended(talk, bytes.fromhex("e08100020001021a23")) == 0x191A23
    assert heard == [EVENT]


def test_silence_goes_through_to_whom_it_concerns():
    for is_lossy in (True, False):
        talk = set_aside(in_blocks(dialogue.get(ENERGY), 64, 1, is_lossy), None)
        next(talk)
        again = talk.send(bytes.fromhex("e0010001000107c401c100060019"))
        try:
            assert talk.throw(DcuError("silence"))[4:6] == again[4:6] and is_lossy
        except DcuError:
            assert not is_lossy
