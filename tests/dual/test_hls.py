"""High level security: the proofs of mechanisms 2 to 7, against known answers and each other."""

from tests.dual.codec_checks import flipped, refused
from tests.dual.secured_peers import (
    AK,
    CLIENT_TITLE,
    COUNTER,
    CTOS,
    EK,
    HERE,
    SECRET,
    SERVER_TITLE,
    STOC,
    H,
    credentials,
    key,
    security,
)
from wire import association, hls
from wire.credentials import Credentials


def shakes(mechanism, **more):
    """The client's Handshake and the server's."""
    client, server = credentials(mechanism), credentials(mechanism, is_client=False, **more)
    return (
        hls.Handshake(client, SERVER_TITLE, STOC, CTOS),
        hls.Handshake(server, CLIENT_TITLE, CTOS, STOC),
    )


def test_each_side_proves_itself_to_the_other():
    for mechanism in HERE:
        client, server = shakes(mechanism)
        assert hls.is_proof(server, hls.proof(client)), mechanism
        assert hls.is_proof(client, hls.proof(server)), mechanism


def test_no_bit_of_a_proof_may_be_wrong_and_none_missing():
    for mechanism in HERE:
        client, server = shakes(mechanism)
        proof = hls.proof(client)
        step = 40 if mechanism == association.HLS_ECDSA else 1
        for _, _, damaged in list(flipped(proof))[::step]:
            assert not hls.is_proof(server, damaged), (mechanism, damaged.hex())
        for octets in (b"", proof[:-1], proof + b"\x00"):
            assert not hls.is_proof(server, octets)


def test_a_proof_is_for_one_challenge_and_one_direction():
    for mechanism in HERE:
        client, server = shakes(mechanism)
        other = hls.Handshake(client.credentials, SERVER_TITLE, b"P6wRJ21G", CTOS)
        assert not hls.is_proof(server, hls.proof(other)), mechanism
        assert not hls.is_proof(server, hls.proof(server)), mechanism


def test_another_secret_or_key_proves_nothing():
    for mechanism in (association.HLS, association.HLS_MD5, association.HLS_SHA1):
        client, server = shakes(mechanism, secret=b"another")
        assert not hls.is_proof(server, hls.proof(client)), mechanism
    client, server = shakes(association.HLS_SHA256, secret=b"another")
    assert not hls.is_proof(server, hls.proof(client))
    for other in (key(AK, AK), key(EK, EK), key(suite=1)):
        client, server = shakes(association.HLS_GMAC, unicast=other)
        assert not hls.is_proof(server, hls.proof(client))


def test_titles_count_where_the_standard_says_so():
    for mechanism in HERE:
        client, server = shakes(mechanism)
        other = hls.Handshake(server.credentials, H("4d4d4d0000bc614f"), CTOS, STOC)
        counts = mechanism in association.WITH_TITLE
        assert hls.is_proof(other, hls.proof(client)) != counts, mechanism


def test_gmac_gives_the_known_answers():
    # StoC "P6wRJ21F" and CtoS "K56iVagY", as computed by two implementations
    client = security()
    client.title, client.unicast = SERVER_TITLE, key(first=1)
    shake = hls.Handshake(Credentials(association.HLS_GMAC, b"", client), b"", STOC, CTOS)
    assert hls.proof(shake) == H("1000000001 1a52fe7dd3e72748973c1e28".replace(" ", ""))
    client.title, client.unicast = CLIENT_TITLE, key(first=COUNTER)
    shake = hls.Handshake(shake.credentials, b"", CTOS, STOC)
    assert hls.proof(shake) == H("1001234567fe1466afb3dbcd4f9389e2b7")


def test_the_counter_of_a_proof_by_gmac_is_not_taken_again():
    client, server = shakes(association.HLS_GMAC)
    client.credentials.security.unicast = key(first=70)
    assert hls.is_proof(server, hls.proof(client))
    assert server.credentials.security.unicast.received.expected == 71


def test_the_digests_are_those_of_known_octets():
    # The strings put together by hand, the digests by the usual command line tools
    for mechanism, text in DIGESTS:
        client, _ = shakes(mechanism)
        assert hls.proof(client).hex() == text, mechanism


DIGESTS = (
    (association.HLS_MD5, "920bae6461c8ce531da3c9daba666228"),
    (association.HLS_SHA1, "af5b05d1adc26f34bd571700979101d3fb650b9c"),
    (association.HLS_SHA256, "0e7610c9c563ad632b7f2ee4dc823f07c74094300da05f1482e8b2c2fad23444"),
    (association.HLS, "13ae5e28096972098148ac521df48b26"),
)


def test_a_challenge_has_8_to_64_octets_and_is_not_our_own():
    client, _ = shakes(association.HLS_MD5)
    for size in (hls.CHALLENGE_MIN, hls.CHALLENGE_MAX):
        hls.check_challenges(hls.Handshake(client.credentials, b"", bytes(size), CTOS))
    for size in (0, hls.CHALLENGE_MIN - 1, hls.CHALLENGE_MAX + 1):
        refused(hls.check_challenges, hls.Handshake(client.credentials, b"", bytes(size), CTOS))
    refused(hls.check_challenges, hls.Handshake(client.credentials, b"", CTOS, CTOS))


def test_mechanism_2_takes_another_function_for_meters_that_have_one():
    known = Credentials(
        association.HLS,
        SECRET,
        security(),
        manufacturer=lambda credentials, challenge: credentials.secret + challenge,
    )
    assert hls.proof(hls.Handshake(known, b"", STOC, CTOS)) == SECRET + STOC


def test_a_long_challenge_and_a_short_secret_are_filled_up():
    for secret, challenge, size in ((b"s", bytes(8), 16), (bytes(20), bytes(17), 32)):
        known = Credentials(association.HLS, secret, security())
        assert len(hls.proof(hls.Handshake(known, b"", challenge, CTOS))) == size


def test_secrets_are_compared_whole():
    assert hls.same(b"secret", b"secret")
    for other in (b"", b"secre", b"secrets", b"Secret", b"secreT", b"secret\x00"):
        assert not hls.same(other, b"secret") and not hls.same(b"secret", other)
