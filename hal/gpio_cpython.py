"""One line of general-purpose input and output, by the character device of its chip, which has the
pull-ups that a matrix of switches wants. MicroPython has no ioctl.

Reference: include/uapi/linux/gpio.h, version 2.
"""

import fcntl
import os
import struct

from hal.guarded import guarded

_GET_LINE, _SET_CONFIG = 0xC250B407, 0xC110B40D
_GET_VALUES, _SET_VALUES = 0xC010B40E, 0xC010B40F
_INPUT, _OUTPUT, _PULL_UP = 1 << 2, 1 << 3, 1 << 8
_OUTPUT_VALUES = 2  # id of an attribute
_ATTRIBUTE = "=IIQQ"  # id, padding, values, mask of the lines
_ATTRIBUTES = 10
_CONFIG = f"=QI20x{struct.calcsize(_ATTRIBUTE) * _ATTRIBUTES}s"  # flags, count, attributes
_REQUEST = f"=I252x32s{struct.calcsize(_CONFIG)}sII20xi"  # offset …, name, config, lines, …, fd
_VALUES = "=QQ"  # bits, mask
_NAME = b"opendcu panel"
_ONE = 1  # as mask, and as count


class ChipLine:
    """As hal/gpio.py Line, on /dev/gpiochipN; an input is pulled up.

    ioctl   function(descriptor, request, bytearray), which fills it
    """

    def __init__(self, chip, offset, direction, ioctl=fcntl.ioctl, folder="/dev"):
        self._path = f"{folder}/gpiochip{chip}"
        self._ioctl = ioctl
        request = bytearray(struct.pack(_REQUEST, offset, _NAME, _config(direction), _ONE, 0, 0))
        file = guarded(self._path, os.open, self._path, os.O_RDONLY)
        try:
            guarded(self._path, ioctl, file, _GET_LINE, request)
        finally:
            os.close(file)
        self._descriptor = struct.unpack(_REQUEST, request)[-1]

    def turn(self, direction):
        guarded(
            self._path, self._ioctl, self._descriptor, _SET_CONFIG, bytearray(_config(direction))
        )

    def __call__(self, level=None):
        """The level, 0 or 1; or sets it."""
        values = bytearray(struct.pack(_VALUES, level or 0, _ONE))
        kind = _GET_VALUES if level is None else _SET_VALUES
        guarded(self._path, self._ioctl, self._descriptor, kind, values)
        return struct.unpack(_VALUES, values)[0] & _ONE if level is None else level

    def close(self):
        os.close(self._descriptor)


def _config(direction):
    if direction == "in":
        return struct.pack(_CONFIG, _INPUT | _PULL_UP, 0, b"")
    attribute = struct.pack(_ATTRIBUTE, _OUTPUT_VALUES, 0, int(direction == "high"), _ONE)
    return struct.pack(_CONFIG, _OUTPUT, _ONE, attribute)
