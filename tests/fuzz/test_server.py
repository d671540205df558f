"""Whatever a client sends is answered in bounded octets or not at all; nothing is raised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dual.cosem_peer import CLIENTS, MANAGEMENT, PUBLIC, Client, Objects
from tests.dual.secured_peers import FORMS, GET_ENERGY, SAP, Pair, ends
from tests.fuzz.octets import GOLDEN, damaged, data, quickly
from wire import apdu, association, hdlc
from wire.hdlc_link import BUSY
from wire.hdlc_server import HdlcServer
from wire.server import MAX_PDU, ServerAssociation

MORE_MAX = 64  # general blocks of one window
ADDRESS = hdlc.server_address(1, 17)
PEER = hdlc.client_address(16)
WAYS = ((association.LLS, False), (association.HLS_GMAC, True), (association.HLS_SHA256, False))


def requests():
    """Damaged requests, and good ones with Data of any shape in them."""
    head = st.sampled_from([octets for octets in GOLDEN if octets[:1] in (b"\xc1", b"\xc3")])
    cut = st.integers(9, 40)
    shaped = st.tuples(head, cut, data()).map(lambda it: it[0][: it[1]] + it[2])
    block = st.tuples(st.integers(0, 255), st.integers(0, 9), st.integers(0, 9), damaged())
    sealed = damaged([ends(form)[0].seal(GET_ENERGY) for form in FORMS])
    return st.one_of(damaged(), shaped, block.map(_general_block), sealed)


def _general_block(given):
    control, number, ack, octets = given
    numbers = number.to_bytes(2, "big") + ack.to_bytes(2, "big")
    return b"\xe0" + bytes([control]) + numbers + bytes([min(127, len(octets))]) + octets[:127]


def is_answered(server, sap, octets, pdu_max):
    """Asks, and takes all that the server has to say."""
    said = quickly(server.answer, sap, 1, octets)
    for _ in range(MORE_MAX):
        if said is None:
            return
        assert isinstance(said, bytes) and 0 < len(said) <= pdu_max
        said = quickly(server.more, sap)
    assert server.more(sap) is None, "it never ends"


@pytest.mark.parametrize("sap", (PUBLIC, MANAGEMENT))
@given(asked=st.lists(requests(), max_size=8), window=st.integers(1, 8))
def test_a_server_in_clear_answers_everything_or_nothing(sap, asked, window):
    client = Client(sap)
    client.server = server = ServerAssociation(Objects(), CLIENTS, window)
    client.associate()
    for octets in asked:
        is_answered(server, sap, octets, apdu.APDU_MAX)
    is_answered(server, 17, b"".join(asked)[:MAX_PDU], apdu.APDU_MAX)


@pytest.mark.parametrize("way", WAYS, ids=("lls", "gmac", "sha256"))
@given(asked=st.lists(st.one_of(requests(), st.integers(0, 400)), max_size=6), early=st.booleans())
def test_a_server_with_security_answers_everything_or_nothing(way, asked, early):
    """A number flips that bit of a good request: what is sealed is judged before it is read."""
    pair = Pair(*way)
    agreed = None if early else pair.associate()
    for each in asked:
        octets = each
        if isinstance(each, int):
            octets = _sealed(agreed)
            at = each // 8 % len(octets)
            octets = octets[:at] + bytes([octets[at] ^ 1 << each % 8]) + octets[at + 1 :]
        is_answered(pair.server, SAP, octets, apdu.APDU_MAX)


def _sealed(agreed):
    return agreed.protection.seal(GET_ENERGY) if agreed and agreed.protection else GET_ENERGY


@given(asked=st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=140), st.booleans())))
def test_a_link_server_takes_any_frames_in_any_order(asked):
    server = HdlcServer(ADDRESS, 128, 7)
    for now_ms, (control, information, segmented) in enumerate(asked):
        frame = hdlc.Frame(ADDRESS, PEER, control, b"\xe6\xe6\x00" + information, segmented)
        said = quickly(server.receive, frame, 50_000 * now_ms)
        assert said is None or said[0] in _SAID, said
        if said and said[0] == "apdu" and server.state == BUSY:
            assert len(server.send(said[1])) <= 7 * 200


_SAID = ("write", "connected", "disconnected", "apdu", "rejected")
