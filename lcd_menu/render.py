"""Draws a screen of the menu into a frame: one bit for each pixel, 1 is dark.

A frame is rows of pixels from the top, eight pixels to the octet, most significant bit left. That
is MONO_HLSB of MicroPython's framebuf, and the body of a PBM file (P4).
"""

from lcd_menu.font import GLYPH_HEIGHT, glyph, icon


def frame(screen):
    """A bytearray; of a screen of 10 rows of 20 characters, 160 rows of 20 octets."""
    columns = len(screen.rows[0])
    row_octets = columns * GLYPH_HEIGHT
    octets = bytearray(len(screen.rows) * row_octets)
    for index, row in enumerate(screen.rows):
        mask = 0xFF if index == screen.inverted else 0
        start = index * row_octets
        for column, character in enumerate(row):
            if character != " " or mask:
                _draw(octets, start + column, columns, glyph(character), mask)
    for place, name in enumerate(screen.icons):
        _draw(octets, columns - len(screen.icons) + place, columns, icon(name), 0)
    octets[row_octets - columns : row_octets] = b"\xff" * columns  # the line below the status bar
    return octets


def _draw(octets, offset, stride, rows, mask):
    for row in rows:
        octets[offset] = row ^ mask
        offset += stride
