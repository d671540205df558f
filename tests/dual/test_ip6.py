"""IPv6 packets with UDP, as a G3 module gives and takes them."""

from tests.dual.codec_checks import asserts, check_decoder, flipped, refused, vectors
from wire import ip6, usi_commands

_PAN = 0x781D


def published(name):
    found = [each for each in vectors("usi") if each["meaning"].startswith(name)]
    message = usi_commands.decode(bytes.fromhex(found[0]["payload"]))
    return message.values["packet"]


def test_a_published_packet_is_read_and_written_alike():
    packet = published("DATA.indication")
    datagram = ip6.decode(packet)
    assert ip6.encode(datagram) == packet
    assert (datagram.source, datagram.destination) == (ip6.address(1, _PAN), ip6.address(0, _PAN))
    assert (datagram.source_port, datagram.destination_port) == (ip6.DLMS_PORT, 0xF0B0)
    assert ip6.encode(ip6.decode(published("DATA.request 1280"))) == published("DATA.request 1280")


def test_a_packet_cut_longer_or_with_a_wrong_bit_is_refused():
    packet = published("DATA.indication")
    check_decoder(ip6.decode, packet, ip6.decode(packet))
    for at, _, octets in flipped(packet):
        if at not in (0, 1, 2, 3, 7):  # version 6 apart, no sum covers the first words
            refused(ip6.decode, octets)


def test_packets_of_even_and_odd_size_have_right_checksums():
    ends = ip6.address(0, _PAN), ip6.address(5, _PAN)
    for size in (0, 1, 2, 3, ip6.PAYLOAD_MAX):
        for filling in (b"\x00", b"\xff", b"\xa5"):
            datagram = ip6.Datagram(*ends, ip6.DLMS_PORT, 0xF0B0, filling * size)
            assert ip6.decode(ip6.encode(datagram)) == datagram
    assert asserts(ip6.encode, ip6.Datagram(*ends, 1, 2, bytes(ip6.PAYLOAD_MAX + 1)))


def test_a_sum_that_would_be_zero_is_sent_as_its_other_form_and_zero_is_refused():
    ends = ip6.address(0, _PAN), ip6.address(5, _PAN)
    packet = ip6.encode(ip6.Datagram(*ends, 1, 2, b"\x00\x00"))
    check = int.from_bytes(packet[46:48], "big")
    packet = ip6.encode(ip6.Datagram(*ends, 1, 2, check.to_bytes(2, "big")))
    assert packet[46:48] == b"\xff\xff"
    assert ip6.decode(packet).payload == check.to_bytes(2, "big")
    refused(ip6.decode, packet[:46] + b"\x00\x00" + packet[48:])


def test_addresses_of_both_kinds_of_network_are_understood():
    new, old = ip6.address(0x1234, _PAN), ip6.address(0x1234, _PAN, has_pan=False)
    assert new.hex() == "fe80000000000000781d00fffe001234"
    assert old.hex() == "fe80000000000000000000fffe001234"
    assert ip6.short_address(new) == ip6.short_address(old) == 0x1234
    assert ip6.short_address(ip6.address(ip6.BROADCAST, _PAN)) == ip6.BROADCAST
    for other in ("fe80000000000000021122fffe334455", "20010db800000000781d00fffe001234"):
        assert ip6.short_address(bytes.fromhex(other)) is None


def test_octets_behind_the_datagram_are_refused_though_the_sum_may_be_right():
    packet = published("DATA.indication")
    odd = len(packet) & 1
    more = (0xFFFF - 2 - odd).to_bytes(2, "big")  # takes off again what the length adds
    refused(ip6.decode, packet + bytes(odd) + more)
