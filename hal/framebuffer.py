"""The panel on a Linux framebuffer: a frame of one bit a pixel, as large as it fits, centred.

It is written, not mapped into memory: both interpreters can, and only rows that changed are.

Reference: Documentation/fb/api.rst of Linux; sysfs, class graphics and class backlight.
"""

import os
import sys

from hal.errors import PortError
from hal.guarded import guarded

if sys.implementation.name == "micropython":
    from hal import files_upy as _own
else:
    from hal import files_cpython as _own

CONTRAST_MAX = 10
DEPTHS = (1, 16, 32)  # bits of a pixel: mono (1 dark), RGB565, XRGB8888
_SYSTEM = "/sys/class"
_INK = (0x20, 0x2A, 0x18)
_PAPER = {True: (0xB8, 0xCC, 0xA0), False: (0x7A, 0x86, 0x6E)}  # lit, unlit: an LCD
_PALEST = 25  # percent of the way from paper to ink, at contrast 0


class Framebuffer:
    """path    "/dev/fb0"; what it is is read from `system`/graphics/fb0
    width, height   of the frames, width a multiple of 8
    """

    WANTS = "frame"  # of what the panel shows

    def __init__(self, path, width=160, height=160, system=_SYSTEM):
        self.width = width
        self.height = height
        self._path = path
        self._folder = f"{system}/graphics/{path.rpartition('/')[2]}"
        self._columns, self._rows, self._depth, self._stride = self._geometry()
        self._scale = min(self._columns // width, self._rows // height)
        if self._scale < 1:
            size = f"{self._columns} x {self._rows}"
            raise PortError(f"{path}: has {size} pixels, the panel needs {width} x {height}")
        self._light = _Backlight(system + "/backlight")
        self._level = CONTRAST_MAX - 2
        self._is_lit = True
        self._file = guarded(self._path, _own.open_raw, path, "r+b")
        try:
            self._clear()
        except PortError:
            self.close()
            raise
        self._begin_anew()

    def contrast(self, level):
        """0 (pale) to CONTRAST_MAX (black), from the next `show` on. Nothing in mono."""
        assert 0 <= level <= CONTRAST_MAX
        if level != self._level:
            self._level = level
            self._begin_anew()

    def light(self, is_lit):
        """The backlight at once; without one the paper is darker from the next `show` on."""
        if is_lit != self._is_lit:
            self._is_lit = is_lit
            if not self._light.set(is_lit):
                self._begin_anew()

    def show(self, frame):
        """`width` * `height` / 8 octets. PortError when the device is gone."""
        octets = self.width // 8
        assert len(frame) == octets * self.height
        for row in range(self.height):
            pixels = bytes(frame[row * octets : (row + 1) * octets])
            if pixels != self._sent[row]:
                self._draw(row, b"".join([self._drawn(octet) for octet in pixels]))
                self._sent[row] = pixels

    def close(self):
        self._file.close()

    def _draw(self, row, line):
        left = (self._columns - self.width * self._scale) // 2 // 8 * 8
        top = (self._rows - self.height * self._scale) // 2 + row * self._scale
        for at in range(top, top + self._scale):
            self._write(at * self._stride + left * self._depth // 8, line)

    def _drawn(self, octet):
        """Eight pixels, `_scale` times as wide."""
        if octet not in self._known:
            self._known[octet] = self._mono(octet) if self._depth == 1 else self._coloured(octet)
        return self._known[octet]

    def _mono(self, octet):
        bits = 0
        for at in range(8):
            for _ in range(self._scale):
                bits = bits << 1 | octet >> 7 - at & 1
        return bits.to_bytes(self._scale, "big")

    def _coloured(self, octet):
        pixels = [self._pixels[octet >> 7 - at & 1] for at in range(8)]
        return b"".join([pixel * self._scale for pixel in pixels])

    def _begin_anew(self):
        self._sent = [None] * self.height
        self._known = {}
        paper = _PAPER[self._is_lit or self._light.is_there]
        part = _PALEST + (100 - _PALEST) * self._level // CONTRAST_MAX
        ink = [level + (dark - level) * part // 100 for level, dark in zip(paper, _INK)]
        self._pixels = [_pixel(colour, self._depth) for colour in (paper, ink)]

    def _geometry(self):
        """(columns, rows, bits of a pixel, octets of a row of pixels)"""
        texts = [self._text(name) for name in ("virtual_size", "bits_per_pixel", "stride")]
        try:
            columns, rows = [int(part) for part in texts[0].split(",")]
            depth, stride = int(texts[1]), int(texts[2])
        except ValueError:
            raise PortError(f"{self._folder}: does not say what the display is")
        if depth not in DEPTHS:
            known = ", ".join([str(each) for each in DEPTHS])
            raise PortError(f"{self._path}: {depth} bits a pixel; there are: {known}")
        return columns, rows, depth, stride

    def _text(self, name):
        return guarded(self._path, _text, f"{self._folder}/{name}")

    def _clear(self):
        for row in range(self._rows):
            self._write(row * self._stride, bytes(self._stride))

    def _write(self, at, octets):
        guarded(self._path, self._file.seek, at)
        guarded(self._path, self._file.write, octets)


class _Backlight:
    """The first one there is; a machine may have none."""

    def __init__(self, folder):
        try:
            name = sorted(os.listdir(folder))[0]
            self._file = f"{folder}/{name}/brightness"
            self._most = _text(f"{folder}/{name}/max_brightness")
            self.is_there = True
        except (OSError, IndexError):
            self.is_there = False

    def set(self, is_lit):
        """Whether there is one that took it."""
        if self.is_there:
            try:
                with open(self._file, "w") as file:
                    file.write(self._most if is_lit else "0")
            except OSError:
                self.is_there = False
        return self.is_there


def _text(path):
    with open(path) as file:
        return file.read(64).strip()


def _pixel(colour, depth):
    red, green, blue = colour
    if depth == 16:
        return ((red >> 3) << 11 | (green >> 2) << 5 | blue >> 3).to_bytes(2, "little")
    return bytes([blue, green, red, 0xFF])
