"""The gateway header: what is in front of an APDU, and for whom it is."""

from tests.dual.codec_checks import asserts, check_survives, refused, vectors
from wire import gateway
from wire.gateway import Gateway


def test_the_published_requests_are_read_and_written_alike():
    for vector in vectors("gateway"):
        octets, inside = bytes.fromhex(vector["apdu"]), bytes.fromhex(vector["inside"])
        expected = Gateway(True, vector["network"], vector["address"].encode(), inside)
        assert gateway.decode(octets) == expected
        assert gateway.encode(expected) == octets
        check_survives(gateway.decode, octets)


def test_an_answer_differs_by_its_first_octet():
    answer = Gateway(False, 3, b"17", b"\xd8\x01\x01")
    assert gateway.encode(answer) == bytes.fromhex("e703023137d80101")
    assert gateway.decode(gateway.encode(answer)) == answer


def test_a_header_cut_short_or_without_an_apdu_is_refused():
    octets = bytes.fromhex("e603023137")
    for size in range(len(octets) + 1):
        refused(gateway.decode, octets[:size])


def test_other_apdus_have_no_gateway_header():
    for octets in (b"", b"\xc0\x01", b"\xe5\x01\x00\x01", b"\xe8"):
        assert not gateway.is_gateway(octets)
        refused(gateway.decode, octets)
    assert gateway.is_gateway(b"\xe6") and gateway.is_gateway(b"\xe7")


def test_an_address_may_have_up_to_255_octets():
    longest = Gateway(True, 255, b"9" * 255, b"\xc0")
    assert gateway.decode(gateway.encode(longest)) == longest
    assert len(gateway.encode(longest)) == gateway.HEADER_MAX + 1
    assert asserts(gateway.encode, Gateway(True, 1, b"9" * 256, b"\xc0"))
    assert asserts(gateway.encode, Gateway(True, 256, b"9", b"\xc0"))
    assert asserts(gateway.encode, Gateway(True, 1, b"9", b""))
