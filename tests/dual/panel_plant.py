"""A model for the menu with a plant of our choice behind it: no test.

python -m tests.dual.panel_plant      writes the golden pictures anew
"""

from lcd_menu.engine import Menu
from lcd_menu.render import frame
from lcd_menu.tree import MENU

FOLDER = "tests/vectors/panel/"
PAGES = (  # name of the picture, the keys that lead there
    ("status", ""),
    ("menu", "enter"),
    ("meters", "enter enter right down down"),
    ("meter", "enter enter right down down enter"),
    ("version", "enter down enter"),
)
CLOCK = "2026-11-22 21:53:07Z"
TEXTS = {
    "terminal.id": "07310001",
    "clock.utc": CLOCK,
    "uplink.state": "registered",
    "meters.total": "96",
    "meters.online": "95",
    "readings.stored": "12345",
    "alarms.waiting": "0",
    "firmware.version": "0.1.0",
    "firmware.interpreter": "micropython 1.28",
    "board.name": "pc",
    "meter.channel": "rs485-3",
    "meter.last_good": "2026-11-22 21:45:07Z",
    "meter.success": "95 of 96",
    "meter.reason": "-",
}
SILENT = "no answer within 2000 ms, asked 3 times"


class Plant:
    """`count` meters, numbered from 1; the last of every 12 is silent."""

    def __init__(self, count=96):
        self.names = list(range(1, count + 1))
        self.texts = dict(TEXTS)
        self.marks = ("alarm", "hes", "signal-3")
        self.asked = []

    def show(self, key, row=None):
        self.asked.append(key)
        if key == "meters":
            return f"{row:>4} {row + 16:>5} {row % 3 + 1} {self.state(row)}"
        if key == "meter.mp":
            return str(row)
        if key == "meter.address":
            return str(row + 16)
        if key == "meter.state":
            return self.state(row)
        if key == "meter.reason" and self.state(row) == "silent":
            return SILENT
        return self.texts[key]

    def state(self, row):
        return "online" if row % 12 else "silent"

    def rows(self, key):
        assert key == "meters"
        return self.names

    def icons(self):
        return self.marks


def menu_after(keys, plant=None):
    menu = Menu(MENU, plant or Plant())
    for key in keys.split():
        menu.press(key)
    return menu


def pbm(screen):
    """The frame as a picture in a file, in the format PBM (P4)."""
    columns, rows = len(screen.rows[0]), len(screen.rows)
    return f"P4\n{8 * columns} {16 * rows}\n".encode() + bytes(frame(screen))


def main():
    for name, keys in PAGES:
        file = open(FOLDER + name + ".pbm", "wb")
        file.write(pbm(menu_after(keys).screen()))
        file.close()


if __name__ == "__main__":
    main()
