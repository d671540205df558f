"""The panel on a small display by SPI or I2C, through the packages luma.oled and luma.lcd:
`pip install opendcu[display]`.
"""

import importlib

from hal.errors import PortError

CONTRAST_MAX = 10
_LEVEL_MAX = 255
_PACKAGES = ("luma.oled.device", "luma.lcd.device")
_WAYS = {"i2c": (1, 0x3C), "spi": (0, 0)}  # with its usual bus, and address or chip select


def device_of(words):
    """A luma device for ["ssd1306", "i2c", "1", "0x3c"]; the last two may be left out.

    PortError when the packages, the kind or the display are not there.
    """
    kind, way, places = words[0], words[1] if len(words) > 1 else "", words[2:]
    if way not in _WAYS or len(places) > 2:
        raise PortError(f"display {kind}: write luma:KIND:i2c:BUS:ADDRESS or luma:KIND:spi:BUS:CS")
    try:
        bus, place = [int(text, 0) for text in places] + list(_WAYS[way][len(places) :])
    except ValueError:
        raise PortError(f"display {kind}: {':'.join(places)} are no numbers")
    try:
        serial = importlib.import_module("luma.core.interface.serial")
        error_of_luma = importlib.import_module("luma.core.error").Error
    except ImportError:
        raise PortError("the packages of luma are missing: pip install opendcu[display]")
    made = _kind_of(kind)
    try:
        if way == "i2c":
            return made(serial.i2c(port=bus, address=place))
        return made(serial.spi(port=bus, device=place))
    except (OSError, ImportError, error_of_luma) as error:  # SPI wants RPi.GPIO beside
        raise PortError(f"display {kind}: {error}")


def _kind_of(kind):
    for package in _PACKAGES:
        try:
            found = getattr(importlib.import_module(package), kind, None)
        except ImportError:
            continue
        if found:
            return found
    raise PortError(f"display {kind}: luma has none of this name")


class LumaDisplay:
    """device  of luma: size, mode, display(image), contrast(0 to 255), show(), hide()"""

    WANTS = "frame"  # of what the panel shows

    def __init__(self, device, width=160, height=160):
        self.width = width
        self.height = height
        self._device = device
        columns, rows = device.size
        if columns < width or rows < height:
            size = f"{columns} x {rows}"
            raise PortError(
                f"the display has {size} pixels, the panel needs {width} x {height} (panel.size)"
            )
        self._left, self._top = (columns - width) // 2, (rows - height) // 2
        self._sent = None

    def contrast(self, level):
        assert 0 <= level <= CONTRAST_MAX
        self._guarded(self._device.contrast, _LEVEL_MAX * level // CONTRAST_MAX)

    def light(self, is_lit):
        """The backlight if there is one; a display that shines by itself goes dark."""
        backlight = getattr(self._device, "backlight", None)
        if backlight:
            self._guarded(backlight, is_lit)
        else:
            self._guarded(self._device.show if is_lit else self._device.hide)

    def show(self, frame):
        from PIL import Image  # luma brings it

        if frame == self._sent:
            return
        drawn = Image.frombytes("1", (self.width, self.height), bytes(frame))
        image = Image.new(self._device.mode, self._device.size)
        image.paste(drawn.convert(self._device.mode), (self._left, self._top))
        self._guarded(self._device.display, image)
        self._sent = bytes(frame)

    def close(self):
        self._guarded(self._device.cleanup)

    def _guarded(self, function, *arguments):
        try:
            return function(*arguments)
        except OSError as error:  # of the bus
            raise PortError(f"the display: {error}")
