"""A program with a panel in its terminal, for both interpreters: no test.

terminal_run.py panel   the menu, until q; then the keys that were pressed
terminal_run.py raise   ends with an exception while it has the terminal
terminal_run.py leave   ends without giving the terminal back
"""

import sys

sys.path.insert(0, ".")

from hal import coop
from hal.errors import PortError
from hal.terminal import Display, Keypad, Terminal
from lcd_menu.render import frame
from tests.dual.panel_plant import Plant


async def panel(terminal):
    display, keypad, plant = Display(terminal), Keypad(terminal), Plant()
    keys = []
    while True:
        screen = plant.screen()
        if display.fits():
            display.show(frame(screen))
        else:
            display.show_rows(screen.rows, screen.inverted)
        key = await keypad.read(10_000)
        if key in ("quit", None):
            return keys
        keys.append(key)
        plant.press(key)


def main(what):
    try:
        terminal = Terminal()
    except PortError as error:
        print(error)
        return
    if what == "leave":
        sys.exit(3)
    with terminal:
        if what == "raise":
            raise ValueError("on purpose")
        keys = coop.run(panel(terminal))
    print("KEYS", " ".join(keys))


main(sys.argv[1])
