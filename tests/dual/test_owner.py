"""Whose keys count, and what of a frame is told."""

from boards.panel import Panel
from lcd_menu.differences import runs
from lcd_menu.owner import LOCAL, QUIET_MS, TERMINAL, WEB, Owner
from tests.dual.panel_plant import PASSWORD, Plant
from tests.kept import refusal


def test_the_keys_belong_to_one_place_at_a_time():
    owner = Owner()
    assert owner.of(0) == "" and not owner.take(WEB, "a", 0)
    assert owner.of(0) == "a browser"
    assert "a browser has the keys" in refusal(owner.take, WEB, "b", 1)
    assert not owner.take(WEB, "a", QUIET_MS)
    assert refusal(owner.take, WEB, "b", 2 * QUIET_MS)
    assert owner.take(WEB, "b", 2 * QUIET_MS + 1)


def test_who_is_nearer_to_the_device_wins():
    owner = Owner()
    owner.take(WEB, "a", 0)
    assert owner.take(TERMINAL, "t", 1) and owner.take(LOCAL, "keypad", 2)
    for rank, name in ((WEB, "a"), (TERMINAL, "t")):
        assert "the panel itself has the keys" in refusal(owner.take, rank, name, 3)
    assert not owner.take(LOCAL, "keypad", 4)
    assert owner.of(4 + QUIET_MS) and not owner.of(5 + QUIET_MS)


def test_who_takes_the_keys_finds_the_panel_locked_and_at_its_beginning():
    plant = Plant(1)
    panel = Panel(plant.dcu, plant.memory)
    panel.press("wake", "web", WEB)
    for key in "enter down down down down enter".split():
        panel.press(key, "web", WEB)
    for at, digit in enumerate(PASSWORD):
        for key in ["right"] * (at > 0) + ["up"] * (int(digit) + 1):
            panel.press(key, "web", WEB)
    assert "Ethernet" in panel.press("enter", "web", WEB)["text"].replace("ethernet", "Ethernet")
    shown = panel.press("enter", "keypad", LOCAL)
    assert shown["rows"][0].startswith("OpenDCU") and "lock" in shown["text"]
    assert panel.press("enter", "keypad", LOCAL)["rows"][0].startswith("Menu")
    assert refusal(panel.press, "down", "web", WEB) and refusal(panel.press, "down", "terminal")
    assert panel.press("", "web", WEB)["keys"] == "the panel itself"
    assert "no key" in refusal(panel.press, "x", "keypad", LOCAL)


def test_a_terminal_that_is_left_gives_the_keys_back():
    plant = Plant(1)
    panel = Panel(plant.dcu, plant.memory)
    panel.press("enter", "one")
    assert refusal(panel.press, "enter", "two")
    assert panel.press("give", "two")["keys"] == "a terminal", "not its own to give"
    assert panel.press("give", "one")["keys"] == ""
    assert panel.press("enter", "two")["rows"][0].startswith("Menu")


def test_what_differs_between_two_frames_makes_one_of_the_other():
    old, new = bytearray(3200), bytearray(3200)
    assert runs(old, new) == []
    for at in (0, 9, 18, 100, 109, 119, 3199):
        new[at] = 0xA5
    found = runs(old, new)
    assert [(at, len(octets)) for at, octets in found] == [(0, 19), (100, 10), (119, 1), (3199, 1)]
    for at, octets in found:
        old[at : at + len(octets)] = octets
    assert old == new
