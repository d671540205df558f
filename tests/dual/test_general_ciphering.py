"""The general form of ciphered APDUs, and the keys that it names: identified, wrapped, agreed."""

from tests.dual.codec_checks import refused
from tests.dual.secured_peers import (
    BROADCAST_EK,
    CLIENT_TITLE,
    GET_CLOCK,
    KEK,
    SERVER_TITLE,
    H,
    ends,
    key,
)
from wire import envelope
from wire.ciphering import (
    AUTHENTICATED,
    BOTH,
    BROADCAST,
    CounterError,
)
from wire.envelope import GENERAL, GLO
from wire.protection import Way


def test_a_general_apdu_for_another_recipient_is_refused():
    client, server = ends(GENERAL)
    client.peer_title = H("4d4d4d0000000002")
    refused(server.open, client.seal(GET_CLOCK))
    client.peer_title = b""
    assert server.open(client.seal(GET_CLOCK))[0] == GET_CLOCK


def test_the_broadcast_key_is_for_requests_and_answered_with_the_unicast_key():
    client, server = ends(control=BOTH | BROADCAST)
    plain, way = server.open(client.seal(GET_CLOCK))
    assert (plain, way.control) == (GET_CLOCK, BOTH)
    assert client.open_answer(server.seal(b"\xc4x", way)) == b"\xc4x"
    general, server = ends(GENERAL, BOTH | BROADCAST)
    _, way = server.open(general.seal(GET_CLOCK))
    assert way.key_info.id == envelope.UNICAST_KEY
    assert general.open_answer(server.seal(b"\xc4x", way)) == b"\xc4x"
    way = Way(GLO, BOTH | BROADCAST, key(BROADCAST_EK), b"", None)
    refused(client.open_answer, server.seal(b"\xc4x", way))  # any meter could have sent it


def test_a_wrapped_key_comes_with_the_apdu_and_counts_with_the_unicast_key():
    for suite in (0, 2):
        client, server = ends(GENERAL, suite=suite)
        fresh = b"F" * (32 if suite == 2 else 16)
        first = client.seal(GET_CLOCK, client.wrapped_way(fresh))
        assert envelope.decode(first).key_info.kind == envelope.WRAPPED
        plain, way = server.open(first)
        assert plain == GET_CLOCK
        answer = server.seal(b"\xc4x", way)
        assert client.open_answer(answer) == b"\xc4x"
        assert len(first) - len(GET_CLOCK) <= client.overhead(way)
        assert isinstance(refused(server.open, first), CounterError)
        client, _ = ends(GENERAL, suite=suite, first=5)
        other = client.seal(GET_CLOCK, client.wrapped_way(b"G" * len(fresh)))
        assert server.open(other)[0] == GET_CLOCK
        assert isinstance(refused(server.open, first), CounterError)


def test_a_key_that_is_not_there_is_refused():
    client, server = ends(GENERAL)
    sealed = client.seal(GET_CLOCK, client.wrapped_way(b"F" * 16))
    server.security.kek = b""
    refused(server.open, sealed)
    server.security.kek = b"L" * 16
    refused(server.open, sealed)
    server.security.kek = KEK
    short = client.security.ciphers.wrap(KEK, bytes(24))
    around = envelope.decode(sealed)
    told = envelope.KeyInfo(envelope.WRAPPED, 0, short)
    refused(server.open, envelope.encode_general(around.fields, told, around.contents))
    told = envelope.KeyInfo(envelope.WRAPPED, 1, around.key_info.wrapped)
    refused(server.open, envelope.encode_general(around.fields, told, around.contents))
    told = envelope.KeyInfo(envelope.IDENTIFIED, 2, b"")
    refused(server.open, envelope.encode_general(around.fields, told, around.contents))
    server.security.unicast = server.security.broadcast = None
    for sealed in (ends()[0].seal(GET_CLOCK), ends(control=0x70)[0].seal(GET_CLOCK)):
        refused(server.open, sealed)
    refused(server.open, b"\xd0" + sealed[1:])


def test_an_agreed_key_is_refused_in_clear_words():
    client, server = ends(GENERAL)
    around = envelope.decode(client.seal(GET_CLOCK))
    for scheme in ("0102010100", "010201020400000000"):
        octets = b"\xdd" + around.fields + H(scheme) + b"\x1e" + around.contents
        assert "agreed keys are not served" in str(refused(server.open, octets))


def test_a_transaction_may_have_32_octets():
    _, server = ends(GENERAL)
    other = key()

    def sealed(size):
        fields = envelope.general_fields(bytes(size), CLIENT_TITLE, SERVER_TITLE)
        contents = other.seal(BOTH, CLIENT_TITLE, GET_CLOCK, fields)
        return envelope.encode_general(fields, None, contents)

    plain, way = server.open(sealed(envelope.TRANSACTION_MAX))
    assert plain == GET_CLOCK and way.fields[0] == envelope.TRANSACTION_MAX
    assert server.open(sealed(0))[0] == GET_CLOCK
    refused(server.open, sealed(envelope.TRANSACTION_MAX + 1))


def test_the_five_fields_of_the_general_form_are_authenticated():
    client, server = ends(GENERAL)
    sealed = client.seal(GET_CLOCK)
    at = sealed.index(CLIENT_TITLE)
    assert sealed[1] == 8 and sealed[at - 1] == 8
    for place in (2, 9, at + 17 + 8, at + 18 + 8):
        damaged = bytearray(sealed)
        damaged[place] ^= 1
        refused(server.open, bytes(damaged))


def test_a_peer_that_leaves_the_five_fields_out_of_the_tag_is_understood_by_setting():
    for control in (AUTHENTICATED, BOTH):
        client, server = ends(GENERAL, control, policy=control)
        sealed = client.seal(GET_CLOCK)
        server.security.is_head_authenticated = False
        refused(server.open, sealed)  # one or the other
        client.security.is_head_authenticated = False
        client.security.policy = control
        sealed = client.seal(GET_CLOCK)
        plain, way = server.open(sealed)
        assert plain == GET_CLOCK
        contents = envelope.decode(sealed).contents
        assert key().open(CLIENT_TITLE, contents) == (control, GET_CLOCK)
        assert client.open_answer(server.seal(b"\xc4x", way)) == b"\xc4x"
