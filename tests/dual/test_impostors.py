"""What they get who are not who they say: client, server, and whoever is between them."""

from hal import cipher
from tests.dual.codec_checks import asserts, flipped, refused, truncated
from tests.dual.cosem_peer import ENERGY, converse
from tests.dual.secured_peers import (
    AK,
    CLIENT_TITLE,
    CTOS,
    DECIPHERING,
    EK,
    ENERGY_IS,
    EVERYWHERE,
    GET_ENERGY,
    HERE,
    NOT_YET,
    SAP,
    SECRET,
    SERVER_TITLE,
    STOC,
    H,
    Pair,
    credentials,
    key,
    refusal,
)
from wire import apdu, association, axdr, dialogue, hls, initiate
from wire.ciphering import AUTHENTICATED, BOTH, DecipherError
from wire.credentials import Credentials
from wire.dialogue import AssociationRefused
from wire.protection import Security


def test_until_the_client_has_proven_itself_nothing_is_served():
    for mechanism in EVERYWHERE:
        pair = Pair(mechanism, is_ciphered=False)
        talk = dialogue.associate_as(pair.client, CTOS)
        pass_3 = talk.send(pair.ask(next(talk)))
        other = apdu.ActionRequest(0xC1, apdu.Method(15, hls.REPLY.ln, 2), axdr.octets(b"x"))
        for request in (GET_ENERGY, apdu.encode(other), b"\xc0", pass_3[:-1]):
            assert pair.ask(request) == NOT_YET, request
        assert pair.objects.asked == []
        try:
            talk.send(pair.ask(pass_3))
        except StopIteration:
            pass
        assert pair.ask(GET_ENERGY) == ENERGY_IS


def test_a_wrong_proof_ends_the_association_and_is_told_without_secrets():
    for mechanism in HERE:
        pair = Pair(mechanism, is_ciphered=False)
        talk = dialogue.associate_as(pair.client, CTOS)
        pass_3 = bytearray(talk.send(pair.ask(next(talk))))
        pass_3[-1] ^= 1
        answer = apdu.decode(pair.ask(bytes(pass_3)))
        assert (answer.result, answer.returned) == (apdu.READ_WRITE_DENIED, None)
        pass_3[-1] ^= 1
        assert pair.ask(bytes(pass_3)) == NOT_YET and pair.ask(GET_ENERGY) == NOT_YET
        assert pair.failures == [(SAP, mechanism)]
        assert pair.objects.asked == []


def test_a_proof_that_is_no_octet_string_is_wrong():
    for data in (b"", b"\x00", axdr.u32(7), axdr.octets(b"")):
        pair = Pair(association.HLS_MD5, is_ciphered=False)
        pair.ask(next(dialogue.associate_as(pair.client, CTOS)))
        answer = apdu.decode(pair.ask(apdu.encode(apdu.ActionRequest(0xC1, hls.REPLY, data))))
        assert answer.result == apdu.READ_WRITE_DENIED and pair.failures


def test_another_password_secret_or_key_is_refused_and_told():
    for mechanism in (association.LLS,) + EVERYWHERE[:3] + (association.HLS_SHA256,):
        pair = Pair(mechanism, is_ciphered=False, server={"secret": b"another"})
        assert refusal(pair.associate) == (association.AUTHENTICATION_FAILURE, None)
        assert pair.failures == [(SAP, mechanism)]
    for is_ciphered in (False, True):
        for other in (key(AK, AK), key(EK, EK)):
            pair = Pair(is_ciphered=is_ciphered, server={"unicast": other})
            assert refusal(pair.associate) == (association.AUTHENTICATION_FAILURE, None)
            assert pair.failures == [(SAP, association.HLS_GMAC)]


def test_the_same_password_is_not_told_when_it_is_refused():
    pair = Pair(association.LLS, is_ciphered=False, server={"secret": b"another"})
    text = str(refused(pair.associate))
    assert SECRET.decode() not in text and SECRET.hex() not in text


def test_a_server_that_does_not_prove_itself_is_not_talked_to():
    for mechanism in EVERYWHERE:
        pair = Pair(mechanism, is_ciphered=False)
        talk = dialogue.associate_as(pair.client, CTOS)
        pass_3 = talk.send(pair.ask(next(talk)))
        pass_4 = bytearray(pair.ask(pass_3))
        pass_4[-1] ^= 1
        assert refusal(talk.send, bytes(pass_4)) == (association.AUTHENTICATION_FAILURE, None)


def test_a_proof_of_the_server_that_is_no_octet_string_is_none():
    for data in (None, axdr.u32(7), axdr.null(), axdr.octets(b"")):
        pair = Pair(association.HLS_MD5, is_ciphered=False)
        talk = dialogue.associate_as(pair.client, CTOS)
        talk.send(pair.ask(next(talk)))
        returned = data and apdu.Result(0, data)
        answer = apdu.encode(apdu.ActionResponse(0xC1, 0, returned))
        assert refusal(talk.send, answer) == (association.AUTHENTICATION_FAILURE, None)


def test_a_server_that_sends_our_challenge_back_is_not_given_a_proof():
    pair = Pair(association.HLS_MD5, is_ciphered=False)
    talk = dialogue.associate_as(pair.client, STOC)
    # the server, too, refuses a client that guessed its challenge
    assert refusal(converse, talk, pair.ask)[0] == association.AUTHENTICATION_FAILURE
    aare = association.Aare(0, 14, initiate.encode_initiate(initiate.response(0x1E5D, 500)))
    aare.mechanism, aare.authentication = association.HLS_MD5, CTOS
    talk = dialogue.associate_as(pair.client, CTOS)
    next(talk)
    assert not isinstance(refused(talk.send, association.encode(aare)), AssociationRefused)


def test_a_server_that_skips_high_level_security_is_not_believed():
    for authentication in (b"", STOC[:7]):
        aare = association.Aare(0, 0, initiate.encode_initiate(initiate.response(0x1E5D, 500)))
        aare.mechanism, aare.authentication = association.HLS_MD5, authentication
        talk = dialogue.associate_as(credentials(association.HLS_MD5, False), CTOS)
        next(talk)
        refused(talk.send, association.encode(aare))


def test_an_answer_in_clear_to_a_ciphered_request_is_refused():
    pair = Pair()
    talk = dialogue.associate_as(pair.client, CTOS)
    next(talk)
    aare = association.Aare(0, 14, initiate.encode_initiate(initiate.response(0x1E5D, 500)))
    aare.mechanism, aare.authentication, aare.title = 5, STOC, SERVER_TITLE
    assert isinstance(refused(talk.send, association.encode(aare)), DecipherError)
    pair.associate()
    talk = dialogue.protected(dialogue.get(ENERGY), pair.associated.protection)
    next(talk)
    assert isinstance(refused(talk.send, ENERGY_IS), DecipherError)


def test_another_server_than_the_one_asked_is_refused_by_its_title():
    pair = Pair()
    pair.client.security.peer_title = H("4d4d4d0000000009")
    assert isinstance(refused(pair.associate), DecipherError)
    pair = Pair()
    pair.client.security.peer_title = b""
    assert pair.associate().protection.peer_title == SERVER_TITLE


def test_a_client_with_another_title_than_its_own_is_refused():
    pair = Pair()
    pair.known.security.peer_title = H("4d4d4d0000000009")
    assert refusal(pair.associate)[0] == association.TITLE_NOT_RECOGNISED
    pair = Pair()
    pair.client.security.title = SERVER_TITLE
    assert refusal(pair.associate)[0] == association.TITLE_NOT_RECOGNISED
    for is_ciphered in (False, True):
        pair = Pair(association.HLS_SHA256, is_ciphered)
        aarq = association.decode(next(dialogue.associate_as(pair.client, CTOS)))
        aarq.title = b""
        assert association.decode(pair.ask(association.encode(aarq))).result == 1


def test_challenges_of_other_sizes_are_refused():
    pair = Pair(association.HLS_MD5, is_ciphered=False)
    aarq = association.decode(next(dialogue.associate_as(pair.client, CTOS)))
    for size in (0, hls.CHALLENGE_MIN - 1, hls.CHALLENGE_MAX + 1):
        aarq.authentication = bytes(size)
        aare = association.decode(pair.ask(association.encode(aarq)))
        assert aare.diagnostic == association.AUTHENTICATION_FAILURE
        assert asserts(next, dialogue.associate_as(pair.client, bytes(size)))
    for size in (hls.CHALLENGE_MIN, hls.CHALLENGE_MAX):
        assert pair.associate(challenge=bytes(size))


def test_nothing_is_served_in_clear_or_with_less_when_ciphering_is_demanded():
    pair = Pair()
    pair.associate()
    assert pair.ask(GET_ENERGY) == DECIPHERING
    pair.client.security.control = AUTHENTICATED
    request = pair.associated.protection.seal(GET_ENERGY)
    assert pair.ask(request) == DECIPHERING
    assert pair.objects.asked == []
    pair.client.security.control = BOTH
    assert pair.do(dialogue.get(ENERGY)) == 123456


def test_an_association_in_clear_is_refused_when_ciphering_is_demanded():
    pair = Pair(association.NONE)
    information = initiate.encode_initiate(initiate.request())
    aarq = association.Aarq(association.LN_CIPHERED, 0, b"", information, CLIENT_TITLE)
    aare = association.decode(pair.ask(association.encode(aarq)))
    assert aare.diagnostic == association.AUTHENTICATION_FAILURE
    assert pair.failures == [(SAP, association.NONE)]


def test_damage_and_replay_are_answered_by_exceptions_and_the_association_goes_on():
    pair = Pair()
    pair.associate()
    request = pair.associated.protection.seal(GET_ENERGY)
    for _, _, damaged in list(flipped(request))[8::5]:
        assert pair.ask(damaged)[:2] in (b"\xd8\x01", b"\xd8\x02"), damaged.hex()
    for beginning in truncated(request)[1:]:
        assert pair.ask(beginning) == DECIPHERING, beginning.hex()
    assert pair.ask(request)[0] == 0xCC
    again = apdu.decode(pair.ask(request))
    assert again == apdu.ExceptionResponse(1, apdu.COUNTER_ERROR, pair.known_expects())
    assert pair.do(dialogue.get(ENERGY)) == 123456


def test_a_recorded_association_cannot_be_opened_again():
    pair = Pair()
    pair.associate()
    recorded = list(pair.sent)
    pair.connect()
    expected = pair.known_expects()
    answers = [pair.ask(octets) for octets in recorded]
    assert apdu.decode(answers[0]).counter == expected and answers[1] == NOT_YET
    assert pair.failures == []


def test_a_release_with_the_wrong_key_releases_nothing():
    pair = Pair()
    pair.associate()
    talk = dialogue.release(0, pair.associated)
    release = bytearray(next(talk))
    release[-1] ^= 1
    assert pair.ask(bytes(release))[0] == 0xD8
    assert pair.do(dialogue.get(ENERGY)) == 123456


def test_a_server_that_releases_with_the_wrong_key_is_found_out():
    pair = Pair()
    pair.associate()
    for text in ("6303800100", "630b800100be06040428020000"):
        talk = dialogue.release(0, pair.associated)
        next(talk)
        if text == "6303800100":
            try:
                talk.send(H(text))
            except StopIteration:
                continue
        assert isinstance(refused(talk.send, H(text)), DecipherError)


def test_credentials_show_no_secret_and_need_what_their_mechanism_needs():
    mine = credentials()
    assert SECRET.decode() not in repr(mine) + str(mine)
    assert asserts(Credentials, association.HLS_GMAC, b"")
    assert asserts(Credentials, association.NONE, b"", None, True)
    assert asserts(Credentials, association.HLS_ECDSA, b"", mine.security)
    assert Credentials(association.HLS_MD5, SECRET).is_high()
    without_key = Security(cipher, CLIENT_TITLE)
    assert asserts(Credentials, association.HLS_GMAC, b"", without_key)
    assert asserts(Credentials, association.NONE, b"", without_key, True)
    assert Credentials(association.HLS_SHA256, SECRET, without_key)
    assert asserts(Security, cipher, CLIENT_TITLE, None, key())


def test_whatever_comes_before_the_proof_nothing_is_raised():
    pair = Pair()
    talk = dialogue.associate_as(pair.client, CTOS)
    aarq = next(talk)
    for damaged in truncated(aarq) + [each[2] for each in list(flipped(aarq))[::7]]:
        answer = pair.ask(damaged)
        assert answer is None or answer[0] in (0x61, 0xD8)
    pair.ask(aarq)
    for octets in truncated(aarq) + [bytes([tag]) for tag in range(256)]:
        answer = pair.ask(octets)
        assert answer is None or answer[0] in (0x61, 0xD8)
    assert pair.objects.asked == []


def test_a_confirmation_in_clear_is_none_when_ciphering_is_demanded():
    told = []
    pair = Pair()
    pair.associate()
    pair.server.services._on_confirm = lambda client, number: told.append(number)
    confirm = apdu.encode(apdu.DataConfirm(9, b""))
    assert pair.ask(confirm) is None and told == []
    assert pair.ask(pair.associated.protection.seal(confirm)) is None and told == [9]
