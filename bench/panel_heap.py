"""Heap that the menu takes under MicroPython, its code and data included:

micropython bench/panel_heap.py
"""

import gc
import sys

sys.path.insert(0, ".")


class Model:
    """A DCU that says the same to everything, so that only the menu is measured."""

    def __init__(self, language):
        self._language = language

    def show(self, key, row=None):
        return "online"

    def rows(self, key):
        return []

    def icons(self):
        return ("lan", "hes")

    def applies(self, key):
        return True

    def remembered(self):
        return None

    def language(self):
        return self._language

    def times_ms(self):
        return 60_000, 8_000


def in_use():
    gc.collect()
    return gc.mem_alloc()


def measure(language):
    before = in_use()
    from lcd_menu.engine import Menu
    from lcd_menu.render import frame
    from lcd_menu.tree import MENU

    menu = Menu(MENU, Model(language))
    menu.press("enter", 0)
    octets = frame(menu.screen(0))
    kilobytes = (in_use() - before) / 1000
    assert len(octets) == 3200
    print(f"panel, micropython, heap of the menu in {language}: {kilobytes:.0f} kB")


measure(sys.argv[1])
