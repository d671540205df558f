"""The panel on a display of characters (HD44780 and its like) that Linux drives as /dev/lcd.

Reference: drivers/auxdisplay/charlcd.c of Linux: its escape sequences.
"""

import sys

from hal.errors import PortError
from hal.guarded import guarded

if sys.implementation.name == "micropython":
    from hal import files_upy as _own
else:
    from hal import files_cpython as _own

ROWS_MAX = 4  # of displays that there are
_HOME = b"\x1b[H"
_GO_TO = b"\x1b[Lx%dy%d;"
_BEGIN = b"\x1b[LD\x1b[Lc\x1b[Lb\x1b[2J"  # display on, no cursor, no blinking, cleared
_LIGHT = {True: b"\x1b[L+", False: b"\x1b[L-"}
_MARKS = {  # where a line is chosen, and where a character is typed
    None: b"\x1b[Lc\x1b[Lb",
    "line": b"\x1b[Lc\x1b[LB",
    "cell": b"\x1b[LC\x1b[Lb",
}


class CharacterLcd:
    """path   "/dev/lcd"; how many columns and rows it has says the device tree, not the device

    PortError when it is not there, or gone.
    """

    WANTS = "plain"  # of what the panel shows

    def __init__(self, path, columns, rows):
        if rows > ROWS_MAX:
            raise PortError(f"{path}: shows {ROWS_MAX} lines, not {rows}: set panel.size to 20x4")
        self._path = path
        self._sent = None
        self._file = guarded(self._path, _own.open_raw, path, "wb")
        self._write(_BEGIN)

    def contrast(self, level):
        """By a screw, if at all."""

    def light(self, is_lit):
        self._write(_LIGHT[is_lit])

    def show(self, plain):
        """(rows, mark, place) of lcd_menu/plain.py."""
        if plain == self._sent:
            return
        rows, mark, place = plain
        self._write(_HOME + "\n".join(rows).encode() + _MARKS[mark])
        if place:
            self._write(_GO_TO % (place[1], place[0]))
        self._sent = plain

    def close(self):
        self._file.close()

    def _write(self, octets):
        guarded(self._path, self._file.write, octets)
