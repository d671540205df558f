"""One line of general-purpose input and output, by Linux's sysfs, or by a file.

Reference: Documentation/userspace-api/gpio/sysfs.rst. Kernels without it have no such folder.
"""

from hal.errors import PortError
from hal.guarded import guarded
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
        guarded(self._path, _write, self._path + "/direction", direction)

    def __call__(self, level=None):
        """The level, 0 or 1; or sets it."""
        if level is None:
            return int(guarded(self._path, _read, self._path + "/value") == "1")
        guarded(self._path, _write, self._path + "/value", "1" if level else "0")
        return level

    def close(self):
        pass


class FileLine:
    """A file with 0 or 1 in it, read anew each time: the input of a driver of its own, or of a
    simulation."""

    def __init__(self, path):
        self._path = path
        self()

    def __call__(self):
        text = guarded(self._path, _read, self._path)
        if text not in ("0", "1"):
            raise PortError(f"{self._path}: neither 0 nor 1 is in it")
        return int(text)

    def close(self):
        pass


def _write(path, text):
    with open(path, "w") as file:
        file.write(text)


def _read(path):
    with open(path) as file:
        return file.read(8).strip()
