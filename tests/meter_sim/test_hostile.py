"""Spoiled requests, plain and ciphered: whatever comes, a meter answers, or says nothing."""

import random

import pytest

from meter_sim.meter import Meter
from meter_sim.security import Settings
from tests.meter_sim.reader import NOW_S, aarq, by_entry, descriptor, get_request, twelve
from tests.meter_sim.secure_reader import SecureReader
from tests.meter_sim.test_services import PUSH, access, block
from tests.meter_sim.test_transfer import told

SPOILED = 3000
CONFORMANCE = 0x607E5D
CLOCK = descriptor(8, "0.0.1.0.0.255", 2)
TRANSFER = b"\xc3\x01\xc1" + descriptor(64, "0.0.43.0.0.255", 2)
REQUESTS = (
    get_request(7, "1.0.99.1.0.255", 2, by_entry(1, 2)),
    access((1, CLOCK, b"\x00")),
    b"\xc1\x01\xc1" + CLOCK + b"\x00\x09\x0c" + twelve(NOW_S),
    b"\xc1\x02\xc1" + descriptor(*PUSH, 3) + b"\x00" + block(1, b"abc"),
    b"\xc1\x03\xc1" + block(2, b"abc", True),
    b"\xc3\x04\xc1" + descriptor(18, "0.0.44.0.0.255", 1) + block(1, b"abc"),
    b"\xc3\x06\xc1" + block(2, b"abc", True),
    TRANSFER + b"\x01\x01\x01\x02\x02\x16\x00\x09\x18" + bytes(24),
    told(0x47, 1, 0, b"abc"),
    told(0x83, 1, 1),
    aarq(b"12345678"),
    bytes.fromhex("6203800100"),
)


def spoil(prng, octets):
    spoiled = bytearray(octets)
    for _ in range(prng.randint(1, 4)):
        at = prng.randrange(len(spoiled) + 1)
        if prng.random() < 0.6:
            spoiled[at : at + 1] = bytes((prng.choice((0, 1, 0x7F, 0x82, 0x84, 0xFF, at & 0xFF)),))
        else:
            spoiled[at : at + prng.randint(0, 9)] = prng.randbytes(prng.randint(0, 9))
    return bytes(spoiled)


@pytest.mark.parametrize("form", ("glo", "general-glo", "general"))
def test_no_spoiled_request_brings_a_secured_meter_down(form):
    prng = random.Random(form)
    reader = SecureReader(Meter(17, max_info=1024, security=Settings(tells=True)))
    for number in range(SPOILED):
        if number % 50 == 0:
            reader.open(conformance=CONFORMANCE)
        plain = spoil(prng, prng.choice(REQUESTS[:8]))
        fits = plain and plain[0] in (0xC0, 0xC1, 0xC3)
        protected = reader.protect(plain, form if fits else "general")
        sent = prng.choice((protected, spoil(prng, protected)))
        assert reader.send(sent[:1000])


def test_no_spoiled_request_brings_a_plain_meter_down():
    prng = random.Random("plain")
    association = Meter(17).device.association(1)
    for number in range(SPOILED):
        if number % 50 == 0:
            association.answer(aarq(b"12345678", conformance=CONFORMANCE, max_pdu=64), NOW_S)
        answers = association.answer(spoil(prng, prng.choice(REQUESTS)), NOW_S)
        assert all(0 < len(answer) <= 64 or answer[0] in (0x61, 0xC5, 0xC7) for answer in answers)
