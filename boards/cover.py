"""The switch below the terminal cover, if there is one: `cover.input` says where."""

from boards.front import Device
from boards.gpio_line import line_or_file_of
from hal import coop

_KEY = "cover.input"
_LOOK_MS = 100


def cover_switch(dcu, open_=None):
    """What looks at it, as a part of the DCU."""

    def use(line):
        async def step():
            dcu.cover.look(line() == int(dcu.settings.get("cover.open_level")))
            await coop.sleep_ms(_LOOK_MS)

        return step

    return Device(dcu, _KEY, open_ or line_or_file_of, use)
