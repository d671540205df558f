"""AARQ, AARE and release: the standard's own octets both ways, and no password shown."""

from tests.dual.codec_checks import check_survives, refused, truncated, vectors
from wire import apdu, association, initiate
from wire.association import Aare, Aarq, Release

PASSWORD = b"12345678"
GURUX_CONFORMANCE = 0x001E5D


def octets_of(meaning):
    found = [vector for vector in vectors("cosem") if vector["meaning"].startswith(meaning)]
    return bytes.fromhex(found[0]["hex"])


def initiation(max_pdu=0xFFFF):
    return initiate.encode_initiate(initiate.request(GURUX_CONFORMANCE, max_pdu))


def fields(request):
    limits = (request.conformance, request.max_pdu, request.dedicated_key)
    return limits + (request.response_allowed, request.quality, request.version)


def test_the_association_requests_of_the_vectors_are_made_octet_for_octet():
    none = Aarq(association.LN, association.NONE, b"", initiation())
    assert association.encode(none) == octets_of("AARQ public client 16")
    lls = Aarq(association.LN, association.LLS, PASSWORD, initiation())
    assert association.encode(lls) == octets_of("AARQ LLS")
    title, challenge = bytes.fromhex("4d4d4d0000bc614e"), b"K56iVagY"
    gmac = Aarq(association.LN, association.HLS_GMAC, challenge, initiation(), title)
    assert association.encode(gmac) == octets_of("AARQ HLS-GMAC, LN no ciphering")


def test_every_apdu_of_the_association_is_decoded_and_encoded_alike():
    count = 0
    for vector in vectors("cosem"):
        octets = bytes.fromhex(vector["hex"])
        if octets[0] in (association.AARQ, association.AARE, association.RLRQ, association.RLRE):
            assert association.encode(association.decode(octets)) == octets, vector["meaning"]
            check_survives(association.decode, octets)
            for beginning in truncated(octets):
                refused(association.decode, beginning)
            refused(association.decode, octets + b"\x00")
            count += 1
    assert count == 9


def test_a_request_is_taken_apart():
    aarq = association.decode(octets_of("AARQ LLS"))
    assert (aarq.context, aarq.mechanism) == (association.LN, association.LLS)
    assert (aarq.authentication, aarq.title) == (PASSWORD, b"")
    request = initiate.decode_initiate(aarq.user_information)
    assert fields(request) == (GURUX_CONFORMANCE, 0xFFFF, b"", True, None, 6)
    ciphered = association.decode(octets_of("AARQ + dedicated key"))
    assert ciphered.context == association.LN_CIPHERED
    assert ciphered.mechanism == association.HLS_GMAC
    assert ciphered.title.hex() == "4d4d4d0000bc614e"
    assert ciphered.user_information[0] == 0x21


def test_an_accepting_answer_is_taken_apart():
    aare = association.decode(octets_of("AARE accepted"))
    assert (aare.result, aare.diagnostic, aare.context) == (0, 0, association.LN)
    response = initiate.decode_initiate(aare.user_information)
    assert response == initiate.InitiateResponse(0x001EDF, 1024, None, 6, 7)
    assert response.conformance & initiate.BLOCK_GET
    assert not response.conformance & initiate.conformance_of("general-protection")


def test_a_refusal_may_come_with_an_error_or_without_user_information():
    for text, diagnostic, by_provider in (
        ("611fa109060760857405080101a203020101a305a10302010dbe0604040e010600", 13, False),
        ("6117a109060760857405080101a203020101a305a10302010d", 13, False),
        ("6117a109060760857405080101a203020102a305a203020102", 2, True),
    ):
        octets = bytes.fromhex(text)
        aare = association.decode(octets)
        assert (aare.diagnostic, aare.by_provider) == (diagnostic, by_provider)
        assert association.encode(aare) == octets
    assert aare.result == association.REFUSED_FOR_NOW
    assert initiate.decode_initiate(b"\x0e\x01\x06\x01") == apdu.ServiceError(1, 6, 1)


def test_an_answer_with_a_challenge_comes_back():
    title, challenge = bytes.fromhex("4d4d4d0000bc614e"), b"P6wRJ21F"
    response = initiate.encode_initiate(initiate.response(GURUX_CONFORMANCE, 1024))
    mechanism = association.HLS_GMAC
    aare = Aare(0, association.AUTHENTICATION_REQUIRED, response)
    aare.mechanism, aare.authentication, aare.title = mechanism, challenge, title
    again = association.decode(association.encode(aare))
    assert (again.mechanism, again.authentication, again.title) == (mechanism, challenge, title)


def test_a_release_has_a_reason_or_none_and_perhaps_user_information():
    for octets, reason, information in (
        ("6203800100", 0, ""),
        ("6200", None, ""),
        ("620b800100be060404deadbeef", 0, "deadbeef"),
    ):
        release = association.decode(bytes.fromhex(octets))
        assert (release.tag, release.reason) == (association.RLRQ, reason)
        assert release.user_information.hex() == information
        assert association.encode(release).hex() == octets
    assert association.encode(Release(association.RLRE)).hex() == "6303800100"


def test_fields_not_known_are_left_alone_and_fields_twice_are_damage():
    lls = octets_of("AARQ LLS")
    more = lls[:1] + bytes([lls[1] + 3]) + b"\xa7\x01\x00" + lls[2:]
    assert association.decode(more).authentication == PASSWORD
    twice = lls[:1] + bytes([lls[1] + 11]) + lls[2:13] + lls[2:]
    refused(association.decode, twice)


def test_an_apdu_has_twenty_fields_at_the_most():
    def release(fields):
        body = b"".join([bytes([0x90 + n, 0]) for n in range(fields)])
        return bytes([association.RLRQ, len(body)]) + body

    assert association.decode(release(20)).reason is None
    refused(association.decode, release(21))


def test_names_and_diagnostics_of_another_form_are_damage():
    for text in (
        "600ca10a06086085740508010100",
        "600ba109060760857405080201",
        "6117a109060760857405080101a203020101a305a00302010d",
        "6119a109060760857405080101a203020101a307a10302010d0500",
    ):
        refused(association.decode, bytes.fromhex(text))


def test_an_error_never_shows_the_password():
    lls = octets_of("AARQ LLS")
    for beginning in truncated(lls):
        error = refused(association.decode, beginning)
        assert PASSWORD.hex()[:6] not in str(error) and not error.data
    assert "3132" not in repr(association.decode(lls)) + str(association.decode(lls))


def test_a_dedicated_key_and_the_options_of_an_initiation_are_kept():
    key = bytes(range(16))
    request = initiate.InitiateRequest(GURUX_CONFORMANCE, 500, key, False, 3, 6)
    octets = initiate.encode_initiate(request)
    again = initiate.decode_initiate(octets)
    assert fields(again) == fields(request) == (GURUX_CONFORMANCE, 500, key, False, 3, 6)
    assert repr(key)[2:-1] not in repr(again) + str(again)
    for beginning in truncated(octets):
        assert not refused(initiate.decode_initiate, beginning).data
    refused(initiate.decode_initiate, octets + b"\x00")
    check_survives(initiate.decode_initiate, octets)


def test_the_old_form_of_the_conformance_is_understood():
    octets = bytes.fromhex("0800065f0400001e1d00800007")
    assert initiate.decode_initiate(octets).conformance == 0x001E1D


def test_ciphered_user_information_is_told_from_plain():
    refused(initiate.decode_initiate, bytes.fromhex("211f3001234567"))
    refused(initiate.decode_initiate, b"")


def test_the_conformance_bits_are_those_of_the_standard():
    assert initiate.BLOCK_GET == 0x001000
    assert initiate.conformance_of("general-protection", "action") == 0x400001
    blocks = initiate.conformance_of("block-get", "block-set", "block-action")
    services = initiate.conformance_of("access", "get", "set", "selective-access", "action")
    assert blocks | initiate.MULTIPLE_REFERENCES | services == GURUX_CONFORMANCE
    assert initiate.CONFORMANCE == GURUX_CONFORMANCE


def test_refusals_are_told_in_words():
    assert "wrong password" in association.diagnostic_text(13)
    assert association.diagnostic_text(99) == "diagnostic 99"
