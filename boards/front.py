"""The panel on the device itself: display, keypad and lamps as they are set, opened again when
they were unplugged. The DCU runs on without them; that they are gone is an event.
"""

import sys

from boards.gpio_line import line_of
from dcu.alarm_codes import PORT_BACK, PORT_LOST
from hal import coop
from hal.errors import PortError, Refused
from hal.event_keys import EventKeypad
from hal.framebuffer import Framebuffer
from hal.lamps import Lamps
from hal.matrix_keys import LAYOUT, MatrixKeypad
from lcd_menu.owner import LOCAL

KEYPAD = "keypad"  # its name as the owner of the keys
LAMPS = ("run", "hes", "alarm")
_KEY_MS = 1_000
_LOOK_MS = 500
_AGAIN_MS = 5_000


class Device:
    """What one setting names, in use while it is there.

    open_  function(text of the setting) -> what has close()
    use    function(it) -> coroutine function that is called again and again
    """

    def __init__(self, dcu, key, open_, use):
        self._dcu = dcu
        self._key = key
        self._open = open_
        self._use = use
        self._trouble = ""
        self._told_of = None  # what was wanted when that was told

    async def run(self, part):
        while True:
            part.alive()
            wanted = self._wanted()
            if not wanted[0]:
                self._trouble = ""
                await coop.sleep_ms(_LOOK_MS)
                continue
            try:
                await self._used(wanted, part)
            except (PortError, Refused) as error:
                self._say(str(error))
                part.alive()
                await coop.sleep_ms(_AGAIN_MS)

    def _wanted(self):
        settings = self._dcu.settings
        return settings.get(self._key), settings.get("panel.size")

    async def _used(self, wanted, part):
        """Until the setting names another one."""
        device = self._open(wanted[0])
        try:
            step = self._use(device)
            while self._wanted() == wanted:
                part.alive()
                await step()
                self._say("")
        finally:
            device.close()

    def _say(self, trouble):
        """Once: that it is gone, that another is not there either, and that one is back."""
        is_another = trouble and self._told_of != self._wanted()
        if bool(trouble) != bool(self._trouble) or is_another:
            self._told_of = self._wanted()
            code = PORT_LOST if trouble else PORT_BACK
            self._dcu.alarms.raise_alarm(code, 0, f"{self._key}: {trouble or 'there'}")
        self._trouble = trouble


def keypad(dcu, open_=None):
    def use(pad):
        async def step():
            key = await pad.read(_KEY_MS)
            if key:
                dcu.panel.press(key, KEYPAD, LOCAL)

        return step

    return Device(dcu, "panel.keypad", open_ or _keypad_of, use)


def display(dcu, open_=None):
    def use(screen):
        before = {}

        async def step():
            shown = dcu.panel.shown()
            for name, tell in (
                ("contrast", screen.contrast),
                ("lit", screen.light),
                ("frame", screen.show),
            ):
                if name == "frame" or shown[name] != before.get(name):
                    tell(shown[name])
            before.update(shown)
            await dcu.panel.changed(_LOOK_MS)

        return step

    def opened(text):
        return _display_of(text, *dcu.panel.pixels())

    return Device(dcu, "panel.display", open_ or opened, use)


def lamps(dcu, open_=None):
    def use(found):
        async def step():
            found.show(dcu.panel.lamps())
            await dcu.panel.changed(_LOOK_MS)

        return step

    return Device(dcu, "panel.lamps", open_ or _lamps_of, use)


def _lamps_of(text):
    names = {}
    for word in text.split(","):
        lamp, _, name = word.partition("=")
        if lamp not in LAMPS or not name or "/" in name:
            raise Refused(
                f"panel.lamps: {word!r}: write LAMP=LED, with LAMP of {', '.join(LAMPS)}"
            )
        names[lamp] = name
    return Lamps(names)


def _display_of(text, width, height):
    if text[:1] == "/":
        return Framebuffer(text, width, height)
    words = text.split(":")
    if words[0] != "luma" or len(words) < 2:
        raise Refused(f"panel.display: {text!r}: write /dev/fb0, or luma:KIND:i2c or :spi")
    if sys.implementation.name != "cpython":
        raise Refused("panel.display: luma is for CPython alone")
    from hal import luma_cpython

    return luma_cpython.LumaDisplay(luma_cpython.device_of(words[1:]), width, height)


def _keypad_of(text):
    if text[:1] == "/":
        return EventKeypad(text)
    words = text.split(":")
    if words[0] != "gpio" or len(words) != 3:
        raise Refused(f"panel.keypad: {text!r}: write /dev/input/event0, or gpio:ROWS:COLUMNS")
    rows, columns = [word.split(",") for word in words[1:]]
    if len(rows) * len(columns) < len(LAYOUT):
        raise Refused(f"panel.keypad: {len(LAYOUT)} keys need as many places, rows times columns")
    return _matrix_of(rows, columns)


def _matrix_of(rows, columns):
    opened = []
    try:
        for text in rows + columns:
            opened.append(line_of("panel.keypad", text))
    except (PortError, Refused):
        for line in opened:
            line.close()
        raise
    return MatrixKeypad(opened[: len(rows)], opened[len(rows) :])
