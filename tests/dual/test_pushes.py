"""What meters say unasked in UI frames: whose it is, and long ones in general blocks."""

from drivers.pushes import BEGUN_MAX, WHOLE_MAX, Pushes
from tests.dual.codec_checks import flipped, truncated
from wire import apdu, axdr, hdlc
from wire.apdu import GeneralBlock
from wire.hdlc_address import devices
from wire.hdlc_flow import LLC_REQUEST, LLC_RESPONSE

CLIENT = hdlc.client_address(16)
SIZE = 100  # octets of a block
LONG = apdu.encode(apdu.DataNotification(1, b"", axdr.octets(bytes(range(250)))))


class Bench:
    """`told` is [(physical address, notification)]; meters above 100 are not ours."""

    def __init__(self):
        self.told = []
        self.pushes = Pushes(self.find, lambda record, octets: self.told.append((record, octets)))

    def find(self, address):
        physical = devices(address)[1]
        return physical if physical <= 100 else None

    def says(self, *apdus, meter=17, llc=LLC_RESPONSE, octets=2, damaged=False):
        for each in apdus:
            source = hdlc.server_address(1, meter, octets)
            frame = hdlc.encode(hdlc.Frame(CLIENT, source, hdlc.UI, llc + each, False))
            self.pushes.feed(frame[:-3] + b"\x00" + frame[-2:] if damaged else frame)


def block(number, octets, is_last, window=0, streaming=True):
    return apdu.encode(GeneralBlock(is_last, streaming, window, number, 0, octets))


def blocks(octets=LONG, **more):
    starts = range(0, len(octets), SIZE)
    count = len(starts)
    return [block(n, octets[at : at + SIZE], n == count, **more) for n, at in enumerate(starts, 1)]


def test_a_notification_is_told_with_the_record_of_its_meter():
    for octets in (1, 2, 4):
        bench = Bench()
        bench.says(LONG, octets=octets)
        assert bench.told == [(17, LONG)]


def test_who_is_not_ours_or_asks_is_not_heard():
    bench = Bench()
    bench.says(LONG, meter=101)
    bench.says(*blocks(), meter=101)
    bench.says(LONG, llc=LLC_REQUEST)
    bench.says(b"")
    assert bench.told == []


def test_one_in_blocks_is_put_together_however_its_blocks_are_sent():
    for more in ({}, {"window": 1, "streaming": False}, {"streaming": False}):
        bench = Bench()
        bench.says(*blocks(**more))
        bench.says(*blocks(**more))
        assert bench.told == [(17, LONG)] * 2, more


def test_blocks_of_several_meters_at_once_are_kept_apart():
    bench = Bench()
    for part in blocks():
        for meter in (1, 2, 3):
            bench.says(part, meter=meter)
    assert bench.told == [(1, LONG), (2, LONG), (3, LONG)]


def test_a_block_that_is_lost_loses_that_notification_and_not_the_next():
    for lost in range(3):
        bench = Bench()
        parts = blocks()
        bench.says(*(parts[:lost] + parts[lost + 1 :]))
        assert bench.told == [], lost
        bench.says(*parts)
        assert bench.told == [(17, LONG)], lost


def test_a_block_said_twice_is_taken_once():
    bench = Bench()
    first, second, third = blocks()
    bench.says(first, second, second, third)
    assert bench.told == [(17, LONG)]


def test_so_many_octets_are_put_together_and_no_more():
    for size, expected in ((WHOLE_MAX, 1), (WHOLE_MAX + 1, 0)):
        bench = Bench()
        bench.says(*blocks(bytes(size)))
        assert len(bench.told) == expected, size


def test_of_so_many_meters_the_beginnings_are_kept_and_the_oldest_is_forgotten():
    first, *others = blocks()
    for count, expected in ((BEGUN_MAX, True), (BEGUN_MAX + 1, False)):
        bench = Bench()
        for meter in range(1, count + 1):
            bench.says(first, meter=meter)
        bench.says(*others, meter=1)
        bench.says(*others, meter=2)
        assert ((1, LONG) in bench.told) == expected and (2, LONG) in bench.told


def test_whatever_comes_in_a_block_raises_nothing():
    bench = Bench()
    good = blocks()[0]
    for octets in [each[2] for each in flipped(good)] + truncated(good):
        bench.says(octets)
    bench.says(good, damaged=True)
    bench.told = []
    bench.says(*blocks())
    assert bench.told == [(17, LONG)]


def test_the_devices_in_an_address_are_those_that_it_was_made_of():
    for logical, physical, octets in ((1, 127, 2), (127, 1, 2), (1, 128, 4), (128, 16383, 4)):
        assert devices(hdlc.server_address(logical, physical, octets)) == (logical, physical)
    assert devices(hdlc.server_address(0, 17, 1)) == (None, 17)
