"""General block transfer: long answers and long requests in windows of blocks, and lost ones."""

import struct
from collections import namedtuple

import pytest

from meter_sim import transfer
from meter_sim.meter import Meter
from tests.meter_sim.reader import CLIENT, Reader, decode, descriptor, get_request

OBJECT_LIST = get_request(15, "0.0.40.0.0.255", 2)
IMAGE = (18, "0.0.44.0.0.255")
CONFORMANCE = 0x201E5D
LLC = b"\xe6\xe7\x00"
Block = namedtuple("Block", "last streaming window number acknowledged part")


def client(window=7, conformance=CONFORMANCE, **how):
    reader = Reader(Meter(17, max_info=1024, window=window, max_pdu=200, **how), CLIENT)
    reader.open(octets=1024, window=window, password=b"12345678", conformance=conformance)
    return reader


def said(reader, apdu):
    """The APDUs of an answer, each in a frame of its own."""
    frames = [frame for frame in reader.send(apdu) if not frame.control & 1]
    reader.received = (reader.received + len(frames)) % 8
    assert all(frame.information[:3] == LLC and not frame.segmented for frame in frames)
    return [frame.information[3:] for frame in frames]


def block(apdu):
    tag, control, number, acknowledged = struct.unpack(">BBHH", apdu[:6])
    assert tag == 0xE0 and len(apdu) <= 200
    start = 8 if apdu[6] == 0x81 else 7
    assert apdu[start - 1] == len(apdu) - start
    part = apdu[start:]
    return Block(control >> 7, control >> 6 & 1, control & 63, number, acknowledged, part)


def told(control, number, acknowledged, part=b""):
    size = bytes((len(part),)) if len(part) < 0x80 else b"\x81" + bytes((len(part),))
    return struct.pack(">BBHH", 0xE0, control, number, acknowledged) + size + part


def fetch(reader, request, window, lose=()):
    """An answer put together; the first time, blocks of the numbers in `lose` are not heard."""
    lost, parts = set(lose), {}
    blocks = [block(apdu) for apdu in said(reader, request)]
    for own in range(1, 100):
        for one in blocks:
            if one.number in lost:
                lost.remove(one.number)
            else:
                parts[one.number] = one.part
        assert [one.streaming for one in blocks] == [1] * (len(blocks) - 1) + [0]
        in_order = next(n for n in range(1, 100_000) if n not in parts) - 1
        if blocks[-1].last and in_order == blocks[-1].number:
            return b"".join(parts[n] for n in sorted(parts))
        blocks = [block(apdu) for apdu in said(reader, told(0x80 | window, own, in_order))]
        assert 0 < len(blocks) <= window
    raise AssertionError("no last block")


@pytest.mark.parametrize("window", (1, 3, 7))
def test_a_long_answer_comes_in_windows_of_the_clients_size(window):
    whole = fetch(client(), OBJECT_LIST, window)
    assert whole[:4] == b"\xc4\x01\xc1\x00"
    plain = client(conformance=0x1E5D)
    assert whole[4:] == plain.blocks(plain.ask(OBJECT_LIST))


@pytest.mark.parametrize("lose", ((1,), (2,), (3, 4), (5, 9), (2, 3, 4, 5, 6, 7)))
def test_blocks_the_client_has_not_heard_come_again(lose):
    assert fetch(client(), OBJECT_LIST, 5, lose) == fetch(client(), OBJECT_LIST, 5)


def test_a_meter_that_loses_blocks_says_them_when_asked_again():
    reader = client(faults=("lost-blocks:0.5",))
    parts, own, in_order, blocks = {}, 0, 0, [block(a) for a in said(reader, OBJECT_LIST)]
    heard = 0
    while not (blocks[-1].last and in_order == blocks[-1].number):
        parts.update((one.number, one.part) for one in blocks)
        in_order = next(n for n in range(1, 100_000) if n not in parts) - 1
        heard += len(blocks)
        own += 1
        assert own < 500
        if not (blocks[-1].last and in_order == blocks[-1].number):
            blocks = [block(a) for a in said(reader, told(0x87, own, in_order))]
    assert b"".join(parts[n] for n in sorted(parts)) == fetch(client(), OBJECT_LIST, 5)
    assert heard > len(parts), "some came twice, since those before had not come"


def test_a_line_with_a_window_of_one_carries_one_block_at_a_time():
    reader = client(window=1)
    (first,) = said(reader, OBJECT_LIST)
    (second,) = said(reader, told(0x80 | 7, 1, 1))
    assert (block(first).number, block(second).number) == (1, 2)
    (ready,) = reader.say(0x11 | reader.received << 5)
    assert ready.control & 1 and not ready.information


def initiate(size):
    identifier = struct.pack(">BBH", 0x09, 0x82, size) + bytes(size)
    value = b"\x02\x02" + identifier + b"\x06\x00\x00\x03\xe8"
    return b"\xc3\x01\xc1" + descriptor(*IMAGE, 1) + b"\x01" + value


def pieces(apdu, size=100):
    return [apdu[at : at + size] for at in range(0, len(apdu), size)]


def test_a_long_request_is_put_together_and_answered_in_a_block():
    reader = client(gbt_window=3)
    for _ in range(2):
        send_in_blocks(reader)


def send_in_blocks(reader):
    *parts, last = pieces(initiate(450))
    for number, part in enumerate(parts, 1):
        (ready,) = said(reader, told(0x07, number, number - 1, part))
        assert block(ready) == (1, 0, 3, number, number, b"")
    (answer,) = said(reader, told(0x87, len(parts) + 1, len(parts), last))
    assert block(answer).part == b"\xc7\x01\xc1\x00\x00" and block(answer).last
    assert block(answer).number == len(parts) + 1, "acknowledgements have numbers too"


def test_a_gap_in_a_streamed_request_is_asked_for():
    reader = client(gbt_window=3)
    parts = pieces(initiate(450))
    assert said(reader, told(0x47, 1, 0, parts[0])) == []
    (ready,) = said(reader, told(0x07, 3, 0, parts[2]))
    assert block(ready).acknowledged == 1
    for number in range(2, len(parts)):
        assert said(reader, told(0x47, number, 1, parts[number - 1])) == []
    (answer,) = said(reader, told(0x87, len(parts), 1, parts[-1]))
    assert block(answer).part == b"\xc7\x01\xc1\x00\x00"


def test_the_next_exchange_begins_at_one_again():
    reader = client()
    for _ in range(2):
        assert block(said(reader, OBJECT_LIST)[0]).number == 1
    assert fetch(reader, OBJECT_LIST, 7) == fetch(client(), OBJECT_LIST, 7)


def test_a_request_in_blocks_has_a_limit():
    reader = client()
    part = bytes(180)
    for number in range(1, transfer.OCTETS_MAX // len(part) + 1):
        assert said(reader, told(0x47, number, 0, part)) == []
    assert said(reader, told(0x07, number + 1, 0, part)) == [], "the whole is forgotten"
    (ready,) = said(reader, told(0x07, number + 2, 0, part))
    assert block(ready).acknowledged == 0


def test_general_blocks_that_were_not_agreed_are_not_supported():
    for reader in (client(conformance=0x1E5D), client(lacks=("gbt",))):
        assert reader.ask(told(0x81, 1, 0, OBJECT_LIST)) == b"\xd8\x02\x02"
        assert reader.ask(OBJECT_LIST)[:2] == b"\xc4\x02"


def test_blocks_that_cannot_be_read_are_dropped():
    reader = client()
    for damaged in (b"\xe0", told(1, 1, 0, b"abc")[:-1], told(1, 1, 0, b"abc") + b"d"):
        assert said(reader, damaged) == []
    assert decode(fetch(reader, OBJECT_LIST, 7)[4:])[1] == b""
