"""The panel on the device itself: display, keypad and lamps as they are set, opened again when
they were unplugged. The DCU runs on without them; that they are gone is an event.
"""

from boards import device_forms, gpio_line
from dcu.alarm_codes import PORT_BACK, PORT_LOST
from hal import coop
from hal.character_lcd import CharacterLcd
from hal.errors import PortError, Refused
from hal.event_keys import EventKeypad
from hal.framebuffer import Framebuffer
from hal.lamps import Lamps
from hal.matrix_keys import MatrixKeypad
from lcd_menu.owner import LOCAL

KEYPAD = "keypad"  # its name as the owner of the keys
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
            for name, tell in (("contrast", screen.contrast), ("lit", screen.light)):
                if shown[name] != before.get(name):
                    tell(shown[name])
            screen.show(shown[screen.WANTS])
            before.update(shown)
            await dcu.panel.changed(_LOOK_MS)

        return step

    def opened(text):
        return _display_of(text, dcu.panel)

    return Device(dcu, "panel.display", open_ or opened, use)


def lamps(dcu, open_=None):
    def use(found):
        async def step():
            found.show(dcu.panel.lamps())
            await dcu.panel.changed(_LOOK_MS)

        return step

    return Device(dcu, "panel.lamps", open_ or _lamps_of, use)


def _lamps_of(text):
    return Lamps(device_forms.lamps(text))


def _display_of(text, panel):
    kind, place = device_forms.display(text)
    if kind == "lcd":
        return CharacterLcd(place, *panel.places())
    if kind == "fb":
        return Framebuffer(place, *panel.pixels())
    from hal import luma_cpython

    return luma_cpython.LumaDisplay(luma_cpython.device_of(place), *panel.pixels())


def _keypad_of(text):
    lines = device_forms.keypad(text)
    return _matrix_of(*lines) if lines else EventKeypad(text)


def _matrix_of(rows, columns):
    opened = []
    try:
        for numbers in rows + columns:
            opened.append(gpio_line.opened(numbers))
    except PortError:
        for line in opened:
            line.close()
        raise
    return MatrixKeypad(opened[: len(rows)], opened[len(rows) :])
