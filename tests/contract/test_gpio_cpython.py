"""Lines of a GPIO chip by its character device: a kernel of cardboard that reads the structures by
the offsets of include/uapi/linux/gpio.h, as a compiler gave them."""

import os
import struct

import pytest

from hal.errors import PortError
from hal.gpio_cpython import ChipLine

GET_LINE, SET_CONFIG, GET_VALUES, SET_VALUES = 0xC250B407, 0xC110B40D, 0xC010B40E, 0xC010B40F
CONFIG_AT, LINES_AT, FD_AT, ATTRIBUTES_AT = 288, 560, 588, 32
INPUT_PULLED_UP, OUTPUT = 0x104, 0x8


class Kernel:
    """One chip; `levels` of its lines, and what was asked of them."""

    def __init__(self):
        self.levels = {}
        self.flags = {}
        self.lines = {}  # by descriptor

    def ioctl(self, descriptor, request, octets):
        size = request >> 16 & 0x3FFF
        assert len(octets) == size and request >> 30 == 3
        getattr(self, f"_{request & 0xFF:02x}")(descriptor, octets)

    def _07(self, descriptor, octets):
        (offset,) = struct.unpack_from("=I", octets, 0)
        if offset in self.lines.values():
            raise OSError(16, "busy")
        assert octets[256 : 256 + 14] == b"opendcu panel\0"
        assert struct.unpack_from("=II", octets, LINES_AT) == (1, 0)
        made = os.open(os.devnull, os.O_RDONLY)
        self.lines[made] = offset
        self._configure(made, octets[CONFIG_AT : CONFIG_AT + 272])
        struct.pack_into("=i", octets, FD_AT, made)

    def _0d(self, descriptor, octets):
        self._configure(descriptor, octets)

    def _configure(self, descriptor, octets):
        offset = self.lines[descriptor]
        flags, count = struct.unpack_from("=QI", octets, 0)
        self.flags[offset] = flags
        assert octets[12:32] == bytes(20)
        if count:
            found = struct.unpack_from("=IIQQ", octets, ATTRIBUTES_AT)
            assert (count, found[0], found[1], found[3]) == (1, 2, 0, 1)
            self.levels[offset] = found[2]
        assert octets[ATTRIBUTES_AT + 24 * count :] == bytes(240 - 24 * count)

    def _0e(self, descriptor, octets):
        assert struct.unpack("=QQ", octets)[1] == 1
        struct.pack_into("=Q", octets, 0, self.levels.get(self.lines[descriptor], 1))

    def _0f(self, descriptor, octets):
        bits, mask = struct.unpack("=QQ", octets)
        assert mask == 1
        self.levels[self.lines[descriptor]] = bits


@pytest.fixture
def chip(tmp_path):
    (tmp_path / "gpiochip0").touch()
    return tmp_path


def test_an_input_is_pulled_up_and_read(chip):
    kernel = Kernel()
    line = ChipLine(0, 20, "in", kernel.ioctl, chip)
    assert kernel.flags == {20: INPUT_PULLED_UP} and line() == 1
    kernel.levels[20] = 0
    assert line() == 0
    line.close()


def test_a_line_is_turned_to_an_output_and_set(chip):
    kernel = Kernel()
    line = ChipLine(0, 5, "in", kernel.ioctl, chip)
    for direction, level in (("low", 0), ("high", 1)):
        line.turn(direction)
        assert (kernel.flags[5], kernel.levels[5]) == (OUTPUT, level)
    assert line(0) == 0 and kernel.levels[5] == 0
    line.turn("in")
    assert kernel.flags[5] == INPUT_PULLED_UP


def test_a_line_in_use_and_a_chip_that_is_not_there_are_said(chip):
    kernel = Kernel()
    ChipLine(0, 5, "in", kernel.ioctl, chip)
    with pytest.raises(PortError, match="gpiochip0: in use by another program"):
        ChipLine(0, 5, "in", kernel.ioctl, chip)
    with pytest.raises(PortError, match="gpiochip7: does not exist"):
        ChipLine(7, 5, "in", kernel.ioctl, chip)
    with pytest.raises(PortError, match="gpiochip0"):
        ChipLine(0, 5, "in", folder=chip)  # a file is no chip
