"""A 1-bit frame as lines of characters that draw it: half blocks, or the smaller braille dots.

A frame is rows of `stride` octets, eight pixels to the octet, most significant bit left, 1 dark.
"""

_HALVES = " ▄▀█"  # by upper pixel * 2 + lower pixel
_BRAILLE = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # Unicode, U+2800: (left, right)


def half_blocks(frame, stride):
    """A character for one column and two rows of pixels."""
    lines = []
    for start in range(0, len(frame), 2 * stride):
        cells = []
        for index in range(start, start + stride):
            upper, lower = frame[index], frame[index + stride]
            cells.append(_FOUR[upper & 0xF0 | lower >> 4])
            cells.append(_FOUR[(upper & 0x0F) << 4 | lower & 0x0F])
        lines.append("".join(cells))
    return lines


def braille(frame, stride):
    """A character for two columns and four rows of pixels."""
    lines = []
    for start in range(0, len(frame), 4 * stride):
        cells = []
        for index in range(start, start + stride):
            rows = [frame[index + row * stride] for row in range(4)]
            for shift in (6, 4, 2, 0):
                dots = [_PAIRS[row][rows[row] >> shift & 3] for row in range(4)]
                cells.append(chr(_BRAILLE | dots[0] | dots[1] | dots[2] | dots[3]))
        lines.append("".join(cells))
    return lines


def _four(index):
    """Four cells of half blocks, by four pixels above (high bits) and the four below."""
    cells = []
    for shift in (3, 2, 1, 0):
        cells.append(_HALVES[(index >> 4 + shift & 1) << 1 | index >> shift & 1])
    return "".join(cells)


_FOUR = [_four(index) for index in range(256)]
_PAIRS = [(0, right, left, left | right) for left, right in _DOTS]
