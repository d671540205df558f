"""Draws a screen of the menu into a frame: one bit for each pixel, 1 is dark.

A frame is rows of pixels from the top, eight pixels to the octet, most significant bit left. That
is MONO_HLSB of MicroPython's framebuf, and the body of a PBM file (P4).
"""

from lcd_menu.font import GLYPH_HEIGHT, glyph, icon
from lcd_menu.lines import width


def frame(screen):
    """A bytearray; of a screen of 10 rows of 20 columns, 160 rows of 20 octets."""
    columns = width(screen.rows[0])
    row_octets = columns * GLYPH_HEIGHT
    octets = bytearray(len(screen.rows) * row_octets)
    for index, row in enumerate(screen.rows):
        _draw_row(octets, index * row_octets, columns, row, index == screen.inverted)
    for place, name in enumerate(screen.icons):
        _draw(octets, columns - len(screen.icons) + place, columns, icon(name), 0)
    octets[row_octets - columns : row_octets] = b"\xff" * columns  # the line below the status bar
    if screen.cursor:
        _invert(octets, screen.cursor[0] * row_octets + screen.cursor[1], columns)
    return octets


def _draw_row(octets, start, columns, row, is_inverted):
    mask = 0xFF if is_inverted else 0
    for character in row:
        if character == " " and not mask:
            start += 1
            continue
        rows = glyph(character)
        if len(rows) == GLYPH_HEIGHT:
            _draw(octets, start, columns, rows, mask)
            start += 1
        else:
            _draw_wide(octets, start, columns, rows, mask)
            start += 2


def _draw(octets, offset, stride, rows, mask):
    for row in rows:
        octets[offset] = row ^ mask
        offset += stride


def _draw_wide(octets, offset, stride, rows, mask):
    for at in range(0, 2 * GLYPH_HEIGHT, 2):
        octets[offset] = rows[at] ^ mask
        octets[offset + 1] = rows[at + 1] ^ mask
        offset += stride


def _invert(octets, offset, stride):
    for _ in range(GLYPH_HEIGHT):
        octets[offset] ^= 0xFF
        offset += stride
