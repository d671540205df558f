"""Glyphs of 8 x 16 and 16 x 16 pixels, by character or by the name of an icon."""

from lcd_menu.font_data import GLYPHS, ICONS, LETTERS
from lcd_menu.lines import WIDE_FROM

GLYPH_WIDTH, GLYPH_HEIGHT = 8, 16
_FIRST, _LAST = 0x20, 0x7E
_LETTERS_AT = _LAST - _FIRST + 1
_ICON = {name: _LETTERS_AT + len(LETTERS) + index for index, name in enumerate(ICONS)}


def glyph(character):
    """16 octets, one for each row of pixels, most significant bit left; or 32, two for each row
    of a wide one. A character that the font does not have is an empty box."""
    code = ord(character)
    if _FIRST <= code <= _LAST:
        return _numbered(code - _FIRST)
    at = LETTERS.find(character)
    if at >= 0:
        return _numbered(_LETTERS_AT + at)
    return _wide(character) if code >= WIDE_FROM else icon("unknown")


def _wide(character):
    """They take a third of the memory of the menu: only who shows one has them."""
    from lcd_menu import font_wide

    at = font_wide.LETTERS.find(character)
    if at < 0:
        return icon("unknown")
    return font_wide.GLYPHS[at * 2 * GLYPH_HEIGHT : (at + 1) * 2 * GLYPH_HEIGHT]


def icon(name):
    """As `glyph`. The names are ICONS of lcd_menu/font_data.py."""
    return _numbered(_ICON[name])


def _numbered(number):
    return GLYPHS[number * GLYPH_HEIGHT : (number + 1) * GLYPH_HEIGHT]
