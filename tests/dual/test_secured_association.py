"""Client and server under each mechanism, context, policy and suite."""

from tests.dual.codec_checks import asserts, refused
from tests.dual.cosem_peer import ENERGY, MARK, PROFILE, ROWS, converse
from tests.dual.secured_peers import (
    CIPHERED,
    CLIENT_TITLE,
    COUNTER,
    CTOS,
    DEDICATED,
    ENERGY_IS,
    FORMS,
    GET_ENERGY,
    HERE,
    NOT_YET,
    SERVER_TITLE,
    STOC,
    Pair,
    credentials,
    refusal,
    vector,
)
from wire import apdu, association, axdr, dialogue, initiate
from wire.ciphering import DecipherError
from wire.dialogue_blocks import in_blocks
from wire.protection import Protection
from wire.server_admission import CLIENT_PDU_MIN


def test_every_mechanism_opens_an_association_in_clear_and_ciphered():
    for mechanism in (association.NONE, association.LLS) + HERE:
        for is_ciphered in (False, True):
            pair = Pair(mechanism, is_ciphered)
            agreed = pair.associate()
            assert pair.do(dialogue.get(ENERGY)) == 123456, (mechanism, is_ciphered)
            assert (agreed.protection is not None) == is_ciphered
            assert (pair.taken[-1][0] == 0xCC) == is_ciphered
            assert pair.failures == []


def test_every_form_and_protection_of_every_suite_reads_and_writes():
    for suite in (0, 1, 2):
        for form in FORMS:
            for control in CIPHERED:
                pair = Pair(suite=suite, form=form, policy=control, server={"policy": control})
                pair.associate()
                pair.do(dialogue.set_(MARK, axdr.u32(form)))
                assert pair.do(dialogue.get(MARK)) == form


def test_the_request_is_that_of_the_vectors():
    pair = Pair(first=COUNTER)
    pair.client.security.peer_title = b""
    talk = dialogue.associate_as(pair.client, CTOS, 0xFFFF, b"", 0x001E5D)
    aarq = association.decode(next(talk))
    assert aarq.title == CLIENT_TITLE and aarq.authentication == CTOS
    expected = association.decode(vector("AARQ HLS-GMAC ciphered"))
    assert aarq.user_information[:7] == expected.user_information[:7]
    request = initiate.encode_initiate(initiate.request(0x001E5D, 0xFFFF))
    way = Protection(credentials(first=COUNTER).security)
    assert way.seal(request) == expected.user_information


def test_the_server_takes_the_requests_of_the_vectors():
    # Made by an independent client; keys, title and counter as there
    for meaning in ("AARQ HLS-GMAC ciphered", "AARQ + dedicated key"):
        pair = Pair()
        aare = association.decode(pair.ask(vector(meaning)))
        assert (aare.result, aare.diagnostic) == (0, association.AUTHENTICATION_REQUIRED), meaning
        assert (aare.context, aare.mechanism) == (association.LN_CIPHERED, association.HLS_GMAC)
        assert (aare.title, aare.authentication) == (SERVER_TITLE, STOC)
        assert aare.user_information[0] == 0x28
    pair = Pair(is_ciphered=False)
    assert association.decode(pair.ask(vector("AARQ HLS-GMAC, LN no"))).diagnostic == 14


def test_pass_3_of_the_vectors_proves_the_client():
    pass_3 = vector("HLS pass 3")
    pair = Pair(is_ciphered=False)
    pair.ask(vector("AARQ HLS-GMAC, LN no"))
    answer = apdu.decode(pair.ask(pass_3))
    assert answer.result == 0 and len(axdr.decode_all(answer.returned.data)) == 17
    assert pair.ask(GET_ENERGY) == ENERGY_IS


def test_context_and_mechanism_must_be_those_of_the_client():
    for mine, diagnostic in (
        (credentials(is_ciphered=False), association.CONTEXT_NOT_SUPPORTED),
        (credentials(association.NONE), association.MECHANISM_REQUIRED),
        (credentials(association.LLS), association.MECHANISM_NOT_RECOGNISED),
        (credentials(association.HLS_MD5), association.MECHANISM_NOT_RECOGNISED),
    ):
        pair = Pair()
        pair.client = mine
        assert refusal(pair.associate)[0] == diagnostic
        assert pair.failures == []


def test_where_nothing_is_demanded_both_ways_are_answered_as_asked():
    pair = Pair(server={"policy": 0})
    pair.associate()
    assert pair.ask(GET_ENERGY) == ENERGY_IS
    for control in CIPHERED:
        pair.client.security.control = control
        answer = pair.ask(pair.associated.protection.seal(GET_ENERGY))
        assert (answer[0], answer[2]) == (0xCC, control)


def test_a_ciphered_request_in_an_association_in_clear_is_not_served():
    pair = Pair(is_ciphered=False)
    pair.associate()
    for form in FORMS:
        client = Protection(credentials(form=form).security)
        assert pair.ask(client.seal(GET_ENERGY)) == b"\xd8\x02\x02"


def test_a_client_whose_counter_is_behind_learns_what_is_expected():
    pair = Pair()
    for _ in range(3):
        pair.associate()
    pair.client = credentials()
    diagnostic, exception = refusal(pair.associate)
    assert diagnostic is None and exception.counter == pair.known_expects()
    pair.client = credentials(first=exception.counter)
    assert pair.associate()
    pair.associated.protection.security.unicast.sent._next = 0
    error = refused(pair.do, dialogue.get(ENERGY))
    assert error.exception.counter == pair.known_expects()


def test_a_dedicated_key_ciphers_all_that_follows_with_its_own_counters():
    for form, tag in ((FORMS[0], 0xD0), (FORMS[1], 0xDC)):
        pair = Pair(form=form)
        pair.associate(DEDICATED)
        proof = pair.sent[-1]
        assert proof[0] in (0xCB, 0xDB), "with the global key: all servers take that"
        assert pair.do(dialogue.get(ENERGY)) == 123456
        assert pair.sent[-1][0] == tag
        assert pair.taken[-1][0] == (0xD4 if tag == 0xD0 else tag)
        used = pair.client.security.unicast.sent.next()
        pair.do(dialogue.get(ENERGY))
        assert pair.client.security.unicast.sent.next() == used + 1
        pair.connect()
        pair.associate()
        pair.do(dialogue.get(ENERGY))
        assert pair.sent[-1][0] in (0xC8, 0xDB)


def test_a_dedicated_key_of_another_size_is_refused():
    pair = Pair(association.NONE)
    assert refusal(pair.associate, b"short")[0] == association.NO_REASON
    assert asserts(Pair(is_ciphered=False).associate, DEDICATED)


def test_long_answers_in_blocks_fit_the_longest_pdu_with_all_that_is_around_them():
    for form in FORMS:
        for suite in (0, 2):
            pair = Pair(form=form, suite=suite)
            pair.associate(max_pdu=300)
            begin = len(pair.taken)
            assert len(pair.do(dialogue.get(PROFILE))) == len(ROWS)
            sizes = [len(octets) for octets in pair.taken[begin:]]
            assert max(sizes) <= 300 and len(sizes) > 3


def test_general_blocks_go_around_the_ciphered_apdu():
    pair = Pair()
    wanted = initiate.CONFORMANCE | initiate.GENERAL_BLOCK
    talk = dialogue.associate_as(pair.client, CTOS, 200, b"", wanted)
    pair.associated = converse(talk, pair.ask)
    begin = len(pair.taken)
    talk = dialogue.protected(dialogue.get(PROFILE), pair.associated.protection)
    assert len(converse(in_blocks(talk, 200), pair.ask)) == len(ROWS)
    blocks = pair.taken[begin:]
    assert len(blocks) > 3 and {octets[0] for octets in blocks} == {0xE0}
    assert blocks[0][8] == 0xCC  # after the head of the block: one long glo-get-response
    assert max([len(octets) for octets in blocks]) <= 200


def test_a_client_that_takes_too_little_is_refused_also_ciphered():
    for form in FORMS:
        pair = Pair(association.NONE, form=form)
        way = Protection(pair.client.security).own_way()
        least = CLIENT_PDU_MIN + Protection(pair.client.security).overhead(way)
        error = refused(pair.associate, b"", least - 1)
        assert "PDU size too short" in str(error)
        assert pair.associate(max_pdu=least)
        assert pair.do(dialogue.get(ENERGY)) == 123456


def test_a_way_that_leaves_no_room_for_an_answer_is_refused():
    pair = Pair(association.NONE)
    pair.associate(max_pdu=CLIENT_PDU_MIN + 30)
    pair.client.security.form = FORMS[2]
    assert pair.ask(pair.associated.protection.seal(GET_ENERGY)) == b"\xd8\x01\x04"


def test_our_own_requests_leave_room_for_the_ciphering():
    clear, ciphered = Pair(is_ciphered=False).associate(), Pair().associate()
    assert clear.max_pdu - ciphered.max_pdu == 30
    assert ciphered.conformance == clear.conformance | initiate.GENERAL_PROTECTION


def test_a_release_is_plain_or_ciphered_and_ends_the_association():
    for told in (False, True):
        pair = Pair()
        agreed = pair.associate(DEDICATED)
        assert converse(dialogue.release(0, agreed if told else None), pair.ask) is None
        release = association.decode(pair.sent[-1])
        assert (release.user_information[:1] == b"\x21") == told
        assert pair.ask(GET_ENERGY) == NOT_YET


def test_a_refusal_may_be_ciphered_plain_or_without_a_word():
    plain = initiate.encode_initiate(initiate.error(initiate.PDU_TOO_SHORT))
    for information, has_word in ((plain, True), (b"", False), (b"\x2e\x02\x00\x00", False)):
        talk = dialogue.associate_as(credentials(), CTOS)
        next(talk)
        aare = association.Aare(association.REFUSED, association.NO_REASON, information)
        error = refused(talk.send, association.encode(aare))
        assert error.diagnostic == association.NO_REASON
        assert ("PDU size too short" in str(error)) == has_word


class Spent:
    def next(self):
        raise KeyError  # must not be asked


class Failing:
    def next(self):
        raise DecipherError("the disk is full")


def test_a_server_without_a_counter_says_so_and_does_not_fall():
    pair = Pair()
    pair.associate()
    pair.known.security.unicast.sent = Failing()
    assert pair.ask(pair.associated.protection.seal(GET_ENERGY)) == b"\xd8\x01\x03"
    assert refusal(pair.associate)[1].service == apdu.OTHER_REASON


def test_nothing_is_drawn_from_the_counter_for_what_is_answered_in_clear():
    pair = Pair()
    pair.known.security.unicast.sent = Spent()
    assert pair.ask(GET_ENERGY) == NOT_YET
    assert pair.ask(b"\x60\x00")[0] == 0xD8
