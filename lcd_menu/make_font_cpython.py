"""Makes lcd_menu/font_data.py and font_wide.py out of GNU Unifont and lcd_menu/icons.txt, with the
characters that the languages of the panel use (`make font`):

    python -m lcd_menu.make_font_cpython /usr/share/unifont/unifont.hex

unifont.hex (package `unifont` of Debian, or unifoundry.com) has a line for each character: its
code point, a colon, and the glyph in hexadecimal, two digits for a row of eight pixels, or four
for one of sixteen.
"""

import pathlib
import sys

from lcd_menu import words
from lcd_menu.lines import width

HERE = pathlib.Path(__file__).parent
ASCII = [chr(code) for code in range(0x20, 0x7F)]
ROWS = 16
LINE = 30  # characters
DIGITS = 92  # of a line; where a glyph ends does not matter
COLUMNS = 99
_NARROW = "Glyphs of 8 x 16 pixels: ASCII 0x20 to 0x7E, LETTERS, ICONS."
_WIDE = "Glyphs of 16 x 16 pixels: LETTERS."
_HEADER = '''"""{} Generated: do not edit.

All but the icons is a subset of GNU Unifont, Copyright (C) 1998-2022 Roman Czyborra, Paul Hardy,
et al. This file is under the SIL Open Font License 1.1: lcd_menu/OFL-1.1.txt.
Made by: python -m lcd_menu.make_font_cpython unifont.hex
"""

'''


def main(paths):
    if len(paths) != 1:
        print(__doc__)
        return 1
    unifont, drawings = pathlib.Path(paths[0]).read_text(), (HERE / "icons.txt").read_text()
    for name, text in modules(unifont, drawings).items():
        (HERE / name).write_text(text, encoding="utf-8")
    return 0


def modules(unifont, drawings):
    """{file name: its text}, of the texts of unifont.hex and icons.txt."""
    by_code = dict([line.split(":") for line in unifont.split()])
    icons = _icons(drawings.split())
    narrow, wide = characters()
    glyphs = [_glyph(by_code, character, 1) for character in ASCII + narrow]
    names = "".join([f'    "{name}",\n' for name in icons])
    icon_names = f"ICONS = (\n{names})\n"
    wide_glyphs = [_glyph(by_code, character, 2) for character in wide]
    return {
        "font_data.py": _module(_NARROW, narrow, icon_names, glyphs + list(icons.values())),
        "font_wide.py": _module(_WIDE, wide, "", wide_glyphs),
    }


def _module(what, letters, more, glyphs):
    letters = f"LETTERS = {_quoted(letters)}\n"
    return f"{_HEADER.format(what)}{letters}{more}\nGLYPHS = bytes.fromhex(\n{_lines(glyphs)})\n"


def characters():
    """([narrow ones beyond ASCII], [wide ones]) of all languages, in order."""
    used = set()
    for language in words.LANGUAGES:
        used.update("".join(words.of(language).values()))
    used = sorted(used - set(ASCII))
    return [c for c in used if width(c) == 1], [c for c in used if width(c) == 2]


def _glyph(by_code, character, columns):
    glyph = by_code[f"{ord(character):04X}"].lower()
    assert len(glyph) == 2 * ROWS * columns, character
    return glyph


def _quoted(found):
    """As ruff formats it."""
    text = "".join(found)
    if width(f'LETTERS = "{text}"') <= COLUMNS:
        return f'"{text}"'
    lines = [f'    "{text[at : at + LINE]}"\n' for at in range(0, len(text), LINE)]
    return "(\n" + "".join(lines) + ")"


def _lines(glyphs):
    text = "".join(glyphs)
    return "".join([f'    "{text[at : at + DIGITS]}"\n' for at in range(0, len(text), DIGITS)])


def _icons(drawn):
    """{name: glyph} of drawings that are a name and 16 rows of dots and number signs each."""
    icons = {}
    for start in range(0, len(drawn), 1 + ROWS):
        name, *rows = drawn[start : start + 1 + ROWS]
        bits = [row.replace(".", "0").replace("#", "1") for row in rows]
        assert [len(row) for row in bits] == [8] * ROWS, name
        icons[name] = "".join([f"{int(row, 2):02x}" for row in bits])
    return icons


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
