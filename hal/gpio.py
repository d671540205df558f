"""One line of general-purpose input and output, by Linux's sysfs.

Reference: Documentation/userspace-api/gpio/sysfs.rst. Kernels without it have no such folder.
"""

from hal.errors import PortError
from hal.reasons import reason

_SYSTEM = "/sys/class/gpio"
_EBUSY = 16


class Line:
    """number     as the kernel counts
    direction  "in", or "low" or "high": out, at that level to begin with
    """

    def __init__(self, number, direction, system=_SYSTEM):
        self._path = f"{system}/gpio{number}"
        try:
            _write(system + "/export", str(number))
        except OSError as error:
            if error.errno != _EBUSY:  # exported already
                raise PortError(f"GPIO {number}: {reason(error)}")
        self.turn(direction)

    def turn(self, direction):
        self._guarded(_write, "/direction", direction)

    def __call__(self, level=None):
        """The level, 0 or 1; or sets it."""
        if level is None:
            return int(self._guarded(_read, "/value") == "1")
        self._guarded(_write, "/value", "1" if level else "0")
        return level

    def close(self):
        pass

    def _guarded(self, function, name, *arguments):
        try:
            return function(self._path + name, *arguments)
        except OSError as error:
            raise PortError(f"{self._path}: {reason(error)}")


def _write(path, text):
    with open(path, "w") as file:
        file.write(text)


def _read(path):
    with open(path) as file:
        return file.read(8).strip()
