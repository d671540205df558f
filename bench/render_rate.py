"""Milliseconds for a frame of the panel, on the interpreter that runs this:

micropython bench/render_rate.py
"""

import sys

sys.path.insert(0, ".")

from hal.clock import Clock
from hal.terminal_cells import braille, half_blocks
from lcd_menu.engine import Screen
from lcd_menu.render import frame
from tests.dual.panel_plant import Plant

ROUNDS = 200


def duration_ms(function, *arguments):
    clock = Clock()
    began_ms = clock.ticks_ms()
    for _ in range(ROUNDS):
        function(*arguments)
    return (clock.ticks_ms() - began_ms) / ROUNDS


def report(interpreter):
    plant = Plant().press("enter down*12 enter enter right")
    meters = plant.screen()
    plant.dcu.settings.put("panel.language", "zh")
    chinese = plant.press("back back").screen()
    full = Screen(["#" * 20] * 10, 5, meters.icons, None, True)
    octets = frame(full)
    for what, spent_ms in (
        ("screen of the meters", duration_ms(plant.press("enter enter").screen)),
        ("frame of the meters", duration_ms(frame, meters)),
        ("frame of the menu in Chinese", duration_ms(frame, chinese)),
        ("frame with every cell in use", duration_ms(frame, full)),
        ("that in half blocks", duration_ms(half_blocks, octets, 20)),
        ("that in braille", duration_ms(braille, octets, 20)),
    ):
        print(f"panel, {interpreter}, {what}: {spent_ms:.2f} ms")


if __name__ == "__main__":
    report(sys.implementation.name)
