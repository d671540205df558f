"""The front panel of a running DCU in this terminal: keys go there, frames come back."""

from boards.panel import GIVE
from boards.png_cpython import png
from hal import coop
from hal.errors import Refused
from hal.reasons import reason
from hal.terminal import Display, Keypad, Terminal
from hal.token import random_token

_REFRESH_MS = 1_000
_QUIT = "quit"


def attach(place, keys, only_text, picture=None):
    """Press `keys`, then show the panel until q; or once, with `only_text` print it, with the
    name of a file for a `picture` draw it there.

    place   of boards/panel_places_cpython.py
    """
    screen = coop.run(_pressed(place, keys))
    if picture:
        _draw(screen, picture)
    if only_text:
        print(screen["text"])
    if picture or only_text:
        return
    me = random_token()
    with Terminal() as terminal:
        try:
            coop.run(
                _show(place, Display(terminal, *screen["size"]), Keypad(terminal), screen, me)
            )
        finally:  # also by Ctrl-C: nobody need wait for the keys
            coop.run(place.press(GIVE, me))


def _draw(screen, path):
    octets = bytes.fromhex(screen["frame"])
    try:
        with open(path, "wb") as file:
            file.write(png(octets, screen["size"][0] // 8))
    except OSError as error:
        raise Refused(f"{path}: {reason(error)}")


async def _pressed(place, keys):
    screen = await place.press("wake" if keys else "")  # a dark panel takes no key
    for key in keys:
        screen = await place.press(key)
    return screen


async def _show(place, display, keypad, screen, me):
    """Until q; `me` is the name by which the keys are held, which the caller gives back."""
    while True:
        display.contrast(screen["contrast"])
        display.light(screen["lit"])
        if display.fits():
            display.show(bytes.fromhex(screen["frame"]))
        else:
            display.show_rows(screen["rows"], screen["inverted"])
        key = await keypad.read(_REFRESH_MS)
        if key == _QUIT:
            return
        try:
            screen = await place.press(key or "", me)
        except Refused:  # another has the keys: what it does is seen
            display.beep()
            screen = await place.press("")
