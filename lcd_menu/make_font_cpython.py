"""Makes lcd_menu/font_data.py out of GNU Unifont and lcd_menu/icons.txt:

    python -m lcd_menu.make_font_cpython /usr/share/unifont/unifont.hex

unifont.hex (package `unifont` of Debian, or unifoundry.com) has a line for each character: its
code point, a colon, and the glyph in hexadecimal, two digits for a row of eight pixels.
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).parent
FIRST, LAST = 0x20, 0x7E
ROWS = 16
_HEADER = '''"""Glyphs of 8 x 16 pixels: ASCII 0x20 to 0x7E, then icons. Generated: do not edit.

ASCII is a subset of GNU Unifont, Copyright (C) 1998-2022 Roman Czyborra, Paul Hardy, et al. This
file is under the SIL Open Font License 1.1: lcd_menu/OFL-1.1.txt.
Made by: python -m lcd_menu.make_font_cpython unifont.hex
"""

'''


def main(words):
    if len(words) != 1:
        print(__doc__)
        return 1
    text = font_data(pathlib.Path(words[0]).read_text(), (HERE / "icons.txt").read_text())
    (HERE / "font_data.py").write_text(text)
    return 0


def font_data(unifont, drawings):
    """The text of the module, of the texts of unifont.hex and icons.txt."""
    icons = _icons(drawings.split())
    glyphs = [*_ascii_glyphs(unifont), *icons.values()]
    names = "".join([f'    "{name}",\n' for name in icons])
    lines = "".join([f'    "{glyph}"\n' for glyph in glyphs])
    return f"{_HEADER}ICONS = (\n{names})\n\nGLYPHS = bytes.fromhex(\n{lines})\n"


def _ascii_glyphs(unifont):
    by_code = dict([line.split(":") for line in unifont.split()])
    glyphs = [by_code[f"{code:04X}"].lower() for code in range(FIRST, LAST + 1)]
    assert all([len(glyph) == 2 * ROWS for glyph in glyphs]), "a glyph of 16 x 16"
    return glyphs


def _icons(words):
    """{name: glyph} of drawings that are a name and 16 rows of dots and number signs each."""
    icons = {}
    for start in range(0, len(words), 1 + ROWS):
        name, *rows = words[start : start + 1 + ROWS]
        bits = [row.replace(".", "0").replace("#", "1") for row in rows]
        assert [len(row) for row in bits] == [8] * ROWS, name
        icons[name] = "".join([f"{int(row, 2):02x}" for row in bits])
    return icons


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
