"""The DLMS wrapper: published frames, limits, and what comes after damage."""

from tests.dual.codec_checks import (
    DAMAGED,
    asserts,
    check_deframer,
    octets_of,
    outcomes,
    vectors,
)
from wire import gateway, wrapper
from wire.apdu import APDU_MAX
from wire.wrapper import Wrapper

_GET = bytes.fromhex("000100100001000dc001c100030100010800ff0200")
_GET_WRAPPER = Wrapper(16, 1, bytes.fromhex("c001c100030100010800ff0200"))


def wrappers_in(*chunks):
    return outcomes(wrapper.Deframer(), *chunks)


def test_every_published_wrapper_is_read_and_written_alike():
    for vector in vectors("wrapper") + vectors("gateway"):
        octets, apdu = bytes.fromhex(vector["hex"]), bytes.fromhex(vector["apdu"])
        message = Wrapper(vector["from_wport"], vector["to_wport"], apdu)
        check_deframer(wrapper.Deframer, octets, message)
        assert wrapper.encode(message) == octets, vector["meaning"]


def test_the_longest_apdu_passes_and_one_octet_more_does_not():
    longest = Wrapper(1, 1, b"\xc4" + bytes(wrapper.LENGTH_MAX - 1))
    octets = wrapper.encode(longest)
    assert wrappers_in(octets) == [longest]
    assert asserts(wrapper.encode, Wrapper(1, 1, longest.apdu + b"\x00"))
    size = (wrapper.LENGTH_MAX + 1).to_bytes(2, "big")
    assert wrappers_in(octets[:6] + size)[0] == DAMAGED


def test_the_longest_apdu_fits_with_the_longest_gateway_header():
    longest = gateway.encode(gateway.Gateway(False, 1, b"9" * 255, bytes(APDU_MAX)))
    assert len(longest) == wrapper.LENGTH_MAX


def test_a_message_of_64_kb_is_refused_at_its_header_and_the_next_one_is_found():
    header = bytes.fromhex("000100100001ffff")
    for chunks in ([header + _GET], octets_of(header + _GET), [header, _GET]):
        assert wrappers_in(*chunks) == [DAMAGED, _GET_WRAPPER]
    found = wrappers_in(header, b"\x55" * 0xFFFF, _GET)
    assert found == [DAMAGED, _GET_WRAPPER]


def test_a_message_of_no_octets_is_refused():
    assert wrappers_in(bytes.fromhex("0001001000010000")) == [DAMAGED]
    assert asserts(wrapper.encode, Wrapper(1, 1, b""))


def test_another_version_is_refused_and_the_next_message_found():
    other = b"\x00\x02" + _GET[2:]
    for chunks in ([other + _GET], octets_of(other + _GET)):
        assert wrappers_in(*chunks) == [DAMAGED, _GET_WRAPPER]


def test_garbage_before_a_message_is_reported_once():
    for garbage in (b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 5000, b"\x00" * 100):
        assert wrappers_in(garbage + _GET)[:1] == [DAMAGED]
        assert wrappers_in(garbage, _GET)[-1] == _GET_WRAPPER
        assert wrappers_in(garbage, _GET).count(DAMAGED) == 1


def test_wports_fill_two_octets():
    message = Wrapper(0xFFFF, 0, b"\xc0")
    check_deframer(wrapper.Deframer, wrapper.encode(message), message)
    assert asserts(wrapper.encode, Wrapper(0x10000, 1, b"\xc0"))


def test_after_damage_what_only_looks_like_a_message_is_passed_over():
    for fake in (
        "000140000001 0002 c000",  # no such SAP
        "000100010001 0002 c000 55",  # followed by what begins no message
        "000100010001 0002 5500",  # no APDU begins so
    ):
        octets = b"\xff" + bytes.fromhex(fake.replace(" ", ""))
        assert wrappers_in(octets + _GET) == [DAMAGED, _GET_WRAPPER], fake
