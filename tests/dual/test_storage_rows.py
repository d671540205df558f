"""The octets of a row at rest."""

from storage.rows import RowFormat, time_of

METERS = 96
DAYS = 60
ROWS_A_DAY = 96
ROOM = 64_000_000  # octets for so much of a profile of four channels
T = 1_750_000_500
FOUR = (1, None, -(1 << 63), (1 << 63) - 1)


def test_sixty_days_of_96_meters_and_four_channels_fit_into_64_megabytes():
    size = RowFormat(4).size
    assert size == 41
    assert size * METERS * DAYS * ROWS_A_DAY <= ROOM


def test_a_row_comes_back_with_any_count_of_columns_and_holes():
    for columns in (1, 7, 8, 9, 16, 17, 32):
        rows = RowFormat(columns)
        values = tuple([None if n % 3 == 1 else n - 5 for n in range(columns)])
        slot = rows.pack(T, values)
        assert len(slot) == rows.size
        assert rows.unpack(slot) == (T, values)
        assert time_of(slot) == T


def test_an_empty_slot_is_no_row():
    rows = RowFormat(4)
    assert rows.unpack(bytes(rows.size)) is None
    assert rows.unpack(b"") is None
    assert rows.unpack(rows.pack(0, FOUR)) is None


def test_a_row_with_any_bit_flipped_is_no_row():
    rows = RowFormat(4)
    slot = rows.pack(T, FOUR)
    for at in range(len(slot)):
        for bit in range(8):
            damaged = slot[:at] + bytes([slot[at] ^ 1 << bit]) + slot[at + 1 :]
            assert rows.unpack(damaged) is None, (at, bit)


def test_a_row_cut_anywhere_or_with_octets_after_it_is_no_row():
    rows = RowFormat(4)
    slot = rows.pack(T, FOUR)
    for cut in range(len(slot)):
        assert rows.unpack(slot[:cut]) is None, cut
    assert rows.unpack(slot + b"\x00") is None
