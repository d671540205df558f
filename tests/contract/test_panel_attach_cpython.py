"""The panel in a terminal: what is drawn, who has the keys, and how it is left."""

import contextlib

import pytest

from boards import panel_cpython
from boards.panel import Panel
from boards.panel_cpython import _show
from hal import coop
from lcd_menu.owner import LOCAL
from tests.dual.panel_plant import Plant


class Place:
    def __init__(self, panel):
        self.panel = panel

    async def press(self, key, *name):
        return self.panel.press(key, *name)


class Terminal:
    """Display and keypad; `keys` are functions that give the next key."""

    def __init__(self, keys, fits=True):
        self.keys = list(keys)
        self.fits = lambda: fits
        self.told = []

    def contrast(self, level):
        self.told.append(("contrast", level))

    def light(self, is_lit):
        self.told.append(("light", is_lit))

    def show(self, frame):
        self.told.append(("frame", len(frame)))

    def show_rows(self, rows, inverted):
        self.told.append(("rows", rows[0].split()[0]))

    def beep(self):
        self.told.append("beep")

    async def read(self, timeout_ms):
        key = self.keys.pop(0)
        return key() if callable(key) else key


def played(keys, fits=True):
    """(the panel, what the terminal was told)"""
    plant = Plant(1)
    panel = Panel(plant.dcu, plant.memory)
    terminal = Terminal([lambda key=key: key(plant, panel) for key in keys], fits)
    coop.run(_show(Place(panel), terminal, terminal, panel.press(""), "me"))
    return panel, terminal.told


def typed(key):
    return lambda plant, panel: key


def test_keys_go_there_and_what_is_shown_comes_back():
    panel, told = played([typed("enter"), typed(None), typed("quit")], fits=False)
    assert [each for each in told if each[0] == "rows"] == [
        ("rows", "OpenDCU"),
        ("rows", "Menu"),
        ("rows", "Menu"),
    ]
    _, told = played([typed("quit")])
    assert told == [("contrast", 8), ("light", True), ("frame", 3200)]


def test_the_light_goes_in_the_terminal_too():
    def a_minute(plant, panel):
        plant.dcu.clock.ms += 60_000

    _, told = played([a_minute, typed("quit")])
    assert [each for each in told if each[0] == "light"] == [("light", True), ("light", False)]


def test_while_another_has_the_keys_it_beeps_and_goes_on_showing():
    def somebody(plant, panel):
        panel.press("enter", "keypad", LOCAL)
        return "down"

    panel, told = played([somebody, typed("quit")])
    assert told.count("beep") == 1 and panel.shown()["keys"] == "the panel itself"


def interrupted():
    raise KeyboardInterrupt


@pytest.mark.parametrize("end", ["quit", interrupted])
def test_who_quits_gives_the_keys_back_also_by_ctrl_c(end, monkeypatch):
    plant = Plant(1)
    panel = Panel(plant.dcu, plant.memory)
    terminal = Terminal(["enter", end])
    for name in ("Display", "Keypad"):
        monkeypatch.setattr(panel_cpython, name, lambda *given: terminal)
    monkeypatch.setattr(panel_cpython, "Terminal", contextlib.nullcontext)
    try:
        panel_cpython.attach(Place(panel), [], False)
    except KeyboardInterrupt:
        assert end is interrupted
    assert not terminal.keys and panel.shown()["keys"] == ""
