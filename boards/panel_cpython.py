"""The front panel of a running DCU in this terminal: keys go to its console, frames come back."""

from boards.console_file import ask
from boards.png_cpython import png
from hal import coop
from hal.errors import NoReply, Refused
from hal.files import Files
from hal.reasons import reason
from hal.terminal import Display, Keypad, Terminal
from hal.token import random_token

_REFRESH_MS = 1_000
_ANSWER_MS = 5_000
_QUIT = "quit"


def attach(data, keys, only_text, picture=None):
    """Press `keys`, then show the panel until q; or once, with `only_text` print it, with the
    name of a file for a `picture` draw it there."""
    files = Files(data)
    screen = coop.run(_pressed(files, keys))
    if picture:
        _draw(screen, picture)
    if only_text:
        print(screen["text"])
    if picture or only_text:
        return
    with Terminal() as terminal:
        coop.run(_show(files, Display(terminal, *screen["size"]), Keypad(terminal), screen))


def _draw(screen, path):
    octets = bytes.fromhex(screen["frame"])
    try:
        with open(path, "wb") as file:
            file.write(png(octets, screen["size"][0] // 8))
    except OSError as error:
        raise Refused(f"{path}: {reason(error)}")


async def _pressed(files, keys):
    screen = await _press(files, "wake" if keys else "")  # a dark panel takes no key
    for key in keys:
        screen = await _press(files, key)
    return screen


async def _show(files, display, keypad, screen):
    me = random_token()
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
            screen = await _press(files, key or "", me)
        except Refused:  # another has the keys: what it does is seen
            display.beep()
            screen = await _press(files, "")


async def _press(files, key, *who):
    answer = await ask(files, "panel", [key, *who], lambda text: None, _ANSWER_MS)
    if answer is None:
        raise NoReply(f"no DCU is running on {files.folder}; start one: dcu run --data …")
    code, result = answer
    if code:
        raise Refused(result)
    return result
