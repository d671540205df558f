"""Frames made by other implementations, and what the meter must make of them."""

import pathlib

import pytest

from meter_sim import acse, requests
from meter_sim.meter import Meter
from tests.meter_sim.reader import NOW_S, frame, frames_in

SNRM_1, SNRM_2 = "7ea00723219334027e", "7ea00802232193bd647e"
SNRM_4, SNRM_1000 = "7ea00a00020023219318717e", "7ea00a00020ed12193d6e67e"
SNRM_512 = "7ea0210223219348558180140502020006020200070400000003080400000003c6fb7e"
AARQ = (
    "7ea02c02232110af9fe6e600601da109060760857405080101be10040e01000000065f1f0400001e5dffffb3e27e"
)
RR, DISC = "7ea00802232131a5e27e", "7ea00802232153b1a27e"
UA_CLIENT_2 = "7ea01f05022173e909818012050180060180070400000001080400000001533b7e"


def hear(meter, text):
    return meter.receive(bytes.fromhex(text), 0, NOW_S)


@pytest.mark.parametrize("snrm, source", ((SNRM_1, "23"), (SNRM_2, "0223"), (SNRM_4, "00020023")))
def test_a_connection_is_answered_with_an_address_as_long_as_the_one_asked(snrm, source):
    (ua,) = frames_in(hear(Meter(17), snrm))
    assert (ua.destination, ua.source, ua.control) == (b"\x21", bytes.fromhex(source), 0x73)


def test_an_address_beyond_seven_bits_needs_four_octets():
    (ua,) = frames_in(hear(Meter(1000), SNRM_1000))
    assert ua.source == bytes.fromhex("00020ed1")


def test_ua_with_defaults_is_the_golden_one_to_the_octet():
    snrm = frame(b"\x02\x21", b"\x05", 0x93)
    assert Meter(16).receive(snrm, 0, NOW_S).hex() == UA_CLIENT_2


@pytest.mark.parametrize(
    "max_info, window, agreed",
    (
        (128, 1, "818012050180060180070400000001080400000001"),
        (2030, 7, "8180140502020006020200070400000003080400000003"),
        (400, 2, "8180140502019006020190070400000002080400000002"),
    ),
)
def test_sizes_and_windows_are_the_smaller_of_both_sides(max_info, window, agreed):
    (ua,) = frames_in(hear(Meter(17, max_info=max_info, window=window), SNRM_512))
    assert ua.information.hex() == agreed


def test_a_session_of_golden_frames_ends_as_it_should():
    meter = Meter(17)
    hear(meter, SNRM_2)
    (aare,) = frames_in(hear(meter, AARQ))
    assert aare.control == 0x30
    assert aare.information.hex() == (
        "e6e7006129a109060760857405080101a203020100a305a103020100"
        "be10040e0800065f1f0400001e5d04000007"
    )
    assert frames_in(hear(meter, RR))[0].control == 0x31
    assert frames_in(hear(meter, DISC))[0].control == 0x73
    assert frames_in(hear(meter, DISC))[0].control == 0x1F


def test_every_plain_request_of_the_vectors_is_read():
    path = pathlib.Path(__file__).with_name("requests.txt")
    readers = {
        "60": acse.proposal,
        "c001": lambda apdu: requests.get_normal(apdu[3:]),
        "c003": lambda apdu: requests.get_list(apdu[3:]),
        "c101": lambda apdu: requests.set_normal(apdu[3:]),
        "c301": lambda apdu: requests.action_normal(apdu[3:]),
    }
    for line in path.read_text().splitlines():
        text = line.split()[0]
        (read,) = [readers[head] for head in readers if text.startswith(head)]
        apdu = bytes.fromhex(text)
        assert read(apdu), line
        assert not read(apdu + b"\x00"), "trailing octets: " + line
        for cut in range(3, len(apdu)):
            assert not read(apdu[:cut]), f"cut at {cut}: {line}"
