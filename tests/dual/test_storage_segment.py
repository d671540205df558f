"""The octets of journal records at rest, whole and damaged."""

from storage import segment
from tests.disk import Disk

PAYLOADS = (b"first", b"R\x5a marks inside R\x5a", b"x" * 300, b"4")


def file_of(octets):
    return Disk([("segment", octets)]).open("segment")


def found(octets, low=1, end=100):
    return [
        (number, payload)
        for _, number, payload, _ in segment.records(file_of(octets), 0, low, end)
    ]


def whole():
    return [segment.pack(number, payload) for number, payload in enumerate(PAYLOADS, 1)]


def test_records_come_back_in_order_with_their_places():
    octets = segment.HEADER + b"".join(whole())
    at = len(segment.HEADER)
    for start, number, payload, next_at in segment.records(file_of(octets), at, 1, 100):
        assert start == at and payload == PAYLOADS[number - 1]
        at = next_at
    assert at == len(octets)


def test_only_numbers_in_the_range_asked_for_count():
    octets = b"".join(whole())
    assert [number for number, _ in found(octets, 2, 4)] == [2, 3]


def test_a_number_that_does_not_ascend_is_passed_over():
    octets = segment.pack(2, b"two") + segment.pack(1, b"one") + segment.pack(3, b"three")
    assert found(octets) == [(2, b"two"), (3, b"three")]


def test_a_flipped_bit_costs_the_record_it_is_in_and_no_other():
    parts = whole()
    octets = b"".join(parts)
    records = list(enumerate(PAYLOADS, 1))
    for at in range(len(octets)):
        for bit in (0, 5):
            damaged = octets[:at] + bytes([octets[at] ^ 1 << bit]) + octets[at + 1 :]
            ends = [len(b"".join(parts[: n + 1])) for n in range(len(parts))]
            hit = [end > at for end in ends].index(True)
            assert found(damaged) == records[:hit] + records[hit + 1 :], (at, bit)


def test_a_cut_costs_what_was_not_yet_whole():
    parts = whole()
    octets = b"".join(parts)
    for cut in range(len(octets)):
        ends = [len(b"".join(parts[: n + 1])) for n in range(len(parts))]
        count = sum([end <= cut for end in ends])
        assert found(octets[:cut]) == list(enumerate(PAYLOADS, 1))[:count], cut


def test_the_numbers_in_a_torn_tail_are_seen():
    for cut in range(1, len(segment.pack(8, b"eight"))):
        torn = segment.pack(7, b"seven") + segment.pack(8, b"eight")[:cut]
        at = len(segment.pack(7, b"seven"))
        assert segment.last_torn_number(file_of(torn), at, 7) == 8, cut
    both = segment.pack(8, b"eight")[:-1] + segment.pack(9, b"nine")[:-1]
    assert segment.last_torn_number(file_of(both), 0, 7) == 9
    assert segment.last_torn_number(file_of(b""), 0, 7) == 7


def test_a_number_in_a_torn_tail_that_cannot_be_is_not_believed():
    torn = segment.pack(4_000_000_000, b"far")[:-1]
    assert segment.last_torn_number(file_of(torn), 0, 7) == 8


def test_a_file_is_a_segment_by_its_header_or_by_a_record():
    record = segment.pack(5, b"five")
    assert segment.is_one(file_of(segment.HEADER), 5)
    assert segment.is_one(file_of(b"?" + segment.HEADER[1:] + record), 5)
    assert not segment.is_one(file_of(b"?" + segment.HEADER[1:] + record), 6)
    assert not segment.is_one(file_of(b""), 5)
