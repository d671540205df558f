"""Ciphered APDUs: known answers, damage, replay, too little protection, in every form."""

from hal import cipher
from tests.dual.codec_checks import asserts, flipped, refused, truncated
from tests.dual.secured_peers import (
    AK,
    CLIENT_TITLE,
    COUNTER,
    DEDICATED,
    EK,
    FORMS,
    GET_CLOCK,
    KEK,
    SERVER_TITLE,
    H,
    ends,
    key,
    security,
    vector,
)
from wire import envelope
from wire.ciphering import (
    AUTHENTICATED,
    BOTH,
    COUNTER_MAX,
    ENCRYPTED,
    Above,
    CounterError,
    CountUp,
    DecipherError,
    Key,
)
from wire.envelope import DED, GENERAL, GENERAL_DED, GENERAL_GLO, GLO
from wire.protection import OVERHEAD, OVERHEAD_GENERAL, Protection, Security, Way

# Known answers of the trade, computed by three implementations; the third is in the "Green Book"
PLAIN = H("c0010000080000010000ff0200")
ANSWERS = (
    (AUTHENTICATED, "1001234567c0010000080000010000ff020006725d910f9221d263877516"),
    (ENCRYPTED, "2001234567411312ff935a47566827c467bc"),
    (BOTH, "3001234567411312ff935a47566827c467bc7d825c3be4a77c3fcc056b6b"),
)
ACCESS = H("d9c0000001000101000100010800ff020100")


def test_octets_are_those_of_the_known_answers():
    for control, text in ANSWERS:
        assert key(first=COUNTER).seal(control, CLIENT_TITLE, PLAIN).hex() == text
        assert key().open(CLIENT_TITLE, H(text)) == (control, PLAIN)


def test_apdus_are_those_of_the_vectors():
    for control, meaning in (
        (AUTHENTICATED, "glo-get-request clock/2 auth IC"),
        (ENCRYPTED, "glo-get-request clock/2 enc IC"),
        (BOTH, "glo-get-request clock/2 auth+enc"),
    ):
        client, server = ends(control=control, policy=0, first=COUNTER)
        assert client.seal(GET_CLOCK) == vector(meaning), meaning
        assert server.open(vector(meaning))[0] == GET_CLOCK
    client, server = ends(GENERAL_GLO, first=COUNTER)
    assert client.seal(GET_CLOCK) == vector("general-glo-ciphering")
    assert server.open(vector("general-glo-ciphering"))[0] == GET_CLOCK


def test_a_dedicated_key_has_counters_of_its_own():
    client, server = ends(first=COUNTER)
    for end in (client, server):
        end.use_dedicated(DEDICATED)
    sealed = client.seal(GET_CLOCK)
    assert sealed[:2] == b"\xd0\x1e" and sealed[3:7] == b"\0\0\0\1"
    plain, way = server.open(sealed)
    assert (plain, way.form) == (GET_CLOCK, DED)
    assert client.open_answer(server.seal(b"\xc4answer", way)) == b"\xc4answer"
    expected = vector("ded-get-request")
    other = key(DEDICATED, first=COUNTER)
    way = Way(DED, BOTH, other, b"", None)
    assert client.seal(GET_CLOCK, way) == expected
    assert server.open(expected)[0] == GET_CLOCK
    assert isinstance(refused(server.open, expected), CounterError)
    for size in (0, 15, 17, 32):
        assert isinstance(refused(server.use_dedicated, bytes(size)), DecipherError)


def test_every_form_policy_and_suite_comes_back_in_the_way_it_went():
    for suite in (0, 1, 2):
        for form in FORMS:
            for control in (AUTHENTICATED, ENCRYPTED, BOTH):
                client, server = ends(form, control, suite, policy=control)
                client.security.policy = control
                for apdu in (GET_CLOCK, b"\xc4answer", ACCESS, b"\x01\x00"):
                    sealed = client.seal(apdu)
                    plain, way = server.open(sealed)
                    assert plain == apdu
                    assert way.control == control and way.form == envelope.decode(sealed).form
                    assert len(sealed) - len(apdu) <= client.overhead(way)
                    assert client.open(server.seal(apdu, way))[0] == apdu


def test_what_has_no_tag_of_its_own_goes_in_the_general_form_with_the_same_key():
    client, server = ends()
    assert client.seal(ACCESS)[0] == 0xDB
    for end in (client, server):
        end.use_dedicated(DEDICATED)
    sealed = client.seal(ACCESS)
    assert sealed[0] == 0xDC and server.open(sealed)[1].form == GENERAL_DED


def test_no_bit_wrong_no_octet_missing_and_none_too_many_is_taken():
    for form in FORMS:
        for control in (AUTHENTICATED, BOTH):
            client, server = ends(form, control, policy=control)
            sealed = client.seal(GET_CLOCK)
            for at, _, damaged in flipped(sealed):
                if at == 0 and form == GLO:
                    continue  # the tag of the service is not authenticated: see below
                error = refused(server.open, damaged)
                assert isinstance(error, DecipherError) and not error.data, damaged.hex()
            for beginning in truncated(sealed):
                refused(server.open, beginning)
            refused(server.open, sealed + b"\x00")
            assert server.open(sealed)[0] == GET_CLOCK  # nothing of it moved the counter


def test_what_came_once_is_refused_with_the_counter_expected():
    client, server = ends()
    first, second = client.seal(GET_CLOCK), client.seal(GET_CLOCK)
    assert server.open(second)
    for old in (first, second):
        error = refused(server.open, old)
        assert isinstance(error, CounterError) and error.expected == 2
    assert server.open(client.seal(GET_CLOCK))


def test_the_counters_of_both_directions_are_apart():
    client, server = ends()
    for _ in range(3):
        _, way = server.open(client.seal(GET_CLOCK))
    answer = server.seal(b"\xc4answer", way)
    assert envelope.decode(answer).contents[1:5] == bytes(4)
    assert client.open_answer(answer) == b"\xc4answer"
    assert isinstance(refused(client.open_answer, answer), CounterError)


def test_less_protection_than_agreed_is_refused_and_does_not_move_the_counter():
    for control, policy in ((ENCRYPTED, AUTHENTICATED), (ENCRYPTED, BOTH), (AUTHENTICATED, BOTH)):
        client, server = ends(control=control, policy=policy, first=500)
        assert isinstance(refused(server.open, client.seal(GET_CLOCK)), DecipherError)
        client, _ = ends()
        assert server.open(client.seal(GET_CLOCK))


def test_a_protection_that_is_none_or_not_known_is_refused_though_the_tag_is_right():
    assert key().open(CLIENT_TITLE, key().seal(BOTH, CLIENT_TITLE, PLAIN))
    compressed = key().seal(BOTH | 0x80, CLIENT_TITLE, PLAIN)
    other_suite = key(suite=1).seal(BOTH, CLIENT_TITLE, PLAIN)
    tag = cipher.gcm(EK).seal(CLIENT_TITLE + bytes(4), b"", b"\x00" + AK + PLAIN)
    for octets in (compressed, other_suite, bytes(5) + PLAIN + tag):
        assert isinstance(refused(key().open, CLIENT_TITLE, octets), DecipherError)


def test_octets_without_a_whole_counter_are_refused_also_when_encrypted_only():
    taker = key()
    sealed = key(first=7).seal(ENCRYPTED, CLIENT_TITLE, PLAIN)
    for size in range(5):
        assert isinstance(refused(taker.open, CLIENT_TITLE, sealed[:size]), DecipherError)
    assert taker.received.expected == 0


def test_an_apdu_without_octets_is_refused():
    _, server = ends()
    contents = key().seal(BOTH, CLIENT_TITLE, b"")
    around = envelope.encode_titled(GENERAL_GLO, CLIENT_TITLE, contents)
    assert isinstance(refused(server.open, around), DecipherError)


def test_another_title_is_refused_and_our_own_too():
    for form in (GENERAL_GLO, GENERAL):
        client, server = ends(form)
        sealed = client.seal(GET_CLOCK)
        server.peer_title = H("4d4d4d0000bc614f")
        refused(server.open, sealed)
        server.peer_title = b""
        assert server.open(sealed)
        assert server.peer_title == CLIENT_TITLE
    _, server = ends()
    reflected = server.seal(b"\xc4x", Way(GENERAL_GLO, BOTH, key(), b"", None))
    server.peer_title = b""
    refused(server.open, reflected)
    assert server.security.unicast.received.expected == 0  # no counter was moved by it
    for title in (SERVER_TITLE, b"", CLIENT_TITLE[:7], CLIENT_TITLE + b"\x00"):
        refused(server.meet, title)
    server.meet(CLIENT_TITLE)
    refused(server.meet, H("4d4d4d0000bc614f"))


def test_a_title_that_nobody_told_cannot_be_deciphered_with():
    client, server = ends()
    server.peer_title = b""
    refused(server.open, client.seal(GET_CLOCK))


def test_another_service_inside_than_outside_is_refused():
    client, server = ends()
    for tag in (0xC9, 0xCB, 0x21, 0xCC):
        assert isinstance(
            refused(server.open, bytes([tag]) + client.seal(GET_CLOCK)[1:]), DecipherError
        )


def test_exceptions_come_in_clear_and_nothing_else_does():
    client, server = ends()
    for octets in (b"\xd8\x01\x06\x00\x00\x00\x07", b"\x0e\x01\x06\x00"):
        assert client.open_answer(octets) == octets
    for octets in (b"", b"\xc4\x01\xc1\x00\x00", b"\xd8"[:0] + b"\x61\x00"):
        assert isinstance(refused(client.open_answer, octets), DecipherError)
    _, way = server.open(client.seal(GET_CLOCK))
    assert server.seal(b"\xd8\x01\x01", way) == b"\xd8\x01\x01"
    assert server.seal(b"\x0e\x01\x06\x00", way)[0] == 0x2E
    lax = Protection(security(policy=0))
    assert lax.open_answer(b"\xc4\x01\xc1\x00\x00") == b"\xc4\x01\xc1\x00\x00"


def test_counters_end_with_32_bits_and_a_key_is_used_up():
    last = key(first=COUNTER_MAX)
    sealed = last.seal(BOTH, CLIENT_TITLE, PLAIN)
    assert sealed[1:5] == b"\xff" * 4
    assert asserts(last.seal, BOTH, CLIENT_TITLE, PLAIN)
    taker = key()
    assert taker.open(CLIENT_TITLE, sealed)[1] == PLAIN
    assert refused(taker.open, CLIENT_TITLE, sealed).expected == COUNTER_MAX  # 32 bits, too


def test_keys_have_the_size_of_their_suite():
    for suite, size in ((0, 32), (1, 32), (2, 16), (0, 15)):
        assert asserts(Key, cipher, suite, bytes(size), bytes(size), None, None)
    assert asserts(Key, cipher, 0, EK, AK + AK, None, None)
    assert asserts(Security, cipher, CLIENT_TITLE[:7])


def test_no_key_shows_in_a_text():
    client, _ = ends()
    shown = [
        client,
        client.security,
        client.security.unicast,
        client.own_way(),
        CountUp(),
        Above(),
    ]
    for each in shown:
        for secret in (EK, AK, KEK):
            assert secret.hex() not in repr(each) + str(each)
            assert repr(secret)[2:-1] not in repr(each) + str(each)


def test_what_is_around_an_apdu_is_never_more_than_is_counted_with():
    big = b"\xc4" + bytes(60_000)
    for form, limit in ((GLO, OVERHEAD), (GENERAL_GLO, OVERHEAD), (GENERAL, OVERHEAD_GENERAL)):
        client, _ = ends(form)
        size = len(client.seal(big)) - len(big)
        fields = len(client.own_way().fields)
        assert size <= limit + fields == client.overhead(client.own_way()), form
