"""The half of hal/terminal.py that is for CPython."""

import atexit
import os
import sys
import termios

at_exit = atexit.register


def attributes():
    """Those of standard input; OSError if it is no terminal."""
    try:
        return termios.tcgetattr(sys.stdin.fileno())
    except termios.error as error:
        raise OSError(*error.args)


def set_attributes(when, wanted):
    try:
        termios.tcsetattr(sys.stdin.fileno(), when, wanted)
    except termios.error as error:
        raise OSError(*error.args)


def size():
    """(columns, rows) of the terminal, now."""
    return tuple(os.get_terminal_size(sys.stdout.fileno()))


def read(limit):
    return os.read(sys.stdin.fileno(), limit)


def write(octets):
    sys.stdout.buffer.write(octets)
    sys.stdout.buffer.flush()
