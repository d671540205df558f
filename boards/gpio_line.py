"""A line of general-purpose input, as a setting names it: boards/device_forms.py."""

from boards import device_forms
from hal.gpio import FileLine, Line


def opened(numbers):
    """The line of (line) or (chip, line)."""
    if len(numbers) == 1:
        return Line(numbers[0], "in")
    from hal.gpio_cpython import ChipLine

    return ChipLine(numbers[0], numbers[1], "in")


def line_or_file_of(text):
    """That of such a text, or a file with the level in it."""
    numbers = device_forms.line_or_file(text)
    return opened(numbers) if numbers else FileLine(text)
