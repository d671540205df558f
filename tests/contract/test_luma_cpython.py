"""The panel on a display of luma: a cardboard device, and Pillow where it is installed. That luma
itself takes what we give was tried with its dummy device (docs/panel.md)."""

import sys

import pytest

from hal.errors import PortError
from hal.luma_cpython import LumaDisplay, device_of


class Device:
    mode = "1"

    def __init__(self, size=(128, 64)):
        self.size = size
        self.told = []
        self.is_gone = False

    def display(self, image):
        if self.is_gone:
            raise OSError(121, "Remote I/O error")
        self.told.append(("display", image))

    def contrast(self, level):
        self.told.append(("contrast", level))

    def show(self):
        self.told.append("show")

    def hide(self):
        self.told.append("hide")

    def cleanup(self):
        self.told.append("cleanup")


class Image:
    """What of Pillow is used."""

    def __init__(self, mode, size, octets=b""):
        self.mode, self.size, self.octets, self.pasted = mode, size, octets, []

    @classmethod
    def frombytes(cls, mode, size, octets):
        assert len(octets) * 8 == size[0] * size[1]
        return cls(mode, size, octets)

    @classmethod
    def new(cls, mode, size):
        return cls(mode, size)

    def convert(self, mode):
        return self

    def paste(self, image, at):
        self.pasted.append((image.octets, at))


@pytest.fixture(autouse=True)
def pillow(monkeypatch):
    fake = type(sys)("PIL")
    fake.Image = Image
    monkeypatch.setitem(sys.modules, "PIL", fake)


def test_a_frame_is_shown_in_the_middle_and_once():
    device = Device((132, 72))
    display = LumaDisplay(device, 128, 64)
    frame = bytes(range(256)) * 4
    display.show(frame)
    display.show(bytearray(frame))
    ((_, image),) = device.told
    assert (image.mode, image.size) == ("1", (132, 72)) and image.pasted == [(frame, (2, 4))]
    display.show(bytes(1024))
    assert len(device.told) == 2


def test_contrast_and_light_are_those_of_the_device():
    device = Device()
    display = LumaDisplay(device, 128, 64)
    for level in (0, 10):
        display.contrast(level)
    display.light(False)
    display.light(True)
    assert device.told == [("contrast", 0), ("contrast", 255), "hide", "show"]
    device.backlight = lambda is_lit: device.told.append(is_lit)
    display.light(False)
    display.close()
    assert device.told[4:] == [False, "cleanup"]


def test_a_display_too_small_or_gone_is_said():
    with pytest.raises(PortError, match="has 128 x 64 pixels, the panel needs 160 x 160"):
        LumaDisplay(Device())
    device = Device()
    display = LumaDisplay(device, 128, 64)
    device.is_gone = True
    with pytest.raises(PortError, match="Remote I/O error"):
        display.show(bytes(1024))


@pytest.mark.parametrize(
    ("words", "why"),
    (
        (["ssd1306"], "write luma:KIND:i2c"),
        (["ssd1306", "usb"], "write luma:KIND:i2c"),
        (["ssd1306", "i2c", "1", "2", "3"], "write luma:KIND:i2c"),
        (["ssd1306", "i2c", "one"], "are no numbers"),
    ),
)
def test_what_cannot_be_opened_says_why(words, why):
    with pytest.raises(PortError, match=why):
        device_of(words)
