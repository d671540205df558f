"""Values typed with six keys."""

from lcd_menu.cells import DIGITS, HEX_DIGITS, PRINTABLE, Cells, Choice
from lcd_menu.editors import editor_of, value_of
from lcd_menu.items import Spec
from lcd_menu.lock import Lock


def pressed(cells, keys):
    for key in keys.split():
        cells.press(key)
    return cells


def test_up_and_down_go_around_the_characters():
    assert pressed(Cells("9", [DIGITS]), "up").text() == "0"
    assert pressed(Cells("0", [DIGITS]), "down").text() == "9"
    assert pressed(Cells("0", [HEX_DIGITS]), "down").text() == "F"


def test_an_unset_cell_becomes_the_first_character_up_and_the_last_down():
    assert pressed(Cells("", [DIGITS] * 2), "up").text() == "0"
    assert pressed(Cells("", [DIGITS] * 2), "down").text() == "9"
    cells = Cells("", [DIGITS])
    cells.press("up", 5)
    assert cells.text() == "0"


def test_the_cursor_stays_within_the_cells_and_leaps_over_the_fixed_ones():
    cells = Cells("1.2", [DIGITS, "", DIGITS])
    assert pressed(cells, "left").at == 0
    assert pressed(cells, "right").at == 2
    assert pressed(cells, "right").at == 2
    assert pressed(cells, "left").at == 0


def test_every_character_that_a_setting_may_have_is_there_once():
    assert sorted(PRINTABLE) == [chr(code) for code in range(0x20, 0x7F)]


def test_hidden_cells_are_stars_but_under_the_cursor():
    cells = pressed(Cells("", [DIGITS] * 4, True), "up up right up")
    assert cells.shown(20, 1) == (["*0__"], 0, 1)


def test_long_texts_scroll_by_lines_with_the_cursor():
    cells = Cells("a" * 30, [PRINTABLE] * 64)
    assert cells.shown(10, 2) == (["a" * 10] * 2, 0, 0)
    pressed(cells, "right " * 35)
    lines, row, column = cells.shown(10, 2)
    assert (row, column) == (1, 5) and lines == ["a" * 10, "     _"]


def test_a_choice_goes_around_and_begins_with_what_is_set():
    assert Choice("b", ("a", "b")).text() == "b"
    assert Choice("x", ("a", "b")).text() == "a"
    assert pressed(Choice("b", ("a", "b")), "down").text() == "a"
    assert pressed(Choice("b", ("a", "b")), "up left right").text() == "a"


def test_each_kind_gives_back_what_it_was_given():
    for kind, low, high, text in (
        ("number", 0, 3600, "7"),
        ("number", 0, 3600, "3600"),
        ("ipv4", None, None, "10.0.200.1"),
        ("digits", 4, 4, "0731"),
        ("hex", 4, 4, "00FF"),
        ("text", 0, 64, "a.example:4059"),
        ("choice", ("a", "b"), None, "b"),
        ("date-time", None, None, "2026-11-23 06:30:00"),
        ("secret", 0, 64, ""),
        ("key", 0, 64, ""),
    ):
        spec = Spec(kind, low, high, text, False)
        assert value_of(spec, editor_of(spec)) == text, kind


def test_nobody_is_kept_out_longer_than_a_day():
    lock, now_ms = Lock(), 0
    for _ in range(60):
        lock.take("1", "2", now_ms)
        now_ms += lock.wait_ms(now_ms)
    assert lock.take("1", "2", now_ms) is False and lock.wait_ms(now_ms) == 86_400_000
    assert lock.take("2", "2", now_ms + 86_400_000) and lock.is_open
