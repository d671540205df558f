"""XMODEM with CRC, the sending side; the file that a module's firmware is."""

from meter_sim.plc_boot import crc
from tests.dual.codec_checks import asserts, refused
from wire import module_image, xmodem

ACK, NAK, C = xmodem.ACK, xmodem.NAK, xmodem.WANTS_CRC


def test_a_block_has_its_number_twice_and_a_crc():
    octets = xmodem.block(1, b"123456789")
    assert len(octets) == 133 and octets[:3] == b"\x01\x01\xfe"
    assert octets[3:131] == b"123456789" + b"\xff" * 119
    assert octets[131:] == crc(octets[3:131]).to_bytes(2, "big")
    assert xmodem.block(256, b"x")[1:3] == b"\x00\xff"


def test_blocks_follow_acknowledgements_and_an_end_follows_the_last():
    data = bytes(range(256)) * 2 + b"end"
    sender = xmodem.Sender(data)
    said = [sender.heard(0x0A), sender.heard(C), sender.heard(C)]
    assert said[0] == said[2] == b"" and said[1] == xmodem.block(1, data[:128])
    for number in range(2, 6):
        assert sender.heard(ACK) == xmodem.block(number, data[128 * (number - 1) :][:128])
        assert sender.sent == 128 * (number - 1)
    assert sender.heard(ACK) == b"\x04" and not sender.is_done
    assert sender.sent == len(data)
    assert sender.heard(ACK) == b"" and sender.is_done


def test_a_block_is_repeated_ten_times_and_no_more():
    sender = xmodem.Sender(b"x")
    first = sender.heard(C)
    for tries in range(1, xmodem.TRIES_MAX):
        assert (sender.silent() if tries % 2 else sender.heard(NAK)) == first
    refused(sender.silent)
    refused(xmodem.Sender(b"x").heard, xmodem.CANCEL)


def test_a_firmware_says_what_it_is_for():
    image = module_image.encode(1, 2, (3, 4, 5), b"body")
    assert image[:12].hex() == "47334657" + "0020" + "01" + "0002" + "030405"
    assert len(image) == 36
    assert module_image.decode(image) == module_image.Header(1, 2, (3, 4, 5), 4)
    assert asserts(module_image.encode, 1, 1, (1, 0, 0), b"")


def test_a_damaged_firmware_is_refused():
    image = module_image.encode(1, 2, (3, 4, 5), b"body")
    for at in list(range(6)) + list(range(12, 20)) + list(range(32, 36)):
        damaged = bytearray(image)
        damaged[at] ^= 1
        refused(module_image.decode, bytes(damaged))
    for other in (b"", image[:-1], image + b"\x00", image[:31]):
        refused(module_image.decode, other)
