"""A line of general-purpose input, as a setting names it."""

import sys

from dcu.schema import whole
from hal.errors import Refused
from hal.gpio import FileLine, Line

_LINE_MAX = 10_000


def line_of(key, text):
    """Of "5", as the kernel counts, or "0/5": chip and line. Refused for what `text`, the value
    of the setting `key`, cannot mean."""
    numbers = [whole(part, 0, _LINE_MAX) for part in text.split("/")]
    if None in numbers or len(numbers) > 2:
        raise Refused(f"{key}: {text!r} is no line: write 5, or 0/5 with its chip")
    if len(numbers) == 1:
        return Line(numbers[0], "in")
    if sys.implementation.name != "cpython":
        raise Refused(f"{key}: chips of GPIO are for CPython alone")
    from hal.gpio_cpython import ChipLine

    return ChipLine(numbers[0], numbers[1], "in")


def line_or_file_of(key, text):
    """As `line_of`; "/…" is a file with the level in it."""
    return FileLine(text) if text[:1] == "/" else line_of(key, text)
