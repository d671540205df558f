"""The half of hal/terminal.py that is for MicroPython on Linux.

Weaker than under CPython:
- The size is asked of stty(1), and at most 255 columns and rows can be told: an exit status is
  the only thing that a command can answer here.
- It is asked once, so that a terminal that is made larger needs a new start of the panel.
"""

import os
import sys
import termios

_known_size = []


def at_exit(function):
    before = sys.atexit(function)
    if before:
        sys.atexit(lambda: (function(), before()))


def attributes():
    """Those of standard input; OSError if it is no terminal."""
    return termios.tcgetattr(sys.stdin.fileno())


def set_attributes(when, wanted):
    termios.tcsetattr(sys.stdin.fileno(), when, wanted)


def size():
    """(columns, rows) of the terminal when it was first asked for."""
    if not _known_size:
        _known_size.append((_ask("#* "), _ask("% *")))
    return _known_size[0]


def _ask(cut):
    """The number that is left of "ROWS COLUMNS" when the shell has cut the other one off."""
    command = "s=$(stty size 2>/dev/null) || exit 0; s=${s" + cut + "}; "
    return os.system(command + "[ $s -gt 255 ] && s=255; exit $s") >> 8


def read(limit):
    return sys.stdin.buffer.read(limit)


def write(octets):
    sys.stdout.buffer.write(octets)
