"""How the settings that name devices of the board are written. A text that means nothing is
refused when it is set, before anything is opened; each function raises Refused for it.
"""

import sys

from dcu.schema import whole
from hal.errors import Refused
from hal.matrix_keys import LAYOUT

LAMPS = ("run", "hes", "alarm")
_NOT_ASCII = ("ru", "zh")  # languages that lcd_menu/plain.py has no letters for
_LINE_MAX = 10_000


def lamps(text):
    """{lamp: name of its LED}"""
    names = {}
    for word in text.split(","):
        lamp, _, name = word.partition("=")
        if lamp not in LAMPS or not name or "/" in name:
            raise Refused(f"{word!r}: write LAMP=LED, with LAMP of {', '.join(LAMPS)}")
        names[lamp] = name
    return names


def display(text):
    """("fb", path), ("lcd", path), or ("luma", its words)."""
    if text[:1] == "/":
        return "fb", text
    words = text.split(":")
    if words[0] == "lcd" and len(words) == 2 and words[1][:1] == "/":
        return words
    if words[0] != "luma" or len(words) < 3 or words[2] not in ("i2c", "spi"):
        raise Refused(
            f"{text!r}: write /dev/fb0, lcd:/dev/lcd, or luma:KIND:i2c:BUS:ADDRESS or :spi:BUS:CS"
        )
    _only_cpython("luma is")
    return "luma", words[1:]


def keypad(text):
    """(rows, columns) of numbers as `line` gives them, or None for the path of an input device."""
    if text[:1] == "/":
        return None
    words = text.split(":")
    if words[0] != "gpio" or len(words) != 3:
        raise Refused(f"{text!r}: write /dev/input/event0, or gpio:ROWS:COLUMNS")
    rows, columns = [[line(each) for each in word.split(",")] for word in words[1:]]
    if len(rows) * len(columns) < len(LAYOUT):
        raise Refused(f"{len(LAYOUT)} keys need as many places, rows times columns")
    return rows, columns


def line(text):
    """Numbers of "5", a line as the kernel counts, or "0/5": chip and line."""
    numbers = [whole(part, 0, _LINE_MAX) for part in text.split("/")]
    if None in numbers or len(numbers) > 2:
        raise Refused(f"{text!r} is no line: write 5, or 0/5 with its chip")
    if len(numbers) == 2:
        _only_cpython("chips of GPIO are")
    return numbers


def line_or_file(text):
    """As `line`; None for "/…", a file with the level in it."""
    return None if text[:1] == "/" else line(text)


def _only_cpython(what):
    if sys.implementation.name != "cpython":
        raise Refused(f"{what} for CPython alone")


_FORMS = {
    "panel.display": display,
    "panel.keypad": keypad,
    "panel.lamps": lamps,
    "cover.input": line_or_file,
}


def check(get, keys):
    """Refused when one of the `keys` that were changed names a device in no known form.

    get  function(key) -> value, as it would be from now on
    """
    for key in keys:
        if key in _FORMS and get(key):
            try:
                _FORMS[key](get(key))
            except Refused as refusal:
                raise Refused(f"{key}: {refusal}")
    if "panel.display" in keys or "panel.language" in keys:
        _check_readable(get("panel.display"), get("panel.language"))


def _check_readable(display, language):
    """Nobody finds back to another language among question marks."""
    if display.startswith("lcd:") and language in _NOT_ASCII:
        raise Refused(f"panel.language: {language} needs pixels, and panel.display is {display}")
