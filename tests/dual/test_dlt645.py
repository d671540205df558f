"""DL/T 645: frames seen on real lines, whole, in pieces and damaged."""

from tests.dual.codec_checks import (
    DAMAGED,
    asserts,
    check_deframer,
    flipped,
    outcomes,
    refused,
    vectors,
)
from wire import dlt645

_READ = bytes.fromhex("6801010000000068110433333433b416")


def test_every_published_frame_is_read_and_written_alike():
    for vector in vectors("dlt645"):
        octets, known = bytes.fromhex(vector["hex"]), vector["decoded"]
        (frame,) = outcomes(dlt645.Deframer(), octets)
        assert (frame.address, frame.control) == (known["addr"], known["C"])
        assert frame.data.hex() == known["data"] and dlt645.encode(frame) == octets
        assert dlt645.identifier(frame)[0] == (known["di"] or "")
        check_deframer(dlt645.Deframer, octets, frame)


def test_a_wrong_bit_never_yields_a_frame():
    for at, bit, octets in flipped(_READ):
        found = outcomes(dlt645.Deframer(), octets)
        assert found in ([], [DAMAGED]), (at, bit, found)


def test_the_longest_frame_passes_and_no_longer_one():
    frame = dlt645.Frame("000000000001", 0x91, bytes(dlt645.DATA_MAX))
    assert outcomes(dlt645.Deframer(), dlt645.encode(frame)) == [frame]
    assert asserts(dlt645.encode, dlt645.Frame("000000000001", 0x91, bytes(dlt645.DATA_MAX + 1)))


def test_an_address_that_is_not_decimal_is_damage():
    octets = bytearray(_READ)
    octets[1], octets[-2] = 0x0B, octets[-2] + 0x0A
    assert outcomes(dlt645.Deframer(), bytes(octets)) == [DAMAGED]


def test_what_names_nothing_though_it_should_is_refused():
    assert refused(dlt645.identifier, dlt645.Frame("000000000001", 0x11, b"\x00\x00\x01"))
    failed = dlt645.Frame("000000000001", 0xD1, b"\x02")
    assert dlt645.identifier(failed) == ("", b"\x02")
