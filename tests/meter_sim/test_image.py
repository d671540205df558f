"""Image transfer: the whole procedure, and each thing that goes wrong in it."""

import hashlib
import struct

import pytest

from meter_sim.meter import Meter
from tests.meter_sim.reader import CLIENT, NOW_S, Reader

IMAGE = (18, "0.0.44.0.0.255")
FIRMWARE = (1, "1.0.0.2.0.255", 2)
NAME = b"SIM 2.0"
SIZE = 64 * 5 + 9
OCTETS = bytes(n * 7 & 0xFF for n in range(SIZE))
BLOCKS = 6
OK, TEMPORARY, DENIED, UNMATCHED, OTHER = 0, 2, 3, 12, 250
INITIATED, VERIFYING, VERIFIED, VERIFY_FAILED, ACTIVATING, ACTIVATED, FAILED = range(1, 8)


@pytest.fixture
def meter():
    return Meter(17, seed=3)


def client(meter):
    return Reader(meter, CLIENT).open(password=b"12345678")


def initiate(reader, size=SIZE):
    value = b"\x02\x02\x09" + bytes((len(NAME),)) + NAME + struct.pack(">BI", 6, size)
    return reader.act(*IMAGE, 1, value)


def send(reader, number, octets=None):
    octets = OCTETS[number * 64 : number * 64 + 64] if octets is None else octets
    return reader.act(*IMAGE, 2, block(number, octets))


def block(number, octets):
    return b"\x02\x02" + struct.pack(">BIBB", 6, number, 9, len(octets)) + octets


def transferred(meter):
    reader = client(meter)
    assert initiate(reader) == OK
    for number in range(BLOCKS):
        assert send(reader, number) == OK
    return reader


def status(reader):
    return reader.get(*IMAGE, 6)


def test_an_image_is_taken_verified_and_activated(meter):
    reader = client(meter)
    assert reader.get_list((*IMAGE, 5), (*IMAGE, 2), (*IMAGE, 6)) == [True, 64, 0]
    assert reader.get(*FIRMWARE) == b"SIM 1.0"
    assert initiate(reader) == OK and status(reader) == INITIATED
    for number in (1, 5, 0, 2, 4):
        assert send(reader, number) == OK
    assert reader.get(*IMAGE, 3) == "111011" and reader.get(*IMAGE, 4) == 3
    assert reader.act(*IMAGE, 3) == OTHER, "one is missing"
    assert send(reader, 3) == OK
    assert reader.get(*IMAGE, 3) == "111111" and reader.get(*IMAGE, 4) == BLOCKS
    assert reader.get(*IMAGE, 7) == [] and reader.act(*IMAGE, 4) == OTHER
    assert reader.act(*IMAGE, 3) == OK and status(reader) == VERIFIED
    assert reader.get(*IMAGE, 7) == [(SIZE, NAME, hashlib.sha256(OCTETS).digest())]
    assert reader.act(*IMAGE, 4) == OK and status(reader) == ACTIVATED
    assert reader.get(*FIRMWARE) == NAME and meter.objects.image.octets == OCTETS
    assert [row[1] for row in reader.get(7, "0.0.99.98.0.255", 2)] == [18]


def test_blocks_get_lost_on_demand_though_they_are_answered(meter):
    meter.objects.image.lose = 1.0
    reader = transferred(meter)
    assert reader.get(*IMAGE, 3) == "000000" and reader.get(*IMAGE, 4) == 0
    meter.objects.image.lose = 0.5
    sent = 0
    while (missing := reader.get(*IMAGE, 4)) < BLOCKS:
        assert send(reader, missing) == OK
        sent += 1
    assert sent > BLOCKS and reader.act(*IMAGE, 3) == OK
    assert meter.objects.image.octets == OCTETS


@pytest.mark.parametrize("times", (1, 3))
def test_verification_and_activation_may_take_their_time(meter, times):
    meter.objects.image.verify_busy = meter.objects.image.activate_busy = times
    reader = transferred(meter)
    assert reader.act(*IMAGE, 3) == TEMPORARY
    polled = [status(reader) for _ in range(times)]
    assert polled == [VERIFYING] * (times - 1) + [VERIFIED]
    assert reader.act(*IMAGE, 4) == TEMPORARY
    polled = [status(reader) for _ in range(times)]
    assert polled == [ACTIVATING] * (times - 1) + [ACTIVATED]


def test_verification_fails_and_blocks_may_come_again(meter):
    meter.objects.image.fails = "verify"
    reader = transferred(meter)
    assert reader.act(*IMAGE, 3) == OTHER and status(reader) == VERIFY_FAILED
    assert reader.get(*IMAGE, 7) == []
    meter.objects.image.fails = ""
    assert send(reader, 0) == OK and reader.act(*IMAGE, 3) == OK
    assert send(reader, 0) == DENIED, "what is verified stays as it is"


def test_a_failed_activation_leaves_the_old_firmware(meter):
    meter.objects.image.fails = "activate"
    reader = transferred(meter)
    assert reader.act(*IMAGE, 3) == OK
    assert reader.act(*IMAGE, 4) == OTHER and status(reader) == FAILED
    assert reader.get(*FIRMWARE) == b"SIM 1.0"


def test_after_activation_the_meter_restarts_and_knows_nobody(meter):
    meter.objects.image_restart_s = 5
    reader = transferred(meter)
    assert reader.act(*IMAGE, 3) == OK and reader.act(*IMAGE, 4) == OK
    reader.utc_s = NOW_S + 3
    assert reader.say(0x93) == []
    reader.utc_s = NOW_S + 6
    assert reader.say(0x11)[0].control == 0x1F
    reader.open(password=b"12345678")
    assert status(reader) == ACTIVATED and reader.get(*FIRMWARE) == NAME


def test_blocks_of_wrong_length_or_number_and_without_initiation_are_refused(meter):
    reader = client(meter)
    assert send(reader, 0) == DENIED
    assert initiate(reader) == OK
    for number, octets in ((0, OCTETS[:63]), (5, OCTETS[:10]), (5, OCTETS[:8]), (6, b"")):
        assert send(reader, number, octets) == OTHER, number
    assert send(reader, 0, OCTETS[:65]) == OTHER
    assert reader.act(*IMAGE, 2) == UNMATCHED
    assert reader.get(*IMAGE, 3) == "000000"


@pytest.mark.parametrize(
    "size, result", ((0, DENIED), (1, OK), (4_000_000, OK), (4_000_001, DENIED))
)
def test_an_image_has_a_size_within_limits(meter, size, result):
    assert initiate(client(meter), size) == result


def test_after_the_last_whole_block_there_is_none_of_no_octets(meter):
    reader = client(meter)
    assert initiate(reader, 128) == OK
    assert send(reader, 2, b"") == OTHER and reader.get(*IMAGE, 3) == "00"


def test_initiation_forgets_what_was_there(meter):
    reader = transferred(meter)
    assert initiate(reader) == OK and reader.get(*IMAGE, 3) == "000000"


def test_transfer_can_be_disabled_and_is_not_for_everybody(meter):
    reader = client(meter)
    assert reader.set(*IMAGE, 5, b"\x03\x00") == OK and reader.get(*IMAGE, 5) is False
    assert initiate(reader) == DENIED
    assert reader.set(*IMAGE, 5, b"\x11\x00") == UNMATCHED
    assert reader.set(*IMAGE, 5, b"\x03\x01") == OK
    assert initiate(reader) == OK
    assert Reader(meter).open().act(*IMAGE, 2, block(0, OCTETS[:64])) == DENIED
