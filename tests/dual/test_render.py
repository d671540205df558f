"""Screens drawn into frames, compared with pictures and pixel by pixel."""

from lcd_menu.engine import Screen
from lcd_menu.font import glyph, icon
from lcd_menu.font_data import GLYPHS, ICONS
from lcd_menu.render import frame
from tests.dual.panel_plant import FOLDER, PAGES, menu_after, pbm

BLANK = [" " * 20] * 10


def screen_of(rows, inverted=None, icons=()):
    return Screen(rows + BLANK[len(rows) :], inverted, icons)


def cell(octets, row, column):
    return bytes([octets[(row * 16 + y) * 20 + column] for y in range(16)])


def test_every_page_looks_as_in_its_golden_picture():
    for name, keys in PAGES:
        file = open(FOLDER + name + ".pbm", "rb")
        golden = file.read()
        file.close()
        assert pbm(menu_after(keys).screen()) == golden, name


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


def test_the_font_has_ascii_and_the_icons_and_a_box_for_the_rest():
    assert len(GLYPHS) == 16 * (95 + len(ICONS))
    assert glyph(" ") == bytes(16) and glyph("~") != glyph("\x7f")
    for character in "\x1f\x7f\u7535":
        assert glyph(character) == icon("unknown")


def test_no_two_glyphs_look_alike():
    glyphs = [GLYPHS[start : start + 16] for start in range(0, len(GLYPHS), 16)]
    assert len(set(glyphs)) == len(glyphs)
