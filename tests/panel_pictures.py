"""Draws every screen of the panel into docs/panel/:  python -m tests.panel_pictures"""

import pathlib

from boards.png_cpython import png
from lcd_menu.render import frame
from tests.dual.panel_screens import SCREENS, plant_at

FOLDER = pathlib.Path(__file__).parents[1] / "docs" / "panel"
_COLUMNS = 20
_PAGE = "README.md"


def pictures():
    """(name of the file, its octets) of each."""
    for name, keys in SCREENS:
        yield name + ".png", png(bytes(frame(plant_at(keys).screen())), _COLUMNS)


def page():
    """The screens with the keys that lead there, as a page."""
    lines = [
        "# Every screen of the panel",
        "",
        "Made by `make docs`: do not edit. `typed` stands for the password, `wrong` for another.",
        "",
        "| keys from the start | screen |",
        "|---|---|",
    ]
    for name, keys in SCREENS:
        lines.append(f"| {keys or 'none'} | ![{name}]({name}.png) |")
    return "\n".join(lines) + "\n"


def main():
    FOLDER.mkdir(exist_ok=True)
    for name, octets in pictures():
        (FOLDER / name).write_bytes(octets)
    (FOLDER / _PAGE).write_text(page())


if __name__ == "__main__":
    main()
