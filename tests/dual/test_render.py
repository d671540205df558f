"""Screens drawn into frames, compared with checksums and pixel by pixel."""

from lcd_menu import font_wide
from lcd_menu.engine import Screen
from lcd_menu.font import glyph, icon
from lcd_menu.font_data import GLYPHS, ICONS, LETTERS
from lcd_menu.lines import width
from lcd_menu.render import frame
from lcd_menu.words import LANGUAGES, of
from tests.dual.panel_plant import Plant
from tests.dual.panel_screens import GOLDEN, SCREENS, checksums

BLANK = [" " * 20] * 10


def screen_of(rows, inverted=None, icons=(), cursor=None):
    return Screen(rows + BLANK[len(rows) :], inverted, icons, cursor, True)


def cell(octets, row, column):
    return bytes([octets[(row * 16 + y) * 20 + column] for y in range(16)])


def test_every_screen_in_every_language_looks_as_it_did():
    file = open(GOLDEN)
    golden = file.read().split("\n")
    file.close()
    for language in LANGUAGES:
        for line in checksums(language):
            assert line in golden, f"{line}: python -m tests.dual.panel_screens"
    assert len(golden) - 1 == len(LANGUAGES) * len(SCREENS)


def test_no_screen_of_any_language_needs_a_glyph_that_is_missing():
    for language in LANGUAGES:
        for text in of(language).values():
            for character in text:
                assert glyph(character) != icon("unknown"), (language, character)
                assert len(glyph(character)) == 16 * width(character)


def test_small_displays_get_frames_of_their_size():
    plant = Plant(columns=16, rows=4).press("enter")
    assert len(frame(plant.screen())) == 128 * 64 // 8


def test_the_cursor_is_one_inverted_cell():
    octets = frame(screen_of([" " * 20, "12" + " " * 18], cursor=(1, 1)))
    assert cell(octets, 1, 0) == glyph("1")
    assert cell(octets, 1, 1) == bytes([row ^ 0xFF for row in glyph("2")])


def test_a_wide_character_takes_two_cells():
    octets = frame(screen_of([" " * 20, "\u7535" + " " * 18], inverted=1))
    both = glyph("\u7535")
    assert cell(octets, 1, 0) == bytes([both[2 * y] ^ 0xFF for y in range(16)])
    assert cell(octets, 1, 1) == bytes([both[2 * y + 1] ^ 0xFF for y in range(16)])
    assert cell(octets, 1, 19) == b"\xff" * 16


def test_a_frame_has_160_rows_of_20_octets_and_a_line_below_the_status_bar():
    octets = frame(screen_of([]))
    assert len(octets) == 3200
    assert bytes(octets) == bytes(300) + b"\xff" * 20 + bytes(2880)


def test_the_leftmost_pixel_is_the_most_significant_bit():
    octets = frame(screen_of([" " * 20, "L" + " " * 19]))
    assert cell(octets, 1, 0) == glyph("L")
    assert glyph("L")[4] == 0b01000000


def test_the_row_of_the_cursor_is_inverted_from_edge_to_edge():
    octets = frame(screen_of([" " * 20, "A" + " " * 19], inverted=1))
    assert cell(octets, 1, 0) == bytes([row ^ 0xFF for row in glyph("A")])
    assert cell(octets, 1, 19) == b"\xff" * 16
    assert cell(octets, 2, 0) == bytes(16)


def test_icons_stand_at_the_right_end_of_the_status_bar():
    octets = frame(screen_of(["x" * 20], icons=("alarm", "signal-4")))
    assert cell(octets, 0, 18)[:15] == icon("alarm")[:15]
    assert cell(octets, 0, 19)[:15] == icon("signal-4")[:15]


def test_the_font_has_ascii_the_languages_and_the_icons_and_a_box_for_the_rest():
    assert len(GLYPHS) == 16 * (95 + len(LETTERS) + len(ICONS))
    assert len(font_wide.GLYPHS) == 32 * len(font_wide.LETTERS)
    assert glyph(" ") == bytes(16) and glyph("~") != glyph("\x7f")
    for character in "\x1f\x7f\u9f98":
        assert glyph(character) == icon("unknown")


def test_no_two_icons_look_alike_and_none_like_a_letter():
    glyphs = [GLYPHS[start : start + 16] for start in range(0, len(GLYPHS), 16)]
    for name in ICONS:
        assert glyphs.count(icon(name)) == 1, name
