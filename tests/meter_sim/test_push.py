"""What a meter says unasked, and what is said to all meters at once."""

import os
import socket
import struct
import subprocess

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from meter_sim import push
from meter_sim.meter import Meter
from meter_sim.security import Settings
from tests.meter_sim.conftest import METER_SIM, PATIENCE_S
from tests.meter_sim.reader import (
    CLIENT,
    NOW_S,
    Reader,
    decode,
    descriptor,
    fcs,
    frame,
    frames_in,
    ln,
    second,
    twelve,
)
from tests.meter_sim.test_image import NAME, OCTETS, block, client, initiate
from tests.meter_sim.test_program import exchange_fd

SETUP = (40, "0.0.25.9.0.255")
DESCRIPTOR = (1, "0.0.97.98.20.255", 2)
CLOCK = (8, "0.0.1.0.0.255", 2)
UI = 0x03
PUBLIC_SOURCE, MANAGEMENT = b"\x21", b"\x03"
LLC = b"\xe6\xe6\x00"
ALL = tuple(map(bytes.fromhex, ("ff", "feff", "02ff", "fefefeff", "0002feff")))


def notification(apdu):
    """(invoke id, seconds, value) of a DataNotification."""
    assert apdu[:1] == b"\x0f" and apdu[5] == 12
    value, rest = decode(apdu[18:])
    assert not rest
    return int.from_bytes(apdu[1:5], "big"), second(apdu[6:18]), value


def pushed(meter, utc_s=NOW_S):
    """The APDUs of the UI frames that it says by itself."""
    said = frames_in(meter.unasked(utc_s))
    assert all(one.control == UI and one.source == b"\x02\x23" for one in said)
    assert all(one.information.startswith(b"\xe6\xe7\x00") for one in said)
    return [(one.destination, one.information[3:]) for one in said]


def test_an_alarm_is_told_once_in_a_ui_frame_to_the_client_of_the_setup():
    meter = Meter(17)
    assert meter.unasked(NOW_S) == b""
    meter.objects.alarms.rise(0x2000, NOW_S)
    ((destination, apdu),) = pushed(meter)
    assert destination == MANAGEMENT
    name, clock, bits = notification(apdu)[2]
    assert (name, second(clock), bits) == (b"SIM0000000000017", NOW_S, 0x2000)
    assert notification(apdu)[:2] == (1, NOW_S)
    assert meter.unasked(NOW_S) == b""
    meter.objects.alarms.rise(0x2000, NOW_S)
    assert meter.unasked(NOW_S) == b"", "it has been told"
    meter.objects.alarms.rise(0x1, NOW_S)
    assert notification(pushed(meter)[0][1])[0] == 2


def test_an_alarm_that_is_filtered_is_not_told():
    meter = Meter(17)
    client(meter).set(1, "0.0.97.98.10.255", 2, struct.pack(">BI", 6, 0xFFFFDFFF))
    meter.objects.alarms.rise(0x2000, NOW_S)
    assert meter.unasked(NOW_S) == b""


def test_an_event_notification_says_the_descriptor_alone():
    meter = Meter(17)
    meter.objects.push.as_event = True
    meter.objects.alarms.rise(0x2000, NOW_S)
    ((_, apdu),) = pushed(meter)
    assert apdu[:3] == b"\xc2\x01\x0c" and second(apdu[3:15]) == NOW_S
    assert apdu[15:] == descriptor(*DESCRIPTOR) + bytes.fromhex("0600002000")


def test_a_long_push_comes_as_general_blocks_in_frames_of_128_octets():
    meter = Meter(17)
    columns = [struct.pack(">BHBB6sBBBH", 18, 1, 9, 6, ln("0.0.42.0.0.255"), 15, 2, 18, 0)] * 12
    objects = b"\x01\x0c" + b"".join(b"\x02\x04" + column for column in columns)
    reader = client(meter)
    assert reader.set(*SETUP, 2, objects) == 0
    assert reader.get(*SETUP, 2) == [(1, ln("0.0.42.0.0.255"), 2, 0)] * 12
    assert reader.act(*SETUP, 1) == 0
    whole = b""
    pieces = [apdu for _, apdu in pushed(meter)]
    for number, apdu in enumerate(pieces, 1):
        last = 0x80 if number == len(pieces) else 0
        assert apdu[:6] == struct.pack(">BBHH", 0xE0, last, number, 0)
        assert apdu[6] == len(apdu) - 7 and len(apdu) <= 125
        whole += apdu[7:]
    assert len(pieces) == 3 and notification(whole)[2] == (b"SIM0000000000017",) * 12


@pytest.mark.parametrize("length, count", ((125, 1), (126, 2), (232, 2), (233, 3)))
def test_blocks_are_as_few_as_they_can_be(length, count):
    said = push.pieces(bytes(length), 125)
    assert len(said) == count and all(len(piece) <= 125 for piece in said)


def test_only_so_many_pushes_wait_and_the_newest_are_kept():
    meter = Meter(17)
    for n in range(push.WAITING_MAX + 1):
        meter.objects.push.push(NOW_S + n)
    told = [notification(apdu)[0] for _, apdu in pushed(meter, NOW_S + 99)]
    assert told == list(range(2, push.WAITING_MAX + 2))


@pytest.mark.parametrize(
    "value, dar",
    (
        ("0203 1600 090e 3132372e302e302e313a34303539 1600", 0),
        ("0203 1603 0901 01 1600", 3),
        ("0203 1600 0901 01 1601", 3),
        ("0202 1600 0901 01", 12),
        ("0f00", 12),
    ),
)
def test_the_destination_is_set_and_what_it_cannot_do_is_refused(value, dar):
    meter = Meter(17)
    reader = client(meter)
    assert reader.set(*SETUP, 3, bytes.fromhex(value)) == dar
    told = (0, b"127.0.0.1:4059", 0) if dar == 0 else (5, b"\x01", 0)
    assert reader.get(*SETUP, 3) == told
    assert reader.act(*SETUP, 1) == 0
    assert (meter.unasked(NOW_S) == b"") is (dar == 0)
    assert len(meter.objects.push.taken(push.TCP)) == (dar == 0)


@pytest.mark.parametrize("count, dar", ((16, 0), (17, 12)))
def test_so_many_objects_are_pushed_and_no_more(count, dar):
    one = b"\x02\x04" + struct.pack(">BHBB6sBBBH", 18, 8, 9, 6, ln(CLOCK[1]), 15, 2, 18, 0)
    assert client(Meter(17)).set(*SETUP, 2, bytes((1, count)) + one * count) == dar


def test_a_meter_without_supply_tells_when_it_is_back():
    meter = Meter(17, outages=[(NOW_S, NOW_S + 5)])
    meter.objects.alarms.rise(1, NOW_S)
    assert meter.unasked(NOW_S + 1) == b"" and pushed(meter, NOW_S + 5)


def unconfirmed(meter, apdu, destination=b"\xfe\xff", source=MANAGEMENT, control=UI):
    octets = frame(destination, source, control, LLC + apdu)
    return meter.receive(octets, 0, NOW_S)


def set_clock(invoke=0x81, told_s=NOW_S + 60):
    return b"\xc1\x01" + bytes((invoke,)) + descriptor(*CLOCK) + b"\x00\x09\x0c" + twelve(told_s)


@pytest.mark.parametrize("destination", (*ALL, b"\x02\x23", b"\x23"))
def test_the_time_is_set_for_all_by_a_frame_that_nobody_answers(destination):
    meters = [Meter(17), Meter(18)]
    for meter in meters:
        assert unconfirmed(meter, set_clock(), destination) == b""
    moved = [meter.objects.clock.offset_s for meter in meters]
    assert moved == [60, 60 if destination in ALL else 0]


def test_image_blocks_for_all_are_stored_by_each_that_was_told_of_the_image():
    meters = [Meter(17), Meter(18), Meter(19)]
    readers = [Reader(m, CLIENT, bytes((2, m.address << 1 | 1))) for m in meters]
    for reader in readers[:2]:
        assert initiate(reader.open(password=b"12345678")) == 0
    meters[1].objects.image.lose = 0.5
    for number in range(6):
        apdu = b"\xc3\x01\x81" + descriptor(18, "0.0.44.0.0.255", 2)
        apdu += b"\x01" + block(number, OCTETS[number * 64 : number * 64 + 64])
        assert [unconfirmed(meter, apdu) for meter in meters] == [b""] * 3
    assert meters[0].objects.image.octets == OCTETS
    bitmap = readers[1].get(18, "0.0.44.0.0.255", 3)
    assert 0 < bitmap.count("0") < 6 and readers[2].open(password=b"12345678")
    assert readers[2].get(18, "0.0.44.0.0.255", 3) == ""
    assert readers[0].get(1, "1.0.0.2.0.255", 2) != NAME


@pytest.mark.parametrize(
    "apdu, source",
    (
        (set_clock(invoke=0xC1), MANAGEMENT),  # wants an answer
        (set_clock(), PUBLIC_SOURCE),
        (b"\xc3\x01\x81" + descriptor(70, "0.0.96.3.10.255", 1) + b"\x01\x0f\x00", MANAGEMENT),
        (b"\xc1\x01", MANAGEMENT),
        (b"\xc1\x01\x81\x00", MANAGEMENT),
        (b"", MANAGEMENT),
    ),
)
def test_what_could_do_harm_is_not_taken_from_everybody(apdu, source):
    meter = Meter(17)
    assert unconfirmed(meter, apdu, source=source) == b""
    assert meter.objects.clock.offset_s == 0 and meter.objects.output_on


def ciphered(apdu, key, control=0x70, counter=1):
    """general-glo, authenticated and encrypted: by `cryptography` alone."""
    title, authentication_key = b"OPN00001", bytes(range(0xD0, 0xE0))
    head = bytes((control,)) + counter.to_bytes(4, "big")
    sealed = AESGCM(key).encrypt(title + head[1:], apdu, bytes((control,)) + authentication_key)
    sealed = sealed[:-4]  # a tag of 12 octets
    return b"\xdb\x08" + title + bytes((len(head + sealed),)) + head + sealed


def test_a_meter_with_a_policy_takes_only_what_is_ciphered_with_the_broadcast_key_and_new():
    meter = Meter(17, security=Settings())
    key = bytes(range(0x0F, 0x1F))
    wrong = bytes(16)
    for apdu, told_s in (
        (set_clock(), 0),
        (ciphered(set_clock(), wrong), 0),
        (ciphered(set_clock(), key), 60),
        (ciphered(set_clock(told_s=NOW_S + 90), key), 60),  # the same counter again
        (ciphered(set_clock(told_s=NOW_S + 90), key, counter=2), 90),
        (ciphered(set_clock(told_s=NOW_S), key, counter=3)[:-1], 90),
    ):
        assert unconfirmed(meter, apdu) == b""
        assert meter.objects.clock.offset_s == told_s


def test_a_connection_to_all_stations_is_not_answered():
    assert Meter(17).receive(frame(b"\xfe\xff", PUBLIC_SOURCE, 0x93), 0, NOW_S) == b""


def test_a_broadcast_does_not_disturb_a_connection():
    meter = Meter(17)
    reader = client(meter)
    assert unconfirmed(meter, set_clock()) == b""
    assert second(reader.get(*CLOCK)) == NOW_S + 60


def control(path, *words):
    done = subprocess.run(
        (*METER_SIM, "control", path, *words), capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip() or done.stderr


def test_an_alarm_by_control_is_told_on_the_quiet_bus(bus, tmp_path):
    path = str(tmp_path / "control")
    fd = os.open(bus("--control", path), os.O_RDWR | os.O_NOCTTY)
    assert control(path, "alarm", "18", "0x11") == "ok"
    octets, _ = exchange_fd(fd, b"", length=100)
    (said,) = frames_in(octets[: octets.rindex(b"\x7e") + 1])
    assert said.source == b"\x02\x25" and notification(said.information[3:])[2][2] == 0x11
    os.close(fd)


@pytest.mark.parametrize("kind", (socket.SOCK_STREAM, socket.SOCK_DGRAM))
def test_an_alarm_by_control_is_told_over_ip(bus, tmp_path, kind):
    path = str(tmp_path / "control")
    bus("--control", path)
    with socket.socket(socket.AF_INET, kind) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(PATIENCE_S)
        name = "tcp" if kind == socket.SOCK_STREAM else "udp"
        where = f"{name}:127.0.0.1:{listener.getsockname()[1]}"
        if name == "tcp":
            listener.listen()
        assert control(path, "push-to", "17", where) == "ok"
        assert control(path, "event", "17", "42") == "ok"
        peer = listener.accept()[0] if name == "tcp" else listener
        octets = peer.recv(1000)
        peer.close()
    assert octets[:8] == struct.pack(">HHHH", 1, 1, 1, len(octets) - 8)
    assert notification(octets[8:])[2][2] == 0x2000


def test_a_destination_where_nobody_is_does_not_stop_the_meters(bus, tmp_path):
    path = str(tmp_path / "control")
    bus("--control", path)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    assert control(path, "push-to", "17", f"tcp:127.0.0.1:{port}") == "ok"
    assert control(path, "push", "17") == "ok"
    assert control(path, "serial", "17", "4711") == "ok"


def test_the_check_sum_of_these_tests_is_the_known_one():
    assert fcs(b"123456789") == bytes.fromhex("6e90")
