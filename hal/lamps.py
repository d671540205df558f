"""Lamps on the device that Linux knows as LEDs.

Reference: Documentation/leds/leds-class.rst of Linux.
"""

from hal.errors import PortError
from hal.reasons import reason

_SYSTEM = "/sys/class/leds"


class Lamps:
    """names  {lamp: name of its LED}; a lamp without one is left out"""

    def __init__(self, names, system=_SYSTEM):
        self._folders = {lamp: f"{system}/{name}" for lamp, name in names.items()}
        self._most = {lamp: self._read(lamp) for lamp in names}
        self._shown = {}

    def show(self, lamps):
        """{lamp: whether it is on}; only what changes is written. PortError."""
        for lamp, is_on in lamps.items():
            if lamp in self._folders and self._shown.get(lamp) != is_on:
                self._write(lamp, self._most[lamp] if is_on else "0")
                self._shown[lamp] = is_on

    def close(self):
        pass

    def _read(self, lamp):
        path = self._folders[lamp] + "/max_brightness"
        try:
            with open(path) as file:
                return file.read(8).strip()
        except OSError as error:
            raise PortError(f"lamp {lamp}: {path}: {reason(error)}")

    def _write(self, lamp, text):
        path = self._folders[lamp] + "/brightness"
        try:
            with open(path, "w") as file:
                file.write(text)
        except OSError as error:
            raise PortError(f"lamp {lamp}: {path}: {reason(error)}")
