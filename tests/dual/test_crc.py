"""The check sequence against the published check value."""

import binascii

from wire.crc import by_hqx, by_octets, fcs16


def test_the_published_check_value():
    assert fcs16(b"123456789") == 0x906E


def test_nothing_has_a_check_sequence_too():
    assert fcs16(b"") == 0


def test_data_with_their_check_sequence_leave_the_same_residue():
    for data in (b"", b"\x00", b"\xa0\x07\x03", bytes(range(256))):
        whole = data + fcs16(data).to_bytes(2, "little")
        assert fcs16(whole) ^ 0xFFFF == 0xF0B8


def test_octets_may_come_in_a_bytearray():
    assert fcs16(bytearray(b"123456789")) == 0x906E


def test_every_way_to_make_it_gives_the_same():
    ways = [fcs16, by_octets] + [by_hqx] * hasattr(binascii, "crc_hqx")
    for size in range(260):
        data = bytes([7 * at + size & 0xFF for at in range(size)])
        assert len({way(data) for way in ways}) == 1
