"""System titles that are none, and a counter that has come to its end."""

from tests.dual.codec_checks import refused
from tests.dual.secured_peers import (
    CLIENT_TITLE,
    CTOS,
    GET_ENERGY,
    SERVER_TITLE,
    STOC,
    Pair,
    key,
    security,
)
from wire import apdu, association, axdr, dialogue, envelope, initiate
from wire.ciphering import BOTH, COUNTER_MAX
from wire.credentials import Credentials
from wire.protection import Protection


def test_a_system_title_of_another_size_is_none():
    for title in (b"x", CLIENT_TITLE[:7], 16 * CLIENT_TITLE):
        pair = Pair()
        contents = key().seal(BOTH, CLIENT_TITLE, b"\x01")
        offer = envelope.encode_titled(envelope.GENERAL_GLO, title, contents)
        aarq = association.Aarq(association.LN_CIPHERED, association.HLS_GMAC, CTOS, offer)
        answer = association.decode(pair.ask(association.encode(aarq)))
        assert answer.diagnostic == association.AUTHENTICATION_FAILURE


def test_a_server_that_tells_no_title_proves_nothing():
    mine = security()
    mine.peer_title = b""
    talk = dialogue.associate_as(Credentials(association.HLS_GMAC, b"", mine), CTOS)
    next(talk)
    offer = initiate.encode_initiate(initiate.response(initiate.CONFORMANCE, 500))
    aare = association.Aare(0, association.AUTHENTICATION_REQUIRED, offer)
    aare.mechanism, aare.authentication = association.HLS_GMAC, STOC
    talk.send(association.encode(aare))
    mac = key().mac(SERVER_TITLE, CTOS)
    answer = apdu.ActionResponse(0xC1, 0, apdu.Result(0, axdr.octets(mac)))
    assert "prove" in str(refused(talk.send, apdu.encode(answer)))


def test_a_counter_at_its_end_is_taken_once_and_refused_ever_after():
    pair = Pair(association.NONE)
    pair.associate()
    request = Protection(security(first=COUNTER_MAX)).seal(GET_ENERGY)
    assert pair.ask(request)[0] == 0xCC
    assert apdu.decode(pair.ask(request)).counter == COUNTER_MAX
