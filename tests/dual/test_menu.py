"""Keys in, a screen out."""

import random

from hal.errors import Refused
from lcd_menu.engine import ICONS_MAX, KEYS, Menu, text
from lcd_menu.items import View, home, page, rows
from tests.dual.panel_plant import SILENT, Plant, menu_after

METERS = "enter enter"


def shown(keys, plant=None):
    return menu_after(keys, plant).screen()


def title(screen):
    return " ".join(screen.rows[0].split())


def test_the_status_page_is_what_one_sees_first():
    screen = shown("")
    assert screen.rows[:3] == [
        "Status              ",
        "Terminal    07310001",
        "2026-11-22 21:53:07Z",
    ]
    assert screen.inverted is None
    assert screen.icons == ("alarm", "hes", "signal-3")


def test_enter_opens_the_menu_and_back_leads_home_again():
    assert shown("enter").rows[1] == "Meters             >"
    assert shown("enter").inverted == 1
    assert title(shown("enter down enter")) == "Version"
    assert title(shown("enter down enter back")) == "Menu"
    assert title(shown("enter down enter back back")) == "Status"
    assert title(shown("back back enter back back back")) == "Status"


def test_a_page_remembers_its_cursor_while_one_looks_deeper():
    assert shown("enter down enter back").inverted == 2


def test_a_list_scrolls_under_the_cursor():
    screen = shown(METERS + " down" * 50)
    assert title(screen) == "Meters 51/96"
    assert screen.rows[screen.inverted].startswith("  51    67 ")
    assert screen.icons[0] == "up-down"


def test_a_list_ends_at_its_first_and_last_row():
    first, last = shown(METERS + " up left"), shown(METERS + " right" * 20)
    assert title(first) == "Meters 1/96" and first.inverted == 1
    assert first.icons[0] == "down"
    assert title(last) == "Meters 96/96" and last.inverted == 9
    assert last.icons[0] == "up"


def test_left_and_right_go_by_whole_screens():
    assert title(shown(METERS + " right right")) == "Meters 19/96"
    assert title(shown(METERS + " right right left")) == "Meters 10/96"


def test_enter_shows_one_meter_and_a_long_reason_is_broken_at_spaces():
    screen = shown(METERS + " right down down enter")
    assert title(screen) == "Meters 12"
    assert screen.rows[4] == "State         silent"
    assert [row.strip() for row in screen.rows[5:8]] == [
        "Why not",
        "no answer within",
        "2000 ms, asked 3",
    ]
    assert SILENT.startswith("no answer within 2000 ms, asked 3")


def test_what_does_not_fit_on_the_page_of_a_meter_is_scrolled_to():
    screen = shown(METERS + " right down down enter" + " down" * 30)
    assert screen.rows[-1] == "Good rounds 95 of 96"
    assert screen.icons[0] == "up" and screen.inverted is None


def test_without_meters_the_list_says_so_and_enter_does_nothing():
    screen = shown(METERS + " enter", Plant(0))
    assert [row.strip() for row in screen.rows[:2]] == ["Meters", "no meters on file"]
    assert screen.inverted is None


def test_meters_removed_under_the_cursor_leave_it_on_the_last_one():
    plant = Plant(96)
    menu = menu_after(METERS + " right" * 20, plant)
    plant.names = plant.names[:3]
    menu.press("enter")
    assert title(menu.screen()) == "Meters 3"
    menu.press("back")
    assert menu.screen().inverted == 3
    plant.names = []
    assert menu.screen().inverted is None


def test_a_meter_that_is_looked_at_stays_the_same_when_one_before_it_is_removed():
    plant = Plant(96)
    menu = menu_after(METERS + " down down enter", plant)
    plant.names = plant.names[1:]
    assert menu.screen().rows[1] == "MP                 3"


def test_only_the_rows_that_are_shown_are_asked_for():
    plant = Plant(1120)
    shown(METERS + " right" * 9, plant)
    assert plant.asked.count("meters") == 9


def test_a_page_with_a_cursor_shows_values_too():
    mixed = home("Home", menu=page("Mixed", View("ID", "terminal.id"), page("More")))
    menu = Menu(mixed, Plant())
    for key in ("enter", "enter", "down", "enter"):
        assert title(menu.screen()) in ("Home", "Mixed")
        menu.press(key)
    assert title(menu.screen()) == "More"
    menu.press("back")
    assert menu.screen().rows[1] == "ID          07310001"


def test_control_characters_of_a_peer_never_reach_the_screen():
    plant = Plant()
    plant.texts["uplink.state"] = "a\x1b[2Jb\x9bc\n\x7f"
    assert "HES       a?[2Jb?c??" in shown("", plant).rows


def test_a_value_without_end_takes_eight_lines():
    plant = Plant()
    plant.texts["uplink.state"] = "x" * 10_000
    menu = menu_after("down" + " down" * 20, plant)
    assert menu.screen().rows[-1] == "Alarms waiting     0"
    assert sum([row == "x" * 20 for row in menu.screen().rows]) == 5


def test_a_key_that_the_panel_does_not_have_is_refused():
    try:
        menu_after("sideways")
    except Refused as error:
        assert "sideways" in str(error) and "up" in str(error)
    else:
        raise AssertionError("taken")


def test_a_small_display_has_fewer_lines_of_the_same():
    tree = home("S", menu=rows("Meters", "meters", "none", View("MP", "meter.mp")))
    menu = Menu(tree, Plant(), columns=16, rows=4)
    menu.press("enter")
    assert [len(row) for row in menu.screen().rows] == [16] * 4


def test_the_text_form_marks_the_cursor_and_names_the_icons():
    lines = text(shown("enter")).split("\n")
    assert lines[0] == "  Menu                 [alarm hes signal-3]"
    assert lines[1] == "> Meters             >"
    assert len(lines) == 10


def test_no_sequence_of_keys_and_changes_upsets_the_menu():
    random.seed(2026)
    plant = Plant()
    menu = menu_after("", plant)
    for _ in range(5000):
        if random.getrandbits(5) == 0:
            plant.names = list(range(1, 1 + random.getrandbits(7)))
        menu.press(KEYS[random.getrandbits(8) % len(KEYS)])
        screen = menu.screen()
        assert [len(row) for row in screen.rows] == [20] * 10
        assert screen.inverted is None or 1 <= screen.inverted < 10
        assert len(screen.icons) <= ICONS_MAX
