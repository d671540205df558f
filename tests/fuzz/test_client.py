"""Whatever a server answers, a client's dialogue ends: with a value, or a WireError."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dual.cosem_peer import DISCONNECTOR, ENERGY, MARK, PROFILE, SCALER
from tests.dual.secured_peers import CTOS, SERVER_TITLE, credentials, ends
from tests.fuzz.octets import damaged, data, quickly
from wire import apdu, association, axdr, dialogue, hdlc
from wire.apdu import Part, Result
from wire.dialogue_answer import WHOLE_MAX
from wire.dialogue_blocks import in_blocks
from wire.dialogue_unasked import CIPHERED, GENERAL, PLAIN, set_aside
from wire.hdlc_link import BUSY, OPENING, READY, HdlcClient

ROUNDS_MAX = 4_200  # an answer of WHOLE_MAX octets in blocks of 64; more is for ever
ITEMS = [ENERGY, SCALER, MARK]
LONG = axdr.octets(bytes(300))
SERVER, CLIENT = hdlc.server_address(1, 17), hdlc.client_address(16)
TALKS = {
    "get": lambda: dialogue.get(PROFILE, dialogue.by_entry(1, 4)),
    "get list": lambda: dialogue.get_list(ITEMS, 64),
    "get each": lambda: dialogue.get_each(ITEMS),
    "access": lambda: dialogue.get_by_access(ITEMS),
    "set": lambda: dialogue.set_(MARK, LONG, None, 1, 64),
    "set list": lambda: dialogue.set_list([(MARK, None, LONG)] * 2, 64),
    "action": lambda: dialogue.action(70, DISCONNECTOR, 1, LONG, 1, 64),
    "action list": lambda: dialogue.action_list(
        [(apdu.Method(70, DISCONNECTOR, 1), LONG)] * 2, 64
    ),
    "associate": lambda: dialogue.associate(association.LLS, b"12345678"),
    "prove": lambda: dialogue.associate_as(credentials(), CTOS, dedicated_key=bytes(16)),
    "prove by hash": lambda: dialogue.associate_as(
        credentials(association.HLS_SHA256, False), CTOS
    ),
    "release": dialogue.release,
    "blocks": lambda: in_blocks(dialogue.set_(MARK, LONG), 64, 4),
    "protected": lambda: dialogue.protected(dialogue.get(ENERGY), ends()[0]),
    "unasked": lambda: set_aside(
        in_blocks(dialogue.get(ENERGY), 64), lambda octets: None, PLAIN + CIPHERED + GENERAL
    ),
}


def answers():
    """Octets with damage, and well-formed answers with whatever in them."""
    number = st.integers(0, 4)
    result = st.one_of(data().map(lambda octets: Result(0, octets)), st.just(Result(3, b"")))
    last = st.booleans()
    values = st.one_of(
        st.builds(lambda each: apdu.GetResponse(0xC1, each), result),
        st.builds(
            lambda final, block, octets: apdu.GetBlockResponse(
                0xC1, final, block, Result(0, octets)
            ),
            last,
            number,
            st.binary(min_size=1, max_size=64),
        ),
        st.builds(lambda some: apdu.GetListResponse(0xC1, tuple(some)), st.lists(result)),
        st.builds(lambda block: apdu.SetBlockResponse(0xC1, block), number),
        st.builds(lambda block: apdu.ActionNextResponse(0xC1, block), number),
        st.builds(
            lambda final, block, octets: apdu.ActionBlockResponse(
                0xC1, Part(final, block, octets)
            ),
            last,
            number,
            st.binary(max_size=64),
        ),
        st.builds(
            lambda final, more, window, block, ack, octets: apdu.GeneralBlock(
                final, more, window, block, ack, octets
            ),
            last,
            st.booleans(),
            number,
            number,
            number,
            st.binary(max_size=64),
        ),
    )
    return st.one_of(damaged(), values.map(apdu.encode))


@pytest.mark.parametrize("name", TALKS)
@given(said=st.lists(answers(), min_size=1, max_size=12))
def test_a_dialogue_ends_whatever_is_answered(name, said):
    """After the last answer it is given again and again."""
    talk = TALKS[name]()
    found = quickly(next, talk)
    for turn in range(ROUNDS_MAX):
        assert isinstance(found, (bytes, tuple)), found
        try:
            found = quickly(talk.send, said[min(turn, len(said) - 1)])
        except StopIteration:
            return
        if isinstance(found, Exception):
            return
    raise AssertionError("it goes on for ever")


def test_an_answer_of_endless_blocks_is_given_up():
    talk = dialogue.get(PROFILE)
    next(talk)
    for block in range(1, WHOLE_MAX):
        part = apdu.GetBlockResponse(0xC1, False, block, Result(0, bytes(64)))
        found = quickly(talk.send, apdu.encode(part))
        if isinstance(found, Exception):
            break
    assert block * 64 <= WHOLE_MAX + 64


@given(said=st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=140), st.booleans())))
def test_a_link_client_takes_any_frames_in_any_order(said):
    client = HdlcClient(SERVER, CLIENT, 128, 7)
    client.connect()
    for control, information, segmented in [(hdlc.UA, b"", False), *said]:
        frame = hdlc.Frame(CLIENT, SERVER, control, information, segmented)
        quickly(client.receive, frame)
        assert len(client.repeat()) <= 7 * 200
        if client.state == READY:
            client.send(b"\xc0ask")
        elif client.state not in (BUSY, OPENING):
            client.connect()


def test_the_title_of_the_server_is_known_to_the_client_that_proves_itself():
    assert credentials().security.peer_title == SERVER_TITLE
