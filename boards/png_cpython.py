"""A frame of the panel as a PNG file: each pixel a square, in the colours of an LCD.

Reference: PNG (Portable Network Graphics) Specification, third edition; colour type 3, a bit for
each pixel.
"""

import struct
import zlib

SCALE = 2
MARGIN = 16  # pixels of the picture; a multiple of 8
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PALETTE = bytes.fromhex("b8cca0 202a18")  # paper, ink
_INDEXED = 3
_NO_FILTER = b"\x00"


def png(frame, columns, scale=SCALE):
    """The octets of the file, of a frame of `columns` octets for each row of pixels."""
    rows = [frame[at : at + columns] for at in range(0, len(frame), columns)]
    margin = bytes(MARGIN // 8)
    blank = _NO_FILTER + margin + bytes(columns * scale) + margin
    lines = [blank] * MARGIN
    for row in rows:
        bits = "".join([bit * scale for bit in f"{int.from_bytes(row):0{8 * columns}b}"])
        line = int(bits, 2).to_bytes(columns * scale)
        lines += [_NO_FILTER + margin + line + margin] * scale
    lines += [blank] * MARGIN
    width, height = 8 * columns * scale + 2 * MARGIN, len(lines)
    return (
        _SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, _INDEXED, 0, 0, 0))
        + _chunk(b"PLTE", _PALETTE)
        + _chunk(b"IDAT", zlib.compress(b"".join(lines), 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
