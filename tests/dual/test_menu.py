"""Keys in, a screen out: pages, lists, and what time does."""

from dcu.alarm_codes import METER_CLOCK, POWER_UP
from hal.errors import Refused
from lcd_menu.engine import KEYS, keys_of, text
from lcd_menu.lines import width
from tests.dual.panel_plant import Plant

METERS = "enter down*13 enter enter"


def test_the_status_page_is_what_one_sees_first():
    screen = Plant().screen()
    assert screen.rows[:3] == [
        "OpenDCU             ",
        "2025-11-22 21:53    ",
        "Terminal    07310001",
    ]
    assert screen.inverted is None and screen.cursor is None and screen.is_lit
    assert screen.icons == ("lan", "hes", "lock")


def test_idle_pages_turn_by_themselves_and_by_hand():
    plant = Plant()
    seen = []
    for _ in range(4):
        seen.append(plant.rows()[1])
        plant.wait(8)
    assert seen[0] == seen[3] and len(set(seen)) == 3
    assert [Plant().press(keys).rows()[1] for keys in ("down", "right right", "up up up")] == [
        seen[1],
        seen[2],
        seen[0],
    ]


def test_enter_opens_the_menu_and_back_leads_home_again():
    assert Plant().press("enter").screen().rows[1] == "Meter setting      >"
    assert Plant().press("enter down*7 enter").title() == "Version"
    assert Plant().press("enter down*7 enter back").screen().inverted == 5
    assert Plant().press("enter down*7 enter back*5").title() == "OpenDCU"


def test_a_list_scrolls_under_the_cursor_and_ends_at_its_ends():
    plant = Plant().press(METERS + " down*50")
    assert plant.title() == "All 51/96"
    assert plant.screen().rows[plant.screen().inverted].startswith("  51    67 ")
    assert plant.screen().icons[0] == "up-down"
    assert plant.press("right*20").title() == "All 96/96" and plant.screen().inverted == 9
    assert plant.press("left*20 up").title() == "All 1/96" and plant.screen().inverted == 1


def test_the_reason_of_a_silent_meter_is_broken_at_spaces():
    plant = Plant().press(METERS + " right down*2 enter")
    assert plant.title() == "All 12"
    assert plant.rows()[5] == "Reason no answer wi>"
    assert plant.press("down*4 enter").rows()[1:3] == ["no answer within", "2000 ms, asked 3"]


def test_without_meters_the_list_says_so_and_enter_does_nothing():
    plant = Plant(0).press(METERS + " enter")
    assert plant.rows()[:2] == ["All", "no meters"] and plant.screen().inverted is None


def test_meters_removed_under_the_cursor_leave_it_on_the_last_one():
    plant = Plant().press(METERS + " right*20")
    plant.set_meters(3)
    assert plant.press("enter").title() == "All 3"
    plant.dcu.archive.remove(3)
    assert "removed" in " ".join(plant.rows())
    assert plant.press("back").screen().inverted == 2


def test_only_the_failing_meters_are_on_their_page():
    assert Plant().press("enter down*13 enter down enter").title() == "Failing 1/8"


def test_the_light_goes_and_the_key_that_brings_it_back_does_nothing_else():
    plant = Plant().press(METERS)
    assert plant.wait(59).screen().is_lit and plant.title() == "All 1/96"
    assert not plant.wait(1).screen().is_lit and plant.title() == "OpenDCU"
    assert plant.press("enter").screen().is_lit and plant.title() == "OpenDCU"
    assert plant.press("enter").title() == "Menu"


def test_an_open_panel_is_locked_again_when_the_light_goes_and_what_was_typed_is_lost():
    plant = Plant().press("enter down*4 enter").unlock().press("down")
    assert "lock" not in plant.screen().icons
    assert "lock" in plant.wait(60).screen().icons
    assert plant.dcu.settings.get("uplink.channel") == "ethernet"
    assert plant.press("up enter down*4 enter").title() == "Password"


def test_a_wake_lights_it_and_is_no_key():
    plant = Plant().wait(100)
    plant.menu.wake(plant.dcu.clock.ms)
    assert plant.screen().is_lit and plant.press("enter").title() == "Menu"


def test_keys_that_come_all_at_once_are_all_taken():
    plant = Plant().press("enter " + "down up left right " * 200 + " down enter", gap_ms=0)
    assert plant.title() == "LCD"


def test_a_key_held_for_a_minute_changes_nothing():
    for key in KEYS:
        plant = Plant().press("enter down*4 enter").unlock()
        saved = plant.kept.saves
        plant.press(key + "*600", gap_ms=100)
        assert plant.kept.saves == saved, key
    plant = Plant().press("enter down*8 enter").unlock().press("enter*600", gap_ms=100)
    assert plant.dcu.ending == ""


def test_a_key_that_the_panel_does_not_have_is_refused():
    try:
        Plant().press("sideways")
    except Refused as error:
        assert "sideways" in str(error) and "up" in str(error)
    else:
        raise AssertionError("taken")


def test_small_displays_have_fewer_lines_of_the_same():
    for columns, rows in ((16, 4), (20, 4), (8, 2)):
        plant = Plant(columns=columns, rows=rows)
        for keys in ("", METERS, "down*5 enter", "back*9 enter down*4 enter", "up*2 enter"):
            shown = plant.press(keys).screen()
            assert [width(row) for row in shown.rows] == [columns] * rows
            assert shown.inverted is None or 0 < shown.inverted < rows
        plant.press("back enter").unlock()
        assert "ethernet"[:columns] in plant.rows()[1]


def test_control_characters_of_a_peer_never_reach_the_screen():
    plant = Plant()
    plant.dcu.uplink.state = "a\x1b[2Jb\x9bc\n\x7f"
    try:
        assert "HES       a?[2Jb?c??" in plant.screen().rows
    finally:
        plant.dcu.uplink.state = "online"


def test_an_unknown_language_is_english():
    plant = Plant()
    plant.dcu.settings._values["panel.language"] = "xx"
    assert plant.press("enter").title() == "Menu"


def test_the_panel_speaks_the_language_that_is_set():
    plant = Plant().press("enter down*18 enter").unlock().press("down*2 enter enter")
    assert plant.dcu.settings.get("panel.language") == "fr"
    assert "Langue fr" in plant.rows()


def test_the_text_form_marks_the_cursor_and_names_the_icons():
    lines = text(Plant().press("enter").screen()).split("\n")
    assert lines[0] == "  Menu                 [down lock]"
    assert lines[1] == "> Meter setting      >"
    assert len(lines) == 10
    lines = text(Plant().press("enter down*4 enter up*8").screen()).split("\n")
    assert lines[1] == "> 7_____               [7]"


def test_a_script_says_how_often_a_key_is_pressed_and_a_wrong_one_presses_nothing():
    assert keys_of("down*3 enter  up*1") == ["down"] * 3 + ["enter", "up"]
    assert keys_of("") == keys_of("down*0") == [] and len(keys_of("up*999")) == 999
    for wrong in ("down foo", "down*", "down*x", "down*-1", "down*1000", "foo*2"):
        try:
            keys_of(wrong)
        except Refused as refusal:
            assert wrong.split()[-1].partition("*")[0] in str(refusal)
        else:
            raise AssertionError(wrong)


def test_an_alarm_is_shown_with_its_meter_and_how_grave_it_is():
    plant = Plant()
    plant.dcu.alarms.raise_alarm(METER_CLOCK, 3, "4000 s off")
    told = " ".join(plant.press("enter down*14 enter enter").rows()[3:])
    assert told.split() == "warning: MP 3: clock of a meter: 4000 s off".split(), told
    plant.dcu.alarms.raise_alarm(POWER_UP, 0, "")
    told = " ".join(plant.press("back*2 enter enter").rows()[3:])
    assert told.split() == "info: power up".split(), told
