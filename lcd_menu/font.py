"""Glyphs of 8 x 16 pixels, by character or by the name of an icon."""

from lcd_menu.font_data import GLYPHS, ICONS

GLYPH_HEIGHT = 16
_FIRST, _LAST = 0x20, 0x7E
_ICON = {name: _LAST - _FIRST + 1 + index for index, name in enumerate(ICONS)}


def glyph(character):
    """16 octets, one for each row of pixels, most significant bit left. A character that the font
    does not have is an empty box."""
    code = ord(character)
    return _numbered(code - _FIRST if _FIRST <= code <= _LAST else _ICON["unknown"])


def icon(name):
    """As `glyph`. The names are ICONS of lcd_menu/font_data.py."""
    return _numbered(_ICON[name])


def _numbered(number):
    return GLYPHS[number * GLYPH_HEIGHT : (number + 1) * GLYPH_HEIGHT]
