"""Readings as journal records."""

from dcu import reading
from wire.errors import WireError

VALUES = (1_700_000_000, 0, -1, None, (1 << 63) - 1, -(1 << 63), None, 5)


def refused(payload):
    try:
        reading.unpack(payload)
    except WireError:
        return True
    return False


def test_a_reading_comes_back_as_it_was():
    for values in (VALUES, (), (None,), tuple(range(16)), (None,) * 16):
        packed = reading.pack(1120, 1_700_000_100, values)
        assert reading.unpack(packed) == (1120, 1_700_000_100, values)


def test_the_octets_are_as_written_down():
    packed = reading.pack(7, 900, (None, 258))
    assert packed.hex() == "01" + "0007" + "0000000000000384" + "02" + "0002" + "0000000000000102"


def test_a_reading_that_is_cut_or_too_long_is_refused():
    packed = reading.pack(7, 900, VALUES)
    for cut in range(len(packed)):
        assert refused(packed[:cut]), cut
    assert refused(packed + b"\x00")


def test_another_version_or_more_marks_than_columns_is_refused():
    packed = reading.pack(7, 900, (1, 2))
    assert refused(b"\x02" + packed[1:])
    assert refused(packed[:12] + b"\x00\x07" + packed[14:])
    assert refused(packed[:11] + b"\x11" + packed[12:])


def test_what_does_not_fit_is_our_own_mistake():
    too_much = ((0, 0, ()), (1 << 16, 0, ()), (1, -1, ()), (1, 0, (1 << 63,)), (1, 0, (0,) * 17))
    for mp, time_s, values in too_much:
        try:
            reading.pack(mp, time_s, values)
        except AssertionError:
            continue
        assert False, (mp, time_s, values)
